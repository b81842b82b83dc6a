"""The processes together, through the door: messages start them and answer them, clocks and matters follow."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, messages, tasks
from engine.db import db
from engine.models import Incident, Message, ProcessInstance, UserTask
from tests.processes import play

ORDER = next(s.start for s in play.scenarios() if s.process == "intake")
NUMBER = ORDER["order_no"]


@pytest.fixture
def bureau(app: Flask) -> Flask:
    """All bundles deployed."""
    for folder in definitions.bundles(play.ROOT / "processes"):
        definitions.deploy(definitions.read_bundle(folder, play.ROOT / "forms"), author="ann", note="test")
    return app


def work(answers: dict[str, list[dict[str, Any]]]) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Do every task, with `answers` to a form used up in order; (process, business key) -> (status, outcome)."""
    for _ in range(play.LIMIT):
        db.session.rollback()
        task = db.session.scalar(select(UserTask).where(UserTask.status == "ready").order_by(UserTask.id).limit(1))
        if task is None:
            break
        given = answers.get(task.form or "") or [{}]
        form = play.usual_fill(tasks.schema(task.id) or {}, orjson.loads(task.data))
        tasks.complete(task.id, {**form, **given.pop(0)}, actor="ann")
    assert not any(answers.values()), f"never asked: {answers}"
    assert db.session.scalars(select(Incident.message)).all() == []
    rows = db.session.scalars(select(ProcessInstance)).all()
    return {(row.definition.key, row.business_key): (row.status, row.outcome) for row in rows}


def test_a_mixed_order_becomes_three_matters_that_end_apart(bureau: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, ORDER, actor="12345")
        found = work(
            {
                "intake/classify": [{"natures": ["投诉", "举报", "咨询"]}],
                "complaint/check_material": [{"identity_doubtful": "否"}],
                "complaint/closing_report": [{"clue_found": "否"}],
            }
        )
    assert found["intake", NUMBER] == ("completed", "dispatched")
    assert found["complaint", f"{NUMBER}-C1"] == ("completed", "mediated")
    assert found["tipoff", f"{NUMBER}-R1"] == ("completed", "filed")
    assert found["consult", f"{NUMBER}-Q1"] == ("completed", "answered_online")


def test_a_returned_complaint_goes_to_the_new_unit_and_is_revisited(bureau: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("order.received", NUMBER, {**ORDER, "order_id": 40}, actor="12345")
        back = {
            "sign_decision": "退单",
            "return_reason": "23",
            "proposed_unit": "310104",
            "return_note": "经营地在徐汇",
        }
        found = work(
            {
                "complaint/sign": [back, {}],
                "return/final_review": [{"final_opinion": "改派", "new_unit": "310104"}],
                "complaint/check_material": [{"identity_doubtful": "否"}],
                "complaint/closing_report": [{"clue_found": "否"}],
            }
        )
    assert found["return_order", f"{NUMBER}-C1"] == ("completed", "reassigned")
    assert found["complaint", f"{NUMBER}-C1"] == ("completed", "mediated")
    assert found["revisit", f"{NUMBER}-C1"] == ("completed", "revisited")
    units = select(UserTask.unit).where(UserTask.element == "sign").order_by(UserTask.id)
    assert db.session.scalars(units).all() == ["310115", "310104"]


def test_new_facts_reach_the_tipoff_under_check(bureau: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("matter.tipoff", f"{NUMBER}-R1", _tipoff(), actor="12345")
        for element in ("sign", "first_contact", "register_clue"):
            task = db.session.scalar(select(UserTask).where(UserTask.element == element))
            tasks.complete(task.id, play.usual_fill(tasks.schema(task.id), orjson.loads(task.data)), actor="ann")
        again = {**ORDER, "order_no": "SH20260512-000002", "received_at": "2026-05-12T09:00:00+08:00"}
        messages.send("order.received", again["order_no"], again, actor="12345")
        register = db.session.scalar(select(UserTask).where(UserTask.element == "register"))
        form = play.usual_fill(tasks.schema(register.id), orjson.loads(register.data))
        same = {"duplicate_kind": "有新事实", "duplicate_of": f"{NUMBER}-R1"}
        tasks.complete(register.id, {**form, **same}, actor="ann")
    db.session.rollback()
    states = select(UserTask.status).where(UserTask.element == "check").order_by(UserTask.id)
    assert db.session.scalars(states).all() == ["cancelled", "ready"]
    assert db.session.scalars(select(Message.name)).all() == []


def _tipoff() -> dict[str, Any]:
    return next(s.start for s in play.scenarios() if s.process == "tipoff")
