"""Boundary events."""

from __future__ import annotations

from typing import Any

import pytest

from engine import clock, errors

from ..kit import (
    ERROR,
    ERROR2,
    ESCALATION,
    MESSAGE,
    MESSAGE2,
    SIGNAL,
    boundary,
    end,
    line,
    load,
    script,
    start,
    sub,
    throw,
    timer,
    user,
)


def on_task(trigger: str, interrupting: bool = True) -> str:
    return (
        start()
        + user("a")
        + boundary("b", "a", trigger, interrupting)
        + script("h", "{hits: hits + 1}")
        + end()
        + end(id="e2")
        + line("s", "a", "e")
        + line("b", "h", "e2")
    )


@pytest.mark.parametrize(("trigger", "name"), [(MESSAGE, "reply"), (SIGNAL, "alarm")])
def test_an_interrupting_event_ends_the_task(case: Any, trigger: str, name: str) -> None:
    run = case(on_task(trigger), {"hits": 0}).deliver(name)
    assert run.effects.completed and run.left == ["s", "b", "h", "e2"]
    assert {wait.element for wait in run.effects.closed} == {"a", "b"}
    assert ["a", "cancelled"] in run.path


def test_a_non_interrupting_event_is_heard_again_and_again(case: Any) -> None:
    run = case(on_task(MESSAGE, interrupting=False), {"hits": 0}).deliver("reply").deliver("reply")
    assert run.tasks == ["a"] and run.variables["hits"] == 2
    assert run.effects.closed == [] and run.effects.opened == [], "the subscription simply stays"
    run.complete("a")
    assert run.effects.completed and [wait.kind for wait in run.effects.closed] == ["task", "message"]


def test_completing_the_task_disarms_its_events(case: Any) -> None:
    run = case(on_task(timer("timeDuration", "P2D")), {"hits": 0}).complete("a")
    assert run.effects.completed and run.waits == [] and "b" not in [element for element, _ in run.path]


def test_a_timer_fires_only_when_told_and_keeps_its_due_time(case: Any, now: clock.Virtual) -> None:
    run = case(on_task(timer("timeDuration", "P2D")), {"hits": 0})
    due = run.wait("b").due
    now.move_to(due)
    assert run.wait("b").due == due and run.tasks == ["a"]
    assert run.fire("b").variables["hits"] == 1


def test_a_repeating_timer_opens_its_next_round(case: Any, now: clock.Virtual) -> None:
    run = case(on_task(timer("timeCycle", "R2/PT1H"), interrupting=False), {"hits": 0})
    first = run.wait("b").due
    now.move_to(first)
    run.fire("b")
    assert [wait.due for wait in run.effects.closed] == [first]
    assert [wait.due for wait in run.effects.opened] == [run.wait("b").due]
    now.move_to(run.wait("b").due)
    run.fire("b")
    assert run.variables["hits"] == 2 and run.tasks == ["a"] and [wait.kind for wait in run.waits] == ["task"]


def test_an_event_interrupts_a_running_subprocess_before_its_next_element(case: Any) -> None:
    inside = start(id="is") + throw("t", SIGNAL) + script("late") + end(id="ie") + line("is", "t", "late", "ie")
    body = start() + sub("u", inside) + boundary("b", "u", SIGNAL) + script("h") + end() + line("s", "u", "e")
    run = case(body + line("b", "h"))
    assert "h" in run.left and "late" not in run.left and run.effects.completed


def test_an_interrupted_subprocess_takes_its_tasks_and_timers_along(case: Any) -> None:
    inside = start(id="is") + user("x") + boundary("tx", "x", timer("timeDuration", "PT1H")) + line("is", "x")
    body = start() + sub("u", inside) + boundary("b", "u", MESSAGE) + user("h") + line("s", "u") + line("b", "h")
    run = case(body).deliver("reply")
    assert {wait.element for wait in run.effects.closed} == {"x", "tx", "b"} and run.tasks == ["h"]


def test_several_events_on_one_task_each_have_their_own_wait(case: Any) -> None:
    body = on_task(MESSAGE) + boundary("b2", "a", MESSAGE2, False) + user("note") + line("b2", "note")
    run = case(body, {"hits": 0}).deliver("withdrawal")
    assert sorted(run.tasks) == ["a", "note"]
    assert run.deliver("reply").tasks == ["note"]


def test_the_error_that_is_named_is_caught_before_the_one_that_takes_all(case: Any) -> None:
    inside = start(id="is") + end(ERROR2, "ie") + line("is", "ie")
    body = (
        start()
        + sub("u", inside)
        + boundary("all", "u", "<errorEventDefinition/>")
        + boundary("named", "u", ERROR2)
        + boundary("other", "u", ERROR)
        + "".join(script(f"h_{id}") + line(id, f"h_{id}") for id in ("all", "named", "other"))
        + line("s", "u")
    )
    assert [x for x in case(body).left if x.startswith("h_")] == ["h_named"]


def test_an_escalation_lets_the_subprocess_go_on(case: Any) -> None:
    inside = start(id="is") + throw("t", ESCALATION) + script("x") + end(id="ie") + line("is", "t", "x", "ie")
    body = start() + sub("u", inside) + boundary("b", "u", ESCALATION, False) + script("h") + end()
    run = case(body + line("s", "u", "e") + line("b", "h"))
    assert {"x", "u", "h"} <= set(run.left) and run.effects.completed


def test_a_boundary_event_without_a_type_is_refused() -> None:
    with pytest.raises(errors.DiagramRefused) as refused:
        load(on_task(""))
    assert refused.value.findings[0].element == "b"


def test_an_error_event_that_does_not_interrupt_is_refused() -> None:
    with pytest.raises(errors.DiagramRefused):
        load(on_task(ERROR, interrupting=False))
