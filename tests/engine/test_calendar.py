"""The working-day calendar against the notices of the State Council, typed in by hand from the public notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from engine import calendar, errors
from engine.calendar import Calendar, Override
from engine.clock import SHANGHAI
from engine.db import transaction
from engine.models import CalendarDay

# year: holidays (month.day, or month.day-month.day), make-up days
NOTICES = {
    2017: ("1.1-1.2 1.27-2.2 4.2-4.4 4.29-5.1 5.28-5.30 10.1-10.8", "1.22 2.4 4.1 5.27 9.30"),
    2018: ("1.1 2.15-2.21 4.5-4.7 4.29-5.1 6.18 9.24 10.1-10.7 12.30-12.31", "2.11 2.24 4.8 4.28 9.29 9.30 12.29"),
    2019: ("1.1 2.4-2.10 4.5-4.7 5.1-5.4 6.7-6.9 9.13-9.15 10.1-10.7", "2.2 2.3 4.28 5.5 9.29 10.12"),
    2020: ("1.1 1.24-2.2 4.4-4.6 5.1-5.5 6.25-6.27 10.1-10.8", "1.19 4.26 5.9 6.28 9.27 10.10"),
    2021: ("1.1-1.3 2.11-2.17 4.3-4.5 5.1-5.5 6.12-6.14 9.19-9.21 10.1-10.7", "2.7 2.20 4.25 5.8 9.18 9.26 10.9"),
    2022: (
        "1.1-1.3 1.31-2.6 4.3-4.5 4.30-5.4 6.3-6.5 9.10-9.12 10.1-10.7 12.31",
        "1.29 1.30 4.2 4.24 5.7 10.8 10.9",
    ),
    2023: ("1.1-1.2 1.21-1.27 4.5 4.29-5.3 6.22-6.24 9.29-10.6 12.30-12.31", "1.28 1.29 4.23 5.6 6.25 10.7 10.8"),
    2024: ("1.1 2.10-2.17 4.4-4.6 5.1-5.5 6.10 9.15-9.17 10.1-10.7", "2.4 2.18 4.7 4.28 5.11 9.14 9.29 10.12"),
    2025: ("1.1 1.28-2.4 4.4-4.6 5.1-5.5 5.31-6.2 10.1-10.8", "1.26 2.8 4.27 9.28 10.11"),
    2026: ("1.1-1.3 2.15-2.23 4.4-4.6 5.1-5.5 6.19-6.21 9.25-9.27 10.1-10.7", "1.4 2.14 2.28 5.9 9.20 10.10"),
}


def days(year: int, text: str) -> set[date]:
    found: set[date] = set()
    for part in text.split():
        ends = [date(year, *map(int, end.split("."))) for end in part.split("-")]
        found |= {ends[0] + timedelta(n) for n in range((ends[-1] - ends[0]).days + 1)}
    return found


def whole(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_a_published_year_works_or_rests_as_its_notice_says(year: int) -> None:
    holidays, make_up = (days(year, text) for text in NOTICES[year])
    worked = {day for day in whole(year) if calendar.PUBLISHED.is_working(day)}
    assert worked == {day for day in whole(year) if day in make_up or (day.weekday() < 5 and day not in holidays)}


@pytest.mark.parametrize("year", NOTICES)
def test_holidays_include_the_weekends_that_touch_them(year: int) -> None:
    holidays, _ = (days(year, text) for text in NOTICES[year])
    blocks = {day for day in whole(year) if calendar.PUBLISHED.in_holiday(day)}
    assert holidays <= blocks
    # Some notices say "a holiday, joined to the weekend" and do not list the Saturday and Sunday before it.
    assert all(day.weekday() >= 5 for day in blocks - holidays)
    assert len(blocks - holidays) <= (6 if year == 2018 else 2)


def test_a_day_says_why_it_works_or_rests() -> None:
    day = calendar.PUBLISHED.day
    assert day(date(2019, 9, 29)) == (date(2019, 9, 29), True, "make_up", "调休上班", False)
    assert day(date(2019, 10, 1))[2:] == ("holiday", "国庆节", True)
    assert day(date(2019, 10, 5))[2:] == ("weekend", "周六", False)
    assert day(date(2019, 10, 9))[1:] == (True, "weekday", "周三", False)


def test_the_start_day_never_counts() -> None:
    last, passed = calendar.add_working_days(date(2019, 9, 27), 7)
    assert last == date(2019, 10, 12)
    assert passed[0].date == date(2019, 9, 28) and passed[-1].date == last
    assert sum(day.working for day in passed) == 7
    assert calendar.add_working_days(date(2019, 9, 28), 0) == (date(2019, 9, 28), ())
    with pytest.raises(ValueError):
        calendar.add_working_days(date(2019, 9, 28), -1)


def test_a_year_without_notice_is_refused() -> None:
    assert calendar.PUBLISHED.add_working_days(date(2026, 12, 25), 1)[0] == date(2026, 12, 28)
    with pytest.raises(errors.CalendarYearMissing) as refusal:
        calendar.PUBLISHED.add_working_days(date(2026, 12, 25), 7)
    assert "2027" in str(refusal.value) and "2027" in refusal.value.zh
    assert refusal.value.details == {"year": 2027}


def test_a_notice_entered_by_hand_replaces_the_guesses_for_its_year() -> None:
    rest, work = Override(False, True, "元旦"), Override(True, False, "元旦调休")
    entered = Calendar({date(2027, 1, 1): rest, date(2027, 1, 2): rest, date(2027, 1, 3): work}, [2027])
    assert entered.add_working_days(date(2026, 12, 31), 1)[0] == date(2027, 1, 3)
    assert entered.day(date(2027, 1, 3)).kind == "make_up"
    assert entered.is_working(date(2027, 10, 1))  # not in the notice that was entered
    assert entered.in_holiday(date(2027, 1, 2)) and not entered.in_holiday(date(2027, 1, 9))


def test_an_override_without_its_years_notice_does_not_publish_the_year() -> None:
    half = Calendar({date(2027, 1, 1): Override(False, True, "元旦")})
    with pytest.raises(errors.CalendarYearMissing):
        half.is_working(date(2027, 1, 1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-05-11T10:00", 2, "2026-05-11T12:00"),  # exactly to the lunch break
        ("2026-05-11T11:00", 2, "2026-05-11T14:00"),
        ("2026-05-11T12:30", 2, "2026-05-11T15:00"),
        ("2026-05-11T17:00", 4, "2026-05-12T13:30"),
        ("2026-05-11T22:00", 2, "2026-05-12T11:00"),  # after hours: from the next opening
        ("2026-04-30T17:00", 1, "2026-05-06T09:30"),  # over the May holiday
        ("2026-05-08T17:00", 1, "2026-05-09T09:30"),  # into a Saturday that works
    ],
)
def test_office_hours_pass_only_while_the_office_is_open(start: str, hours: int, end: str) -> None:
    assert calendar.PUBLISHED.add_working_time(at(start), timedelta(hours=hours)) == at(end).astimezone(UTC)


def test_overrides_in_the_database_count_at_once(app: Flask) -> None:
    day = date(2026, 11, 25)
    assert calendar.current().is_working(day)
    calendar.override(day, working=False, note="台风停工", author="admin")
    assert not calendar.is_working(day)
    assert calendar.current().day(day).name == "台风停工"
    assert not calendar.current().in_holiday(day)  # closed, but no statutory holiday
    calendar.withdraw(day)
    assert calendar.is_working(day)


def test_what_another_process_entered_is_seen_and_an_unchanged_calendar_stays_the_same(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "FRESH", 0.0)
    first = calendar.current()
    assert calendar.current() is first
    row = CalendarDay(day=date(2026, 11, 25), working=False, note="台风停工", author="admin", at=datetime.now(UTC))
    with transaction() as session:
        session.add(row)
    assert calendar.current() is not first
    assert not calendar.is_working(date(2026, 11, 25))


def test_a_year_is_usable_once_its_notice_is_entered(app: Flask) -> None:
    with pytest.raises(errors.CalendarYearMissing):
        calendar.is_working(date(2027, 3, 1))
    calendar.override(date(2027, 1, 1), working=False, statutory=True, note="元旦", author="admin")
    calendar.publish(2027, source="2027 年放假通知", author="admin")
    assert calendar.is_working(date(2027, 3, 1))
    assert not calendar.is_working(date(2027, 1, 1))


def test_without_an_app_the_published_notices_answer() -> None:
    assert calendar.current() is calendar.PUBLISHED
