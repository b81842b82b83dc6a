"""`+ - * / **` and negation over numbers, strings, dates and durations. None wherever the standard has no result."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from . import far
from .limits import MAX_TEXT, too_long
from .texts import combine
from .values import CONTEXT, Value, YearMonth

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_ANY_DAY = date(2000, 1, 1)
_MIDNIGHT = time(tzinfo=UTC)
_DATES = frozenset({date, datetime, far.FarDate, far.FarDateTime})
_add, _subtract, _multiply, _divide, _power = (
    CONTEXT.add, CONTEXT.subtract, CONTEXT.multiply, CONTEXT.divide, CONTEXT.power,
)  # fmt: skip


def _finite(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


def add(a: Value, b: Value) -> Value:
    """`a + b`"""
    kind, other = type(a), type(b)
    if kind is Decimal and other is Decimal:
        return _finite(_add(a, b))
    if kind is str and other is str:
        if len(a) + len(b) > MAX_TEXT:
            raise too_long()
        return a + b
    if other is timedelta or other is YearMonth:
        return _later(a, b)
    if kind is timedelta or kind is YearMonth:
        return _later(b, a)
    return None


def subtract(a: Value, b: Value) -> Value:
    """`a - b`"""
    kind, other = type(a), type(b)
    if kind is Decimal and other is Decimal:
        return _finite(_subtract(a, b))
    if other is timedelta or other is YearMonth:
        return _later(a, negate(b))
    if kind is time and other is time:
        return _between(datetime.combine(_ANY_DAY, a), datetime.combine(_ANY_DAY, b))
    if kind in _DATES and other in _DATES:
        return _between(_moment(a), _moment(b))
    return None


def multiply(a: Value, b: Value) -> Value:
    """`a * b`"""
    kind, other = type(a), type(b)
    if kind is Decimal and other is Decimal:
        return _finite(_multiply(a, b))
    if kind is Decimal:
        a, b, kind, other = b, a, other, kind
    return _scaled(a, _multiply, b) if other is Decimal else None


def divide(a: Value, b: Value) -> Value:
    """`a / b`"""
    kind, other = type(a), type(b)
    if kind is Decimal and other is Decimal:
        return _finite(_divide(a, b))
    if other is Decimal:
        return _scaled(a, _divide, b) if b else None
    if kind is timedelta and other is timedelta and b:
        return _finite(_divide(Decimal(a // _MICROSECOND), Decimal(b // _MICROSECOND)))
    if kind is YearMonth and other is YearMonth and b.months:
        return _finite(_divide(Decimal(a.months), Decimal(b.months)))
    return None


def power(a: Value, b: Value) -> Value:
    """`a ** b`"""
    return _finite(_power(a, b)) if type(a) is Decimal and type(b) is Decimal else None


def negate(a: Value) -> Value:
    """`-a`"""
    kind = type(a)
    if kind is Decimal:
        return CONTEXT.minus(a)
    if kind is YearMonth:
        return YearMonth(-a.months)
    if kind is timedelta:
        try:
            return -a
        except OverflowError:
            return None
    return None


def _scaled(a: Value, operation: object, factor: Decimal) -> Value:
    """A duration times or through a number, whole months toward zero."""
    kind = type(a)
    if kind is YearMonth:
        months = operation(Decimal(a.months), factor)  # type: ignore[operator]
        return YearMonth(int(months)) if months.is_finite() and abs(months) < 10**11 else None
    if kind is timedelta:
        micros = operation(Decimal(a // _MICROSECOND), factor)  # type: ignore[operator]
        try:
            return timedelta(microseconds=int(micros)) if micros.is_finite() and abs(micros) < 10**24 else None
        except OverflowError:
            return None
    return None


def _later(moment: Value, duration: timedelta | YearMonth) -> Value:
    kind = type(moment)
    try:
        if kind is type(duration):
            if isinstance(duration, YearMonth):
                return YearMonth(moment.months + duration.months)
            return moment + duration
        if kind is time:
            return (
                (datetime.combine(_ANY_DAY, moment) + duration % _DAY).timetz() if type(duration) is timedelta else None
            )
        if kind not in _DATES:
            return None
        if isinstance(duration, YearMonth):
            return far.months_later(moment, duration.months)
        return far.later(moment, timedelta(duration // _DAY) if kind is date or kind is far.FarDate else duration)
    except OverflowError:
        return None


def _moment(value: Value) -> Value:
    """A date as a date-time: the standard takes its midnight in UTC."""
    kind = type(value)
    return combine(value, _MIDNIGHT) if kind is date or kind is far.FarDate else value


def _between(a: Value, b: Value) -> timedelta | None:
    if (a.utcoffset() is None) != (b.utcoffset() is None):
        return None
    return far.between(a, b)
