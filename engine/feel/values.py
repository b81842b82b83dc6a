"""The values of the language and what holds between them: kinds, equality, order, conversion from and to Python.

A value is None, bool, str, Decimal, date, time, datetime, timedelta, YearMonth, list, dict, Range or Function.
Comparison is three-valued: None means "the standard has no answer" (different kinds, a zone on one side only).
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from .errors import FeelLimit
from .far import FarDate, FarDateTime, ordinal
from .limits import Run

Value = Any

# 34 digits as IEEE decimal128; nothing traps, so its methods are safe in every thread: only sticky flags are shared.
CONTEXT = decimal.Context(
    prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144, capitals=1, clamp=0, traps=[]
)
MAX_SMALL = 10**18  # whole numbers that need no rounding
MAX_DEEP = 100_000  # nodes a deep walk visits: shared sub-lists make a small value endlessly large to walk


@dataclass(frozen=True, slots=True, order=True)
class YearMonth:
    """A years-and-months duration."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


@dataclass(frozen=True, slots=True)
class Range:
    """An interval. A bound of None is open-ended. `operator` is set for one written as a test, such as `(< 5)`."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True
    operator: str = ""


class Function:
    """Something callable: `invoke(run, arguments)`; `parameters` are the names of its arguments, None if any number."""

    __slots__ = ("name", "parameters", "invoke", "types", "result")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...] | None,
        invoke: Callable[[Run, list[Value]], Value],
        types: tuple[Any, ...] = (),
        result: Any = None,
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.invoke = invoke
        self.types = types
        self.result = result


_PLAIN = frozenset(
    {type(None), bool, str, Decimal, date, time, datetime, timedelta, YearMonth, Range, Function, FarDate, FarDateTime}
)


_READY = _PLAIN - {Decimal}  # need neither a copy nor a look
_TEXTS, _INTS = frozenset({str}), frozenset({int})
FLOATS: dict[float, Decimal] = {}  # amounts come again and again
MAX_FLOATS = 4096


def convert(value: object) -> Value:
    """A Python value as a value of the language; numbers become Decimal, what is unknown becomes None."""
    kind = type(value)
    if kind is int and -MAX_SMALL < value < MAX_SMALL:  # type: ignore[operator]
        return Decimal(value)  # type: ignore[arg-type]
    if kind in _PLAIN:
        return _finite(value) if kind is Decimal else value  # type: ignore[arg-type]
    if kind is float:
        return from_float(value)  # type: ignore[arg-type]
    if kind is list and 0 < len(value) < MAX_DEEP:  # type: ignore[arg-type]
        kinds = set(map(type, value))  # type: ignore[call-overload]
        if kinds == _TEXTS:
            return value.copy()  # type: ignore[attr-defined]
        if kinds == _INTS and min(value) > -MAX_SMALL and max(value) < MAX_SMALL:  # type: ignore[call-overload]
            return list(map(Decimal, value))  # type: ignore[call-overload]
    return _convert(value, [MAX_DEEP], 0)


def from_float(value: float) -> Decimal | None:
    """The shortest decimal that means this float; None when it is no number."""
    found = FLOATS.get(value)
    if found is not None:
        return found
    made = _finite(Decimal(repr(value + 0.0)))  # minus zero becomes zero
    if made is not None:
        if len(FLOATS) >= MAX_FLOATS:
            FLOATS.clear()
        FLOATS[value] = made
    return made


def _finite(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


def _convert(value: object, left: list[int], depth: int) -> Value:
    left[0] -= 1
    if left[0] < 0 or depth > 100:
        raise FeelLimit(("变量的内容超过上限", "a variable holds more than allowed"))
    kind = type(value)
    if kind is int and -MAX_SMALL < value < MAX_SMALL:  # type: ignore[operator]
        return Decimal(value)  # type: ignore[arg-type]
    if kind is Decimal:
        return _finite(value)  # type: ignore[arg-type]
    if kind in _PLAIN:
        return value
    if kind is int:
        return CONTEXT.create_decimal(value) if value.bit_length() < 20_000 else None  # type: ignore[attr-defined, arg-type]
    if kind is float:
        return from_float(value)  # type: ignore[arg-type]
    if kind is dict or (kind is not list and isinstance(value, Mapping)):
        entries: Mapping[object, object] = value  # type: ignore[assignment]
        return {
            key if type(key) is str else str(key): item
            if (of := type(item)) in _READY
            else Decimal(item)  # type: ignore[arg-type]
            if of is int and -MAX_SMALL < item < MAX_SMALL  # type: ignore[operator]
            else _convert(item, left, depth + 1)
            for key, item in entries.items()
        }
    if kind is list or isinstance(value, (tuple, set, frozenset, list)):
        items: list[object] = value  # type: ignore[assignment]
        return [item if type(item) in _READY else _convert(item, left, depth + 1) for item in items]
    for base in (bool, str, Decimal, datetime, date, time, timedelta):
        if isinstance(value, base):  # subclasses, such as string enums
            return str.__str__(value) if base is str else value
    if isinstance(value, int):
        return Decimal(int(value))
    return Function(getattr(value, "__name__", "function"), None, _outer(value)) if callable(value) else None


def _outer(call: Callable[..., object]) -> Callable[[Run, list[Value]], Value]:
    return lambda run, arguments: convert(call(*arguments))


# --- equality and order ------------------------------------------------------------------------------------------

_DIRECT = frozenset({bool, str, Decimal, date, timedelta, YearMonth, FarDate})
_INSTANTS = frozenset({datetime, time, FarDateTime})
_DAYS = frozenset({date, FarDate})
_MOMENTS = frozenset({datetime, FarDateTime})
_REFERENCE_DAY = date(2000, 1, 1)  # a time with a named zone has no offset of its own; any fixed day gives it one


def instant(value: datetime | time | FarDateTime) -> tuple[bool, int]:
    """(has a zone?, milliseconds on the UTC line): the standard compares these, not the written fields."""
    moment = datetime.combine(_REFERENCE_DAY, value) if isinstance(value, time) else value
    offset = moment.utcoffset()
    milliseconds = (
        ordinal(moment) * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second
    ) * 1000 + moment.microsecond // 1000
    if offset is None:
        return False, milliseconds
    return True, milliseconds - int(offset.total_seconds() * 1000)


def equal(a: Value, b: Value, left: list[int] | None = None) -> bool | None:
    """`a = b`; None when the kinds differ. `left` counts down the nodes that several comparisons may visit together."""
    kind = type(a)
    if kind is type(b):
        if kind in _DIRECT:
            return bool(a == b)
        return _equal(a, b, left or [MAX_DEEP])
    if a is None or b is None:
        return False
    return False if _both(a, b, _DAYS) or _both(a, b, _MOMENTS) else None


def _both(a: Value, b: Value, kinds: frozenset[type]) -> bool:
    return type(a) in kinds and type(b) in kinds


def _equal(a: Value, b: Value, left: list[int]) -> bool | None:
    left[0] -= 1
    if left[0] < 0:
        raise FeelLimit(("比较的内容超过上限", "the compared values are larger than allowed"))
    if a is b:
        return True
    kind = type(a)
    if kind is not type(b):
        return equal(a, b)
    if kind in _DIRECT:
        return bool(a == b)
    if a is None:
        return True
    if kind in _INSTANTS:
        (zoned, first), (other, second) = instant(a), instant(b)
        return first == second if zoned == other else False
    if kind is list:
        if len(a) != len(b):
            return False
        return _all(_equal(x, y, left) for x, y in zip(a, b, strict=True))
    if kind is dict:
        if a.keys() != b.keys():
            return False
        return _all(_equal(value, b[key], left) for key, value in a.items())
    if kind is Range:
        if (a.start_included, a.end_included, a.operator) != (b.start_included, b.end_included, b.operator):
            return False
        return _all(_equal(x, y, left) for x, y in ((a.start, b.start), (a.end, b.end)))
    return a is b


def _all(answers: Any) -> bool:
    return all(answer is True for answer in answers)


def less(a: Value, b: Value) -> bool | None:
    """`a < b`; None when the two have no order."""
    kind = type(a)
    if kind is not type(b):
        return _far_less(a, b)
    if kind is Decimal or (kind in _DIRECT and kind is not bool):
        return bool(a < b)
    if kind in _INSTANTS:
        (zoned, first), (other, second) = instant(a), instant(b)
        return first < second if zoned == other else None
    return None


def _far_less(a: Value, b: Value) -> bool | None:
    """One of the two lies outside Python's calendar, so they are never equal."""
    if _both(a, b, _DAYS):
        return ordinal(a) < ordinal(b)
    if _both(a, b, _MOMENTS):
        (zoned, first), (other, second) = instant(a), instant(b)
        return first < second if zoned == other else None
    return None


def less_or_equal(a: Value, b: Value) -> bool | None:
    """`a <= b`; None when the two have no order."""
    kind = type(a)
    if kind is not type(b):
        return _far_less(a, b)
    if kind is Decimal or (kind in _DIRECT and kind is not bool):
        return bool(a <= b)
    if kind in _INSTANTS:
        (zoned, first), (other, second) = instant(a), instant(b)
        return first <= second if zoned == other else None
    return None


def within(value: Value, interval: Range) -> bool | None:
    """Does `value` lie in the interval?"""
    if interval.operator == "=":
        return equal(value, interval.start)
    if interval.operator == "!=":
        same = equal(value, interval.start)
        return None if same is None else not same
    above: bool | None = True
    below: bool | None = True
    if interval.start is not None:
        above = less_or_equal(interval.start, value) if interval.start_included else less(interval.start, value)
    if interval.end is not None:
        below = less_or_equal(value, interval.end) if interval.end_included else less(value, interval.end)
    if above is False or below is False:
        return False
    if above is None or below is None or (interval.start is None and interval.end is None):
        return None
    return True


def contained(value: Value, test: Value) -> bool | None:
    """`value in test` for an evaluated test: a list's member (or in a range of it), inside a range, or equal."""
    if type(test) is list:
        if type(value) is list and equal(value, test):
            return True
        left = [MAX_DEEP]
        for member in test:
            within_ = type(member) is Range and type(value) is not Range and within(value, member)
            if within_ or equal(value, member, left):
                return True
        return False
    if type(test) is Range and type(value) is not Range:
        return within(value, test)
    return equal(value, test)


def keys(values: list[Value]) -> list[object]:
    """Hashable stand-ins: two values are equal exactly when their keys are."""
    left = [MAX_DEEP]
    return [_key(value, left) for value in values]


def _key(value: Value, left: list[int]) -> object:
    left[0] -= 1
    if left[0] < 0:
        raise FeelLimit(("比较的内容超过上限", "the compared values are larger than allowed"))
    kind = type(value)
    if kind in _INSTANTS:
        return kind, instant(value)
    if kind is list:
        return list, tuple([_key(item, left) for item in value])
    if kind is dict:
        return dict, frozenset([(name, _key(item, left)) for name, item in value.items()])
    if kind is Range:
        ends = (_key(value.start, left), _key(value.end, left))
        return Range, ends, value.start_included, value.end_included, value.operator
    return kind, id(value) if kind is Function else value


# --- JSON ----------------------------------------------------------------------------------------------------------


def to_json(value: Value) -> Any:
    """Plain data for storing and showing: whole numbers int, others float, temporal values ISO text, functions None."""
    return _json(value, [MAX_DEEP])


def _json(value: Value, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0:
        raise FeelLimit(("结果的内容超过上限", "the result is larger than allowed"))
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if kind is Decimal:
        return int(value) if value == value.to_integral_value() and value.adjusted() < 34 else float(value)
    if kind is list:
        return [_json(item, left) for item in value]
    if kind is dict:
        return {name: _json(item, left) for name, item in value.items()}
    if kind is Function:
        return None
    from .texts import text_of  # printing needs the kinds of this module first

    return text_of(value)


def from_json(value: Any) -> Value:
    """The same as `convert`: JSON data as values; ISO dates stay text until an expression says `date(x)`."""
    return convert(value)
