"""The record of three-party calls: what counts as answered, and that a repeated job counts once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, messages, timers
from engine.db import db
from engine.hotline import organisation, transfers
from engine.hotline.duty import Shift, enter
from engine.hotline.models import TransferCall
from engine.models import Job, ProcessInstance, Subscription
from tests.processes import play

BUSY = {"unit": "BIZ-SP", "state": "未接", "reason": "占线"}
SILENT = {"unit": "HO", "state": "无人接听", "reason": "无人接听"}
ANSWERED = {"unit": "BIZ-XF", "state": "接通", "reason": None}


@pytest.mark.parametrize(
    ("rings", "unit", "said"),
    [
        ([BUSY, ANSWERED], "BIZ-XF", (True, "BIZ-XF", 2, None)),
        ([BUSY, SILENT], None, (False, "HO", 2, "无人接听")),
        (None, None, (False, None, 0, "市民挂断")),
    ],
)
def test_an_attempt_is_kept_once_with_how_it_went(
    app: Flask, rings: Any, unit: str | None, said: tuple[bool, str | None, int, str | None]
) -> None:
    payload = {"order_no": "SH20260511-000001", "topic": "食品", "unit": unit, "rings": rings, "result": None}
    for _ in range(2):
        transfers.record(payload, 7)
    [row] = db.session.scalars(select(TransferCall))
    assert (row.answered, row.unit, row.rings, row.reason) == said


def test_each_department_rings_for_thirty_seconds_by_the_clock_of_the_worker(app: Flask) -> None:
    files = definitions.read_bundle(play.ROOT / "processes" / "warm_transfer", play.ROOT / "forms")
    definitions.deploy(files, author="ann")
    start = next(s.start for s in play.scenarios() if s.process == "warm_transfer")
    waits = select(Subscription.correlation).where(Subscription.name == "call.answered")
    with clock.virtual(play.MORNING) as hand:
        messages.send("transfer.requested", start["order_no"], start, actor="seat")
        for ring in (1, 2, 3):
            db.session.rollback()
            assert db.session.scalars(waits).all() == [f"{start['order_no']}/{ring}"]
            assert transfers.on_the_line(start["order_no"])
            hand.move_to(hand.at + timedelta(seconds=29))
            assert timers.fire_due() == 0
            hand.move_to(hand.at + timedelta(seconds=1))
            assert timers.fire_due() == 1
    db.session.rollback()
    assert db.session.scalars(select(ProcessInstance.outcome)).all() == ["nobody_answered"]
    assert not transfers.on_the_line(start["order_no"])


def test_each_ring_says_who_is_on_duty_in_the_department_for_the_topic(app: Flask) -> None:
    organisation.seed()
    begins, ends = play.MORNING - timedelta(hours=1), play.MORNING + timedelta(hours=8)
    shifts = [Shift("BIZ-SP", "he", begins, ends), Shift("BIZ-SP", "wu", begins, ends, topic="食品")]
    enter(shifts, people={"he", "wu"}, actor="admin")
    files = definitions.read_bundle(play.ROOT / "processes" / "warm_transfer", play.ROOT / "forms")
    definitions.deploy(files, author="ann")
    start = next(s.start for s in play.scenarios() if s.process == "warm_transfer")
    with clock.virtual(play.MORNING):
        messages.send("transfer.requested", start["order_no"], start, actor="seat")
    [job] = db.session.scalars(select(Job).where(Job.connector == "telephony"))
    assert orjson.loads(job.payload)["people"] == ["wu", "he"]
