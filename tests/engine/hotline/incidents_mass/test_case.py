"""An alarm through the real door: the process begins, a person confirms, the level rises, quiet closes it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, jobs, tasks, timers
from engine.db import db
from engine.hotline import duty, organisation
from engine.hotline.incidents_mass import arrivals, cases
from engine.hotline.incidents_mass.models import MassGroup
from engine.models import ProcessInstance, UserTask
from tests.engine.hotline.incidents_mass.test_arrivals import complain

ROOT = Path(__file__).resolve().parents[4]
NUMBER = "QT000001"


@pytest.fixture
def bureau(app: Flask) -> Flask:
    organisation.seed()
    definitions.deploy(definitions.read_bundle(ROOT / "processes" / "mass_incident", ROOT / "forms"), author="analyst")
    return app


def do(element: str, **values: Any) -> None:
    task = db.session.scalar(select(UserTask).where(UserTask.element == element, UserTask.status == "ready"))
    assert task is not None, element
    number = task.id
    db.session.rollback()
    tasks.complete(number, values, actor="chen")


def group() -> MassGroup:
    db.session.expire_all()
    return cases.group_of(NUMBER)


def instances() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(ProcessInstance.status).order_by(ProcessInstance.id)))


def test_an_alarm_is_confirmed_grows_and_is_closed_when_it_is_quiet(bureau: Flask) -> None:
    for number in range(3):
        complain(number)
    assert instances() == ["running"] and group().instance_id is not None
    do("confirm_incident", confirm_result="属实", confirm_note="同一家店")
    assert (group().state, group().decided_by, group().reason) == ("confirmed", "chen", "同一家店")
    for number in range(3, 10):
        complain(number)
    assert instances() == ["running"] and group().level == "III"
    do("open_incident", mass_note="门店关门", departments=["市公安局"], safety_kind="无", reply_draft="请登记")
    do("take_measures", measures=["约谈"], measures_note="已约谈", warning_decision="不发布")
    with clock.virtual(clock.now() + timedelta(minutes=2)):
        timers.fire_due()
        jobs.run_due()
    record = db.session.scalar(select(UserTask.id).where(UserTask.element == "record_opinion"))
    assert record is not None
    do("record_opinion", stance="同意", opinion_note="配合")
    do("approve_reply", reply_text="请到现场登记处办理")
    assert group().reply == "请到现场登记处办理" and group().reply_by == "chen"
    with clock.virtual(clock.now() + timedelta(days=5)):
        arrivals.sweep()
    assert db.session.scalar(select(UserTask.id).where(UserTask.element == "debrief")) is None
    with clock.virtual(clock.now() + timedelta(days=16)):
        arrivals.sweep()
        do("debrief", debrief_text="及时", tune_rules="不调整")
    assert group().state == "closed" and instances() == ["completed"]


def test_a_false_alarm_stays_silent_until_it_is_graver(bureau: Flask) -> None:
    for number in range(3):
        complain(number)
    do("confirm_incident", confirm_result="误报", confirm_note="连锁店各店之事")
    assert group().state == "dismissed" and instances() == ["completed"]
    complain(4)
    assert instances() == ["completed"]
    for number in range(5, 12):
        complain(number)
    assert group().state == "raised" and instances() == ["completed", "running"]


def test_a_department_that_disagrees_leads_to_a_joint_review_and_its_answer_back(bureau: Flask) -> None:
    definitions.deploy(definitions.read_bundle(ROOT / "processes" / "joint_review", ROOT / "forms"), author="analyst")
    for number in range(3):
        complain(number)
    do("confirm_incident", confirm_result="属实", confirm_note="同一家店")
    do("open_incident", mass_note="门店关门", departments=["BIZ-XF"], safety_kind="无", reply_draft="请登记")
    do("take_measures", measures=["约谈"], measures_note="已约谈", warning_decision="不发布")
    do("section_opinion", stance="不同意", opinion_note="不属本处职责")
    assert instances() == ["running", "running"]
    do("open_review", need_review="不必会商", open_note="由热线办统一答复")
    do("approve_reply", reply_text="请到现场登记处办理")
    assert instances() == ["running", "completed"]


def test_the_alarm_goes_to_who_is_on_duty(bureau: Flask) -> None:
    begins = clock.now() - timedelta(hours=1)
    duty.enter([duty.Shift("HO", "sun", begins, begins + timedelta(hours=12))], people={"sun"}, actor="admin")
    for number in range(3):
        complain(number)
    [alarm] = db.session.scalars(select(UserTask).where(UserTask.element == "confirm_incident"))
    assert (alarm.assignee, alarm.status) == ("sun", "claimed")
