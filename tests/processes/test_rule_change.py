"""The real complaint on both sides of the day on which Order 121 took the place of Order 20, through the door."""

from __future__ import annotations

from datetime import datetime

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, messages, tasks, timers
from engine.clock import SHANGHAI
from engine.db import db
from engine.hotline.models import ClockRun, Matter
from engine.models import ProcessInstance, Timer, UserTask
from tests.processes import play

START = next(s.start for s in play.scenarios() if s.process == "complaint")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def accepted(hand: clock.Virtual, moment: str, number: str) -> int:
    """A complaint that is received and accepted on one day; its instance, with the mediation open."""
    hand.move_to(at(moment))
    facts = {"order_no": number, "matter_no": f"{number}-C1", "received_at": moment, "dispatched_at": moment}
    rule = 121 if at(moment) >= at("2026-04-15T00:00") else 20
    [instance] = messages.send("matter.complaint", f"{number}-C1", START | facts | {"rule_version": rule}, actor="li")[
        "started"
    ]
    for _ in range(20):
        db.session.rollback()
        query = select(UserTask).where(UserTask.instance_id == instance, UserTask.ended.is_(None))
        found = {task.element: task for task in db.session.scalars(query)}
        if "ask_willingness" in found:
            return int(instance)
        task = next(iter(found.values()))
        said = {"identity_doubtful": "否"} if task.element == "check_material" else {}
        form = play.usual_fill(tasks.schema(task.id) or {}, orjson.loads(task.data))
        tasks.complete(task.id, {**form, **said}, actor="ann")
    raise AssertionError("the mediation has not begun")


@pytest.fixture
def complaints(app: Flask) -> Flask:
    bundle = definitions.read_bundle(play.ROOT / "processes" / "complaint", play.ROOT / "forms")
    definitions.deploy(bundle, author="ann")
    return app


def test_cases_accepted_on_10_and_20_april_end_after_45_working_days_and_60_days(complaints: Flask) -> None:
    with clock.virtual(at("2026-04-10T09:00")) as hand:
        cases = [accepted(hand, f"2026-04-{day}T09:00:00+08:00", f"SH202604{day}-000001") for day in (10, 20)]
        ends = [at("2026-06-16T17:30"), at("2026-06-22T17:30")]
        for instance, rule, end in zip(cases, (20, 121), ends, strict=True):
            matter = db.session.scalars(select(Matter).where(Matter.instance_id == instance)).one()
            assert (matter.rule_version, matter.rule_basis) == (rule, "accepted")
            run = db.session.scalars(select(ClockRun).filter_by(instance_id=instance, code="C10")).one()
            assert (run.rule_version, run.operational) == (rule, end)
            timer = select(Timer.due).where(Timer.instance_id == instance, Timer.element == "mediation_expired")
            assert db.session.scalars(timer).one() == end
        hand.move_to(at("2026-06-16T17:30"))
        timers.fire_due()
        db.session.rollback()
        open_now = dict(db.session.execute(select(UserTask.instance_id, UserTask.element).where(
            UserTask.ended.is_(None), UserTask.element.in_(("terminate", "ask_willingness")))).all())  # fmt: skip
        assert open_now == {cases[0]: "terminate", cases[1]: "ask_willingness"}
        assert {row.status for row in db.session.scalars(select(ProcessInstance))} == {"running"}
