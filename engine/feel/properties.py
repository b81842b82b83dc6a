"""What stands behind a dot: entries of contexts, parts of dates, times, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from .far import FarDate, FarDateTime, lift
from .texts import zone_text
from .values import Range, Value, YearMonth


def _offset(moment: Any) -> timedelta | None:
    if isinstance(moment, time) and moment.tzinfo is not None and moment.utcoffset() is None:
        return datetime.combine(date(2000, 1, 1), moment).utcoffset()
    found: timedelta | None = moment.utcoffset()
    return found


def _second(moment: Any) -> Decimal:
    return (
        Decimal(moment.second) + Decimal(moment.microsecond).scaleb(-6)
        if moment.microsecond
        else Decimal(moment.second)
    )


def _zone(moment: Any) -> str | None:
    text = zone_text(moment.tzinfo, None if isinstance(moment, time) else lift(moment)[1])
    return text[1:] if text.startswith("@") else None


_DATE: dict[str, Callable[[Any], Value]] = {
    "year": lambda d: Decimal(d.year),
    "month": lambda d: Decimal(d.month),
    "day": lambda d: Decimal(d.day),
    "weekday": lambda d: Decimal(d.isoweekday()),
}
_TIME: dict[str, Callable[[Any], Value]] = {
    "hour": lambda t: Decimal(t.hour),
    "minute": lambda t: Decimal(t.minute),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone,
}


def _part(duration: timedelta, unit: int, limit: int) -> Decimal:
    seconds = abs(duration) // timedelta(seconds=1) // unit
    value = seconds % limit if limit else seconds
    return Decimal(-value if duration < timedelta(0) else value)


def _seconds(duration: timedelta) -> Decimal:
    size = abs(duration)
    value = Decimal(size.seconds % 60)
    if size.microseconds:
        value += Decimal(size.microseconds).scaleb(-6)
    return -value if duration < timedelta(0) and value else value


def _years(duration: YearMonth) -> tuple[int, int]:
    years, months = divmod(abs(duration.months), 12)
    return (-years, -months) if duration.months < 0 else (years, months)


PROPERTIES: dict[type, dict[str, Callable[[Any], Value]]] = {
    date: _DATE,
    FarDate: _DATE,
    FarDateTime: _DATE | _TIME,
    time: _TIME,
    datetime: _DATE | _TIME,
    timedelta: {
        "days": lambda d: _part(d, 86_400, 0),
        "hours": lambda d: _part(d, 3600, 24),
        "minutes": lambda d: _part(d, 60, 60),
        "seconds": _seconds,
    },
    YearMonth: {"years": lambda d: Decimal(_years(d)[0]), "months": lambda d: Decimal(_years(d)[1])},
    Range: {
        "start": lambda r: r.start,
        "end": lambda r: r.end,
        "start included": lambda r: r.start_included,
        "end included": lambda r: r.end_included,
    },
}


def get(value: Value, name: str) -> Value:
    """`value.name`; of a list, the list of its entries' answers; None when there is no such property."""
    kind = type(value)
    if kind is dict:
        return value.get(name)
    if kind is list:
        return [get(item, name) for item in value]
    found = PROPERTIES.get(kind, {}).get(name)
    return None if found is None else found(value)
