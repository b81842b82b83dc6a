"""What reports, calls and reviews found becomes columns and rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine.db import db
from engine.hotline import findings
from engine.hotline.models import Defect, Review, Survey
from tests.engine.hotline.test_projections import START, World, at


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def rows(model: Any) -> Sequence[Any]:
    return db.session.scalars(select(model)).all()


def done(world: World, instance: int, **values: Any) -> Any:
    return world.change(instance, "task.completed", values=values)


def test_a_matter_keeps_what_its_tasks_found(world: World) -> None:
    world.follow(
        world.started(1),
        done(world, 1, contacted="已联", contact_at="2026-05-11T11:00+08:00"),
        done(world, 1, fact_finding="不属实", claim_finding="诉求过高", result="解释说明"),
        done(world, 1, reply_at="2026-05-13T09:30+08:00"),
    )
    matter = world.matter(1)
    assert (matter.contacted, matter.contacted_at) == ("已联", at("2026-05-11T11:00"))
    assert (matter.fact_finding, matter.claim_finding, matter.result) == ("不属实", "诉求过高", "解释说明")
    assert (matter.reply_at, matter.returned) == (at("2026-05-13T09:30"), 0)


def test_a_finding_that_a_review_changed_and_a_return_that_was_judged_are_told_by_messages(world: World) -> None:
    world.follow(world.started(1), done(world, 1, fact_finding="不属实"))
    told = {"fact_finding": "属实", "defects": [{"kind": "不属实失实", "rule": "P8"}]}
    world.follow(
        world.change(1, "message.delivered", values={"unit": "310105", "return_count": 2}),
        world.change(1, "message.delivered", values=told),
    )
    assert (world.matter(1).fact_finding, world.matter(1).returned) == ("属实", 2)
    (defect,) = rows(Defect)
    assert (defect.matter_no, defect.unit, defect.kind, defect.rule) == (
        f"{world.order_no}-C1", "310105", "不属实失实", "P8",
    )  # fmt: skip


def test_defects_told_twice_are_counted_once(world: World) -> None:
    flaw = {"kind": "报告不规范", "rule": "R07"}
    change = world.change(1, "message.delivered", values={"defects": [flaw, flaw | {"rule": "R08"}]})
    world.follow(world.started(1))
    world.follow(change)
    world.follow(change)
    assert sorted(defect.rule for defect in rows(Defect)) == ["R07", "R08"]


def test_every_call_of_a_return_visit_is_a_survey_of_the_matters_unit(world: World) -> None:
    world.follow(world.started(1))
    said = {"reached": "接通", "unit_contacted": "是", "attitude": "好", "satisfaction": "基本满意", "solved": "解决"}
    call = world.change(9, "task.completed", process="revisit", element="call_citizen", values=said)
    world.follow(_of(call, f"{world.order_no}-C1"))
    (survey,) = rows(Survey)
    assert (survey.unit, survey.contacted, survey.at) == ("310104", "是", START)
    assert (survey.reached, survey.attitude, survey.satisfaction, survey.solved) == ("接通", "好", "基本满意", "解决")


def test_a_review_is_open_until_decided_and_then_a_precedent(world: World) -> None:
    asked = {"order_no": world.order_no, "question": "归谁", "trigger": "二次退单", "domain": "食品"}
    world.follow(world.change(7, "instance.started", process="joint_review", values=asked))
    (review,) = rows(Review)
    assert (review.state, review.question, review.trigger, review.line) == ("open", "归谁", "二次退单", None)
    line = {"review_owner": "310104", "review_line": "由经营地区局承办", "review_tags": "食品 管辖"}
    world.follow(
        world.change(7, "task.completed", process="joint_review", values=line),
        world.change(7, "job.done", process="joint_review", status="completed", outcome="decided"),
    )
    (review,) = rows(Review)
    assert (review.state, review.outcome, review.decided_at) == ("decided", "decided", START)
    assert (review.owner, review.line, review.tags) == ("310104", "由经营地区局承办", "食品 管辖")


def test_a_review_that_was_not_needed_is_no_precedent(world: World) -> None:
    world.follow(world.change(7, "instance.started", process="joint_review", values={"question": "归谁"}))
    ended = world.change(7, "task.completed", process="joint_review", status="completed", outcome="cancelled")
    world.follow(ended)
    assert [review.state for review in rows(Review)] == ["cancelled"]


@pytest.mark.parametrize(
    ("option", "finding", "flaws"), [("乙方案", "部分属实", ["P8"]), ("另定", "属实", ["P8"]), ("甲方案", "不属实", [])]
)
def test_a_won_appeal_rewrites_the_finding_and_counts_as_a_defect(
    world: World, option: str, finding: str, flaws: list[str]
) -> None:
    world.follow(world.started(1), done(world, 1, fact_finding="不属实"), world.ended(1))
    asked = {"order_no": world.order_no, "question": "有新照片", "trigger": findings.APPEAL}
    review = world.change(7, "instance.started", process="joint_review", values=asked)
    world.follow(_of(review, f"{world.order_no}-C1"))
    said = {"review_option": option, "review_finding": finding, "review_deadline": "2026-05-20"}
    world.follow(
        world.change(7, "task.completed", process="joint_review", values=said)
    )  # minutes that go to the leader
    assert world.matter(1).fact_finding == "不属实" and rows(Defect) == []
    world.follow(_of(world.ended(7, "escalated", process="joint_review", values=said), f"{world.order_no}-C1"))
    assert world.matter(1).fact_finding == finding
    assert [(defect.rule, defect.unit) for defect in rows(Defect)] == [(flaw, "310104") for flaw in flaws]
    (decided,) = rows(Review)
    assert (decided.option, decided.finding, decided.deadline) == (option, finding, "2026-05-20")


def _of(change: Any, business_key: str) -> Any:
    return type(change)(**{name: getattr(change, name) for name in change.__slots__} | {"business_key": business_key})
