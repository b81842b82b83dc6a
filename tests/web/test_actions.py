"""Actions from an order's page: who is offered them, that the form is judged, that they happen once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from engine import definitions, messages
from engine.db import db, transaction
from engine.hotline import actions
from engine.hotline.models import ClockRun, Matter, Order
from engine.models import ProcessDefinition, ProcessInstance
from tests.processes import play
from web import accounts

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


def _told(app: Flask, person, name: str, number: str, **payload: str):
    sender = person("coordinator", unit="HO").username
    with app.app_context():
        token = accounts.issue_token(sender, "test")
    body = {"name": name, "correlation": number, "payload": payload}
    return app.test_client().post("/api/v1/messages", json=body, headers={"Authorization": f"Bearer {token}"})


def test_another_system_cannot_set_off_what_the_page_does_not_offer(app: Flask, matter: str, person):
    asked = {"trigger": "领导批示", "supervise_kind": "网上", "demand": "三日内联系市民"}
    assert _told(app, person, "supervise.requested", matter, **asked).status_code == 200
    twice = _told(app, person, "supervise.requested", matter, **asked)
    assert twice.status_code == 409 and "正在办理，不能重复提出" in twice.json["detail"]
    assert "请用事项编号" in _told(app, person, "extension.requested", matter[:-3]).json["detail"]
    assert _told(app, person, "extension.requested", "SH20990101-000001-C1").status_code == 404
    assert _told(app, person, "complaint.withdrawn", matter).status_code == 200, "the case will wait for it"
    with app.app_context(), transaction() as session:
        session.execute(update(Matter).values(state="closed"))
    late = _told(app, person, "complaint.withdrawn", matter)
    assert (late.status_code, late.json["detail"]) == (409, f"{matter} 按目前的状态不能“登记撤回”")
    assert _told(app, person, "return.decided", "anything").status_code == 200, "no action: not judged"


def test_another_system_cannot_choose_what_this_case_does_not_have(app: Flask, matter: str, person):
    cited = {"extension_reason": "法定时限", "cited_clock": "C12"}  # which does not run
    late = _told(app, person, "extension.requested", matter, **cited)
    assert late.status_code == 409, "an extension is asked for before four fifths of the time are over"
    with app.app_context(), transaction() as session:
        session.execute(update(ClockRun).values(urge_at=None))
    refused = _told(app, person, "extension.requested", matter, **cited)
    assert refused.status_code == 422 and set(refused.json["errors"]) == set(cited)
    with app.app_context():
        actions.admit("extension.requested", matter, {"extension_reason": "特殊疑难"})


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
