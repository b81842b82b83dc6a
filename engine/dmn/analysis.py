"""What is wrong with a decision table before any case comes along: gaps, overlaps, rules that never act.

Every column is cut into regions (`regions.py`), so a table is a finite grid. Cells that compute with other names or
call functions cannot be cut: for gaps they are taken to match, for overlaps not to match, so that nothing is reported
that is not so. A value that is missing (null) is only looked at where a cell speaks of null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine import feel
from engine.feel import tree
from engine.feel.types import Type

from .model import Decision, Model
from .regions import Cut, cut
from .tables import Column, Rule, Table

MAX_VISITS = 50_000  # combinations looked at per table
MAX_EXAMPLES = 5  # gaps told per table
MAX_PAIRS = 20  # overlaps told per table
MAX_TAKERS = 20  # rules that are tried for being needed


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing found; `example` maps inputs to values.

    `kind` is gap, overlap, unreachable, impossible, unused, untyped or large (not looked through to the end).
    `columns` are the labels of the columns at fault, `by` the earlier rules that take an unreachable one's cases.
    """

    kind: str
    decision: str
    rules: tuple[int, ...]
    zh: str
    en: str
    example: dict[str, Any] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    by: tuple[int, ...] = ()


def analyse(model: Model) -> list[Remark]:
    """The remarks on every table of a model's decisions."""
    types = {item.name: item.type for item in model.items.values() if item.type is not None}
    return [
        remark
        for item in model.own
        if isinstance(item, Decision)
        for table in item.tables
        for remark in analyse_table(table, item.name, types, item.type)
    ]


def analyse_table(
    table: Table, name: str = "", types: Mapping[str, Type] | None = None, result: Type | None = None
) -> list[Remark]:
    """The remarks on one table; `types` are those of the items its columns may name, `result` its decision's."""
    grid = _Grid(table, name or table.name, types or {})
    remarks = [*grid.untyped(result), *grid.unused(), *grid.impossible(), *grid.overlaps()]
    remarks += [*grid.unreachable(), *grid.gaps()]
    return [*remarks, *grid.large()]


class _Grid:
    """Sets of rules are bits of an int: rule number n is the bit 1 << n."""

    def __init__(self, table: Table, name: str, types: Mapping[str, Type]) -> None:
        self.table = table
        self.name = name
        self.types = [_type(column, types) for column in table.columns]
        self.cuts = [self._cut(place, column) for place, column in enumerate(table.columns)]
        self.unsure = frozenset(number for part in self.cuts for number in part.unsure)
        self.masks = [
            [
                _bits(n for n, accepted in cut.accepts.items() if region in accepted)
                for region in range(len(cut.regions))
            ]
            for cut in self.cuts
        ]
        self.visits = 0

    def _cut(self, place: int, column: Column) -> Cut:
        return cut(column, {rule.number: rule.tests[place] for rule in self.table.rules}, self.types[place])

    def _remark(self, kind: str, rules: tuple[int, ...], zh: str, en: str, choice: list[int] | None = None) -> Remark:
        example: dict[str, Any] = {}
        where_zh, where_en = [], []
        for place, index in enumerate(choice or ()):
            label, region = self.table.columns[place].label, self.cuts[place].regions[index]
            example[label] = feel.to_json(region.sample)
            where_zh.append(f"{label} {region.zh}")
            where_en.append(f"{label} {region.en}")
        said_zh, said_en = zh.replace("{}", "，".join(where_zh)), en.replace("{}", ", ".join(where_en))
        return Remark(kind, self.name, rules, said_zh, said_en, example)

    def untyped(self, result: Type | None) -> Iterator[Remark]:
        """Columns whose values nobody checks."""
        labels = [c.label for c, type_ in zip(self.table.columns, self.types, strict=True) if type_ is None]
        labels += [o.name or self.name for o in self.table.outputs if o.type is None and result is None]
        if labels:
            zh, en = "、".join(f"“{label}”" for label in labels), ", ".join(f"`{label}`" for label in labels)
            told = self._remark("untyped", (), f"没有数据类型：{zh}", f"no type is given for {en}")
            yield replace(told, columns=tuple(labels))

    def unused(self) -> Iterator[Remark]:
        """Columns that no rule asks."""
        for place, column in enumerate(self.table.columns):
            if self.table.rules and all(rule.tests[place] is None for rule in self.table.rules):
                zh, en = f"没有规则用到输入“{column.label}”", f"no rule asks the input `{column.label}`"
                yield replace(self._remark("unused", (), zh, en), columns=(column.label,))

    def impossible(self) -> Iterator[Remark]:
        """Rules with a cell that no value of the column passes."""
        for rule in self.table.rules:
            number, parts = rule.number, zip(self.table.columns, self.cuts, strict=True)
            labels = tuple(column.label for column, part in parts if part.regions and not part.accepts[number])
            if labels:
                zh, en = "、".join(f"“{label}”" for label in labels), ", ".join(f"`{label}`" for label in labels)
                zh = f"第 {number} 条规则永远不会相符：{zh}没有这样的值"
                en = f"rule {number} can never match: there is no such value of {en}"
                yield replace(self._remark("impossible", (number,), zh, en), columns=labels)

    def overlaps(self) -> Iterator[Remark]:
        """Pairs that match at once where the hit policy forbids it."""
        if self.table.policy not in ("UNIQUE", "ANY"):
            return
        by_number = {rule.number: rule for rule in self.table.rules if rule.number not in self.unsure}
        sure, told = _bits(by_number), 0
        for first in by_number.values():
            others = sure >> (first.number + 1) << (first.number + 1)
            for part, masks in zip(self.cuts, self.masks, strict=True):
                beside = 0
                for region in part.accepts[first.number]:
                    beside |= masks[region]
                others &= beside
            for number in _numbers(others):
                second = by_number[number]
                if self.table.policy == "ANY" and _results(first) == _results(second):
                    continue
                if told == MAX_PAIRS:
                    return
                told += 1
                shared = (part.accepts[first.number] & part.accepts[number] for part in self.cuts)
                zh = f"第 {first.number} 条与第 {number} 条规则同时相符：{{}}"
                en = f"rules {first.number} and {number} match at once: {{}}"
                yield self._remark("overlap", (first.number, number), zh, en, [min(regions) for regions in shared])

    def unreachable(self) -> Iterator[Remark]:
        """Rules of a FIRST table that earlier rules leave nothing to."""
        if self.table.policy != "FIRST":
            return
        earlier = 0
        for rule in self.table.rules:
            number = rule.number
            if number in self.unsure:
                continue
            space = [sorted(part.accepts[number]) for part in self.cuts]
            if earlier and all(space) and next(self._uncovered(earlier, space), None) is None and not self.exhausted:
                by = self._takers(earlier, space)
                zh = f"第 {number} 条规则永远轮不到：它的情形已由前面的第 {'、'.join(map(str, by))} 条规则全部覆盖"
                en = f"rule {number} is never reached: its cases are taken by rule {', '.join(map(str, by))} before it"
                yield replace(self._remark("unreachable", (number,), zh, en), by=by)
            earlier |= 1 << number

    def _takers(self, earlier: int, space: list[list[int]]) -> tuple[int, ...]:
        """Of the earlier rules that cover `space` together those it needs: one, where one takes all."""
        for masks, regions in zip(self.masks, space, strict=True):
            touching = 0
            for region in regions:
                touching |= masks[region]
            earlier &= touching
        found = list(_numbers(earlier))
        visits = self.visits  # naming them is no look at the table: it is not charged
        for number in found:
            if next(self._uncovered(1 << number, space), None) is None:
                found = [number]
                break
        for number in found[::-1] if 1 < len(found) <= MAX_TAKERS else ():
            fewer = [other for other in found if other != number]
            if next(self._uncovered(_bits(fewer), space), None) is None and not self.exhausted:
                found = fewer
        self.visits = visits
        return tuple(found)

    def gaps(self) -> Iterator[Remark]:
        """Combinations that no rule matches, where there is no default."""
        if any(output.default for output in self.table.outputs) or self.table.policy == "COLLECT":
            return
        space = [list(range(len(part.regions))) for part in self.cuts]
        rules = _bits(rule.number for rule in self.table.rules)
        for found, choice in enumerate(self._uncovered(rules, space) if all(space) else ()):
            if found >= MAX_EXAMPLES:
                return
            yield self._remark("gap", (), "没有规则适用于：{}", "no rule covers: {}", choice)

    def large(self) -> Iterator[Remark]:
        """Said when there were too many combinations to look at them all."""
        if self.exhausted:
            yield self._remark("large", (), "表太大，未能全部查完", "the table is too large to be looked through")

    @property
    def exhausted(self) -> bool:
        """Have the questions needed more visits than allowed?"""
        return self.visits > MAX_VISITS

    def _uncovered(self, rules: int, space: list[list[int]]) -> Iterator[list[int]]:
        """One choice of regions inside `space` for every part that none of the rules covers."""
        width = len(self.masks)
        covered: set[tuple[int, int]] = set()  # (place, rules left) below which everything is covered

        def walk(place: int, left: int, choice: list[int]) -> Iterator[list[int]]:
            self.visits += 1
            if not left:
                yield [*choice, *(regions[0] for regions in space[place:])]
                return
            if place == width or self.exhausted or (place, left) in covered:
                return
            groups: dict[int, int] = {}  # regions that the same rules accept need one look only
            for region in space[place]:
                groups.setdefault(left & self.masks[place][region], region)
            whole = True
            for matching, region in groups.items():
                for found in walk(place + 1, matching, [*choice, region]):
                    whole = False
                    yield found
            if whole and not self.exhausted:
                covered.add((place, left))

        yield from walk(0, rules, [])


def _type(column: Column, types: Mapping[str, Type]) -> Type | None:
    """The type of a column: its own, or that of the input or decision it names."""
    if column.type is not None or not isinstance(column.expression.tree, tree.Name):
        return column.type
    return types.get(column.expression.tree.name)


def _results(rule: Rule) -> list[tree.Node]:
    return [expression.tree for expression in rule.outputs]


def _bits(numbers: Any) -> int:
    return sum(1 << number for number in numbers)


def _numbers(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
