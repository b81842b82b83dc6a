"""What an act has set going: by when it is due or for how long it is overdue, and whether it was the last."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import clock
from engine.db import db
from engine.hotline import organisation
from engine.hotline.models import Order
from engine.models import UserTask
from tests.engine.hotline.clock_kit import at
from web import told

NOW = at("2026-06-12T10:00")


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(hours=2), "2026-06-12 12:00 前办结"),
        (-timedelta(minutes=5), "已超期 1 小时，请立即办理"),
        (-timedelta(days=27, hours=3), "已超期 27 天，请立即办理"),
    ],
)
def test_a_task_that_is_overdue_is_told_without_a_moment_that_has_passed(app, left, said):
    with app.test_request_context(), clock.virtual(NOW):
        assert told._step(UserTask(name="调解", role="handler", unit="HO", due=NOW + left)).endswith(said)


def test_a_unit_stands_once_before_a_role_that_is_named_after_it(app):
    with app.test_request_context():
        organisation.seed()
        assert "由热线办协调员办理" in told._step(UserTask(name="审批", role="coordinator", unit="HO"))
        assert "由热线办负责人办理" in told._step(UserTask(name="审批", role="leader", unit="HO"))


@pytest.mark.parametrize(("state", "said"), [("closed", "已全部办结"), ("in_progress", "现在没有待办任务")])
def test_the_last_task_of_an_order_says_that_it_was_the_last(app, order, state, said):
    number = order()
    with app.test_request_context():
        db.session.execute(update(UserTask).values(ended=clock.now(), status="completed"))
        db.session.execute(update(Order).values(state=state))
        db.session.commit()
        assert told.after("已办结：办理", number, frozenset()) == f"已办结：办理。工单 {number} {said}。"


def test_what_else_is_open_of_the_order_is_said_when_nothing_new_has_come(app, order):
    number = order()
    with app.test_request_context():
        said = told.after("已办结：办理", number, told.waiting(number))
    assert said.startswith(f"已办结：办理。工单 {number} 还有：「核对」由")


def test_of_a_case_that_no_order_began_nothing_is_said(app):
    with app.test_request_context():
        assert told.after("已办结：办理", "trial-1", frozenset()) == "已办结：办理"
