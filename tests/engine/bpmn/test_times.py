"""Times as diagrams write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.bpmn import times


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("PT90M", datetime(2026, 1, 31, 17, 30, tzinfo=UTC)),
        ("P1W", datetime(2026, 2, 7, 16, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 28, 16, tzinfo=UTC)),
        ("P1Y1M", datetime(2027, 2, 28, 16, tzinfo=UTC)),
        ("PT0.5S", datetime(2026, 1, 31, 16, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_a_duration_counts_months_on_shanghais_calendar(text: str, after: datetime) -> None:
    midnight = datetime(2026, 1, 31, 16, tzinfo=UTC)  # the first of February begins in Shanghai
    assert times.duration(text).after(midnight) == after


@pytest.mark.parametrize(
    "text", ["P", "PT", "P1DT", "-PT1H", "1H", "PT1H ago", "P1.5D", "", "P1001Y", "P9999999999D", "PT9999999999999999S"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(times.NotATime):
        times.duration(text)


def test_an_instant_is_aware_utc_naive_means_shanghai_and_a_date_its_end() -> None:
    assert times.instant("2026-05-01T09:00:00") == datetime(2026, 5, 1, 1, tzinfo=UTC)
    assert times.instant(datetime(2026, 5, 1, 9)) == datetime(2026, 5, 1, 1, tzinfo=UTC)
    assert times.instant(date(2026, 5, 1)) == datetime(2026, 5, 1, 16, tzinfo=UTC)


def test_a_cycle_has_times_a_first_instant_and_a_period() -> None:
    assert times.cycle("R3/PT1H") == times.Cycle(3, None, "PT1H")
    assert times.cycle("R/2026-05-01T09:00:00/P1D") == times.Cycle(None, datetime(2026, 5, 1, 1, tzinfo=UTC), "P1D")
    for wrong in ("R3", "R3/PT0S", "R3/-PT1H", "PT1H", timedelta(1)):
        with pytest.raises(times.NotATime):
            times.cycle(wrong)


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00", "9999-12-31", date.max, "2026-13-01", 7])
def test_what_is_beyond_the_calendar_is_no_instant(value: object) -> None:
    with pytest.raises(times.NotATime):
        times.instant(value)
    with pytest.raises(times.NotATime):
        times.duration("P1Y").after(datetime(9999, 6, 1, tzinfo=UTC))
