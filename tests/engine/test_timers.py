"""Timers: due by index, fired once, in order, never dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, incidents, instances, queries, tasks, timers
from engine.db import db
from engine.errors import DiagramFault
from engine.models import Event, Timer
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


def test_two_workers_fire_a_timer_once(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(reminder(interrupts=False))
    instances.start("p", {}, actor="ann")
    hand.move_to(NOON + timedelta(hours=3))
    row = db.session.execute(select(Timer.instance_id, Timer.token, Timer.element, Timer.due)).one()
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
