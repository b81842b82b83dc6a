"""Decision tables: every hit policy, with what matched and why said in a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from engine import feel
from engine.feel.builtins import BUILTINS
from engine.feel.types import Type, coerce

from .cells import is_plain
from .model import Step, Values
from .session import Session

POLICIES = ("UNIQUE", "ANY", "PRIORITY", "FIRST", "OUTPUT ORDER", "RULE ORDER", "COLLECT")
MAX_KEPT = 1024  # values per column whose answers are kept
_KEPT = frozenset({str, Decimal, bool, type(None), date})
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


@dataclass(frozen=True, slots=True)
class Column:
    """An input column: its expression, type and allowed values (None: no restriction)."""

    label: str
    expression: feel.Expression
    type: Type | None = None
    allowed: feel.UnaryTests | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column; `order` ranks its values for the policies PRIORITY and OUTPUT ORDER."""

    name: str
    type: Type | None = None
    order: tuple[feel.Expression, ...] = ()
    default: feel.Expression | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row; a test of None is `-`."""

    number: int
    tests: tuple[feel.UnaryTests | None, ...]
    outputs: tuple[feel.Expression, ...]
    note: str = ""
    computed: frozenset[int] = field(init=False)  # the columns whose cell asks more than the value itself

    def __post_init__(self) -> None:
        cells = enumerate(self.tests)
        computed = (place for place, test in cells if test is not None and not is_plain(test.tree, frozenset()))
        object.__setattr__(self, "computed", frozenset(computed))


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table; call it with the values in scope."""

    name: str
    policy: str
    aggregation: str
    columns: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    names: frozenset[str] = frozenset()  # what its expressions may name
    kept: tuple[dict[Any, int], ...] = field(init=False, compare=False, repr=False)  # see _passing

    def __post_init__(self) -> None:
        object.__setattr__(self, "kept", tuple({} for _ in self.columns))

    def __call__(self, values: Values, session: Session) -> feel.Value:
        step = Step(self.name, [], [], [])
        session.note(step)
        hits = self._hits(values, session, step)
        if hits is None:
            return None
        step.rules = [rule.number for rule in hits]
        if not hits:
            return self._nothing(values, session, step)
        first_only = self.policy == "FIRST"
        results = [self._result(rule, values, session) for rule in (hits[:1] if first_only else hits)]
        if first_only:
            step.rules = step.rules[:1]
        value = _POLICY[self.policy](self, results, step, values, session)
        step.outputs = [value] if self.policy in ("UNIQUE", "ANY", "PRIORITY", "FIRST") else results
        return value

    def _hits(self, values: Values, session: Session, step: Step) -> list[Rule] | None:
        run = session.run
        scopes: list[Values] = []
        for column in self.columns:
            value = coerce(column.expression.over(values, run), column.type)
            step.inputs.append((column.label, value))
            scope = {**values, "?": value}
            if column.allowed is not None and value is not None and column.allowed.over(scope, run) is not True:
                step.problem = (
                    f"输入“{column.label}”的值 {feel.text_of(value)} 不在允许范围内",
                    f"the value {feel.text_of(value)} of the input `{column.label}` is not one of the allowed values",
                )
                return None
            scopes.append(scope)
        run.spend(len(self.rules))
        left = (1 << len(self.rules)) - 1
        for place, scope in enumerate(scopes):
            left &= self._passing(place, scope, run)
        first = self.policy == "FIRST"
        found: list[Rule] = []
        while left:
            lowest = left & -left
            left ^= lowest
            rule = self.rules[lowest.bit_length() - 1]
            if all(rule.tests[place].over(scopes[place], run) is True for place in rule.computed):  # type: ignore[union-attr]
                found.append(rule)
                if first:
                    break
        return found

    def _passing(self, place: int, scope: Values, run: feel.Run) -> int:
        """The rules, as bits, whose cell the value passes; cells that are computed count as passed.

        Cells of constants answer the same value in the same way for ever, so the answer is kept.
        """
        value = scope["?"]
        kept = self.kept[place]
        key = (type(value), value) if type(value) in _KEPT and (type(value) is not str or len(value) < 100) else None
        if key is not None and key in kept:
            return kept[key]
        before = len(run.warnings or ())
        passing = 0
        for index, rule in enumerate(self.rules):
            test = rule.tests[place]
            if test is None or place in rule.computed or test.over(scope, run) is True:
                passing |= 1 << index
        if key is not None and len(run.warnings or ()) == before:  # what cannot be answered warns every time
            if len(kept) >= MAX_KEPT:
                kept.clear()
            kept[key] = passing
        return passing

    def _result(self, rule: Rule, values: Values, session: Session) -> feel.Value:
        outputs = [coerce(e.over(values, session.run), o.type) for e, o in zip(rule.outputs, self.outputs, strict=True)]
        return self._shaped(outputs)

    def _shaped(self, outputs: list[feel.Value]) -> feel.Value:
        if len(self.outputs) == 1:
            return outputs[0]
        return {output.name: value for output, value in zip(self.outputs, outputs, strict=True)}

    def _nothing(self, values: Values, session: Session, step: Step) -> feel.Value:
        if any(output.default for output in self.outputs):
            run = session.run
            defaults = [o.default.over(values, run) if o.default else None for o in self.outputs]
            value = self._shaped([coerce(v, o.type) for v, o in zip(defaults, self.outputs, strict=True)])
            step.outputs = [value]
            return value
        if self.policy == "COLLECT" and not self.aggregation:
            return []
        if self.aggregation == "COUNT":
            return feel.convert(0)
        step.problem = ("没有规则与输入相符，也没有默认值", "no rule matches and there is no default")
        return None


def _unique(table: Table, results: list[feel.Value], step: Step, values: Values, session: Session) -> feel.Value:
    if len(results) > 1:
        rules = "、".join(map(str, step.rules))
        step.problem = (
            f"唯一命中（U）的表有多条规则同时相符：第 {rules} 条",
            f"rules {', '.join(map(str, step.rules))} match at once in a table that promises a unique hit",
        )
        return None
    return results[0]


def _any(table: Table, results: list[feel.Value], step: Step, values: Values, session: Session) -> feel.Value:
    if any(feel.equal(results[0], other) is not True for other in results[1:]):
        step.problem = (
            "任意命中（A）的表中同时相符的规则给出了不同的结果",
            "rules that match at once give different results in a table of the hit policy ANY",
        )
        return None
    return results[0]


def _ranked(table: Table, results: list[feel.Value], values: Values, session: Session) -> list[feel.Value]:
    """Results in the order of the output values, most significant column first; unlisted values last."""
    orders = [[e.over(values, session.run) for e in output.order] for output in table.outputs]

    def rank(result: feel.Value) -> tuple[int, ...]:
        parts = [result] if len(table.outputs) == 1 else list(result.values()) if result else []
        return tuple(_place(part, order) for part, order in zip(parts, orders, strict=False))

    return sorted(results, key=rank)


def _place(value: feel.Value, order: list[feel.Value]) -> int:
    return next((index for index, other in enumerate(order) if feel.equal(value, other) is True), len(order))


def _collected(table: Table, results: list[feel.Value], step: Step, values: Values, session: Session) -> feel.Value:
    if not table.aggregation:
        return results
    function = BUILTINS[AGGREGATIONS[table.aggregation]]
    if len(table.outputs) == 1:
        return function.invoke(session.run, [results])
    return {o.name: function.invoke(session.run, [[result[o.name] for result in results]]) for o in table.outputs}


_POLICY: dict[str, Callable[[Table, list[feel.Value], Step, Values, Session], Any]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "PRIORITY": lambda table, results, step, values, session: _ranked(table, results, values, session)[0],
    "FIRST": lambda table, results, step, values, session: results[0],
    "OUTPUT ORDER": lambda table, results, step, values, session: _ranked(table, results, values, session),
    "RULE ORDER": lambda table, results, step, values, session: results,
    "COLLECT": _collected,
}
