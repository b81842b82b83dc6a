"""A column's values cut into regions: within one region every cell of the column answers the same.

The constants of the cells cut a line (numbers, dates, durations) into each constant and what lies before, between and
after; texts and truth values into each constant and "any other". One sample value then stands for its region.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine import feel
from engine.feel import tree
from engine.feel.types import Type, conforms

from .cells import is_plain
from .item_types import Allowed
from .tables import Column

_LINES = frozenset({Decimal, date, datetime, timedelta})


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a column's values: one sample and what to call it."""

    sample: feel.Value
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A column's regions, which of them each rule's cell accepts, and the rules whose cell could not be judged."""

    regions: list[Region]
    accepts: dict[int, frozenset[int]]
    unsure: frozenset[int]


def cut(column: Column, cells: dict[int, feel.UnaryTests | None], type_: Type | None) -> Cut:
    """Cut a column by its cells (by rule number); a cell that computes is unsure and taken to accept everything."""
    plain = {number: cell for number, cell in cells.items() if cell is not None and is_plain(cell.tree)}
    found = [value for cell in plain.values() for value in _constants(cell.tree)]
    constants = [value for value in found if type_ is None or conforms(value, type_, False)]
    if not _is_line(constants) and any(_orders(cell.tree) for cell in plain.values()):
        plain, constants = {}, []
    regions = _allowed(column, type_, _regions(column, type_, constants))
    everything = frozenset(range(len(regions)))
    accepts = dict.fromkeys(cells, everything)
    for number, cell in plain.items():
        accepts[number] = frozenset(i for i in everything if cell(regions[i].sample, {}) is True)
    unsure = frozenset(number for number, cell in cells.items() if cell is not None and number not in plain)
    return Cut(regions, accepts, unsure)


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


def _regions(column: Column, type_: Type | None, constants: list[feel.Value]) -> list[Region]:
    for tests in _restrictions(column, type_):
        constants = [*constants, *_constants(tests.tree)]
    kinds = {type(value) for value in constants if value is not None}
    regions: list[Region] = []
    if kinds == {bool} or (not kinds and type_ is not None and type_.kind == "boolean"):
        regions = [_exactly(True), _exactly(False)]
    elif _is_line(constants):
        regions = list(_line(sorted({value for value in constants if value is not None})))
    else:
        texts = dict.fromkeys(value for value in constants if isinstance(value, str))
        others = [value for value in constants if value is not None and not isinstance(value, str)]
        regions = [_exactly(value) for value in (*texts, *others)]
        regions.append(
            Region("\u2026", "为其他值" if regions else "任意", "is another value" if regions else "is anything")
        )
    if None in constants:
        regions.append(_exactly(None))
    return regions


def _restrictions(column: Column, type_: Type | None) -> list[feel.UnaryTests]:
    """The allowed values of a column and its type, as far as they are plain."""
    narrow = type_.allowed if type_ is not None else None
    tests = [*([column.allowed] if column.allowed else ()), *(narrow.tests if isinstance(narrow, Allowed) else ())]
    return [test for test in tests if is_plain(test.tree)]


def _allowed(column: Column, type_: Type | None, regions: list[Region]) -> list[Region]:
    """Without the regions the column or its type does not allow."""
    tests = _restrictions(column, type_)
    return [r for r in regions if r.sample is None or all(test(r.sample, {}) is True for test in tests)]


def _exactly(value: feel.Value) -> Region:
    shown = "null" if value is None else feel.print_value(value)
    return Region(value, f"= {shown}", f"= {shown}")


def _line(points: list[Any]) -> Iterator[Region]:
    """The points and what lies before, between and after them."""
    step: Any = Decimal(1) if isinstance(points[0], Decimal) else timedelta(1)
    shown = [feel.print_value(point) for point in points]
    yield Region(points[0] - step, f"< {shown[0]}", f"< {shown[0]}")
    for index, point in enumerate(points):
        yield _exactly(point)
        if index + 1 < len(points):
            middle = _between(point, points[index + 1])
            if middle is not None:
                text = f"({shown[index]}..{shown[index + 1]})"
                yield Region(middle, f"在 {text} 之间", f"in {text}")
    yield Region(points[-1] + step, f"> {shown[-1]}", f"> {shown[-1]}")


def _between(a: Any, b: Any) -> Any:
    if isinstance(a, Decimal):
        return (a + b) / 2
    middle = a + (b - a) / 2
    return middle if a < middle < b else None  # two days in a row have nothing between them
