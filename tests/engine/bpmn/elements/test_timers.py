"""Timer events."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine import bpmn, clock, errors

from ..conftest import NOON
from ..kit import catch, end, line, load, script, start, timer


def waiting(kind: str, text: str) -> str:
    return start() + catch("c", timer(kind, text)) + script("a", "{n: n + 1}") + end() + line("s", "c", "a", "e")


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("timeDuration", "PT2H", NOON + timedelta(hours=2)),
        ("timeDuration", '"P2D"', NOON + timedelta(days=2)),
        ("timeDuration", 'duration("P1DT1H")', NOON + timedelta(days=1, hours=1)),
        ("timeDuration", 'duration("P1M")', datetime(2026, 4, 2, 4, tzinfo=UTC)),
        ("timeDuration", "P1M", datetime(2026, 4, 2, 4, tzinfo=UTC)),
        ("timeDuration", "wait", NOON + timedelta(minutes=5)),
        ("timeDate", "2026-05-01T09:00:00+08:00", datetime(2026, 5, 1, 1, tzinfo=UTC)),
        ("timeDate", "2026-05-01T09:00:00", datetime(2026, 5, 1, 1, tzinfo=UTC)),
        ("timeDate", '@"2026-05-01T09:00:00"', datetime(2026, 5, 1, 1, tzinfo=UTC)),
        ("timeDate", "2026-05-01", datetime(2026, 5, 1, 16, tzinfo=UTC)),
        ("timeDate", "day", datetime(2026, 5, 1, 16, tzinfo=UTC)),
        ("timeDate", "deadline(day)", datetime(2026, 5, 2, 16, tzinfo=UTC)),
        ("timeCycle", "R3/PT1H", NOON + timedelta(hours=1)),
        ("timeCycle", "R/2026-05-01T09:00:00/P1D", datetime(2026, 5, 1, 1, tzinfo=UTC)),
        ("timeCycle", '"R3/" + period', NOON + timedelta(hours=6)),
    ],
)
def test_the_due_instant(case: Any, kind: str, text: str, due: datetime) -> None:
    functions = {"deadline": lambda day: day + timedelta(days=1)}
    data = {"wait": "PT5M", "day": date(2026, 5, 1), "period": "PT6H"}
    wait = case(waiting(kind, text), data, functions=functions).wait("c")
    assert wait.due == due and wait.due.utcoffset() == timedelta(0)


def test_the_due_instant_is_worked_out_once(case: Any, now: clock.Virtual) -> None:
    run = case(waiting("timeDuration", "wait"), {"wait": "PT1H", "n": 0})
    now.move_to(NOON + timedelta(days=9))
    run.do(lambda instance: bpmn.amend(instance, {"wait": "PT9H"}))
    assert run.wait("c").due == NOON + timedelta(hours=1)


def test_a_cycle_in_the_flow_sends_a_token_per_round(case: Any, now: clock.Virtual) -> None:
    run = case(waiting("timeCycle", "R3/PT1H"), {"n": 0})
    for _ in range(3):
        now.move_to(run.wait("c").due)
        run.fire("c")
    assert run.variables["n"] == 3 and run.effects.completed


def test_rounds_missed_in_an_outage_are_skipped(case: Any, now: clock.Virtual) -> None:
    run = case(waiting("timeCycle", "R/PT1H"), {"n": 0})
    now.move_to(NOON + timedelta(days=400, minutes=30))
    run.fire("c")
    assert run.variables["n"] == 1 and run.wait("c").due == NOON + timedelta(days=400, hours=1)


def test_a_bounded_cycle_ends_when_its_rounds_are_past(case: Any, now: clock.Virtual) -> None:
    run = case(waiting("timeCycle", "R3/PT1H"), {"n": 0})
    now.move_to(NOON + timedelta(hours=2, minutes=30))
    run.fire("c")
    assert run.wait("c").due == NOON + timedelta(hours=3)
    now.move_to(NOON + timedelta(days=1))
    assert run.fire("c").effects.completed and run.variables["n"] == 2


def test_a_monthly_cycle_is_clamped_on_the_calendar(case: Any, now: clock.Virtual) -> None:
    run = case(waiting("timeCycle", "R/2026-03-31T09:00:00/P1M"), {"n": 0})
    now.move_to(datetime(2026, 5, 15, tzinfo=UTC))
    assert run.fire("c").wait("c").due == datetime(2026, 5, 30, 1, tzinfo=UTC)


def test_a_timer_may_be_moved(case: Any) -> None:
    run = case(waiting("timeDuration", "wait"), {"wait": "PT1H", "n": 0})
    token = run.wait("c").token
    run.do(lambda instance: bpmn.amend(instance, {"wait": "PT2H"}))
    run.do(lambda instance: bpmn.reschedule(instance, token, "c"))
    assert [wait.due for wait in run.effects.closed] == [NOON + timedelta(hours=1)]
    assert [wait.due for wait in run.effects.opened] == [NOON + timedelta(hours=2)] == [run.wait("c").due]
    run.do(lambda instance: bpmn.reschedule(instance, token, "c", NOON))
    assert run.wait("c").due == NOON


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "-PT1H"),
        ("timeDuration", '"-PT1H"'),
        ("timeDuration", "P1DT"),
        ("timeDuration", "PT2X"),
        ("timeDate", "2026-13-01T00:00:00"),
        ("timeCycle", "R3/PT0S"),
        ("timeCycle", "R3/2026"),
        ("timeDuration", ""),
    ],
)
def test_a_wrong_time_is_refused_when_the_diagram_is_loaded(kind: str, text: str) -> None:
    with pytest.raises(errors.DiagramRefused) as refused:
        load(waiting(kind, text))
    assert refused.value.findings[0].element == "c"


@pytest.mark.parametrize("wait", [None, "tomorrow", 5, timedelta(hours=-1)])
def test_a_formula_that_yields_no_time_is_a_fault(case: Any, wait: Any) -> None:
    with pytest.raises(errors.DiagramFault) as fault:
        case(waiting("timeDuration", "wait"), {"wait": wait})
    assert fault.value.element == "c" and "c" in fault.value.zh
