"""Bad reviews come in once, are matters of their own, and what became of them is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, errors, tasks
from engine.db import db
from engine.hotline import bad_reviews, orders, queries
from engine.hotline.models import BadReview, ClockRun, Matter, Order
from engine.hotline.roles import Viewer
from engine.models import Incident, ProcessInstance, UserTask
from tests.processes import play

EVENING = datetime(2026, 4, 30, 21, tzinfo=clock.SHANGHAI)
SAID = {
    "item": "企业开办",
    "channel": "窗口",
    "stars": 1,
    "text": "排队两小时，窗口无人",
    "name": "李四",
    "phone": "13900139000",
}
HOTLINE = Viewer("co", "HO", frozenset({"coordinator"}))


@pytest.fixture
def bureau(app: Flask) -> Flask:
    files = definitions.read_bundle(play.ROOT / "processes" / "bad_review", play.ROOT / "forms")
    definitions.deploy(files, author="ann")
    return app


def _work(answers: dict[str, dict[str, Any]]) -> None:
    for _ in range(20):
        db.session.rollback()
        task = db.session.scalar(select(UserTask).where(UserTask.status == "ready").limit(1))
        if task is None:
            break
        filled = play.usual_fill(tasks.schema(task.id) or {}, orjson.loads(task.data))
        tasks.complete(task.id, filled | answers.get(task.element, {}), actor="ann")
    db.session.rollback()
    assert db.session.scalars(select(Incident.message)).all() == []


def test_a_review_becomes_an_order_with_one_matter_and_its_clocks(bureau: Flask) -> None:
    with clock.virtual(EVENING):
        answer = bad_reviews.received("R-1", SAID, actor="ywtb")
        assert len(answer["started"]) == 1
        assert bad_reviews.received("R-1", SAID, actor="ywtb")["started"] == []
    db.session.rollback()
    [order] = db.session.scalars(select(Order))
    [matter] = db.session.scalars(select(Matter))
    assert (order.source, order.ext_no, order.subject, order.state) == (
        "ywtb",
        "R-1",
        "1星差评：企业开办",
        "in_progress",
    )
    assert (matter.matter_no, matter.nature, matter.process) == (f"{order.order_no}-P1", "差评", "bad_review")
    run = db.session.scalars(select(ClockRun).filter_by(code="C18")).one()
    assert f"{clock.local(run.operational):%m-%d %H:%M}" == "05-11 17:30"  # Sat 05-09 is a working day
    page = queries.order(order.order_no, HOTLINE)
    assert page.person is not None and page.person["phone"] == "139****9000" and page.nature == "差评"


def test_what_a_citizen_wrote_stays_out_of_the_process(bureau: Flask) -> None:
    with clock.virtual(EVENING):
        bad_reviews.received("R-1", SAID, actor="ywtb")
    db.session.rollback()
    [row] = db.session.scalars(select(ProcessInstance))
    for said in ("李四", "13900139000", "排队"):
        assert said.encode() not in row.state


def test_a_case_ends_with_its_cause_and_the_order_is_closed(bureau: Flask) -> None:
    with clock.virtual(EVENING):
        bad_reviews.received("R-1", SAID, actor="ywtb")
        owner = {"unit": "310115", "item_owner": "BIZ-DJ"}
        _work({"assign_owner": owner, "revisit": {"second_stars": "4"}, "find_cause": {"cause": "窗口服务态度"}})
        [row] = db.session.scalars(select(BadReview))
        assert (row.unit, row.second_stars, row.cause, row.outcome) == ("310115", 4, "窗口服务态度", "rectified")
        assert row.answered_at is not None and row.real_name
    assert db.session.scalars(select(Order.state)).all() == ["closed"]
    assert db.session.scalars(select(Matter.unit)).all() == ["310115"]
    runs = {run.code: run for run in db.session.scalars(select(ClockRun))}
    assert runs["C18"].kept and runs["C18C"].kept
    assert [review.item for review, _order in bad_reviews.listed(HOTLINE)] == ["企业开办"]
    assert bad_reviews.listed(Viewer("x", "310101", frozenset({"handler"}))) == []


def test_a_nameless_review_is_anonymous_and_nobody_is_called(bureau: Flask) -> None:
    with clock.virtual(EVENING):
        said = {key: value for key, value in SAID.items() if key not in ("name", "phone")}
        bad_reviews.received("R-2", said, actor="ywtb")
        _work({"judge": {"review_kind": "可立即整改"}})
    assert db.session.scalars(select(BadReview.real_name)).all() == [False]
    done = set(db.session.scalars(select(UserTask.element)))
    assert "contact" not in done and "revisit" not in done and "find_cause" in done


@pytest.mark.parametrize(
    ("change", "field"),
    [({"stars": 4}, "stars"), ({"stars": "x"}, "stars"), ({"text": ""}, "content"), ({"id": 1}, "id")],
)
def test_what_is_no_bad_review_is_refused_by_field(bureau: Flask, change: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.FormInvalid) as refused:
        bad_reviews.received("R-3", SAID | change, actor="ywtb")
    assert field in refused.value.errors


def test_a_review_that_was_stored_but_never_announced_begins_later(app: Flask) -> None:
    with clock.virtual(EVENING) as hand:
        assert bad_reviews.received("R-1", SAID, actor="ywtb")["started"] == []  # nothing is deployed yet
        files = definitions.read_bundle(play.ROOT / "processes" / "bad_review", play.ROOT / "forms")
        definitions.deploy(files, author="ann")
        hand.move_to(EVENING + timedelta(minutes=5))
        assert orders.resume_unstarted() == 1
    db.session.rollback()
    assert db.session.scalars(select(Matter.nature)).all() == ["差评"]
