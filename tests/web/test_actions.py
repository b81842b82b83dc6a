"""Actions from an order's page: who is offered them, that the form is judged, that they happen once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine import definitions, messages
from engine.db import db
from engine.hotline import actions
from engine.hotline.models import Matter, Order
from engine.models import ProcessDefinition, ProcessInstance
from tests.processes import play

ANSWER = {"trigger": "领导批示", "supervise_kind": "网上", "demand": "三日内联系市民"}


@pytest.fixture
def matter(order: Callable[..., str], deployed: Flask) -> str:
    """A complaint of unit 310115, being handled; its number."""
    with deployed.app_context():
        for name in ("complaint", "supervise"):
            definitions.deploy(
                definitions.read_bundle(play.ROOT / "processes" / name, play.ROOT / "forms"), author="ann"
            )
        number = order()
        start = next(s.start for s in play.scenarios() if s.process == "complaint")
        start = start | {"order_no": number, "matter_no": f"{number}-C1", "unit": "310115"}
        messages.send("matter.complaint", f"{number}-C1", start, actor="import")
    return f"{number}-C1"


def _address(matter: str, name: str = "supervise") -> str:
    return f"/orders/{matter[:-3]}/actions/{name}?matter={matter}"


def test_the_order_page_offers_what_the_viewer_may_set_off(matter: str, person):
    page = person("coordinator", unit="HO").get(f"/orders/{matter[:-3]}").text
    assert "更多操作" in page and "开具督办" in page and "actions/supervise" in page
    assert "开具督办" not in person("handler", unit="310115").get(f"/orders/{matter[:-3]}").text


def test_a_leader_acts_on_units_below_and_on_no_others(matter: str, person):
    assert person("leader", unit="310115").get(_address(matter)).status_code == 200
    assert person("leader", unit="SH").get(_address(matter)).status_code == 200
    assert person("leader", unit="310101").get(_address(matter)).status_code == 404
    assert person("handler", unit="310115").get(_address(matter)).status_code == 403


def test_an_action_is_sent_once_and_starts_its_process(app: Flask, matter: str, person):
    coordinator = person("coordinator", unit="HO")
    answers = [
        coordinator.send("POST", _address(matter), {"values": ANSWER}, **{"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json["location"].endswith(matter[:-3])
    with app.app_context():
        running = select(func.count()).select_from(ProcessInstance).join(ProcessDefinition)
        assert db.session.scalar(running.where(ProcessDefinition.key == "supervise")) == 1
    assert "actions/supervise" not in coordinator.get(f"/orders/{matter[:-3]}").text  # one supervision at a time


def test_a_wrong_answer_is_told_at_its_field_and_nothing_is_sent(app: Flask, matter: str, person):
    refused = person("coordinator", unit="HO").send("POST", _address(matter), {"values": {**ANSWER, "demand": ""}})
    assert refused.status_code == 422 and "demand" in refused.json["errors"]
    with app.app_context():
        assert "supervise" not in db.session.scalars(select(ProcessDefinition.key).join(ProcessInstance)).all()


def test_facts_are_taken_from_the_order_and_not_from_the_browser(app: Flask, matter: str, person):
    person("coordinator", unit="HO").send("POST", _address(matter), {"values": {**ANSWER, "unit": "310101"}})
    with app.app_context():
        [row] = db.session.scalars(select(ProcessInstance).join(ProcessDefinition).filter_by(key="supervise")).all()
        assert row.business_key == matter


def test_what_does_not_exist_is_not_found(matter: str, person):
    coordinator = person("coordinator", unit="HO")
    assert coordinator.get(_address(matter, "nothing")).status_code == 404
    assert coordinator.get(_address(matter).split("?")[0]).status_code == 404  # it is about a matter
    assert coordinator.get(_address("SH20990101-000001-C1")).status_code == 404


@pytest.mark.parametrize("name", sorted(actions.ACTIONS))
def test_every_action_names_known_roles_and_has_a_sound_form(app: Flask, name: str):
    from engine import registry

    action = actions.ACTIONS[name]
    assert action.roles <= set(registry.ROLES) and action.zh and action.en
    with app.app_context():
        assert actions.schema(action)["components"]


def test_a_closed_case_offers_nothing():
    closed = Matter(state="closed"), Order(state="closed")
    assert not actions.in_progress(closed[1], closed[0]) and not actions.in_progress(closed[1], None)


def test_after_an_action_the_page_says_what_it_has_set_going_whose_it_is_and_by_when(matter: str, person):
    coordinator = person("coordinator", unit="HO")
    sent = coordinator.send("POST", _address(matter), {"values": ANSWER}, **{"Idempotency-Key": "one"})
    page = coordinator.get(sent.json["location"]).text
    [told] = [line for line in page.splitlines() if "已提交：开具督办" in line]
    assert re.search(r"已提交：开具督办。下一步：「\w+」由热线办协调员办理", told), told
