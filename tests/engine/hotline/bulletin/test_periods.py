from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine import errors, feel
from engine.hotline.bulletin import periods


def test_the_assessment_year_begins_in_november() -> None:
    year = periods.period("2019")
    assert (year.first, year.last) == (date(2018, 11, 1), date(2019, 10, 31))
    assert year.zh == "2019年度"


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2019Q4", date(2019, 10, 1), date(2019, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-12", date(2019, 12, 1), date(2019, 12, 31)),
    ],
)
def test_quarters_and_months_are_the_calendars(key: str, first: date, last: date) -> None:
    found = periods.period(key)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("key", ["", "19", "2019Q5", "2019-13", "2019-7", "2019 "])
def test_what_is_no_period_is_refused(key: str) -> None:
    with pytest.raises(errors.Invalid):
        periods.period(key)


@pytest.mark.parametrize(
    ("kind", "day", "key"),
    [
        ("year", date(2026, 10, 31), "2025"),
        ("year", date(2026, 11, 1), "2026"),
        ("quarter", date(2026, 1, 5), "2025Q4"),
        ("quarter", date(2026, 4, 1), "2026Q1"),
        ("month", date(2026, 1, 31), "2025-12"),
    ],
)
def test_the_newest_that_has_ended(kind: str, day: date, key: str) -> None:
    assert periods.closed(kind, day).key == key


def test_the_one_before() -> None:
    assert [periods.before(periods.period(key)).key for key in ("2019", "2019Q1", "2019-01")] == [
        "2018",
        "2018Q4",
        "2018-12",
    ]


def test_diagrams_ask_by_shanghais_day() -> None:
    assert periods.last_period("month", datetime(2026, 10, 31, 17, tzinfo=UTC)) == "2026-10"
    with pytest.raises(feel.Refusal):
        periods.last_period("week", date(2026, 1, 1))
