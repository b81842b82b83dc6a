"""Cases that were filed and decided, by trader."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from engine import errors
from engine.db import db, transaction
from engine.hotline import credit
from engine.hotline.models import Order
from tests.engine.hotline.test_projections import START, World

SPAN = (date(2026, 5, 1), date(2026, 5, 31))
SAID = {"case_no": "沪市监案〔2026〕1号", "decision": "行政处罚", "document_no": "沪市监处罚〔2026〕1号",
        "decided_at": "2026-08-01T10:00:00+08:00"}  # fmt: skip


@pytest.fixture
def world(app: Flask) -> World:
    world = World()
    with transaction() as session:
        session.get_one(Order, 1).target_name = "甲店"
    return world


def judged(world: World, instance: int, decision: str, **values: Any) -> str:
    world.follow(
        world.started(instance, process="tipoff", values={"nature": "举报"}),
        world.change(instance, "task.completed", process="tipoff", values={"file_decision": decision, **values}),
    )
    return world.matter(instance).matter_no


def test_a_filed_case_is_told_by_its_trader_and_no_other(world: World) -> None:
    number = judged(world, 1, "立案")
    judged(world, 2, "不予立案")
    [case] = credit.feed(*SPAN)
    assert (case.name, case.uscc, case.matter_no, case.unit) == ("甲店", None, number, "310104")
    assert (case.filed_at, case.decision) == (START.astimezone(UTC), None)
    assert credit.feed(date(2026, 6, 1), date(2026, 6, 30)) == []
    assert list(credit.by_trader([case])) == [(None, "甲店")]


def test_a_trader_without_a_name_is_not_told(world: World) -> None:
    judged(world, 1, "立案")
    with transaction() as session:
        session.get_one(Order, 1).target_name = None
    assert credit.feed(*SPAN) == []


def test_the_decision_of_the_case_system_is_kept_once_and_corrected(world: World) -> None:
    number = judged(world, 1, "立案")
    assert credit.decided(number, SAID) == 1 == credit.decided(number, SAID)
    [case] = credit.feed(date(2026, 8, 1), date(2026, 8, 1))
    assert (case.case_no, case.decision, case.document_no) == (SAID["case_no"], "行政处罚", SAID["document_no"])
    assert case.decided_at == datetime(2026, 8, 1, 2, tzinfo=UTC)
    credit.decided(number, SAID | {"decision": "撤销案件"})
    assert credit.feed(*SPAN)[0].decision == "撤销案件"


def test_where_no_case_was_filed_none_is_decided(world: World) -> None:
    for number in (judged(world, 1, "不予立案"), "SH0-R1"):
        with pytest.raises(errors.NotFound):
            credit.decided(number, SAID)


@pytest.mark.parametrize(
    "change", [{"case_no": " "}, {"decision": "罚款"}, {"decided_at": "昨天"}, {"decided_at": None}]
)
def test_an_incomplete_decision_is_refused_at_its_field(world: World, change: dict[str, Any]) -> None:
    number = judged(world, 1, "立案")
    with pytest.raises(errors.FormInvalid) as refused:
        credit.decided(number, SAID | change)
    assert list(refused.value.errors) == list(change) == list(refused.value.en)
    db.session.rollback()


def test_a_matter_keeps_whether_its_clue_is_complete(world: World) -> None:
    judged(world, 1, "立案", clue_complete="否")
    assert world.matter(1).clue_complete == "否"
    world.follow(world.change(1, "task.completed", process="tipoff", values={"clue_supplemented": "是"}))
    db.session.expire_all()
    assert (world.matter(1).clue_complete, world.matter(1).file_decision) == ("是", "立案")
