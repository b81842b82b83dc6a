"""Arguments a function of the house can take.

What. In a call of a function the house registers, each argument is of the kind the function says it wants, and where
there is a list of constants, such as the codes of the clocks, one of them. A text where a day is wanted is an ISO date.
This holds in diagrams and in decisions.
Why. A clock nobody knows or two exchanged arguments end the case in an incident on the day it comes there.
Mend. Take a code from the list the finding shows; keep the order of the parameters.

函数的参数须合用：代码（如时钟编号）须在目录里，日期、数字不可互换，参数顺序不可颠倒。
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine import feel
from engine.dmn import Decision, Model
from engine.dmn.model import Knowledge
from engine.errors import Finding
from engine.feel import tree
from engine.gate import facts, tables
from engine.gate.bundle import Bundle
from engine.gate.finding import found, in_file
from engine.gate.known import DATE_TEXTS, KINDS, Known, is_date, of_node
from engine.gate.model import shown
from engine.gate.near import listed, near, quoted
from engine.gate.rules import expressions

Say = tuple[str, str]
_DAYS = frozenset({"date", "date and time"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about calls of registered functions."""
    if not any(getattr(function, "arguments", None) for function in bundle.declared.values()):
        return
    variables = facts.of(bundle).variables
    for place, _, parts in expressions.readable(bundle):
        for code, (zh, en), hint in _wrong(parts, variables, bundle):
            what = f"{{it}}的{place.what[0]}：{zh}", f"the {place.what[1]} of {{it}}: {en}"
            yield found(code, place.at, *what, *hint)
    for file, model in tables.models(bundle).items():
        for item in model.own if isinstance(model, Model) else ():
            if isinstance(item, Decision | Knowledge):
                for expression in _all(item):
                    for code, (zh, en), hint in _wrong(tree.parts(expression.tree), {}, bundle):
                        name = shown(item.name)
                        yield in_file(code, file, f"决策“{name}”：{zh}", f"the decision “{name}”: {en}", *hint)


def _all(item: Decision | Knowledge) -> Iterator[feel.Expression]:
    """Every expression of a decision or knowledge model."""
    yield from (expression for expression, _ in item.literals)
    for table in item.tables:
        yield from (column.expression for column in table.columns)
        for rule in table.rules:
            yield from (test for test in rule.tests if test is not None)
            yield from rule.outputs


def _wrong(
    parts: Iterable[tree.Node], variables: Mapping[str, Known], bundle: Bundle
) -> Iterator[tuple[str, Say, Say]]:
    """The arguments that cannot be taken, as (code, what, mend)."""
    for part in parts:
        if not isinstance(part, tree.Call) or not isinstance(part.function, tree.Name):
            continue
        function = bundle.declared.get(part.function.name)
        wanted: Mapping[str, Any] = getattr(function, "arguments", None) or {}
        if not wanted or function is None:
            continue
        usage = f"{part.function.name}({', '.join(function.params)})"
        for name, argument in zip(part.names or function.params, part.arguments, strict=False):
            if name in wanted:
                known = of_node(argument, variables, bundle.declared)
                yield from _argument(usage, name, wanted, argument, known)


def _argument(
    usage: str, name: str, wanted: Mapping[str, Any], argument: tree.Node, known: Known
) -> Iterator[tuple[str, Say, Say]]:
    want, text = wanted[name], shown(feel.print_tree(argument))
    constant: Any = argument.value if isinstance(argument, tree.Text | tree.Number | tree.Boolean) else None
    if "number" in want.kinds and isinstance(constant, str) and _digits(constant):
        constant = int(constant)
    order = f"参数依次为 {usage}", f"the parameters are {usage}"
    if want.options and constant is not None and constant not in want.options:
        zh, en = listed(want.options, 40)
        texts = {option for option in want.options if isinstance(option, str)}
        other = near(constant, texts) if isinstance(constant, str) else None
        hint = (f"是否指 {quoted(other)}？", f"did you mean {quoted(other)}?") if other else order
        yield (
            "argument-wrong",
            (f"{usage} 的 {name} 没有 {text}，只有 {zh}", f"{name} of {usage} is never {text}, only {en}"),
            hint,
        )
    elif not _takes(want.kinds, known.kind, constant):
        kinds = [KINDS[kind] for kind in sorted(want.kinds) if kind in KINDS]
        zh, en = "或".join(kind[0] for kind in kinds), " or ".join(kind[1] for kind in kinds)
        if any(constant in other.options for key, other in wanted.items() if key != name) or isinstance(
            argument, tree.Name
        ):
            hint = f"{order[0]}，是否颠倒了？", f"{order[1]}: are they exchanged?"
        elif want.kinds & _DAYS:
            hint = '日期写成 "2026-01-31"', 'write a date as "2026-01-31"'
        else:
            hint = order
        yield (
            "argument-doubtful" if isinstance(argument, tree.Name | tree.Path) else "argument-wrong",
            (f"{usage} 的 {name} 应为{zh}，而 {text} 不是", f"{name} of {usage} is to be {en}, which {text} is not"),
            hint,
        )


def _digits(text: str) -> bool:
    return text.isascii() and text.strip().removeprefix("-").isdigit()


def _takes(kinds: frozenset[str], kind: str | None, constant: Any) -> bool:
    """Whether a value of a kind, or a constant, may stand where `kinds` are wanted."""
    if kind is None or kind in kinds:
        return True
    if kinds & _DAYS and kind in ("string", *DATE_TEXTS, *_DAYS):
        return not isinstance(constant, str) or is_date(constant)
    if "number" in kinds and isinstance(constant, int):
        return True
    return constant is None and kind == "string" and "number" in kinds  # its digits will do
