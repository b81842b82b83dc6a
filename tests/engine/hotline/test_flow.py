"""An order through the real door: registered, started once, in progress, its first clock running."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine import definitions
from engine.db import db
from engine.hotline import orders, organisation, queries
from engine.hotline.roles import Viewer
from engine.models import ProcessInstance

ROOT = Path(__file__).resolve().parents[3]
CLERK = Viewer("wang", "HO", frozenset({"clerk"}))
ORDER = {"ext_no": "1", "content": "办卡后店铺关门", "received_at": "2026-05-11 09:00"}


@pytest.fixture
def bureau(app: Flask) -> Flask:
    organisation.seed()
    bundle = definitions.read_bundle(ROOT / "processes" / "intake", ROOT / "forms")
    definitions.deploy(bundle, author="analyst")
    return app


def test_a_registered_order_waits_for_the_clerk_with_its_clock_running(bureau: Flask) -> None:
    number = orders.register(ORDER, source="12345", actor="li").order_no
    [task] = queries.worklist(CLERK, scope="unit").rows
    assert (task.order_no, task.process, task.role, task.unit) == (number, "intake", "clerk", "HO")
    page = queries.order(number, CLERK)
    assert page.state == "in_progress"
    assert [(clock.code, clock.state) for clock in page.clocks] == [("C17", "running")]
    assert [moment.kind for moment in queries.timeline(number, CLERK)] == ["instance.started"]


def test_an_order_that_comes_again_starts_nothing(bureau: Flask) -> None:
    for actor in ("li", "wang", "li"):
        orders.register(ORDER, source="12345", actor=actor)
    assert orders.resume_unstarted() == 0
    assert db.session.scalar(select(func.count(ProcessInstance.id))) == 1


def test_orders_stored_before_the_process_was_deployed_start_when_it_is(app: Flask) -> None:
    orders.register(ORDER, source="12345", actor="li")
    organisation.seed()
    definitions.deploy(definitions.read_bundle(ROOT / "processes" / "intake", ROOT / "forms"), author="analyst")
    assert db.session.scalar(select(func.count(ProcessInstance.id))) == 0
    orders.register(ORDER, source="12345", actor="wang")
    assert db.session.scalar(select(func.count(ProcessInstance.id))) == 1
