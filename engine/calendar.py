"""Working days of the mainland: the State Council's yearly notice, plus the overrides an admin has entered.

The notice comes with the `holidays` package. For a year that has no notice yet the package still answers, with the
festivals alone and no make-up days; a deadline counted on that would be wrong, so such a year is refused until an
admin enters its days (CalendarDay) and says that the notice is complete (CalendarYear).

A `Calendar` needs no database. `current()` is the one to use: it adds the overrides when there is an app context.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any, NamedTuple

from flask import current_app, has_app_context
from sqlalchemy import delete, select

from engine import clock, errors
from engine.db import db, transaction
from engine.models import CalendarDay, CalendarYear

DAY = timedelta(days=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WINDOWS = ((time(9), time(12)), (time(13), time(17, 30)))  # office hours, for clocks that run by the hour
CLOSE = WINDOWS[-1][1]
FRESH = 5.0  # seconds after which the override tables are read again: another process may have changed them


class Day(NamedTuple):
    """One day: does it work, and why. `statutory` marks the holiday days of a notice, weekends beside them not."""

    date: date
    working: bool
    kind: str  # weekday weekend holiday make_up
    name: str
    statutory: bool


@dataclass(frozen=True, slots=True)
class Override:
    """What an admin entered for one day."""

    working: bool
    statutory: bool
    note: str


class Calendar:
    """The days of the published years. Immutable, so an answer may be cached under it; compared by identity."""

    def __init__(self, overrides: Mapping[date, Override] | None = None, years: Iterable[int] = ()) -> None:
        self.overrides = dict(overrides or {})
        self.entered = frozenset(years)  # years whose notice stands in the overrides
        self._years: dict[int, dict[date, Day]] = {}

    def day(self, day: date) -> Day:
        """What this day is. CalendarYearMissing when its year has no notice."""
        year = self._years.get(day.year) or self._year(day.year)
        return year[day]

    def is_working(self, day: date) -> bool:
        return self.day(day).working

    def add_working_days(self, day: date, count: int) -> tuple[date, tuple[Day, ...]]:
        """The `count`-th working day after `day`, which itself never counts, and all days from the next one to it."""
        if count < 0:
            raise ValueError("working days are counted forward")
        passed: list[Day] = []
        while count:
            day += DAY
            passed.append(self.day(day))
            count -= passed[-1].working
        return day, tuple(passed)

    def next_working(self, day: date) -> date:
        """This day, or the first working one after it."""
        while not self.day(day).working:
            day += DAY
        return day

    def in_holiday(self, day: date) -> bool:
        """Is this day part of a statutory holiday, counting the weekends that touch it? A plain weekend is not."""
        if self.day(day).working:
            return False
        return any(self._reaches_holiday(day, step) for step in (DAY, -DAY))

    def _reaches_holiday(self, day: date, step: timedelta) -> bool:
        here = self.day(day)
        while not here.working:
            if here.statutory:
                return True
            day += step
            if not self.published(day.year):  # the walk looked over New Year's Eve, nobody asked for that year
                return False
            here = self.day(day)
        return False

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The instant (UTC) when `amount` of office hours has passed since `start`; outside hours nothing passes."""
        moment = clock.local(start)
        day = moment.date()
        while True:
            if self.is_working(day):
                for opens, closes in WINDOWS:
                    begin = max(moment, datetime.combine(day, opens, clock.SHANGHAI))
                    end = datetime.combine(day, closes, clock.SHANGHAI)
                    if begin + amount <= end:
                        return clock.aware(begin + amount)
                    if begin < end:
                        amount -= end - begin
            day += DAY

    def published(self, year: int) -> bool:
        """Is the notice of this year known?"""
        if year in self._years or year in self.entered:
            return True
        return bool(_notice(year)[1])

    def draft(self, year: int) -> Calendar:
        """This calendar as it would be if the days entered for `year` were its whole notice; to look at before that."""
        return self if self.published(year) else Calendar(self.overrides, self.entered | {year})

    def _year(self, year: int) -> dict[date, Day]:
        if not self.published(year):
            raise errors.CalendarYearMissing(
                f"the working-day calendar of {year} has not been published",
                zh=f"{year} 年的放假调休安排尚未发布或录入，无法计算期限",
                year=year,
            )
        # A notice entered by hand is the whole truth of its year: the package's guesses for it are left out.
        names, make_up = ({}, frozenset()) if year in self.entered else _notice(year)
        days: dict[date, Day] = {}
        day = date(year, 1, 1)
        while day.year == year:
            days[day] = self._describe(day, names.get(day), day in make_up)
            day += DAY
        self._years[year] = days
        return days

    def _describe(self, day: date, holiday: str | None, make_up: bool) -> Day:
        weekend = day.weekday() >= 5
        given = self.overrides.get(day)
        if given is not None:
            kind = ("make_up" if weekend else "weekday") if given.working else "holiday"
            return Day(day, given.working, kind, given.note, given.statutory and not given.working)
        if make_up:
            return Day(day, True, "make_up", "调休上班", False)
        if holiday:
            return Day(day, False, "holiday", holiday, True)
        return Day(day, not weekend, "weekend" if weekend else "weekday", WEEKDAYS[day.weekday()], False)


_NOTICES: dict[int, tuple[dict[date, str], frozenset[date]]] = {}


def _notice(year: int) -> tuple[dict[date, str], frozenset[date]]:
    """Holidays with their names, and make-up days. Every notice so far had make-up days: none means no notice."""
    if year not in _NOTICES:
        from holidays import country_holidays  # slow to import, and many commands never count days

        published = country_holidays("CN", years=[year], language="zh_CN")
        names = {day: name for day, name in published.items() if day.year == year}
        _NOTICES[year] = names, frozenset(day for day in published.weekend_workdays if day.year == year)
    return _NOTICES[year]


PUBLISHED = Calendar()


class _Held(NamedTuple):
    """The calendar of an app and when its overrides were read."""

    calendar: Calendar
    read: float


def current() -> Calendar:
    """The calendar in force: with the app's overrides, or the published notices alone outside of an app.

    Overrides are read again every few seconds; while they are unchanged the same object comes back.
    """
    if not has_app_context():
        return PUBLISHED
    app: Any = current_app
    held: _Held | None = app.extensions.get("banjie_calendar")
    if held is not None and monotonic() - held.read < FRESH:
        return held.calendar
    overrides, years = _stored()
    if held is None or (held.calendar.overrides, held.calendar.entered) != (overrides, years):
        held = _Held(Calendar(overrides, years), monotonic())
    app.extensions["banjie_calendar"] = _Held(held.calendar, monotonic())
    return held.calendar


def _stored() -> tuple[dict[date, Override], frozenset[int]]:
    # A connection of its own: the caller may be inside a step's transaction, or have no session at all.
    with db.engine.connect() as connection:
        rows = connection.execute(
            select(CalendarDay.day, CalendarDay.working, CalendarDay.statutory, CalendarDay.note)
        ).all()
        years = connection.execute(select(CalendarYear.year)).scalars().all()
    return {day: Override(working, statutory, note) for day, working, statutory, note in rows}, frozenset(years)


def forget() -> None:
    """Read the overrides again at the next question: they have just been changed here."""
    current_app.extensions.pop("banjie_calendar", None)


def override(day: date, *, working: bool, note: str, author: str, statutory: bool = False) -> None:
    """Enter or replace what an admin knows better about one day, e.g. an amendment in the middle of the year."""
    with transaction() as session:
        session.merge(
            CalendarDay(day=day, working=working, statutory=statutory, note=note, author=author, at=clock.now())
        )
    forget()


def withdraw(day: date) -> None:
    """Take an override back: the published notice is valid again for this day."""
    with transaction() as session:
        session.execute(delete(CalendarDay).where(CalendarDay.day == day))
    forget()


def publish(year: int, *, source: str, author: str) -> None:
    """Say that the overrides of this year are its whole notice; `source` names the document. Raises Invalid."""
    _not_shipped(year)
    if not entries(year):
        raise errors.Invalid(f"no day of {year} has been entered", zh=f"尚未录入 {year} 年的任何一天")
    with transaction() as session:
        session.merge(CalendarYear(year=year, source=source, author=author, at=clock.now()))
    forget()


def load(year: int, days: Mapping[date, Override], *, source: str, author: str) -> None:
    """Enter a year's whole notice at once, in place of what was entered for it before. Raises Invalid."""
    _not_shipped(year)
    with transaction() as session:
        session.execute(delete(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))))
        for day, given in days.items():
            session.add(
                CalendarDay(
                    day=day, working=given.working, statutory=given.statutory, note=given.note, author=author,
                    at=clock.now(),
                )
            )  # fmt: skip
        session.merge(CalendarYear(year=year, source=source, author=author, at=clock.now()))
    forget()


def _not_shipped(year: int) -> None:
    if shipped(year):
        raise errors.Invalid(f"the notice of {year} comes with Banjie", zh=f"{year} 年的安排已随系统提供，只能逐日修改")


def shipped(year: int) -> bool:
    """Does the notice of this year come with the house?"""
    return bool(_notice(year)[1])


def entries(year: int) -> list[CalendarDay]:
    """The days that were entered for a year, in order."""
    of_year = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return list(db.session.scalars(select(CalendarDay).where(of_year).order_by(CalendarDay.day)))


def entered(year: int) -> CalendarYear | None:
    """Who declared the notice of a year complete, when, and by which document; None when nobody did."""
    return db.session.get(CalendarYear, year)


_MISSED = re.compile(r"calendar of (\d{4}) has not been published|(\d{4}) 年的放假调休安排尚未发布")


def year_missed(sentence: str) -> int | None:
    """The year whose notice was wanting, when that is what a sentence (an incident's, a clock's) complains of."""
    found = _MISSED.search(sentence)
    return int(found[1] or found[2]) if found else None


def is_working(day: date) -> bool:
    """Is this a working day of the calendar in force?"""
    return current().is_working(day)


def add_working_days(day: date, count: int) -> tuple[date, tuple[Day, ...]]:
    """See Calendar.add_working_days; by the calendar in force."""
    return current().add_working_days(day, count)
