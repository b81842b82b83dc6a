"""When a clock ends, and why: one function computes the deadline and derives it day by day.

Every deadline has two ends. `due` is the legal one: midnight after the last day, i.e. the first instant that is too
late (Order 121 art 45; the start day never counts). `operational` is when the office closes on that day, 17:30:
what people are shown and what timers and alarms go by.

Pauses are whole days: the day a pause begins does not count, the day it ends counts again, so a test from 1 June
to 21 June moves the end by 20 days. A restart (a tip-off that is supplemented) counts anew from its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from math import ceil
from typing import NamedTuple

import orjson

from engine import calendar as working_days
from engine import clock as time_of_day
from engine import errors
from engine.calendar import CLOSE, DAY, WINDOWS, Calendar
from engine.hotline.clocks import Clock, Measure, Roll, clock, rule_version

OPEN = WINDOWS[0][0]
OFFICE_DAY = sum((timedelta(hours=b.hour - a.hour, minutes=b.minute - a.minute) for a, b in WINDOWS), timedelta())
PERCENTS = (50, 80, 100)

Pause = tuple[date, date]  # from the first day that does not count to the first that counts again


class Day(NamedTuple):
    """One day of a derivation: its number when it counts (the start is 0), else None; and why."""

    date: date
    number: int | None
    why: str

    @property
    def counted(self) -> bool:
        return bool(self.number)


class Threshold(NamedTuple):
    """The instant when so many percent of a clock have passed."""

    percent: int
    at: datetime


@dataclass(frozen=True, eq=False)
class Deadline:
    """A computed deadline. `days` is its derivation; shared between equal questions, so never changed."""

    clock: Clock
    rule_version: int
    start: date
    last: date
    due: datetime  # the first instant that is too late
    operational: datetime
    days: tuple[Day, ...]
    thresholds: tuple[Threshold, ...]

    @cached_property
    def trace(self) -> str:
        """The derivation as JSON, for the record: [[day, number or null, why], …]."""
        return orjson.dumps([(day.isoformat(), number, why) for day, number, why in self.days]).decode()


def deadline(
    code: str,
    start: date | datetime,
    rule_version: int | None = None,
    *,
    value: int | None = None,
    extension: int = 0,
    pauses: Sequence[Pause] = (),
    restarts: Sequence[date] = (),
    roll: Roll | None = None,
    after_hours: bool = False,
    calendar: Calendar | None = None,
) -> Deadline:
    """The deadline of clock `code` that starts at `start`; a naive date-time is Shanghai time.

    `rule_version` is the version pinned on the case (default: the one in force at `start`); `value` replaces the
    catalogue's figure (a supervision order may bring its own); `extension` is added to it, in the clock's measure;
    `after_hours` lets a start outside office hours count as the next working day's.
    Raises Invalid for an unknown clock, CalendarYearMissing when it would run into a year without notice.
    """
    days = calendar or working_days.current()
    moment = time_of_day.local(start) if isinstance(start, datetime) else time_of_day.midnight(start)
    found = clock(code, rule_version if rule_version is not None else _version(moment.date()))
    if pauses and not found.pausable:
        raise errors.Invalid(f"clock {code} cannot be paused", zh=f"时限 {code}（{found.zh}）不得中止")
    if after_hours and (moment.time() >= CLOSE or not days.is_working(moment.date())):
        moment = datetime.combine(days.next_working(moment.date() + DAY), OPEN, time_of_day.SHANGHAI)
    amount = (found.value if value is None else value) + extension
    version = rule_version if rule_version is not None else _version(moment.date())
    if found.measure in (Measure.HOUR, Measure.MINUTE, Measure.WORKING_HOUR):
        return _hours(days, found, version, moment, amount)
    answer = _days(
        days, found, version, moment.date(), amount, tuple(pauses), max(restarts, default=None), roll or found.roll
    )
    # Work of the same evening cannot be asked for by 17:30.
    return answer if answer.operational > moment else replace(answer, operational=answer.due)


_version = rule_version  # the parameter of the same name hides it


@lru_cache(maxsize=20_000)
def _days(
    calendar: Calendar, clock: Clock, version: int, start: date, amount: int,
    pauses: tuple[Pause, ...], restart: date | None, roll: Roll,
) -> Deadline:  # fmt: skip
    begin = start if restart is None else max(start, restart)
    days = [
        Day(begin, 0, "起算日，不计入" if begin == start else f"{begin.isoformat()} 补充材料，重新起算，当日不计入")
    ]
    if clock.measure is Measure.YEAR:
        last = _years_later(begin, amount)
        days.append(Day(last, amount, f"满 {amount} 年"))
        alarm = None
    else:
        last = _count(calendar, clock.measure, begin, amount, pauses, days)
        alarm = _rolled(calendar, last, Roll.STATUTORY, []) if roll is Roll.REST_DAYS else None
        last = _rolled(calendar, last, roll, days)
    return Deadline(
        clock, version, start, last, _instant(last + DAY, time()), _instant(last, CLOSE), tuple(days),
        _thresholds(clock, days, alarm or last),
    )  # fmt: skip


def _count(
    calendar: Calendar, measure: Measure, day: date, amount: int, pauses: tuple[Pause, ...], days: list[Day]
) -> date:
    number = 0
    while number < amount:
        day += DAY
        if any(first <= day < again for first, again in pauses):
            days.append(Day(day, None, "中止"))
        elif measure is Measure.DAY:
            number += 1
            days.append(Day(day, number, "自然日"))
        else:
            here = calendar.day(day)
            number += here.working
            days.append(Day(day, number if here.working else None, here.name))
    return day


def _rolled(calendar: Calendar, last: date, roll: Roll, days: list[Day]) -> date:
    if roll is Roll.NONE:
        return last
    while calendar.in_holiday(last) if roll is Roll.STATUTORY else not calendar.is_working(last):
        last += DAY
        why = "期满日为法定节假日，顺延" if roll is Roll.STATUTORY else "期满日为休息日，顺延"
        days.append(Day(last, None, why))
    return last


def _thresholds(clock: Clock, days: list[Day], last: date) -> tuple[Threshold, ...]:
    """Alarms: the opening of the day on which the share is reached, and the close of the last day.

    A period of one day is too short for that and is shared by its office hours. `last` is the earlier one where
    policies differ: being reminded on the Saturday is better than on the Monday after.
    """
    counted = [day.date for day in days if day.number]
    if clock.measure is Measure.YEAR:
        counted = [days[0].date + DAY * n for n in range(1, (last - days[0].date).days + 1)]
    if len(counted) < 2:
        early = [_into(last, OFFICE_DAY * percent / 100) for percent in PERCENTS[:-1]]
    else:
        early = [_instant(counted[ceil(len(counted) * percent / 100) - 1], OPEN) for percent in PERCENTS[:-1]]
    return tuple(map(Threshold, PERCENTS, [*early, _instant(last, CLOSE)]))


def _into(day: date, amount: timedelta) -> datetime:
    """The instant when so much of a day's office hours has passed."""
    for opens, closes in WINDOWS:
        begin, end = _instant(day, opens), _instant(day, closes)
        if amount <= end - begin:
            return begin + amount
        amount -= end - begin
    return end


def _hours(calendar: Calendar, clock: Clock, version: int, start: datetime, amount: int) -> Deadline:
    whole = timedelta(minutes=amount) if clock.measure is Measure.MINUTE else timedelta(hours=amount)

    def after(share: timedelta) -> datetime:
        if clock.measure is Measure.WORKING_HOUR:
            return calendar.add_working_time(start, share)
        return time_of_day.aware(start + share)

    due = after(whole)
    last = time_of_day.local(due).date()
    days = (Day(start.date(), 0, f"{start:%H:%M} 起算"), Day(last, amount, f"满 {amount} {clock.measure}"))
    thresholds = tuple(Threshold(percent, after(whole * percent / 100)) for percent in PERCENTS)
    return Deadline(clock, version, start.date(), last, due, due, days, thresholds)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February: the period ends with the month
        return day.replace(year=day.year + years, day=28)


def _instant(day: date, at: time) -> datetime:
    return time_of_day.aware(datetime.combine(day, at))
