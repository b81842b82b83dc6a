"""What the platform has been told, what it lacks, and trying again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from engine import clock, instances, jobs, registry
from engine.db import transaction
from engine.hotline import orders, platform
from engine.hotline.models import Order
from engine.registry import Connector
from tests.engine import kit
from tests.engine.hotline.conftest import Intake

BEGIN = datetime(2026, 5, 11, 4, tzinfo=UTC)
down = False


def _tell(payload: dict[str, Any], job_id: int) -> dict[str, Any]:
    if down:
        raise ConnectionError("down")
    return {}


@pytest.fixture
def hand(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[clock.Virtual]:
    """A process that tells the platform, and a platform that may be down."""
    global down
    down = False
    monkeypatch.setitem(registry.CONNECTORS, "platform", Connector("platform", "平台", "Platform", _tell))
    node = '<bpmn:sendTask id="sync_platform" name="sync" banjie:connector="platform"/>'
    with clock.virtual(BEGIN) as virtual:
        kit.deploy(
            kit.process("p", kit.start(), node, kit.user("a"), kit.end(), kit.line("s", "sync_platform", "a", "e"))
        )
        yield virtual


def give_up(hand: clock.Virtual) -> None:
    global down
    down = True
    for _ in range(jobs.ATTEMPTS):
        jobs.run_due()
        hand.move_to(hand.at + timedelta(hours=1))
    down = False


def test_jobs_are_counted_as_waiting_done_and_failed(hand: clock.Virtual) -> None:
    instances.start("p", {}, business_key="SH1", actor="ann")
    assert platform.counts() == {"sync_platform": {"done": 0, "waiting": 1, "failed": 0}}
    assert [telling.key for telling in platform.waiting()] == ["SH1"]
    jobs.run_due()
    instances.start("p", {}, business_key="SH2", actor="ann")
    give_up(hand)
    assert platform.counts() == {"sync_platform": {"done": 1, "waiting": 0, "failed": 1}}
    [lost] = platform.failed()
    assert (lost.key, lost.attempts, lost.incident is not None) == ("SH2", jobs.ATTEMPTS, True)
    assert "down" in str(lost.error) and platform.waiting() == []


def test_what_failed_is_repeated_and_done(hand: clock.Virtual) -> None:
    instances.start("p", {}, business_key="SH1", actor="ann")
    give_up(hand)
    assert platform.repeat(actor="wu") == (1, 0)
    assert (platform.failed(), len(platform.waiting())) == ([], 1)
    jobs.run_due()
    assert platform.counts()["sync_platform"]["done"] == 1
    assert platform.repeat(actor="wu") == (0, 0)


def test_orders_the_platform_never_heard_of_are_named(hand: clock.Virtual, intake: Intake) -> None:
    told, untold, _review, _old = (
        orders.register({"content": "甲", "ext_no": str(number), **fields}, source="12345", actor="li")
        for number, fields in enumerate(({}, {}, {"stars": 1}, {"received_at": "2026-01-01 09:00"}))
    )
    elsewhere = orders.register({"content": "甲", "ext_no": "9"}, source="12345", actor="li")
    with transaction() as session:
        session.get_one(Order, elsewhere.order_id).intake_outcome = "routed_out"
    instances.start("p", {}, business_key=told.order_no, actor="ann")
    number, lacking = platform.untold()
    assert (number, [order.order_no for order in lacking]) == (1, [untold.order_no])
