"""Actions that answer a waiting case are offered while it waits, and to nobody before or after."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from engine import registry
from engine.db import db, transaction
from engine.hotline import findings
from engine.hotline.actions import ACTIONS, FACTS, begin, offered
from engine.hotline.models import Matter, Order
from engine.hotline.roles import Viewer
from engine.models import ProcessInstance, Subscription
from tests.engine.hotline.conftest import NOW, deploy
from tests.engine.hotline.test_projections import World


@pytest.fixture
def matter(app: Flask) -> Matter:
    world = World()
    world.follow(world.started(1))
    return world.matter(1)


def order_of(matter: Matter) -> Order:
    return db.session.query(Order).filter_by(order_no=matter.order_no).one()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("recusal", "recusal.requested"),
        ("clue", "tipoff.found"),
        ("withdrawal", "complaint.withdrawn"),
        ("unreturn", "return.withdrawn"),
        ("odr", "odr.answered"),
        ("prolong", "check.extension"),
    ],
)
def test_what_answers_a_waiting_case_is_offered_while_it_waits(matter: Matter, name: str, message: str) -> None:
    action, order = ACTIONS[name], order_of(matter)
    assert action.message == message
    assert not action.applies(order, matter)
    definition = deploy("complaint", None)
    with transaction() as session:
        session.add(
            ProcessInstance(
                id=1, definition_id=definition, ver=1, status="running", state=b"", seq=1, head=bytes(32), started=NOW
            )
        )
        session.flush()
        session.add(
            Subscription(
                instance_id=1, token=1, element="e", kind="message", name=message, correlation=matter.matter_no
            )
        )
    assert action.applies(order, matter)


def test_unfounded_can_be_appealed_also_when_the_matter_is_closed(matter: Matter) -> None:
    action, order = ACTIONS["dispute"], order_of(matter)
    assert not action.applies(order, matter)
    matter.fact_finding, matter.state = findings.DENIED, "closed"
    assert action.applies(order, matter)
    assert action.facts(order, matter)["trigger"] == findings.APPEAL
    assert action.facts(order, matter).keys() == action.adds


def test_what_an_action_sends_is_declared(matter: Matter) -> None:
    action, order = ACTIONS["review"], order_of(matter)
    clerk = Viewer("ann", matter.unit or "", frozenset({"coordinator"}))
    opened = begin("review", order.order_no, matter.matter_no, clerk)
    assert opened.facts.keys() == {*FACTS, *action.adds}
    assert opened.facts.keys() <= registry.MESSAGES["review.requested"].keys


def test_a_joint_review_is_asked_for_while_the_matter_is_handled(matter: Matter) -> None:
    action, order = ACTIONS["review"], order_of(matter)
    assert action.applies(order, matter)
    matter.state = "closed"
    assert not action.applies(order, matter)


@pytest.mark.parametrize("name", ["unreturn", "extend", "shelve"])
def test_an_act_of_the_unit_is_not_offered_to_the_hotline_office(
    matter: Matter, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = order_of(matter)
    monkeypatch.setitem(ACTIONS, name, replace(ACTIONS[name], applies=lambda order, matter: True))
    office, unit = (Viewer("ann", code, frozenset({"coordinator", "operator"})) for code in ("HO", matter.unit))
    assert name not in {each.action.name for each in offered(order.order_no, office)}
    assert name in {each.action.name for each in offered(order.order_no, unit)}
