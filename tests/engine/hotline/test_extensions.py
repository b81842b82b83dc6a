"""Extensions and shelved matters through the door: what may be asked, what moves, what is kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, errors, jobs, messages, tasks
from engine.db import db, transaction
from engine.hotline import actions, extensions
from engine.hotline.models import ClockRun, Extension, Matter, Order, Shelving
from engine.models import Event, Incident, UserTask
from tests.processes import play

NUMBER = "SH20260511-000001"
MATTER = f"{NUMBER}-C1"


def _start(process: str) -> dict[str, Any]:
    return next(s.start for s in play.scenarios() if s.process == process)


@pytest.fixture
def case(app: Flask) -> Flask:
    """A complaint of unit 310112 under way, with the processes it may need."""
    for name in ("complaint", "extension"):
        definitions.deploy(definitions.read_bundle(play.ROOT / "processes" / name, play.ROOT / "forms"), author="ann")
    with clock.virtual(play.MORNING):
        start = _start("complaint") | {"order_no": NUMBER, "matter_no": MATTER, "unit": "310112"}
        messages.send("matter.complaint", MATTER, start | {"case_clock": "C03"}, actor="ann")
    return app


def _work(process: str, **answers: dict[str, Any]) -> None:
    """Do the open tasks of a bundle's forms, with `answers` by element."""
    for _ in range(20):
        db.session.rollback()
        query = select(UserTask).where(UserTask.status == "ready", UserTask.form.startswith(f"{process}/"))
        task = db.session.scalar(query.limit(1))
        if task is None:
            break
        filled = play.usual_fill(tasks.schema(task.id) or {}, orjson.loads(task.data))
        tasks.complete(task.id, filled | answers.get(task.element, {}), actor=task.element)  # no two by one hand
    while jobs.run_due():
        pass
    db.session.rollback()
    assert db.session.scalars(select(Incident.message)).all() == []


def _due(code: str) -> str:
    run = db.session.scalars(select(ClockRun).filter_by(business_key=MATTER, code=code)).one()
    return f"{clock.local(run.operational):%m-%d %H:%M}"


def test_an_approved_extension_moves_the_hotlines_clock_and_no_period_of_law(case: Flask) -> None:
    with clock.virtual(play.MORNING):
        assert (_due("C03"), _due("C08")) == ("05-18 17:30", "05-20 17:30")
        messages.send("extension.requested", MATTER, _start("extension") | {"matter_no": MATTER}, actor="ann")
        _work("extension")
        assert (_due("C03"), _due("C08")) == ("06-08 17:30", "05-20 17:30")  # 5 + 15 working days
    [row] = db.session.scalars(select(Extension))
    assert (row.state, row.days, row.quarter, row.clock) == ("approved", 15, "2026Q2", "C03")
    told = db.session.scalars(select(Event.actor).where(Event.kind == "clock.extended")).all()
    assert told == ["approve"], "who approved it, and not who asked"


def test_a_refused_extension_moves_nothing(case: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("extension.requested", MATTER, _start("extension") | {"matter_no": MATTER}, actor="ann")
        _work("extension", first_review={"first_opinion": "不通过"})
        assert _due("C03") == "05-18 17:30"
    assert db.session.scalars(select(Extension.state)).all() == ["refused"]


def test_an_extension_of_a_case_closed_meanwhile_is_no_fault(case: Flask) -> None:
    payload = {"matter_no": f"{NUMBER}-C9", "code": "C03", "days": 15, "reason": "特殊疑难", "actor": "ann"}
    assert extensions.extend_clock(payload, 1) == {"days": 0}
    with pytest.raises(errors.Invalid):
        extensions.extend_clock(payload | {"code": "C10"}, 2)


def test_what_decides_about_an_extension_is_worked_out_and_not_typed(case: Flask) -> None:
    order, matter = Order(state="in_progress"), db.session.get_one(Matter, MATTER)
    extend = actions.ACTIONS["extend"]
    with clock.virtual(play.MORNING):
        assert extend.applies(order, matter)
        facts = extend.facts(order, matter)
        assert facts.keys() == extend.adds
        assert facts["clock_due"] == "2026-05-18 17:30" and facts["clock_code"] == "C03"
        assert (facts["past_urge"], facts["days_left"], facts["difficult_count"], facts["quota_used"]) == (
            False,
            5,
            0,
            0,
        )
        messages.send("extension.requested", MATTER, _start("extension") | {"matter_no": MATTER}, actor="ann")
        _work("extension")
        facts = extend.facts(order, matter)
        assert (facts["difficult_count"], facts["quota_used"]) == (1, 1)
    with clock.virtual(play.MORNING + timedelta(days=27)):  # 2026-06-07, one day before it is due now
        assert extend.facts(order, matter)["past_urge"] is True
        assert not extend.applies(order, matter), "what can only be refused is not offered"


def test_a_shelved_matter_is_counted_until_it_is_resumed(case: Flask) -> None:
    with clock.virtual(play.MORNING):
        messages.send("shelving.requested", MATTER, _start("shelving") | {"matter_no": MATTER}, actor="ann")
        _work("extension")
        [row] = db.session.scalars(select(Shelving))
        assert row.state == "shelved" and f"{clock.local(row.review_at):%F}" == "2026-07-01"
        messages.signal("policy.changed", {"policy_note": "补助办法已出台"}, actor="ann")
        _work("extension")
    db.session.rollback()
    [row] = db.session.scalars(select(Shelving))
    assert row.state == "ended" and row.ended_at is not None


@pytest.mark.parametrize(
    ("day", "refused"), [("2026-05-11", True), ("2026-05-12", False), ("2026-08-09", False), ("2026-08-10", True)]
)
def test_a_review_date_lies_within_ninety_days(app: Flask, day: str, refused: bool) -> None:
    with clock.virtual(play.MORNING):
        assert bool(extensions.review_in_time({"review_date": day, "shelve_opinion": "同意"}, {})) is refused


@pytest.mark.parametrize(
    ("day", "name"), [(date(2026, 1, 1), "2026Q1"), (date(2026, 6, 30), "2026Q2"), (date(2026, 12, 31), "2026Q4")]
)
def test_quarters_are_those_of_the_calendar(day: date, name: str) -> None:
    assert extensions.quarter(day) == name


def test_an_extension_cites_only_a_period_of_law_that_runs_in_the_matter(case: Flask) -> None:
    matter, offers = db.session.get_one(Matter, MATTER), actions.ACTIONS["extend"].offers
    assert offers(matter) == {"cited_clock": frozenset(), "extension_reason": {extensions.DIFFICULT}}
    with transaction() as session:
        running = session.scalars(select(ClockRun).filter_by(business_key=MATTER, code="C03")).one()
        running.code = "C12"
    assert offers(matter)["cited_clock"] == {"C12"}
    assert extensions.BY_LAW in offers(matter)["extension_reason"]
