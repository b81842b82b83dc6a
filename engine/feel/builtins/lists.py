"""Lists (DMN 1.5 §10.3.4.4, §10.3.4.13). Positions count from 1, from the end when negative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any

from ..arithmetic import add
from ..limits import Run
from ..values import CONTEXT, MAX_DEEP, FeelLimit, Function, Value, equal, keys, less
from .numbers import finite
from .registry import builtin

ZERO = Decimal(0)
_NUMBERS = {Decimal}


def _either(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A function of one list that may also be called with the list's entries."""

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        builtin(name, "list: list")(call)
        builtin(name, "first: any, second: any, more*: any")(lambda *items: call(list(items)))
        return call

    return register


@builtin("list contains", "list: list, element: any")
def list_contains(items: list[Value], element: Value) -> bool:
    if type(element) is str:
        return element in items
    left = [MAX_DEEP]
    return any(equal(item, element, left) is True for item in items)


@_either("count")
def count(items: list[Value]) -> Decimal:
    return Decimal(len(items))


def _extreme(items: list[Value], largest: bool) -> Value:
    if not items:
        return None
    best = items[0]
    for item in items:
        order = less(best, item) if largest else less(item, best)
        if order is None:
            return None
        if order:
            best = item
    return best


@_either("min")
def min_(items: list[Value]) -> Value:
    return _extreme(items, False)


@_either("max")
def max_(items: list[Value]) -> Value:
    return _extreme(items, True)


def numbers_only(items: list[Value]) -> bool:
    """Are all entries numbers?"""
    return set(map(type, items)) == _NUMBERS


def total(items: list[Value]) -> Value:
    """The sum of numbers or of durations of one kind; None for anything else."""
    if items and numbers_only(items):
        return finite(reduce(CONTEXT.add, items))
    result = items[0] if items else None
    if result is None or not (type(result) is Decimal or hasattr(result, "months") or hasattr(result, "days")):
        return None
    for item in items[1:]:
        if type(item) is not type(result):
            return None
        result = add(result, item)
        if result is None:
            return None
    return result


@_either("sum")
def sum_(items: list[Value]) -> Value:
    return total(items)


@_either("mean")
def mean(items: list[Value]) -> Decimal | None:
    whole = total(items) if items and numbers_only(items) else None
    return finite(CONTEXT.divide(whole, Decimal(len(items)))) if whole is not None else None


@_either("product")
def product(items: list[Value]) -> Decimal | None:
    if not items or not numbers_only(items):
        return None
    result = Decimal(1)
    for item in items:
        result = CONTEXT.multiply(result, item)
    return finite(result)


@_either("median")
def median(items: list[Value]) -> Decimal | None:
    if not items or not numbers_only(items):
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return CONTEXT.divide(CONTEXT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@_either("stddev")
def stddev(items: list[Value]) -> Decimal | None:
    """The sample's standard deviation: divided by one less than the count."""
    if len(items) < 2 or not numbers_only(items):
        return None
    average = mean(items)
    squares = ZERO
    for item in items:
        distance = CONTEXT.subtract(item, average)  # type: ignore[arg-type]
        squares = CONTEXT.add(squares, CONTEXT.multiply(distance, distance))
    return finite(CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(items) - 1))))


@_either("mode")
def mode(items: list[Value]) -> list[Value] | None:
    if items and not numbers_only(items):
        return None
    tally: dict[Decimal, int] = {}
    for item in items:
        tally[item] = tally.get(item, 0) + 1
    most = max(tally.values(), default=0)
    return sorted(item for item, times in tally.items() if times == most)


def _every(items: list[Value]) -> bool | None:
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


def _some(items: list[Value]) -> bool | None:
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


_either("all")(_every)
_either("any")(_some)


@builtin("sublist", "list: list, start position: number, length?: number?")
def sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> list[Value] | None:
    place = int(start)
    if place == 0 or abs(place) > len(items) or (length is not None and length < 0):
        return None
    begin = place - 1 if place > 0 else len(items) + place
    if length is None:
        return items[begin:]
    end = begin + int(min(length, Decimal(MAX_DEEP)))
    return items[begin:end] if end <= len(items) else None


@builtin("append", "list: list, item: any, item*: any")
def append(items: list[Value], *more: Value) -> list[Value]:
    return [*items, *more]


@builtin("concatenate", "list: list, list*: list")
def concatenate(*lists: list[Value]) -> list[Value]:
    return [item for items in lists for item in items]


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(items: list[Value], position: Decimal, item: Value) -> list[Value] | None:
    place = int(position)
    if place == 0 or abs(place) > len(items):
        return None
    begin = place - 1 if place > 0 else len(items) + place
    return [*items[:begin], item, *items[begin:]]


@builtin("remove", "list: list, position: number")
def remove(items: list[Value], position: Decimal) -> list[Value] | None:
    place = int(position)
    if place == 0 or abs(place) > len(items):
        return None
    begin = place - 1 if place > 0 else len(items) + place
    return [*items[:begin], *items[begin + 1 :]]


@builtin("list replace", "list: list, position: number, newItem: any")
def list_replace(items: list[Value], position: Decimal, item: Value) -> list[Value] | None:
    place = int(position)
    if place == 0 or abs(place) > len(items):
        return None
    begin = place - 1 if place > 0 else len(items) + place
    return [*items[:begin], item, *items[begin + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any", run=True)
def list_replace_matching(run: Run, items: list[Value], match: Function, item: Value) -> list[Value] | None:
    if match.parameters is not None and len(match.parameters) != 2:
        return None
    result = []
    for old in items:
        answer = match.invoke(run, [old, item])
        if not isinstance(answer, bool):
            return None
        result.append(item if answer else old)
    return result


@builtin("reverse", "list: list")
def reverse(items: list[Value]) -> list[Value]:
    return items[::-1]


@builtin("index of", "list: list, match: any")
def index_of(items: list[Value], match: Value) -> list[Value]:
    left = [MAX_DEEP]
    return [Decimal(place) for place, item in enumerate(items, 1) if equal(item, match, left) is True]


@builtin("distinct values", "list: list")
def distinct_values(items: list[Value]) -> list[Value]:
    return _distinct(items)


def _distinct(items: list[Value]) -> list[Value]:
    seen: dict[object, Value] = {}
    for mark, item in zip(keys(items), items, strict=True):
        seen.setdefault(mark, item)
    return list(seen.values())


@builtin("union", "list: list, list*: list")
def union(*lists: list[Value]) -> list[Value]:
    return _distinct(concatenate(*lists))


@builtin("duplicate values", "list: list")
def duplicate_values(items: list[Value]) -> list[Value]:
    marks = keys(items)
    tally = Counter(marks)
    return _distinct([item for mark, item in zip(marks, items, strict=True) if tally[mark] > 1])


@builtin("flatten", "list: list")
def flatten(items: list[Value]) -> list[Value]:
    result: list[Value] = []
    open_: list[Any] = [iter(items)]
    left = MAX_DEEP
    while open_:
        for item in open_[-1]:
            left -= 1
            if left < 0:
                raise FeelLimit(("列表超过上限", "the list is larger than allowed"))
            if type(item) is list:
                open_.append(iter(item))
                break
            result.append(item)
        else:
            open_.pop()
    return result


@builtin("sort", "list: list, precedes?: function?", run=True)
def sort(run: Run, items: list[Value], precedes: Function | None = None) -> list[Value] | None:
    if precedes is None:
        run.spend(len(items) * len(items).bit_length())
        before: Callable[[Value, Value], Value] = less
    else:
        if precedes.parameters is not None and len(precedes.parameters) != 2:
            return None

        def before(a: Value, b: Value) -> Value:
            return precedes.invoke(run, [a, b])

    class Entry:
        """Python's stable sort asks nothing but `<`."""

        __slots__ = ("value",)

        def __init__(self, value: Value) -> None:
            self.value = value

        def __lt__(self, other: Entry) -> bool:
            first = before(self.value, other.value)
            if not isinstance(first, bool):
                raise _Unordered
            return first

    try:
        return sorted(items, key=Entry)  # type: ignore[arg-type]
    except _Unordered:
        return None


class _Unordered(Exception):
    """Two entries have no order."""
