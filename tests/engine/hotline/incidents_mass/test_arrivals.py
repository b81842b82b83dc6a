"""Orders that arrive are grouped, an alarm calls the process once, and what a crash left out is healed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine import clock, errors, messages
from engine.db import db, transaction
from engine.hotline import orders
from engine.hotline.incidents_mass import arrivals, cases
from engine.hotline.incidents_mass.models import MassGroup, MassKey, MassLevel, MassMember, MassTerm
from engine.models import StartSubscription
from tests.engine.hotline.conftest import deploy


@pytest.fixture
def told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The process is deployed; what it is told is remembered by key, as the engine does."""
    definition = deploy("mass_incident", None)
    with transaction() as session:
        session.add(
            StartSubscription(definition_id=definition, element="detected", kind="signal", name=arrivals.DETECTED)
        )
    said: dict[str, dict[str, Any]] = {}
    heard: list[dict[str, Any]] = []

    def signal(name: str, payload: dict[str, Any], *, actor: str, key: str) -> None:
        if key not in said:
            heard.append(payload)
        said[key] = payload

    monkeypatch.setattr(messages, "signal", signal)
    return heard


def complain(number: int, *, phone: int | None = None, trader: str = "开心豆", **more: Any) -> str:
    fields = {
        "content": f"{trader}关门跑路，要求退还课时费{number}元",
        "phone": f"138{phone if phone is not None else number:08}",
        "received_at": (clock.now() - timedelta(minutes=60 - number)).isoformat(),
        **more,
    }
    return orders.register(fields, source="12345", actor="li").order_no


def groups() -> list[MassGroup]:
    return list(db.session.scalars(select(MassGroup).order_by(MassGroup.id)))


def test_three_people_who_tell_of_a_closing_raise_an_alarm_once(told: list[dict[str, Any]]) -> None:
    for number in range(4):
        complain(number)
    [group] = groups()
    assert (group.state, group.level, group.orders) == ("raised", "attention", 4)
    assert [(each["mass_no"], each["level"], each["people"]) for each in told] == [("QT000001", "attention", 3)]
    assert {frozenset(each) for each in told} == {frozenset(arrivals.FACTS)}
    assert "姓名" not in str(told) and "138" not in str(told)


def test_one_person_who_writes_often_is_no_crowd(told: list[dict[str, Any]]) -> None:
    for number in range(6):
        complain(number, phone=7)
    [group] = groups()
    assert (group.orders, group.level) == (6, None)
    assert told == []


def test_one_who_complains_of_everybody_does_not_count(told: list[dict[str, Any]]) -> None:
    traders = ("红叶茶馆", "蓝天书店", "紫竹花店", "金桥药店", "白云超市", "青松酒店", "黑石健身", "银河英语", "开心豆")
    for number, trader in enumerate(traders):
        complain(number, phone=99, trader=trader)
    complain(11)
    complain(12)
    assert told == [] and max(group.orders for group in groups()) == 3
    complain(13)
    assert len(told) == 1


def test_other_traders_are_other_matters(told: list[dict[str, Any]]) -> None:
    for number, trader in enumerate(("红叶茶馆", "蓝天书店", "紫竹花店")):
        complain(number, trader=trader)
    assert len(groups()) == 3 and told == []


def test_ten_people_in_a_day_are_level_three_and_both_levels_are_kept_with_their_numbers(app: Flask) -> None:
    for number in range(10):
        complain(number)
    levels = db.session.scalars(select(MassLevel).order_by(MassLevel.at)).all()
    assert [level.level for level in levels] == ["attention", "III"]
    assert '"people_24h":10' in levels[1].why


def test_old_orders_alarm_nobody(told: list[dict[str, Any]]) -> None:
    for number in range(4):
        complain(number, received_at=f"2019-03-11T10:0{number}:00+08:00")
    assert groups()[0].level == "attention" and told == []


def test_orders_that_detection_missed_are_found_by_the_sweep(
    told: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_listeners", [])
    for number in range(3):
        complain(number)
    assert groups() == []
    with clock.virtual(clock.now() + timedelta(minutes=5)):
        arrivals.sweep()
        arrivals.sweep()
    assert groups()[0].level == "attention" and len(told) == 1
    assert db.session.scalar(select(func.count()).select_from(MassMember)) == 3


def test_a_failure_of_detection_stops_no_order(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(orders, "_listeners", [broken])
    assert complain(1)


def test_an_order_is_linked_and_taken_out_by_hand(told: list[dict[str, Any]]) -> None:
    for number in range(3):
        complain(number)
    other = complain(4, trader="蓝天书店")
    number = told[0]["mass_no"]
    cases.link(number, other, actor="chen")
    assert cases.group_of(number).orders == 4
    with pytest.raises(errors.Conflict):
        cases.link(number, other, actor="chen")
    member = db.session.scalars(select(MassMember).where(MassMember.linked_by == "chen")).one()
    with pytest.raises(errors.FormInvalid):
        cases.unlink(number, member.order_id, " ", actor="chen")
    cases.unlink(number, member.order_id, "另一家店", actor="chen")
    assert cases.group_of(number).orders == 3
    with pytest.raises(errors.NotFound):
        cases.unlink(number, member.order_id, "再次", actor="chen")


def test_a_person_may_raise_what_the_numbers_do_not(told: list[dict[str, Any]]) -> None:
    complain(1)
    cases.raise_by_hand("QT000001", actor="chen")
    assert told[0]["level"] == "attention"
    with pytest.raises(errors.Conflict):
        cases.raise_by_hand("QT000001", actor="chen")


def test_two_quiet_weeks_are_quiet_and_two_people_on_one_day_are_not(app: Flask) -> None:
    for number in range(3):
        complain(number)
    now = clock.now()
    assert not arrivals.quiet(1, now)
    assert arrivals.quiet(1, now + timedelta(days=15))


def test_a_group_that_has_ended_leaves_the_index_and_keeps_its_orders(app: Flask) -> None:
    complain(1)
    count = select(func.count()).select_from(MassKey)
    arrivals.sweep()
    assert db.session.scalar(count)
    with clock.virtual(clock.now() + timedelta(days=61)):
        arrivals.sweep()
        arrivals.sweep()
    db.session.rollback()
    assert db.session.scalar(count) == 0
    assert db.session.scalar(select(func.sum(MassTerm.seen)).where(MassTerm.seen < 0)) is None
    assert groups()[0].orders == 1
    with clock.virtual(clock.now() + timedelta(days=61)):
        complain(2)
    assert [group.orders for group in groups()] == [1, 1]
