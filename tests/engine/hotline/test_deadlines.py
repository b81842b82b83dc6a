"""Deadlines: worked cases with their dates, their derivations, alarms, pauses and restarts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any

import orjson
import pytest

from engine import errors
from engine.calendar import Calendar, Override
from engine.clock import SHANGHAI
from engine.hotline import functions
from engine.hotline.clocks import CATALOGUE, CODES, RULES, Measure, Roll, clock, rule_version
from engine.hotline.deadlines import Day, deadline


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


FRIDAY = at("2019-09-27T17:30")
CASES: list[tuple[str, str, date | datetime, dict[str, Any], str]] = [
    # before National Day, with two make-up days at the weekends
    ("E1", "C01", FRIDAY, {}, "2019-09-29"),
    ("E1", "C03", FRIDAY, {}, "2019-10-10"),
    ("E1", "C08", FRIDAY, {}, "2019-10-12"),
    ("E1", "C04", FRIDAY, {}, "2019-10-21"),
    ("E1", "C04M", FRIDAY, {}, "2019-10-23"),
    # the Spring Festival that was prolonged, its make-up day of 1 February cancelled
    ("E2", "C01", date(2020, 1, 22), {}, "2020-01-23"),
    ("E2", "C08", date(2020, 1, 22), {}, "2020-02-10"),
    ("E2", "C12", date(2020, 1, 22), {}, "2020-02-20"),
    ("E2", "C12", date(2020, 1, 22), {"extension": 15}, "2020-03-12"),
    ("E3", "C01", date(2021, 2, 10), {}, "2021-02-18"),
    ("E3", "C03", date(2021, 2, 10), {}, "2021-02-23"),
    ("E3", "C12", date(2021, 2, 10), {}, "2021-03-09"),
    ("E4", "C01", date(2022, 9, 29), {}, "2022-09-30"),
    ("E4", "C03", date(2022, 9, 29), {}, "2022-10-11"),
    ("E4", "C08", date(2022, 9, 29), {}, "2022-10-13"),
    ("E5", "C01", date(2023, 9, 28), {}, "2023-10-07"),
    ("E5", "C03", date(2023, 9, 28), {}, "2023-10-11"),
    ("E5", "C08", date(2023, 9, 28), {}, "2023-10-13"),
    ("E5", "C04", date(2023, 9, 28), {}, "2023-10-23"),
    ("E5", "C04M", date(2023, 9, 28), {}, "2023-10-25"),
    ("E6", "C01", at("2024-09-30T18:10"), {}, "2024-10-08"),
    ("E6", "C03", at("2024-09-30T18:10"), {}, "2024-10-12"),
    ("E6", "C08", at("2024-09-30T18:10"), {}, "2024-10-15"),
    ("E6", "C04M", at("2024-09-30T18:10"), {}, "2024-10-25"),
    ("E7", "C01", at("2025-09-26T17:30"), {}, "2025-09-28"),
    ("E7", "C03", at("2025-09-26T17:30"), {}, "2025-10-10"),
    ("E7", "C08", at("2025-09-26T17:30"), {}, "2025-10-13"),
    ("E7", "C04", at("2025-09-26T17:30"), {}, "2025-10-21"),
    ("E7", "C04M", at("2025-09-26T17:30"), {}, "2025-10-23"),
    # calendar days that end within a statutory holiday end after it
    ("E8", "C15", date(2025, 7, 3), {}, "2025-10-09"),
    ("E8", "C15", date(2025, 7, 3), {"extension": 30}, "2025-10-31"),
    ("E9", "C10", date(2026, 4, 20), {}, "2026-06-22"),
    # the two versions of the ordinance
    ("E10", "C10", date(2026, 4, 10), {}, "2026-06-16"),
    ("E10", "C10", date(2026, 4, 10), {"rule_version": 121}, "2026-06-09"),
    ("E11", "C08", at("2026-05-09T10:00"), {}, "2026-05-19"),
    ("E11", "C08", at("2026-05-16T10:00"), {}, "2026-05-26"),
    ("E12", "C10", date(2026, 5, 11), {}, "2026-07-10"),
    ("E12", "C10", date(2026, 5, 11), {"pauses": [(date(2026, 6, 1), date(2026, 6, 21))]}, "2026-07-30"),
    # a plain Saturday moves nothing unless the policy says so
    ("E13", "C10", date(2026, 5, 12), {}, "2026-07-11"),
    ("E13", "C10", date(2026, 5, 12), {"roll": Roll.REST_DAYS}, "2026-07-13"),
    ("E14", "C18C", at("2026-04-30T21:00"), {}, "2026-04-30"),
    ("E14", "C18C", at("2026-04-30T21:00"), {"after_hours": True}, "2026-05-06"),
    ("E14", "C18", at("2026-04-30T21:00"), {}, "2026-05-11"),
    ("E15", "C12", date(2026, 6, 1), {}, "2026-06-23"),
    ("E15", "C12", date(2026, 6, 1), {"restarts": [date(2026, 6, 15)]}, "2026-07-07"),
    ("E16", "C11", date(2026, 2, 12), {}, "2026-02-28"),
    ("E17", "C01", date(2026, 12, 25), {}, "2026-12-28"),
]


@pytest.mark.parametrize(("case", "code", "start", "extra", "last"), CASES)
def test_a_worked_case_ends_on_its_day(case: str, code: str, start: date, extra: dict[str, Any], last: str) -> None:
    found = deadline(code, start, **extra)
    assert found.last.isoformat() == last, case
    assert found.due == datetime.combine(found.last + timedelta(1), time(), SHANGHAI)
    assert found.due.tzinfo is UTC


@pytest.mark.parametrize(("case", "code", "start", "extra", "last"), CASES)
def test_a_derivation_has_every_day_once_and_its_numbers_in_order(
    case: str, code: str, start: date, extra: dict[str, Any], last: str
) -> None:
    found = deadline(code, start, **extra)
    days = [day.date for day in found.days]
    assert days == [days[0] + timedelta(n) for n in range(len(days))], case
    assert days[-1] == found.last
    assert not found.days[0].counted
    numbers = [day.number for day in found.days if day.counted]
    assert numbers == list(range(1, found.clock.value + extra.get("extension", 0) + 1))


def test_the_derivation_says_why_each_day_counts_or_not() -> None:
    whys = [(day.date.day, day.number, day.why) for day in deadline("C03", FRIDAY).days]
    assert whys == [
        (27, 0, "起算日，不计入"), (28, None, "周六"), (29, 1, "调休上班"), (30, 2, "周一"),
        (1, None, "国庆节"), (2, None, "国庆节"), (3, None, "国庆节"), (4, None, "休息日（由 2019-09-29 调休）"),
        (5, None, "周六"), (6, None, "周日"), (7, None, "休息日（由 2019-10-12 调休）"),
        (8, 3, "周二"), (9, 4, "周三"), (10, 5, "周四"),
    ]  # fmt: skip


def test_the_derivation_shows_the_roll_over_a_holiday() -> None:
    days = deadline("C10", date(2026, 4, 20)).days
    assert days[60] == Day(date(2026, 6, 19), 60, "自然日")
    assert [(day.date.day, day.number, day.why) for day in days[61:]] == [
        (day, None, "期满日为法定节假日，顺延") for day in (20, 21, 22)
    ]  # fmt: skip


def test_the_derivation_shows_pauses_and_restarts() -> None:
    paused = deadline("C12", date(2026, 6, 1), pauses=[(date(2026, 6, 3), date(2026, 6, 5))]).days
    assert [(day.number, day.why) for day in paused[1:5]] == [(1, "周二"), (None, "中止"), (None, "中止"), (2, "周五")]
    assert deadline("C12", date(2026, 6, 1), restarts=[date(2026, 6, 15)]).days[0].why.startswith("2026-06-15 补充材料")


def test_a_pause_that_ends_on_its_own_day_changes_nothing() -> None:
    day = date(2026, 6, 3)
    assert deadline("C12", date(2026, 6, 1), pauses=[(day, day)]).last == deadline("C12", date(2026, 6, 1)).last


def test_the_trace_for_the_record_is_the_derivation() -> None:
    found = deadline("C01", FRIDAY)
    assert orjson.loads(found.trace) == [
        ["2019-09-27", 0, "起算日，不计入"], ["2019-09-28", None, "周六"], ["2019-09-29", 1, "调休上班"],
    ]  # fmt: skip


def test_a_period_into_a_year_without_notice_is_refused() -> None:
    for code in ("C08", "C10"):
        with pytest.raises(errors.CalendarYearMissing):
            deadline(code, date(2026, 12, 25))
    plain = Calendar({date(2027, 1, 1): Override(False, True, "元旦")}, [2027])
    assert deadline("C08", date(2026, 12, 25), calendar=plain).last == date(2027, 1, 6)


def test_the_operational_end_is_the_close_of_the_last_day() -> None:
    assert deadline("C01", FRIDAY).operational == at("2019-09-29T17:30")


def test_work_of_the_same_evening_ends_at_midnight() -> None:
    late = deadline("C18C", at("2026-04-30T21:00"))
    assert late.operational == late.due == at("2026-05-01T00:00")
    assert deadline("C18C", at("2026-04-30T10:00")).operational == at("2026-04-30T17:30")


def alarms(code: str, start: date | datetime, **extra: Any) -> dict[int, str]:
    found = deadline(code, start, **extra).thresholds
    return {percent: moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") for percent, moment in found}


def test_alarms_of_working_days_ring_when_the_office_opens_and_at_its_close() -> None:
    assert alarms("C03", at("2025-09-26T17:30")) == {
        50: "2025-09-30T09:00", 80: "2025-10-09T09:00", 100: "2025-10-10T17:30",
    }  # fmt: skip


def test_alarms_of_a_single_day_share_its_office_hours() -> None:
    assert alarms("C01", FRIDAY) == {50: "2019-09-29T13:45", 80: "2019-09-29T16:00", 100: "2019-09-29T17:30"}


def test_alarms_ring_on_the_earlier_day_where_policies_differ() -> None:
    assert alarms("C10", date(2026, 5, 12), roll=Roll.REST_DAYS)[100] == "2026-07-11T17:30"
    assert alarms("C10", date(2026, 4, 20)) == {
        50: "2026-05-20T09:00", 80: "2026-06-07T09:00", 100: "2026-06-22T17:30",
    }  # fmt: skip


def test_hours_of_the_office_and_of_the_day() -> None:
    assert deadline("C17S", at("2026-05-11T17:00")).due == at("2026-05-12T10:30")
    assert deadline("C21L", at("2026-05-11T23:30")).due == at("2026-05-12T01:30")
    assert deadline("C21E", at("2026-10-01T09:00")).due == at("2026-10-02T09:00")
    assert deadline("C20", at("2026-05-11T12:00")).due == at("2026-05-11T12:03")
    assert alarms("C21L", at("2026-05-11T23:30"))[50] == "2026-05-12T00:30"


def test_years_end_with_the_month() -> None:
    assert deadline("C22", date(2024, 2, 29)).last == date(2027, 2, 28)
    assert deadline("C22", date(2023, 6, 1)).last == date(2026, 6, 1)


def test_a_supervision_order_may_bring_its_own_limit() -> None:
    assert deadline("C05", date(2026, 5, 11)).last == date(2026, 5, 14)
    assert deadline("C05", date(2026, 5, 11), value=5).last == date(2026, 5, 18)


def test_what_may_not_be_paused_is_not() -> None:
    with pytest.raises(errors.Invalid, match="cannot be paused"):
        deadline("C08", date(2026, 5, 11), pauses=[(date(2026, 5, 12), date(2026, 5, 14))])


def test_the_rule_changes_on_15_april_2026() -> None:
    assert [rule_version(date(2026, 4, day)) for day in (14, 15)] == [20, 121]
    assert rule_version(date(2017, 6, 1)) == 20
    assert deadline("C10", at("2026-04-14T23:59")).rule_version == 20
    assert deadline("C10", datetime(2026, 4, 14, 16, tzinfo=UTC)).rule_version == 121  # midnight of the 15th


def test_a_clock_that_was_dropped_is_refused_under_the_new_rule() -> None:
    assert deadline("C13", date(2026, 4, 10)).last == date(2026, 4, 17)
    with pytest.raises(errors.Invalid, match="does not exist under rule 121"):
        deadline("C13", date(2026, 4, 20))
    with pytest.raises(errors.Invalid, match="no clock C99"):
        deadline("C99", date(2026, 4, 20))
    with pytest.raises(errors.Invalid, match="no rule version 46"):
        deadline("C10", date(2026, 4, 20), 46)


def test_the_catalogue_is_whole() -> None:
    assert {f"C{n:02}" for n in range(1, 23)} <= CODES
    assert len({(entry.code, entry.rule) for entry in CATALOGUE}) == len(CATALOGUE)
    for entry in CATALOGUE:
        assert entry.zh and entry.starts and entry.article
    assert (clock("C10", 20).value, clock("C10", 20).measure) == (45, Measure.WORKING_DAY)
    assert (clock("C10", 121).value, clock("C10", 121).measure) == (60, Measure.DAY)
    assert (clock("C13", 20).since, clock("C13", 20).until) == (date(2020, 1, 1), date(2026, 4, 14))
    assert RULES[0].until is not None and RULES[0].until + timedelta(1) == RULES[1].since


def test_every_clock_can_be_counted_under_its_rules() -> None:
    for entry in CATALOGUE:
        for rule in RULES:
            if entry.rule in (None, rule.version):
                found = deadline(entry.code, at("2026-05-11T10:00"), rule.version)
                assert found.due > at("2026-05-11T10:00")
                assert [t.at for t in found.thresholds] == sorted(t.at for t in found.thresholds)


@pytest.mark.parametrize(
    "start", ["2026-04-20", "2026-04-20T10:00:00", "2026-04-20T10:00:00+08:00", "2026-04-19T16:00:00Z",
              date(2026, 4, 20), at("2026-04-20T10:00")],
)  # fmt: skip
def test_diagrams_may_hand_over_dates_in_any_dress(start: Any) -> None:
    answer = functions.deadline("C10", start)
    assert answer.isoformat() == "2026-06-22T17:30:00+08:00"
    assert functions.working_days(start, 5) == date(2026, 4, 27)
    assert functions.rule_on(start) == 121
    assert functions.deadline("C10", start, 20).date() == date(2026, 6, 25)


def test_asking_again_is_cheap() -> None:
    functions.deadline("C10", "2026-04-20T10:00:00+08:00")
    begin = perf_counter()
    for _ in range(1000):
        functions.deadline("C10", "2026-04-20T10:00:00+08:00")
    assert perf_counter() - begin < 0.05
