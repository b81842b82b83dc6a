"""Times as diagrams write them: ISO 8601 durations, date-times and repetitions, and what FEEL yields for them.

Replaces SpiffWorkflow's timer parsing, which takes -PT1H for one hour, accepts P1DT, reads naive times in the
server's zone and resolves everything against the machine's clock.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine import clock, errors

_DURATION = re.compile(
    r"^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
)
_CYCLE = re.compile(r"^R(\d*)/(?:([^/]+)/)?(P[^/]+)$")
MAX_YEARS = 1_000  # of a duration


class NotATime(ValueError):
    """A text or value that is no time of the kind wanted; `zh` and `en` say why. `negative`: it runs backwards."""

    def __init__(self, zh: str, en: str, negative: bool = False) -> None:
        super().__init__(en)
        self.zh, self.en, self.negative = zh, en, negative


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and exact time."""

    months: int
    rest: timedelta

    def after(self, start: datetime) -> datetime:
        """`start` plus this duration, months counted on Shanghai's calendar; aware UTC. Raises NotATime."""
        try:
            if self.months:
                wall = clock.local(start)
                month = wall.month - 1 + self.months
                year, month = wall.year + month // 12, month % 12 + 1
                start = wall.replace(year=year, month=month, day=min(wall.day, calendar.monthrange(year, month)[1]))
            return start.astimezone(UTC) + self.rest
        except (ValueError, OverflowError) as problem:
            raise NotATime("时间在公元 9999 年之后", "the time is after the year 9999") from problem


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition: how often (None = for ever), the first instant if given, the period."""

    times: int | None
    first: datetime | None
    period: str


def duration(value: Any) -> Duration:
    """A duration from ISO text or a FEEL duration. Raises NotATime; a negative one, or an age, is refused."""
    try:
        found = _duration(value)
    except OverflowError:
        found = None
    if found is None or found.months > 12 * MAX_YEARS or found.rest > timedelta(days=366 * MAX_YEARS):
        raise NotATime(f"时长“{value}”超过 {MAX_YEARS} 年", f"{value!r:.60} is longer than {MAX_YEARS} years")
    return found


def _duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    if isinstance(value, timedelta):
        if value < timedelta(0):
            raise _negative(value)
        return Duration(0, value)
    months = getattr(value, "months", None)
    if isinstance(months, int):
        if months < 0:
            raise _negative(value)
        return Duration(months, timedelta(0))
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("-P"):
            raise _negative(text)
        match = _DURATION.match(text)
        if match:
            years, months_, weeks, days, hours, minutes, seconds = (Decimal(part or 0) for part in match.groups())
            rest = timedelta(
                days=int(weeks * 7 + days),
                hours=int(hours),
                minutes=int(minutes),
                microseconds=int(seconds * 1_000_000),
            )
            return Duration(int(years * 12 + months_), rest)
    raise NotATime(f"“{value}”不是时长（如 P2D、PT2H）", f"{value!r:.60} is no duration such as P2D or PT2H")


def instant(value: Any, element: str | None = None) -> datetime:
    """A date-time as aware UTC: naive means Shanghai, a date the end of that day.

    Raises NotATime; with `element`, errors.DiagramFault instead.
    """
    try:
        return _instant(value)
    except NotATime as problem:
        if element is None:
            raise
        raise errors.DiagramFault(element, f"“{element}”: {problem.en}", zh=f"“{element}”：{problem.zh}") from problem


def _instant(value: Any) -> datetime:
    try:
        if isinstance(value, str):
            value = _parse(value.strip())
        if isinstance(value, datetime):
            return clock.aware(value)
        if isinstance(value, date):
            return clock.aware(datetime.combine(value + timedelta(days=1), datetime.min.time()))
    except OverflowError as problem:  # the first or the last day there is, seen from another zone
        raise NotATime(f"“{value}”超出历法范围", f"{value!r:.60} is beyond the calendar") from problem
    raise NotATime(f"“{value}”不是日期时间", f"{value!r:.60} is no date and time")


def cycle(value: Any) -> Cycle:
    """A repetition such as R3/PT1H or R/2026-01-01T09:00:00+08:00/P1D. Raises NotATime."""
    match = _CYCLE.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise NotATime(f"“{value}”不是重复时间（如 R3/PT1H）", f"{value!r:.60} is no repetition such as R3/PT1H")
    times, first, period = match.groups()
    length = duration(period)
    if not length.months and length.rest <= timedelta(0):
        raise NotATime(f"“{value}”的周期为零", f"the period of {value!r} is zero")
    return Cycle(int(times) if times else None, instant(first) if first else None, period)


def parse_instant(text: str) -> datetime:
    """An instant as the state keeps it."""
    return datetime.fromisoformat(text)


def _parse(text: str) -> datetime | date:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as problem:
        raise NotATime(f"“{text}”不是日期时间", f"{text!r:.60} is no date and time") from problem


def _negative(value: Any) -> NotATime:
    return NotATime(f"时长“{value}”是负的", f"the duration {value} is negative", negative=True)
