"""A campaign's orders are counted by week, unit, state and result, over what the reader may see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from engine.db import transaction
from engine.hotline import campaigns, orders, organisation, register
from engine.hotline.campaign_report import report
from engine.hotline.models import ClockRun, Matter, Order
from engine.hotline.roles import Viewer
from tests.engine.hotline.test_projections import START

OFFICE = Viewer("he", "HO", frozenset({"coordinator"}))
DISTRICT = Viewer("she", "310104", frozenset({"operator"}))


@pytest.fixture
def campaign(app: Flask) -> int:
    """Three orders of 非法加油点, two weeks apart: one of a unit is closed too late, one runs late, one has no unit."""
    organisation.seed()
    common = {"name": "非法加油点", "words": "加油", "starts_on": "2026-05-01", "unit": "HO"}
    number = campaigns.write(common, OFFICE)
    for place, day in enumerate(("2026-05-11", "2026-05-12", "2026-05-25"), 1):
        no = orders.register(
            {"content": "加油点", "received_at": f"{day} 09:00", "ext_no": str(place)}, source="12345", actor="li"
        ).order_no
        if place < 3:
            _handled(no, place)
    orders.register({"content": "退费", "received_at": "2026-05-11 09:00"}, source="12345", actor="li")
    return number


def _handled(order_no: str, place: int) -> None:
    closed = place == 1
    with transaction() as session:
        session.query(Order).filter_by(order_no=order_no).update({"state": "closed" if closed else "in_progress"})
        session.add(
            Matter(
                matter_no=f"{order_no}-C1", order_no=order_no, instance_id=place, process="complaint", nature="投诉",
                unit="310104" if closed else "310115", rule_version=121, received_at=START, dispatched_at=START,
                state="closed" if closed else "in_progress", result="实际解决" if closed else None,
            )
        )  # fmt: skip
        session.add(
            ClockRun(
                instance_id=place, code="C03", seq=1, order_no=order_no, rule_version=121, started=START, trace="{}",
                operational=START + timedelta(days=1), state="stopped" if closed else "running",
                kept=False if closed else None,
            )
        )  # fmt: skip


def test_the_office_reads_the_whole(campaign: int) -> None:
    found = report(campaign, OFFICE)
    assert found.by_state == {"received": 1, "in_progress": 1, "closed": 1}
    assert found.late == 2
    assert found.by_week == [(date(2026, 5, 11), 2), (date(2026, 5, 18), 0), (date(2026, 5, 25), 1)]
    assert sorted(found.by_unit) == [("310104", 1, 1, 1), ("310115", 1, 0, 1), ("HO", 1, 0, 0)]
    assert dict(found.by_result) == {None: 2, "实际解决": 1}


def test_a_unit_reads_its_own_share(campaign: int) -> None:
    found = report(campaign, DISTRICT)
    assert [line.units for line in found.lines] == [("310104",)] and found.lines[0].late


def test_an_order_taken_out_counts_no_more_and_the_register_can_be_asked_for_a_campaign(campaign: int) -> None:
    first = report(campaign, OFFICE).lines[0].order_no
    assert len(register.register(OFFICE, campaign=campaign).rows) == 3
    campaigns.untag(first, campaign, OFFICE)
    assert len(report(campaign, OFFICE).lines) == 2 == len(register.register(OFFICE, campaign=campaign).rows)


def test_a_campaign_without_orders_has_no_weeks(app: Flask) -> None:
    assert report(1, OFFICE).by_week == [] == report(1, OFFICE).lines
