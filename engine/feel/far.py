"""Dates beyond the years 1 to 9999 that Python's calendar ends at: the standard counts to ±999,999,999.

The Gregorian calendar repeats every 400 years (146,097 days, whole weeks). So a far date is a day of the years 2000 to
2399 and a number of cycles; everything that does not ask for the year is the same for both.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

CYCLE = 146_097
MAX_YEAR = 999_999_999
_CYCLE_TIME = timedelta(CYCLE)


@dataclass(frozen=True, slots=True, order=True)
class FarDate:
    """A date outside Python's years."""

    cycles: int
    base: date

    def __getattr__(self, name: str) -> Any:
        return getattr(self.base, name)

    @property
    def year(self) -> int:
        """The astronomical year: the year before 1 is 0."""
        return self.base.year + 400 * self.cycles


class FarDateTime(FarDate):
    """A date-time outside Python's years."""

    __slots__ = ()

    def date(self) -> Any:
        """The day."""
        return settle(self.cycles, self.base.date())  # type: ignore[attr-defined]


def lift(value: Any) -> tuple[int, Any]:
    """(cycles, day of 2000 to 2399) of any date or date-time."""
    if isinstance(value, FarDate):
        return value.cycles, value.base
    cycles = (value.year - 2000) // 400
    return cycles, value.replace(year=value.year - 400 * cycles)


def settle(cycles: int, base: Any) -> Any:
    """The date or date-time of these, Python's own where it can be; None beyond the standard's years."""
    shift = (base.year - 2000) // 400
    if shift:
        base, cycles = base.replace(year=base.year - 400 * shift), cycles + shift
    year = base.year + 400 * cycles
    if 1 <= year <= 9999:
        return base.replace(year=year)
    if abs(year) > MAX_YEAR:
        return None
    return FarDateTime(cycles, base) if isinstance(base, datetime) else FarDate(cycles, base)


def make(year: int, month: int, day: int) -> Any:
    """The date of these numbers; None when the calendar has no such day."""
    cycles = (year - 2000) // 400
    try:
        return settle(cycles, date(year - 400 * cycles, month, day))
    except (ValueError, OverflowError):
        return None


def months_later(moment: Any, months: int) -> Any:
    """`moment` so many months later, on the last day of the month where that is shorter."""
    cycles, base = lift(moment)
    year, month = divmod(base.year * 12 + base.month - 1 + months, 12)
    shift = (year - 2000) // 400
    year -= 400 * shift
    day = min(base.day, calendar.monthrange(year, month + 1)[1])
    return settle(cycles + shift, base.replace(year=year, month=month + 1, day=day))


def later(moment: Any, duration: timedelta) -> Any:
    """`moment` a duration later, counted on the UTC line where it has a zone."""
    cycles, base = lift(moment)
    turns, rest = divmod(duration, _CYCLE_TIME)
    zone = base.tzinfo if isinstance(base, datetime) else None
    moved = (base.astimezone(UTC) + rest).astimezone(zone) if zone else base + rest
    return settle(cycles + turns, moved)


def between(a: Any, b: Any) -> timedelta | None:
    """`a - b` for two date-times with a zone both, or both without; None when it is too long for a duration."""
    (first, x), (second, y) = lift(a), lift(b)
    if x.tzinfo:
        x, y = x.astimezone(UTC), y.astimezone(UTC)
    try:
        return x - y + timedelta((first - second) * CYCLE)  # type: ignore[no-any-return]
    except OverflowError:
        return None


def ordinal(moment: Any) -> int:
    """Days since the year 0, for comparing."""
    cycles, base = lift(moment)
    return int(base.toordinal()) + cycles * CYCLE
