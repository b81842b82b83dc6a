"""The bulletin through the door: frozen, contested, corrected, signed, published; once, whatever is repeated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, errors, jobs, messages, tasks, timers
from engine.db import db
from engine.hotline.bulletin import freezing, steps
from engine.hotline.bulletin.models import Bulletin, BulletinContest
from engine.models import Incident, Message, ProcessDefinition, ProcessInstance, UserTask
from tests.engine.hotline.bulletin.conftest import DAY, MINHANG, PUDONG
from tests.processes import play

PROCESSES = play.ROOT / "processes"


@pytest.fixture
def hand():
    with clock.virtual(DAY + timedelta(190)) as hand:  # in November, when the year is over
        yield hand


@pytest.fixture
def process(bureau: Flask, month: None, hand: clock.Virtual) -> Flask:
    definitions.deploy(definitions.read_bundle(PROCESSES / "bulletin", play.ROOT / "forms"), author="ann")
    return bureau


def opened() -> list[UserTask]:
    db.session.rollback()
    return list(db.session.scalars(select(UserTask).where(UserTask.ended.is_(None)).order_by(UserTask.id)))


def work(answers: dict[str, dict[str, Any]]) -> None:
    """Do every task that is open, as usual or as `answers` to its element say, until there is none."""
    for _ in range(play.LIMIT):
        while jobs.run_due():
            pass
        task = next(iter(opened()), None)
        if task is None:
            return
        schema, data = tasks.schema(task.id) or {}, orjson.loads(task.data)
        given = answers.get(f"{task.element} {task.unit}", answers.get(task.element, {}))
        tasks.complete(task.id, {**play.usual_fill(schema, data), **given}, actor=task.element)  # no two by one hand


def ended() -> ProcessInstance:
    db.session.rollback()
    assert db.session.scalars(select(Incident.message)).all() == []
    return db.session.scalars(select(ProcessInstance).where(ProcessInstance.business_key == "2026")).one()


SIGN = {"sign_decision": "签发", "public_flag": "是", "signer": "局长"}
OBJECT = {"objection": "有异议", "contest_figure": "in_time", "contest_claimed": 2, "contest_reason": "系统故障一日"}


def begin(**payload: Any) -> None:
    messages.send("bulletin.requested", "2026", {"period": "2026", "reason": "", **payload}, actor="ann")


def test_from_the_request_to_the_published_bulletin(process: Flask) -> None:
    begin()
    while jobs.run_due():
        pass
    assert {task.unit for task in opened()} == {MINHANG, PUDONG, "BIZ-DJ", "YJ"}
    shown = orjson.loads(next(task for task in opened() if task.unit == PUDONG).data)
    assert "按时办结 1 件" in shown["own_figures"] and shown["own_unit"] == "浦东新区局"
    work({"sign": SIGN, "draft": {"practices": "统一承办口径。", "countersigners": ["BIZ-FG"], "weak_units": [PUDONG]}})
    assert ended().outcome == "published"
    bulletin = freezing.newest("2026", published=True)
    assert bulletin is not None and (bulletin.version, bulletin.signed_by, bulletin.public) == (1, "局长", True)
    assert orjson.loads(bulletin.texts)["practices"] == "统一承办口径。"
    kept = db.session.scalars(select(Message)).all()
    assert [(message.name, message.correlation) for message in kept] == [("supervise.requested", f"TB-2026-1-{PUDONG}")]


def test_an_adopted_objection_makes_a_version_before_it_is_published(process: Flask) -> None:
    begin()
    work({f"check {PUDONG}": OBJECT, "rule_contest": {"ruling": "采纳", "ruled": 3}, "sign": SIGN})
    assert ended().outcome == "published"
    first, second = db.session.scalars(select(Bulletin).order_by(Bulletin.version)).all()
    assert first.published_at is None and second.published_at is not None
    assert orjson.loads(second.counts)["units"][PUDONG]["tally"]["in_time"] == 3
    [contest] = steps.contests(first.id)
    assert (contest.unit, contest.claimed, contest.ruling, contest.ruled) == (PUDONG, 2, "采纳", 3)


def test_a_refused_objection_leaves_the_version(process: Flask) -> None:
    begin()
    work(
        {
            f"check {MINHANG}": OBJECT,
            "rule_contest": {"ruling": "不采纳", "ruling_note": "与系统记录不符"},
            "sign": SIGN,
        }
    )
    assert ended().outcome == "published"
    [bulletin] = db.session.scalars(select(Bulletin)).all()
    [contest] = steps.contests(bulletin.id)
    assert (contest.ruling, contest.ruled, contest.note) == ("不采纳", None, "与系统记录不符")


def test_who_says_nothing_in_five_working_days_agrees(process: Flask, hand: clock.Virtual) -> None:
    begin()
    while jobs.run_due():
        pass
    hand.move_to(clock.now() + timedelta(8))
    timers.fire_due()
    while jobs.run_due():
        pass
    assert [task.element for task in opened()] == ["draft"]


def test_clashing_opinions_go_to_joint_review_and_come_back(process: Flask) -> None:
    begin()
    for _ in range(30):
        work_one = [task for task in opened() if task.element in ("check", "rule_contest")]
        if not work_one and not jobs.run_due():
            break
        for task in work_one:
            given = OBJECT if task.unit == PUDONG else {"ruling": "提请会商"} if task.element == "rule_contest" else {}
            schema, data = tasks.schema(task.id) or {}, orjson.loads(task.data)
            tasks.complete(task.id, {**play.usual_fill(schema, data), **given}, actor="ann")
    [asked] = db.session.scalars(select(Message).where(Message.name == "review.requested")).all()
    assert "按时办结" in orjson.loads(asked.payload)["question"]
    messages.send("review.decided", asked.correlation, {"review_line": "按实际办结时间计"}, actor="ann")
    [task] = opened()
    assert task.element == "apply_review" and orjson.loads(task.data)["review_line"] == "按实际办结时间计"


def test_objections_and_weak_units_go_through_review_and_supervision_without_an_order(process: Flask) -> None:
    for bundle in ("joint_review", "supervise"):
        definitions.deploy(definitions.read_bundle(PROCESSES / bundle, play.ROOT / "forms"), author="ann")
    begin()
    work(
        {
            f"check {PUDONG}": OBJECT,
            "rule_contest": {"ruling": "提请会商"},
            "draft": {"practices": "统一口径。", "countersigners": ["BIZ-FG"], "weak_units": [PUDONG]},
            "sign": SIGN,
            "open_supervision": {"supervise_kind": "网上", "demand": "上门指导"},
        }
    )
    assert ended().outcome == "published"
    query = select(ProcessInstance.business_key, ProcessInstance.status).join(ProcessDefinition)
    [review] = db.session.execute(query.where(ProcessDefinition.key == "joint_review")).all()
    [supervision] = db.session.execute(query.where(ProcessDefinition.key == "supervise")).all()
    assert review.status == supervision.status == "completed"
    assert supervision.business_key == f"TB-2026-1-{PUDONG}"


def test_the_clock_begins_the_years_and_the_months(process: Flask, hand: clock.Virtual) -> None:
    hand.move_to(clock.now() + timedelta(20))  # over 2 December
    timers.fire_due()
    while jobs.run_due():
        pass
    db.session.rollback()
    assert [bulletin.period for bulletin in db.session.scalars(select(Bulletin))] == ["2026-11"]
    work({})
    assert freezing.newest("2026-11", published=True) is not None


def test_a_step_that_is_repeated_acts_once(process: Flask) -> None:
    first = steps.freeze({"period": "2026", "reason": ""}, 11)
    assert steps.freeze({"period": "2026", "reason": ""}, 11) == first
    said = {"bulletin": first["bulletin"], "unit": PUDONG, "figure": "in_time", "claimed": 2, "reason": "故障"}
    assert steps.contest(said, 12) == steps.contest(said, 12)
    [one] = steps.gather({"bulletin": first["bulletin"]}, 13)["contests"]
    ruling = {"unit": PUDONG, "figure": "in_time", "number": one["number"], "ruling": "采纳", "ruled": 2, "note": None}
    corrected = {"bulletin": first["bulletin"], "rulings": [ruling]}
    assert steps.correct(corrected, 14) == steps.correct(corrected, 14)
    assert db.session.query(Bulletin).count() == 2 and db.session.query(BulletinContest).count() == 1
    with pytest.raises(errors.Invalid):
        steps.contest(said | {"figure": "mood"}, 15)
