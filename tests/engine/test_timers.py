"""Timers: due by index, fired once, in order, never dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, history, incidents, instances, queries, tasks, timers
from engine.db import db
from engine.errors import DiagramFault
from engine.models import Event, Timer
from engine.work import AT_ONCE
from tests.engine import kit

NOON = datetime(2026, 5, 11, 4, tzinfo=UTC)


@pytest.fixture
def hand() -> Iterator[clock.Virtual]:
    with clock.virtual(NOON) as virtual:
        yield virtual


def reminder(interrupts: bool) -> str:
    return kit.process(
        "p",
        kit.start(),
        kit.user("a"),
        kit.boundary("late", "a", kit.timer("PT2H"), interrupts),
        kit.user("b"),
        kit.end(),
        kit.end("e2"),
        kit.line("s", "a", "e"),
        kit.line("late", "b", "e2"),
    )


def test_a_timer_fires_when_it_is_due_and_not_before(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(reminder(interrupts=True))
    case = instances.start("p", {}, actor="ann")["instance"]
    assert timers.next_due() == NOON + timedelta(hours=2)
    hand.move_to(NOON + timedelta(minutes=119))
    assert timers.fire_due() == 0
    hand.move_to(NOON + timedelta(hours=2))
    assert timers.fire_due() == 1
    assert timers.fire_due() == 0
    assert [t.element for t in queries.open_tasks(case)] == ["b"]
    assert timers.next_due() is None


def test_a_reminder_leaves_the_task_where_it_is(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(reminder(interrupts=False))
    case = instances.start("p", {}, actor="ann")["instance"]
    hand.move_to(NOON + timedelta(hours=3))
    timers.fire_due()
    assert [t.element for t in queries.open_tasks(case)] == ["a", "b"]


def test_a_task_done_in_time_takes_its_timer_along(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(reminder(interrupts=True))
    case = instances.start("p", {}, actor="ann")
    tasks.complete(case["next"][0], {}, actor="ann")
    assert timers.next_due() is None


def test_after_an_outage_everything_overdue_fires_in_the_order_in_which_it_fell_due(
    app: Flask, hand: clock.Virtual
) -> None:
    body = (kit.start(), kit.catch("wait", kit.timer("duration(pause)")), kit.end(), kit.line("s", "wait", "e"))
    kit.deploy(kit.process("p", *body))
    pauses = [5, 1, 4, 2, 3]
    started = {n: instances.start("p", {"pause": f"PT{n}H"}, actor="ann")["instance"] for n in pauses}
    hand.move_to(NOON + timedelta(days=2))
    while timers.fire_due(limit=2):
        pass
    db.session.rollback()
    fired = db.session.scalars(select(Event).where(Event.kind == "timer.fired").order_by(Event.at, Event.instance_id))
    assert {e.instance_id for e in fired} == set(started.values())
    assert all(queries.instance(number).status == "completed" for number in started.values())


def at_once(*after: str) -> tuple[str, ...]:
    """A task, then a timer without a pause, then what follows."""
    return kit.start(), kit.user("a"), kit.catch("wait", kit.timer("PT0S")), kit.line("s", "a", "wait"), *after


def test_a_timer_that_is_due_when_it_is_armed_fires_in_the_same_step(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(kit.process("p", *at_once(kit.user("b"), kit.end(), kit.line("wait", "b", "e"))))
    case = instances.start("p", {}, actor="ann")
    done = tasks.complete(case["next"][0], {}, actor="ann")
    assert [t.id for t in queries.open_tasks(case["instance"])] == done["next"]
    assert timers.next_due() is None and timers.fire_due() == 0
    events = queries.events(case["instance"])
    assert [(e.kind, e.actor) for e in events[1:]] == [("task.completed", "ann"), ("timer.fired", "timer")]
    assert history.verify() == []


def test_timers_due_when_they_are_armed_fire_in_the_order_in_which_they_fell_due(
    app: Flask, hand: clock.Virtual
) -> None:
    fork, join = '<bpmn:parallelGateway id="g"/>', '<bpmn:parallelGateway id="j"/>'
    waits = [kit.catch(f"w{n}", kit.timer(f"2026-05-11T0{n}:00:00+08:00", "timeDate")) for n in (3, 1, 2)]
    ways = [kit.line("g", f"w{n}", "j") for n in (3, 1, 2)]
    ends = kit.line("s", "g"), kit.line("j", "e")
    kit.deploy(kit.process("p", kit.start(), fork, *waits, join, *ways, kit.end(), *ends))
    case = instances.start("p", {}, actor="ann")
    assert case["completed"]
    assert [e.element for e in queries.events(case["instance"])[1:]] == ["w1", "w2", "w3"]


def test_a_fault_behind_a_timer_without_a_pause_leaves_the_step_that_armed_it(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(kit.process("p", *at_once(*kit.stops_at(after="wait"))))
    case = instances.start("p", {"amount": 9}, actor="ann")
    tasks.complete(case["next"][0], {}, actor="ann")
    [incident] = queries.incidents()
    assert (incident.kind, incident.element) == ("timer", "g")
    assert [e.kind for e in queries.events(case["instance"])[1:]] == ["task.completed", "incident.opened"]
    assert timers.fire_due() == 0  # it is held
    with pytest.raises(DiagramFault):
        incidents.retry(incident.id, actor="adm")


def test_a_loop_of_timers_without_a_pause_goes_on_at_the_workers_pace(app: Flask, hand: clock.Virtual) -> None:
    again = '<bpmn:exclusiveGateway id="again" default="f_again_wait"/>'
    count = kit.script("count", "{n: if n = null then 1 else n + 1}")
    ways = kit.flow("again", "wait") + kit.flow("again", "e", f"n &gt; {2 * AT_ONCE}")
    nodes = kit.start(), kit.catch("wait", kit.timer("PT0S")), count, again, kit.end()
    kit.deploy(kit.process("p", *nodes, kit.line("s", "wait", "count", "again"), ways))
    case = instances.start("p", {}, actor="ann")["instance"]
    assert queries.events(case)[-1].seq == 1 + AT_ONCE
    while timers.fire_due():
        pass
    assert queries.instance(case).status == "completed"


def test_two_workers_fire_a_timer_once(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(reminder(interrupts=False))
    instances.start("p", {}, actor="ann")
    hand.move_to(NOON + timedelta(hours=3))
    row = db.session.execute(select(Timer.token, Timer.instance_id, Timer.element, Timer.due)).one()
    db.session.rollback()
    futures = [timers.store.submit(timers._fire(*row)) for _ in range(3)]
    assert [f.result() for f in futures] == [True, False, False]


def test_a_suspended_instance_does_not_fire_until_it_is_resumed(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(reminder(interrupts=True))
    case = instances.start("p", {}, actor="ann")["instance"]
    instances.suspend(case, actor="adm")
    hand.move_to(NOON + timedelta(hours=3))
    assert timers.fire_due() == 0 and timers.next_due() is None
    instances.resume(case, actor="adm")
    assert timers.fire_due() == 1


def test_a_timer_whose_step_fails_is_held_and_can_be_tried_again(app: Flask, hand: clock.Virtual) -> None:
    wait = kit.catch("wait", kit.timer("PT1H"))
    kit.deploy(kit.process("p", kit.start(), wait, kit.line("s", "wait"), *kit.stops_at(after="wait")))
    instances.start("p", {"amount": 9}, actor="ann")
    hand.move_to(NOON + timedelta(hours=2))
    assert timers.fire_due() == 1
    [incident] = queries.incidents()
    assert incident.kind == "timer"
    assert timers.fire_due() == 0  # it does not hammer
    with pytest.raises(DiagramFault):
        incidents.retry(incident.id, actor="adm")
    assert queries.incidents()[0].id == incident.id
