"""Who handled a matter does not review it, and who has a tie to its parties keeps out of the order."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from engine import clock, errors, tasks
from engine.db import db
from engine.hotline import orders, queries, recusal
from engine.hotline.roles import Viewer
from tests.engine.hotline.world_kit import NOW, World, viewer


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.virtual(NOW):
        yield


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def order() -> str:
    given = {"content": "办卡后店铺关门", "subject": "健身房退费", "received_at": NOW, "district": "310104"}
    return orders.register(given, source="12345", actor="clerk").order_no


def may_take(who: Viewer, task: int) -> bool:
    """The worklist and the engine's door agree on it."""
    listed = task in [row.task_id for row in queries.worklist(who, scope="unit").rows]
    try:
        recusal.keep_out(task, who.name)
    except errors.Forbidden:
        assert not listed
        return False
    return listed


def test_every_rule_names_tasks_of_shipped_diagrams_and_its_source() -> None:
    from pathlib import Path

    drawn = "".join(file.read_text("utf-8") for file in Path("processes").rglob("*.bpmn"))
    for rule in recusal.rules():
        assert rule.source and (rule.elements or rule.roles)
        assert f'process id="{rule.process}"' in drawn
        for element in {rule.element} | rule.elements:
            assert f'userTask id="{element}"' in drawn, element


@pytest.mark.parametrize(("element", "role"), [("closing_report", "handler"), ("first_contact", "handler")])
def test_who_reported_does_not_review_that_it_is_unfounded(world: World, element: str, role: str) -> None:
    number = order()
    world.task(world.matter(number), element, by="li", role=role)
    review = world.task(world.instance("unfounded", f"{number}-c"), "district_review", role="reviewer")
    assert not may_take(viewer("li", "handler reviewer"), review)
    assert may_take(viewer("wu", "handler reviewer"), review)
    with pytest.raises(errors.Forbidden):
        tasks.claim(review, actor="li")


def test_who_signed_for_the_order_may_review_it(world: World) -> None:
    number = order()
    world.task(world.matter(number), "sign", by="li", role="operator")
    review = world.task(world.instance("unfounded", f"{number}-c"), "district_review", role="reviewer")
    assert may_take(viewer("li", "operator reviewer"), review)


@pytest.mark.parametrize(
    ("done", "process", "element"),
    [
        ("decide_filing", "unfounded", "district_review"),  # who decided not to file
        ("decide_acceptance", "unfounded", "district_review"),  # who decided whether to accept
        ("decide_acceptance", "unfounded", "office_review"),
        ("district_review", "unfounded", "office_review"),
        ("closing_report", "complaint", "approve_report"),
        ("check", "tipoff", "approve_report"),
        ("district_review", "joint_review", "give_opinion"),
        ("give_opinion", "joint_review", "leader_rules"),
        ("sign", "return_order", "first_review"),
        ("first_review", "return_order", "final_review"),
        ("first_review", "extension", "leader_approve"),
        ("unit_answer", "supervise", "assess"),
    ],
)
def test_who_decided_or_handled_keeps_out_of_the_review(world: World, done: str, process: str, element: str) -> None:
    number = order()
    roles = {"closing_report": "handler", "check": "case_officer"}
    world.task(world.matter(number), done, by="li", role=roles.get(done, "leader"))
    review = world.task(world.instance(process, f"{number}-c"), element, role="leader")
    assert not may_take(viewer("li", "leader"), review)
    assert may_take(viewer("wu", "leader"), review)


def test_any_handling_keeps_out_of_the_joint_review_of_that_matter_and_of_no_other(world: World) -> None:
    first, second = order(), order()
    world.task(world.matter(first), "mediate", by="li", role="handler")
    world.matter(second)
    mine = world.task(world.instance("joint_review", f"{first}-c"), "give_opinion", role="reviewer")
    other = world.task(world.instance("joint_review", f"{second}-c"), "give_opinion", role="reviewer")
    who = viewer("li", "handler reviewer")
    assert (may_take(who, mine), may_take(who, other)) == (False, True)


def test_the_monthly_sample_is_not_looked_at_by_who_wrote_the_report(world: World) -> None:
    number = order()
    world.task(world.matter(number), "closing_report", by="li")
    sample = world.instance("quality_sample", "2026-05")
    mine = world.task(sample, "recheck_report", role="coordinator", data=f'{{"matter_no":"{number}-c"}}')
    other = world.task(sample, "recheck_report", role="coordinator", data='{"matter_no":"SH20260101-000001-c"}')
    who = viewer("li", "coordinator")
    assert (may_take(who, mine), may_take(who, other)) == (False, True)


def test_a_declared_tie_keeps_out_of_every_task_of_the_order_until_it_is_lifted(world: World) -> None:
    number = order()
    contact = world.task(world.matter(number), "first_contact")
    intake = world.task(world.instance("intake", number), "register")
    li, wu = viewer("li", "handler"), viewer("wu", "handler")
    recusal.declare(number, "li", "近亲属", actor="li")
    assert [may_take(li, task) for task in (contact, intake)] == [False, False]
    assert [may_take(wu, task) for task in (contact, intake)] == [True, True]
    assert recusal.barred([contact, intake]) == {contact: {"li"}, intake: {"li"}}
    assert [row.person for row in recusal.of_order(number)] == ["li"]
    recusal.lift(number, "li", actor="zheng")
    assert may_take(li, contact) and recusal.of_order(number) == []
    with pytest.raises(errors.NotFound):
        recusal.lift(number, "li", actor="zheng")


def test_a_tie_needs_a_ground_and_an_order(world: World) -> None:
    with pytest.raises(errors.FormInvalid):
        recusal.declare(order(), "li", "不想办", actor="li")
    with pytest.raises(errors.NotFound):
        recusal.declare("SH19990101-000001", "li", "近亲属", actor="li")


def test_a_review_by_the_handler_would_be_found(world: World) -> None:
    number = order()
    world.task(world.matter(number), "closing_report", by="li")
    unfounded = world.instance("unfounded", f"{number}-c")
    world.task(unfounded, "district_review", by="wu", role="reviewer")
    assert recusal.broken() == []
    wrong = world.task(unfounded, "district_review", by="li", role="reviewer")
    assert recusal.broken() == [(wrong, "li")]


def test_who_stands_in_is_bound_by_what_binds_both(world: World) -> None:
    number = order()
    world.task(world.matter(number), "closing_report", by="li")
    review = world.task(world.instance("unfounded", f"{number}-c"), "district_review", role="reviewer")
    li, wu = viewer("li", "reviewer"), viewer("wu", "reviewer")
    assert not may_take(viewer("wang", "handler", "310104", li), review)  # it is not li's to hand on
    assert not may_take(viewer("li", "handler", "310104", wu), review)  # nor li's by way of wu
    assert may_take(viewer("wang", "handler", "310104", wu), review)
    db.session.rollback()
