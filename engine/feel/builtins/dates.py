"""Dates, times and durations (DMN 1.5 §10.3.4.1, §10.3.4.10, §10.3.4.11)."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from ..far import FarDateTime, lift, make, settle
from ..texts import combine, parse_date, parse_date_time, parse_duration, parse_time, zone_of
from ..values import Value, YearMonth
from .registry import builtin


def has_time(moment: Value) -> bool:
    """Is it a date-time rather than a date?"""
    return isinstance(moment, (datetime, FarDateTime))


def _utc_now() -> datetime:
    return datetime.now(UTC)


_clock = [_utc_now]


def set_clock(now: object) -> None:
    """Make `now()` and `today()` ask this function for an aware date-time in the zone to show."""
    _clock[0] = now  # type: ignore[call-overload]


@builtin("now")
def now() -> datetime:
    return _clock[0]()


@builtin("today")
def today() -> date:
    return _clock[0]().date()


@builtin("date", "from: string")
def date_from_text(text: str) -> Value:
    return parse_date(text)


@builtin("date", "from: day")
def date_from_moment(moment: Value) -> Value:
    return moment.date() if has_time(moment) else moment


@builtin("date", "year: number, month: number, day: number")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> Value:
    if not all(part == int(part) and abs(part) < 10**10 for part in (year, month, day)):
        return None
    return make(int(year), int(month), int(day))


@builtin("date and time", "from: string")
def date_time_from_text(text: str) -> Value:
    return parse_date_time(text)


@builtin("date and time", "from: day")
def date_time_from_day(moment: Value) -> Value:
    return moment if has_time(moment) else combine(moment, time(tzinfo=UTC))


@builtin("date and time", "date: day, time: time")
def date_time_of(day: Value, clock: time) -> Value:
    return combine(day.date() if has_time(day) else day, clock)


@builtin("date and time", "date: day, timezone: string")
def date_time_in(moment: Value, zone: str) -> Value:
    tz = zone_of(f"@{zone}")
    if tz is None or not has_time(moment):
        return None
    cycles, base = lift(moment)
    return settle(cycles, base.astimezone(tz) if base.tzinfo else base.replace(tzinfo=tz))


@builtin("time", "from: string")
def time_from_text(text: str) -> time | None:
    return parse_time(text)


@builtin("time", "from: time")
def time_itself(moment: time) -> time:
    return moment


@builtin("time", "from: day")
def time_from_moment(moment: Value) -> time:
    return moment.timetz() if has_time(moment) else time(tzinfo=UTC)


@builtin("time", "hour: number, minute: number, second: number, offset?: days duration?")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> time | None:
    if hour != int(hour) or minute != int(minute) or not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    if offset is not None and abs(offset) > timedelta(hours=18):
        return None
    zone = None if offset is None else timezone(offset) if offset else UTC
    return time(int(hour), int(minute), int(second), int(second % 1 * 1_000_000), zone)


@builtin("duration", "from: string")
def duration_from_text(text: str) -> Value:
    return parse_duration(text)


@builtin("duration", "from: duration")
def duration_itself(value: Value) -> Value:
    return value


@builtin("years and months duration", "from: day, to: day")
def years_and_months_duration(start: Value, end: Value) -> YearMonth:
    """Whole months between the two days, toward zero; times of day do not count."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearMonth(months)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("day of year", "date: day")
def day_of_year(day: Value) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week", "date: day")
def day_of_week(day: Value) -> str:
    return _DAYS[day.weekday()]


@builtin("month of year", "date: day")
def month_of_year(day: Value) -> str:
    return _MONTHS[day.month - 1]


@builtin("week of year", "date: day")
def week_of_year(day: Value) -> Decimal:
    return Decimal(day.isocalendar().week)


@builtin("last day of month", "date: day")
def last_day_of_month(day: Value) -> Decimal:
    return Decimal(calendar.monthrange(lift(day)[1].year, day.month)[1])
