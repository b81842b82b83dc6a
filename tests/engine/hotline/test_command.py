"""The command screen counts what is there, in a number of statements that does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from engine import clock
from engine.db import db, transaction
from engine.hotline import command, orders, organisation
from engine.hotline.incidents_mass.models import MassGroup
from engine.hotline.models import ClockRun, Duty, LineDay, Matter, TransferCall

NOW = datetime(2026, 5, 11, 4, tzinfo=UTC)  # Monday noon in Shanghai


@pytest.fixture
def now(app: Flask) -> Iterator[datetime]:
    organisation.seed()
    with clock.virtual(NOW):
        yield NOW


def received(days: float = 0, **fields: Any) -> None:
    at = (NOW - timedelta(days=days)).isoformat()
    orders.register({"content": "请问如何办理", "received_at": at, **fields}, source="12345", actor="li")


def add(*rows: Any) -> None:
    with transaction() as session:
        session.add_all(rows)


def matter(number: int, unit: str | None, state: str = "in_progress") -> Matter:
    return Matter(
        matter_no=f"M{number}", order_no=f"O{number}", instance_id=number, process="complaint", nature="投诉",
        unit=unit, rule_version=121, received_at=NOW, dispatched_at=NOW, state=state,
    )  # fmt: skip


def run(number: int, days: float, unit: str = "310115", code: str = "C03", **more: Any) -> ClockRun:
    """A clock that ended so many days ago."""
    return ClockRun(
        instance_id=number, code=code, seq=1, business_key=f"M{number}", unit=unit, rule_version=121, started=NOW,
        operational=NOW - timedelta(days=days), trace="[]", **{"state": "running"} | more,
    )  # fmt: skip


def tile(code: str) -> command.Tile:
    return next(each for each in command.screen().tiles if each.code == code)


def test_orders_are_counted_by_kind_and_by_district(now: datetime) -> None:
    received(district="310115")
    received(0.4, district="310115", content="投诉商家拒绝退款")
    received(0.6, district="310115")  # yesterday
    received(6, district="310101")
    received(8, district="310101")
    received()
    screen = command.screen()
    assert screen.natures == {"咨询": (2, 4), "投诉": (1, 1)}
    assert (screen.today, screen.week, screen.elsewhere) == (3, 5, (1, 1))
    assert (tile("310115").today, tile("310115").week, tile("310101").week) == (2, 3, 1)
    assert len([each for each in screen.tiles if each.district]) == 18  # all of them, also where nothing happened


def test_a_station_counts_with_its_bureau_and_no_case_is_lost(now: datetime) -> None:
    add(
        matter(1, "310115"),
        matter(2, "310115-01"),
        matter(3, "ZFZD"),
        matter(4, None),
        matter(5, "SH"),
        matter(6, "gone"),
    )
    add(matter(7, "310115", "closed"), run(1, 1), run(2, 2, "310115-01"), run(3, -1, "ZFZD"))
    screen = command.screen()
    assert (tile("310115").open, tile("310115").late) == (2, 2)
    assert (tile("ZFZD").open, tile("ZFZD").late, tile("").open) == (1, 0, 3)
    assert (screen.open, screen.late) == (6, 2)


def test_a_case_is_late_once_and_only_by_the_clocks_it_is_handled_by(now: datetime) -> None:
    add(run(1, 1), run(1, 1, code="C04"), run(2, 1, code="C01"), run(3, 1, state="paused"), run(4, 1, state="stopped"))
    assert command.screen().late == 1


def test_the_trend_rises_when_more_ran_over_than_the_week_before(now: datetime) -> None:
    add(
        run(1, 1),
        run(2, 1.2, state="stopped", kept=False),
        run(3, 1, state="stopped", kept=True),
        run(4, 9),
        run(5, 20),
    )
    screen = command.screen()
    assert dict(screen.became_late) | {date(2026, 5, 10): 0, date(2026, 5, 2): 0} == {
        date(2026, 4, 28) + timedelta(days=n): 0 for n in range(14)
    }
    assert dict(screen.became_late)[date(2026, 5, 10)] == 2 and dict(screen.became_late)[date(2026, 5, 2)] == 1
    assert screen.rising
    add(run(6, 9), run(7, 9))
    assert not command.screen().rising


def test_alarms_safety_supervision_lines_and_duty(now: datetime) -> None:
    def group(number: int, level: str, state: str) -> MassGroup:
        return MassGroup(
            id=number, label="甲", opened_at=NOW, last_at=NOW, orders=3, words="{}", state=state, level=level
        )

    add(group(91, "III", "raised"), group(92, "III", "confirmed"), group(93, "I", "closed"))
    add(
        LineDay(day=date(2026, 5, 11), line="12315", offered=10, answered=9, within=9, lost=1, wait=50, talk=900),
        LineDay(day=date(2026, 5, 10), line="12315", offered=99, answered=9, within=9, lost=1, wait=50, talk=900),
        TransferCall(job_id=1, order_no="O1", topic="电梯", rings=1, answered=True, at=NOW),
        TransferCall(job_id=2, order_no="O1", topic="电梯", rings=1, answered=False, at=NOW),
    )
    received(safety_tag="特种设备")
    screen = command.screen()
    assert (screen.masses, screen.safety, screen.supervised) == ({"III": 2}, 1, 0)
    assert (screen.calls.offered, screen.transfers, screen.duty) == (10, (2, 1), [])
    hours = timedelta(hours=8)
    add(Duty(unit="HO", account="coordinator", begins=NOW - hours, ends=NOW + hours, entered_by="li", entered_at=NOW))
    assert command.screen().duty == ["coordinator"]


def test_a_screen_takes_few_statements_however_much_there_is(now: datetime) -> None:
    def statements() -> int:
        said: list[str] = []
        db.session.rollback()

        def note(*args: Any) -> None:
            said.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        command.screen()
        event.remove(db.engine, "before_cursor_execute", note)
        return len(said)

    few = statements()
    for number in range(30):
        received(number / 10, district="310115")
    add(*(matter(number, "310115") for number in range(30)), *(run(number, 1) for number in range(30)))
    assert statements() == few <= 12
