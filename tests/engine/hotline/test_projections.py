"""Matters, clocks and order states follow the instances."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from engine import registry
from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.hotline import orders, projections
from engine.hotline.models import ClockRun, Matter, Order
from engine.registry import Change

START = datetime(2026, 5, 11, 10, tzinfo=SHANGHAI)  # a Monday
VALUES = {
    "unit": "310104", "nature": "投诉", "rule_version": 121,
    "received_at": "2026-05-08T09:00:00+08:00", "dispatched_at": "2026-05-11T10:00:00+08:00",
}  # fmt: skip


class World:
    """Instances that only exist as changes."""

    def __init__(self) -> None:
        self.order_no = orders.register({"content": "退款"}, source="12345", actor="li").order_no
        self.seq = 0

    def change(self, instance: int, kind: str, *, process: str = "complaint", **more: Any) -> Change:
        self.seq += 1
        number = self.order_no if process == "intake" else f"{self.order_no}-C{instance}"
        given: dict[str, Any] = {
            "at": START, "actor": "li", "element": None, "values": {}, "status": "running", "outcome": None,
            "clocks": (),
        }  # fmt: skip
        return Change(instance, process, number, self.seq, kind=kind, **(given | more))

    def started(self, instance: int, **more: Any) -> Change:
        values = VALUES | {"order_no": self.order_no} | more.pop("values", {})
        return self.change(instance, "instance.started", values=values, **more)

    def ended(self, instance: int, outcome: str = "mediated", **more: Any) -> Change:
        return self.change(instance, "task.completed", status="completed", outcome=outcome, **more)

    def follow(self, *changes: Change) -> None:
        with transaction() as session:
            projections.follow(session.connection(), list(changes))

    @property
    def order(self) -> Order:
        return db.session.scalars(select(Order).where(Order.order_no == self.order_no)).one()

    def matter(self, instance: int) -> Matter:
        return db.session.scalars(select(Matter).where(Matter.instance_id == instance)).one()

    def run(self, instance: int, code: str) -> ClockRun:
        found = db.session.scalars(select(ClockRun).where(ClockRun.instance_id == instance, ClockRun.code == code))
        return list(found)[-1]


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def clocks(*marks: tuple[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((code, action, "somewhere") for code, action in marks)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_projection_is_registered() -> None:
    assert projections.follow in registry.PROJECTIONS


def test_a_matter_begins_moves_and_ends_with_its_instance(world: World) -> None:
    world.follow(world.started(1))
    matter = world.matter(1)
    assert (matter.matter_no, matter.order_no) == (f"{world.order_no}-C1", world.order_no)
    assert (matter.nature, matter.unit, matter.rule_version, matter.state) == ("投诉", "310104", 121, "in_progress")
    assert matter.received_at == at("2026-05-08T09:00").astimezone(UTC)
    world.follow(world.change(1, "message.delivered", values={"unit": "310105", "return_result": "改派"}))
    assert world.matter(1).unit == "310105"
    world.follow(world.ended(1))
    matter = world.matter(1)
    assert (matter.state, matter.outcome, matter.closed_at) == ("closed", "mediated", START)


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ({"safety_tag": "无", "domain": "食品"}, None),
        ({"safety_tag": "安全类", "domain": "特种设备"}, "特种设备"),
        ({"safety_tag": "群体性", "domain": "食品"}, "食品药品"),
        ({"in_scope": "否"}, "食品药品"),
    ],
)
def test_what_the_clerk_says_of_safety_holds_over_words(world: World, said: dict[str, Any], tag: str | None) -> None:
    world.order_no = orders.register({"content": "蛋糕店的奶油发酸，要求退款"}, source="12345", actor="li").order_no
    assert world.order.safety_tag == "食品药品"
    world.follow(world.change(1, "task.completed", process="intake", element="classify", values=said))
    assert world.order.safety_tag == tag


def test_a_cancelled_instance_cancels_its_matter(world: World) -> None:
    world.follow(world.started(1), world.change(1, "instance.cancelled", status="cancelled"))
    assert (world.matter(1).state, world.matter(1).outcome) == ("cancelled", None)


def test_an_order_is_in_progress_until_all_its_matters_have_ended(world: World) -> None:
    assert world.order.state == "received"
    world.follow(world.started(1, process="intake"))
    assert world.order.state == "in_progress"
    world.follow(world.ended(1, "dispatched", process="intake"), world.started(2), world.started(3, process="tipoff"))
    assert (world.order.state, world.order.intake_outcome) == ("in_progress", "dispatched")
    world.follow(world.ended(2))
    assert world.order.state == "in_progress"
    world.follow(world.ended(3, "filed", process="tipoff", at=START + timedelta(days=1)))
    assert (world.order.state, world.order.closed_at) == ("closed", START + timedelta(days=1))


def test_a_matter_that_comes_late_opens_the_order_again(world: World) -> None:
    world.follow(world.started(1, process="intake"), world.ended(1, "dispatched", process="intake"), world.started(2))
    world.follow(world.ended(2), world.started(3, process="tipoff"))
    assert (world.order.state, world.order.closed_at) == ("in_progress", None)
    world.follow(world.ended(3, process="tipoff"))
    assert world.order.state == "closed"


def test_an_order_without_matters_ends_with_its_intake(world: World) -> None:
    world.follow(world.started(1, process="intake"))
    world.follow(world.ended(1, "routed_out", process="intake"))
    assert (world.order.state, world.order.intake_outcome) == ("closed", "routed_out")


def test_an_order_whose_matter_could_not_start_stays_open(world: World) -> None:
    world.follow(world.started(1, process="intake"), world.ended(1, "dispatched", process="intake"))
    assert world.order.state == "in_progress"


def test_clocks_count_from_receipt_dispatch_or_the_moment(world: World) -> None:
    world.follow(world.started(1, clocks=clocks(("C01", "start"), ("C08", "start"))))
    world.follow(world.change(1, "task.completed", at=at("2026-05-20T15:00"), clocks=clocks(("C10", "start"))))
    first, accept, mediate = (world.run(1, code) for code in ("C01", "C08", "C10"))
    assert (first.started, first.operational) == (START, at("2026-05-12T17:30"))
    assert (accept.started, accept.due) == (at("2026-05-08T09:00"), at("2026-05-19T00:00"))
    assert (mediate.started, mediate.operational) == (at("2026-05-20T15:00"), at("2026-07-19T17:30"))
    assert (first.state, first.kept, first.unit, first.order_no) == ("running", None, "310104", world.order_no)
    assert first.warn_at == at("2026-05-12T13:45") and first.urge_at == at("2026-05-12T16:00")
    assert orjson.loads(first.trace)[-1] == ["2026-05-12", 1, "周二"]
    assert mediate.unit == "310104" and mediate.rule_version == 121


def test_a_clock_that_starts_later_still_counts_from_the_matters_receipt(world: World) -> None:
    world.follow(world.started(1))
    world.follow(world.change(1, "task.completed", at=at("2026-05-13T15:00"), clocks=clocks(("C08", "start"))))
    assert world.run(1, "C08").started == at("2026-05-08T09:00")


@pytest.mark.parametrize(
    ("stopped", "kept"), [("2026-05-12T17:00", True), ("2026-05-12T23:59", True), ("2026-05-13T00:00", False)]
)
def test_a_stopped_clock_was_kept_or_missed(world: World, stopped: str, kept: bool) -> None:
    world.follow(world.started(1, clocks=clocks(("C01", "start"))))
    world.follow(world.change(1, "task.completed", at=at(stopped), clocks=clocks(("C01", "stop"))))
    run = world.run(1, "C01")
    assert (run.state, run.stopped, run.kept) == ("stopped", at(stopped), kept)


def test_start_and_stop_in_one_batch(world: World) -> None:
    world.follow(
        world.started(1, clocks=clocks(("C01", "start"))),
        world.change(1, "task.completed", clocks=clocks(("C01", "stop"), ("C09", "start"))),
        world.change(1, "task.completed", clocks=clocks(("C09", "stop"))),
    )
    assert (world.run(1, "C01").kept, world.run(1, "C09").kept) == (True, True)


def test_a_pause_moves_the_end(world: World) -> None:
    world.follow(world.started(1), world.change(1, "task.completed", clocks=clocks(("C10", "start"))))
    before = world.run(1, "C10").due
    world.follow(world.change(1, "task.completed", at=at("2026-06-01T09:00"), clocks=clocks(("C10", "pause"))))
    assert (world.run(1, "C10").state, world.run(1, "C10").due) == ("paused", before)
    world.follow(world.change(1, "task.completed", at=at("2026-06-21T16:00"), clocks=clocks(("C10", "resume"))))
    run = world.run(1, "C10")
    assert run.state == "running" and run.due == at("2026-07-31T00:00")
    assert orjson.loads(run.pauses) == [["2026-06-01", "2026-06-21"]]


def test_stopping_a_paused_clock_counts_its_pause(world: World) -> None:
    world.follow(world.started(1), world.change(1, "task.completed", clocks=clocks(("C10", "start"))))
    world.follow(world.change(1, "task.completed", at=at("2026-07-01T09:00"), clocks=clocks(("C10", "pause"))))
    world.follow(world.change(1, "task.completed", at=at("2026-07-20T09:00"), clocks=clocks(("C10", "stop"))))
    assert world.run(1, "C10").kept is True


def test_what_may_not_pause_goes_on(world: World) -> None:
    world.follow(world.started(1, clocks=clocks(("C08", "start"), ("C08", "pause"))))
    assert world.run(1, "C08").state == "running"


def test_a_supplement_restarts_the_clock(world: World) -> None:
    values = {"received_at": "2026-06-01T09:00:00+08:00"}
    world.follow(world.started(1, process="tipoff", values=values, clocks=clocks(("C12", "start"))))
    assert world.run(1, "C12").operational == at("2026-06-23T17:30")
    more = {"supplemented_at": "2026-06-15T10:00:00+08:00"}
    world.follow(world.change(1, "message.delivered", process="tipoff", values=more, clocks=clocks(("C12", "start"))))
    assert world.run(1, "C12").operational == at("2026-07-07T17:30")
    assert len(list(db.session.scalars(select(ClockRun)))) == 1


def test_a_clock_may_run_again_after_it_was_stopped(world: World) -> None:
    both = clocks(("C05", "start"), ("C05", "stop"))
    world.follow(world.started(1), world.change(1, "task.completed", clocks=both))
    world.follow(world.change(1, "task.completed", clocks=both))
    assert len(list(db.session.scalars(select(ClockRun)))) == 2


def test_the_end_of_an_instance_stops_its_clocks(world: World) -> None:
    world.follow(world.started(1, clocks=clocks(("C01", "start"))), world.started(2, clocks=clocks(("C01", "start"))))
    world.follow(
        world.ended(1, at=START + timedelta(days=9)), world.change(2, "instance.cancelled", status="cancelled")
    )
    assert (world.run(1, "C01").state, world.run(1, "C01").kept) == ("stopped", False)
    assert (world.run(2, "C01").state, world.run(2, "C01").kept) == ("stopped", None)


def test_the_same_changes_again_change_nothing(world: World) -> None:
    changes = [world.started(1, process="intake"), world.started(2, clocks=clocks(("C01", "start")))]
    ending = [world.ended(1, "dispatched", process="intake"), world.ended(2)]

    def picture() -> list[Any]:
        with db.engine.connect() as connection:
            return [connection.execute(select(table.__table__)).all() for table in (Order, Matter, ClockRun)]

    world.follow(*changes)
    before = picture()
    world.follow(*changes)
    assert picture() == before
    world.follow(*ending)
    before = picture()
    world.follow(*ending)
    assert picture() == before


def test_a_clock_into_an_unpublished_year_says_so(world: World) -> None:
    world.follow(world.started(1, at=at("2026-12-25T10:00"), clocks=clocks(("C10", "start"), ("C99", "start"))))
    run = world.run(1, "C10")
    assert (run.due, run.state, run.next_at) == (None, "running", None)
    assert "2027" in orjson.loads(run.trace)["error"]
    assert world.run(1, "C99").due is None


def test_following_is_cheap(world: World) -> None:
    """Per change of an ordinary mix: most are steps that concern nobody here."""

    def mix(n: int) -> list[Change]:
        return [
            world.started(n, clocks=clocks(("C01", "start"), ("C08", "start"))),
            *(world.change(n, "task.completed", values={"contacted": "已联"}) for _ in range(5)),
            world.change(n, "task.completed", clocks=clocks(("C01", "stop"))),
            world.ended(n),
        ]  # fmt: skip

    world.follow(*mix(1))
    changes = [change for n in range(2, 34) for change in mix(n)]
    begin = perf_counter()
    world.follow(*changes)
    assert (perf_counter() - begin) / len(changes) < 0.001


def test_a_clock_that_was_stopped_and_begins_again_counts_from_then(world: World) -> None:
    """The trader tried to settle online and failed: only then the complaint is received."""
    again = START + timedelta(days=14)
    world.follow(world.started(1, clocks=clocks(("C08", "start"))))
    assert world.run(1, "C08").started == at("2026-05-08T09:00")
    world.follow(world.change(1, "job.done", clocks=clocks(("C08", "stop"))))
    world.follow(world.change(1, "timer.fired", clocks=clocks(("C08", "start")), at=again))
    found = world.run(1, "C08")
    assert (found.started, found.state) == (again, "running")
    assert found.operational == at("2026-06-03T17:30")
