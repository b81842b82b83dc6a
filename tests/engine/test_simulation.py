"""A world in virtual time: what is due happens in order, what opens is seen once, and it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from engine import clock, instances, tasks
from engine.db import db
from engine.models import UserTask
from engine.simulation import World
from engine.store import Command
from tests.engine import kit

NOON = datetime(2026, 5, 11, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def test_what_the_calendar_begins_happens_but_keeps_no_world_going(app: Flask) -> None:
    with clock.virtual(NOON) as hand:
        start = kit.start(event=kit.timer("R/P1D", "timeCycle"))
        kit.deploy(kit.process("p", start, kit.user("a"), kit.end(), kit.line("s", "a", "e")))
        world = World(hand)
        world.plan(NOON + 2.5 * DAY, lambda: None)
        moments = list(world.moments(NOON + 90 * DAY))
        assert moments == [NOON + DAY, NOON + 2 * DAY, NOON + 2.5 * DAY]
        assert len(world.new_tasks()) == 2


def test_a_task_is_shown_once_with_what_a_person_needs(app: Flask) -> None:
    kit.deploy(kit.process("p", kit.start(), kit.user("a"), kit.end(), kit.line("s", "a", "e")))
    with clock.virtual(NOON) as hand:
        world = World(hand)
        instances.start("p", {}, business_key="SH1", actor="ann")
        [task] = world.new_tasks()
        assert (task.process, task.element, task.business_key, task.created) == ("p", "a", "SH1", NOON)
        assert world.new_tasks() == []
        world.plan(NOON + DAY, lambda: tasks.complete_later(task.id, {}, actor="ann"))
        assert list(world.moments(NOON + 2 * DAY)) == [NOON + DAY]
        assert world.new_tasks() == []


def test_what_people_do_at_one_moment_is_handed_in_together_but_a_case_sees_what_has_become_of_it(app: Flask) -> None:
    kit.deploy(kit.process("p", kit.start(), kit.user("a"), kit.end(), kit.line("s", "a", "e")))
    seen: list[int] = []
    with clock.virtual(NOON) as hand:
        world = World(hand)
        for case in ("SH0", "SH0", "SH1", "SH1"):
            instances.start("p", {}, business_key=case, actor="ann")

        def complete(task: int) -> Command:
            done = select(func.count()).select_from(UserTask).where(UserTask.status == "completed")
            seen.append(db.session.scalar(done) or 0)
            return tasks.completion(task, {}, {}, actor="ann")

        for task in world.new_tasks():
            world.plan(NOON + DAY, partial(complete, task.id), task.business_key)
        assert list(world.moments(NOON + 2 * DAY)) == [NOON + DAY]
        assert seen == [0, 1, 1, 3]  # the first of SH1 goes with the second of SH0
        assert world.new_tasks() == []
