"""Clocks whose end has moved: the timers and tasks that hang on them go along, now and later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine import bpmn

from ..conftest import NOON
from ..kit import boundary, end, extension, line, start, timer, user

LATER = NOON + timedelta(days=9)
CLOCKS = {"deadline": lambda code: NOON + timedelta(days=5)}
ASK = """banjie:due='deadline("C10")'"""


def diagram(*marks: str) -> str:
    """A task with a boundary timer, both on C10, and a second such task."""
    clocks = extension("".join(f'<banjie:clock code="C10" action="{mark}"/>' for mark in marks)) if marks else ""
    return (
        start()
        + user("a", ASK)
        + boundary("late", "a", timer("timeDate", 'deadline("C10")'))
        + user("b", ASK, clocks)
        + end()
        + end(id="over")
        + line("s", "a", "b", "e")
        + line("late", "over")
    )


def test_timers_and_tasks_of_a_clock_go_with_it(case: Any) -> None:
    run = case(diagram(), functions=CLOCKS)
    before = run.wait("late").due
    run.do(lambda instance: bpmn.move_clocks(instance, {"C10": LATER}))
    assert [wait.due for wait in run.effects.closed] == [before]
    assert [(wait.element, wait.due) for wait in run.effects.opened] == [("late", LATER)]
    assert [(wait.element, wait.due) for wait in run.effects.redated] == [("a", LATER)]
    assert run.wait("late").due == LATER == run.wait("a").due


@pytest.mark.parametrize(
    ("formula", "moves"),
    [
        ('deadline(code: "C10")', True),
        ('if late = true then deadline("C11") else deadline( "C10" )', True),
        ('deadline("C1")', False),
        ("deadline(code)", False),  # only what is written down can be told beforehand
    ],
)
def test_a_time_hangs_on_the_clock_it_names(case: Any, formula: str, moves: bool) -> None:
    run = case(diagram().replace('deadline("C10")', formula), {"code": "C10"}, functions=CLOCKS)
    run.do(lambda instance: bpmn.move_clocks(instance, {"C10": LATER}))
    assert (run.wait("late").due == LATER) is moves is bool(run.effects.redated)


def test_what_hangs_on_another_clock_stays(case: Any) -> None:
    run = case(diagram(), functions=CLOCKS)
    run.do(lambda instance: bpmn.move_clocks(instance, {"C1": LATER, "C100": LATER}))
    assert not run.effects.closed and not run.effects.redated


def test_tasks_to_come_follow_the_moved_end(case: Any) -> None:
    run = case(diagram(), functions=CLOCKS)
    run.do(lambda instance: bpmn.move_clocks(instance, {"C10": LATER}))
    assert run.complete("a").wait("b").due == LATER


def test_a_clock_started_anew_is_reckoned_anew(case: Any) -> None:
    run = case(diagram("start"), functions=CLOCKS)
    first = run.wait("a").due
    run.do(lambda instance: bpmn.move_clocks(instance, {"C10": LATER}))
    assert run.complete("a").wait("b").due == first


def test_a_clock_that_stands_still_lets_nothing_fall_due(case: Any) -> None:
    run = case(diagram(), functions=CLOCKS)
    run.do(lambda instance: bpmn.move_clocks(instance, {"C10": None}, {"held": True}))
    assert run.wait("late").due.year == 9999 and run.wait("a").due is None and run.variables["held"] is True
    assert run.complete("a").wait("b").due is None
    run.do(lambda instance: bpmn.move_clocks(instance, {"C10": LATER}))
    assert run.wait("b").due == LATER
