"""A tie to the parties, declared on the order's page: one's tasks of it are gone until somebody else lifts it."""

from __future__ import annotations

import pytest


@pytest.fixture
def case(person, order, task_id):
    number = order()
    return person("clerk", unit="HO"), number, task_id("核对", number)


def test_who_declares_a_tie_loses_the_tasks_of_the_order_and_reads_why(case, person):
    clerk, number, task = case
    assert clerk.post(f"/orders/{number}/recusal", ground="近亲属").location == "/tasks"
    assert f"/tasks/{task}" not in clerk.get("/tasks?scope=unit").text
    assert clerk.post(f"/tasks/{task}/claim").status_code == 403
    assert clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}).status_code == 403
    other = person("clerk", unit="HO", name="other")
    assert "clerk-HO 的姓名" in other.get(f"/orders/{number}").text
    assert other.post(f"/tasks/{task}/claim").status_code == 303


def test_who_still_sees_the_task_reads_why_it_is_not_theirs(case, person):
    _clerk, number, task = case
    both = person("clerk", "coordinator", unit="HO")
    both.post(f"/orders/{number}/recusal", ground="利害关系")
    assert "应当回避" in both.get(f"/tasks/{task}").text
    assert "您已声明回避" in both.get(f"/orders/{number}").text


def test_somebody_else_lifts_it(case, person):
    clerk, number, task = case
    office = person("coordinator", unit="HO")
    office.post(f"/orders/{number}/recusal", ground="利害关系")
    clerk.post(f"/orders/{number}/recusal", ground="近亲属")
    assert office.post(f"/orders/{number}/recusal/coordinator-HO/lift").status_code == 403  # not one's own
    assert clerk.post(f"/orders/{number}/recusal/coordinator-HO/lift").status_code == 403
    assert office.post(f"/orders/{number}/recusal/clerk-HO/lift").status_code == 303
    assert clerk.post(f"/tasks/{task}/claim").status_code == 303


def test_a_tie_needs_a_ground_and_an_order_one_sees(case, person):
    clerk, number, _task = case
    assert clerk.post(f"/orders/{number}/recusal", ground="累了").status_code == 422
    assert person("handler", unit="310101").post(f"/orders/{number}/recusal", ground="近亲属").status_code == 404


def test_nobody_hands_a_task_to_who_keeps_out_of_it(case, person):
    clerk, number, task = case
    other = person("clerk", unit="HO", name="other")
    clerk.post(f"/tasks/{task}/claim")
    other.post(f"/orders/{number}/recusal", ground="近亲属")
    assert clerk.post(f"/tasks/{task}/delegate", to="other").status_code == 422


@pytest.mark.parametrize("rescuer", ["leader", "coordinator", "admin"])
def test_a_task_whose_only_doer_keeps_out_is_given_to_who_steps_in(case, person, rescuer):
    clerk, number, task = case
    leader = person("leader", unit="HO", name="head")
    page = leader.get(f"/tasks/{task}").text
    assert "head 的姓名" not in page.partition('name="to"')[2].partition("</select>")[0]  # the clerk can do it
    clerk.post(f"/orders/{number}/recusal", ground="近亲属")
    who = leader if rescuer == "leader" else person(rescuer, unit="HO")
    page = who.get(f"/tasks/{task}").text
    assert "您可以查看或转交" in page and "head 的姓名" in page.partition('name="to"')[2].partition("</select>")[0]
    assert who.post(f"/tasks/{task}/delegate", to="head").status_code == 303
    assert leader.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}).status_code == 200


def test_the_units_above_step_in_where_the_unit_has_nobody_else(case, person, app):
    from engine.db import transaction
    from engine.hotline import organisation
    from engine.models import UserTask

    _clerk, _number, task = case
    person("leader", unit="HO", name="head")
    person("handler", unit="310115")
    with app.app_context(), transaction() as session:
        session.get(UserTask, task).unit = "310115"
        assert organisation.above("310115") == ["310115", "SH", "SAMR", "HO"]
    page = person("coordinator", unit="HO").get(f"/tasks/{task}").text
    offered = page.partition('name="to"')[2].partition("</select>")[0]
    assert "head 的姓名 · 热线办" in offered and "handler-310115" not in offered
