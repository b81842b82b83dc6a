"""What is wrong with a decision table before any case comes along: gaps, overlaps, rules that never act.

The constants of a column cut its values into regions (each constant, and what lies between, before, after them). Within
one region every cell answers the same, so one sample value per region tells all. Cells that compute with other names
or call functions cannot be cut like this: for gaps they are taken to match, for overlaps not to match, so that nothing
is reported that is not so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine import feel
from engine.feel import tree

from .model import Decision, Model
from .tables import Column, Rule, Table

MAX_VISITS = 20_000  # combinations looked at per question
MAX_EXAMPLES = 5  # gaps told per table
_MAKERS = frozenset({"date", "time", "date and time", "duration"})
_LINES = frozenset({Decimal, date, datetime, timedelta})
_LITERALS = (tree.Number, tree.Text, tree.Boolean, tree.Null, tree.Temporal)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing found. `kind` is gap, overlap, unreachable, impossible or unused; `example` maps inputs to values."""

    kind: str
    decision: str
    rules: tuple[int, ...]
    zh: str
    en: str
    example: dict[str, Any] = field(default_factory=dict)


def analyse(model: Model) -> list[Remark]:
    """The remarks on every table of a model's decisions."""
    decisions = [item for item in model.own if isinstance(item, Decision)]
    return [remark for item in decisions for table in item.tables for remark in analyse_table(table, item.name)]


def analyse_table(table: Table, name: str = "") -> list[Remark]:
    """The remarks on one table."""
    grid = _Grid(table, name or table.name)
    return [*grid.unused(), *grid.impossible(), *grid.overlaps(), *grid.unreachable(), *grid.gaps()]


@dataclass(frozen=True, slots=True)
class _Region:
    """A part of a column's values: one sample and what to call it."""

    sample: feel.Value
    zh: str
    en: str


Sets = list[frozenset[int]]  # per column, the regions a rule accepts


class _Grid:
    def __init__(self, table: Table, name: str) -> None:
        self.table = table
        self.name = name
        self.regions: list[list[_Region]] = []
        self.accepts: dict[int, Sets] = {rule.number: [] for rule in table.rules}
        self.certain: set[int] = set(self.accepts)  # rules of which every cell could be cut
        for place, column in enumerate(table.columns):
            self._cut(place, column)

    def _cut(self, place: int, column: Column) -> None:
        cells = {rule.number: rule.tests[place] for rule in self.table.rules}
        plain = {number for number, cell in cells.items() if cell is None or _is_plain(cell.tree)}
        constants = [value for number in plain if (cell := cells[number]) for value in _constants(cell.tree)]
        if not _is_line(constants) and any(_orders(cell.tree) for number in plain if (cell := cells[number])):
            plain, constants = {number for number, cell in cells.items() if cell is None}, []
        self.certain &= plain
        regions = _allowed(column, _regions(column, constants))
        self.regions.append(regions)
        everything = frozenset(range(len(regions)))
        for number, cell in cells.items():
            if cell is None or number not in plain:
                self.accepts[number].append(everything)
            else:
                self.accepts[number].append(frozenset(i for i in everything if cell(regions[i].sample, {}) is True))

    def _example(self, choice: list[int]) -> tuple[dict[str, Any], str, str]:
        example: dict[str, Any] = {}
        zh, en = [], []
        for place, index in enumerate(choice):
            column, region = self.table.columns[place], self.regions[place][index]
            example[column.label] = feel.to_json(region.sample)
            zh.append(f"{column.label} {region.zh}")
            en.append(f"{column.label} {region.en}")
        return example, "，".join(zh), ", ".join(en)

    def _remark(self, kind: str, rules: tuple[int, ...], zh: str, en: str, choice: list[int] | None = None) -> Remark:
        example, where_zh, where_en = self._example(choice) if choice is not None else ({}, "", "")
        return Remark(kind, self.name, rules, zh.format(where_zh), en.format(where_en), example)

    def unused(self) -> Iterator[Remark]:
        """Columns that no rule asks."""
        for place, column in enumerate(self.table.columns):
            if self.table.rules and all(rule.tests[place] is None for rule in self.table.rules):
                label = column.label
                yield self._remark("unused", (), f"没有规则用到输入“{label}”", f"no rule asks the input `{label}`")

    def impossible(self) -> Iterator[Remark]:
        """Rules with a cell that no value passes."""
        for number, sets in self.accepts.items():
            if number in self.certain and any(not accepted for accepted in sets):
                zh, en = f"第 {number} 条规则永远不会相符", f"rule {number} can never match"
                yield self._remark("impossible", (number,), zh, en)

    def overlaps(self) -> Iterator[Remark]:
        """Pairs that match at once where the hit policy forbids it."""
        if self.table.policy not in ("UNIQUE", "ANY"):
            return
        rules = [rule for rule in self.table.rules if rule.number in self.certain]
        for index, first in enumerate(rules):
            for second in rules[index + 1 :]:
                if self.table.policy == "ANY" and _results(first) == _results(second):
                    continue
                shared = [a & b for a, b in zip(self.accepts[first.number], self.accepts[second.number], strict=True)]
                if all(shared):
                    choice = [min(regions) for regions in shared]
                    pair = (first.number, second.number)
                    zh = f"第 {pair[0]} 条与第 {pair[1]} 条规则同时相符：{{}}"
                    yield self._remark(
                        "overlap", pair, zh, f"rules {pair[0]} and {pair[1]} match at once: {{}}", choice
                    )

    def unreachable(self) -> Iterator[Remark]:
        """Rules of a FIRST table that earlier rules leave nothing to."""
        if self.table.policy != "FIRST":
            return
        earlier: list[int] = []
        for rule in self.table.rules:
            number = rule.number
            if number in self.certain and all(self.accepts[number]):
                left = next(self._uncovered(earlier, self.accepts[number]), None)
                if left is None and not self.exhausted:
                    zh = f"第 {number} 条规则永远轮不到：前面的规则已全部覆盖"
                    yield self._remark(
                        "unreachable", (number,), zh, f"rule {number} is never reached: earlier rules take all"
                    )
            if number in self.certain:
                earlier.append(number)

    def gaps(self) -> Iterator[Remark]:
        """Combinations that no rule matches, where there is no default."""
        if any(output.default for output in self.table.outputs) or self.table.policy == "COLLECT":
            return
        space = [frozenset(range(len(regions))) for regions in self.regions]
        for found, choice in enumerate(self._uncovered(list(self.accepts), space)):
            if found >= MAX_EXAMPLES:
                return
            yield self._remark("gap", (), "没有规则适用于：{}", "no rule covers: {}", choice)

    exhausted = False  # did the last question need more visits than allowed?

    def _uncovered(self, rules: list[int], space: Sets) -> Iterator[list[int]]:
        """One choice of regions inside `space` for every part that none of the rules covers."""
        self.exhausted = False
        visits = 0
        width = len(self.regions)

        def walk(place: int, open_: frozenset[int], choice: list[int]) -> Iterator[list[int]]:
            nonlocal visits
            visits += 1
            if visits > MAX_VISITS:
                self.exhausted = True
                return
            if not open_:
                yield [*choice, *(min(space[rest]) for rest in range(place, width))]
                return
            if place == width:
                return
            groups: dict[frozenset[int], int] = {}  # regions that the same rules accept need one look only
            for region in sorted(space[place]):
                matching = frozenset(number for number in open_ if region in self.accepts[number][place])
                groups.setdefault(matching, region)
            for matching, region in groups.items():
                yield from walk(place + 1, matching, [*choice, region])

        if all(space):
            yield from walk(0, frozenset(rules), [])


def _results(rule: Rule) -> list[tree.Node]:
    return [expression.tree for expression in rule.outputs]


def _is_plain(node: Any) -> bool:
    """Is the cell made of comparisons with constants only?"""
    if isinstance(node, _LITERALS):
        return True
    if isinstance(node, tree.Call):
        named = isinstance(node.function, tree.Name) and node.function.name in _MAKERS
        return named and all(isinstance(argument, _LITERALS) for argument in node.arguments)
    if isinstance(node, (tree.Tests, tree.Items)):
        return all(map(_is_plain, node.tests if isinstance(node, tree.Tests) else node.items))
    if isinstance(node, tree.Test):
        return _is_plain(node.operand)
    return isinstance(node, tree.Interval) and _is_plain(node.start) and _is_plain(node.end)


def _is_line(constants: list[feel.Value]) -> bool:
    """Are the constants points of one line that can be cut between them?"""
    kinds = {type(value) for value in constants if value is not None}
    zones = {value.tzinfo is None for value in constants if isinstance(value, datetime)}
    return len(kinds) == 1 and kinds <= _LINES and len(zones) < 2


def _orders(node: Any) -> bool:
    """Does the cell compare by order, not only for equality?"""
    if isinstance(node, (tree.Tests, tree.Items)):
        return any(map(_orders, node.tests if isinstance(node, tree.Tests) else node.items))
    return isinstance(node, tree.Interval) or (isinstance(node, tree.Test) and node.operator not in ("=", "!="))


def _constants(node: Any) -> Iterator[feel.Value]:
    if isinstance(node, (tree.Tests, tree.Items)):
        for part in node.tests if isinstance(node, tree.Tests) else node.items:
            yield from _constants(part)
    elif isinstance(node, tree.Test):
        yield from _constants(node.operand)
    elif isinstance(node, tree.Interval):
        yield from (*_constants(node.start), *_constants(node.end))
    else:
        yield feel.compile(feel.print_tree(node))({})


def _regions(column: Column, constants: list[feel.Value]) -> list[_Region]:
    if column.allowed is not None and _is_plain(column.allowed.tree):
        constants = [*constants, *_constants(column.allowed.tree)]
    kinds = {type(value) for value in constants if value is not None}
    regions: list[_Region] = []
    if kinds == {bool} or (not kinds and column.type is not None and column.type.kind == "boolean"):
        regions = [_exactly(True), _exactly(False)]
    elif _is_line(constants):
        regions = list(_line(sorted({value for value in constants if value is not None})))
    else:
        texts = dict.fromkeys(value for value in constants if isinstance(value, str))
        others = [value for value in constants if value is not None and not isinstance(value, str)]
        regions = [_exactly(value) for value in (*texts, *others)]
        regions.append(
            _Region("\u2026", "为其他值" if regions else "任意", "is another value" if regions else "is anything")
        )
    if None in constants:
        regions.append(_exactly(None))
    return regions


def _allowed(column: Column, regions: list[_Region]) -> list[_Region]:
    """Without the regions the column or its type does not allow."""
    if column.allowed is not None and _is_plain(column.allowed.tree):
        allowed = column.allowed
        regions = [region for region in regions if region.sample is None or allowed(region.sample, {}) is True]
    narrow = column.type.allowed if column.type is not None else None
    if narrow is not None:
        regions = [region for region in regions if region.sample is None or narrow(region.sample)]
    return regions


def _exactly(value: feel.Value) -> _Region:
    shown = "null" if value is None else feel.print_value(value)
    return _Region(value, f"= {shown}", f"= {shown}")


def _line(points: list[Any]) -> Iterator[_Region]:
    """The points and what lies before, between and after them."""
    step: Any = Decimal(1) if isinstance(points[0], Decimal) else timedelta(1)
    shown = [feel.print_value(point) for point in points]
    yield _Region(points[0] - step, f"< {shown[0]}", f"< {shown[0]}")
    for index, point in enumerate(points):
        yield _exactly(point)
        if index + 1 < len(points):
            middle = _between(point, points[index + 1])
            if middle is not None:
                text = f"({shown[index]}..{shown[index + 1]})"
                yield _Region(middle, f"在 {text} 之间", f"in {text}")
    yield _Region(points[-1] + step, f"> {shown[-1]}", f"> {shown[-1]}")


def _between(a: Any, b: Any) -> Any:
    if isinstance(a, Decimal):
        return (a + b) / 2
    middle = a + (b - a) / 2
    return middle if a < middle < b else None  # two days in a row have nothing between them
