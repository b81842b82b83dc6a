"""Processes that the clock starts: once a round, across versions, outages and several workers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, incidents, timers
from engine.db import db
from engine.errors import DiagramFault, DiagramRefused
from engine.models import Incident, ProcessInstance, StartTimer
from tests.engine import kit

NOON = datetime(2026, 5, 11, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def hand() -> Iterator[clock.Virtual]:
    with clock.virtual(NOON) as virtual:
        yield virtual


def monthly(text: str = "R/P1D", kind: str = "timeCycle", first: str = "a") -> str:
    """A process that a timer starts."""
    return kit.process(
        "p", kit.start(event=kit.timer(text, kind)), kit.user(first), kit.end(), kit.line("s", first, "e")
    )


def started() -> list[str | None]:
    db.session.rollback()
    return list(db.session.scalars(select(ProcessInstance.business_key).order_by(ProcessInstance.id)))


def version() -> int:
    return db.session.scalars(select(StartTimer.definition_id)).one()


def test_every_round_starts_one_instance(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly())
    assert timers.next_due() == NOON + DAY
    assert timers.fire_due() == 0
    for day in (1, 2):
        hand.move_to(NOON + day * DAY)
        assert timers.fire_due() == 1
        assert timers.fire_due() == 0
    assert started() == ["p-20260512-1200", "p-20260513-1200"]


def test_rounds_missed_in_an_outage_happen_once(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly())
    hand.move_to(NOON + 10.5 * DAY)
    while timers.fire_due():
        pass
    assert started() == ["p-20260512-1200"]
    assert timers.next_due() == NOON + 11 * DAY


def test_a_repetition_with_an_end_ends(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly("R2/P1D"))
    for day in range(1, 5):
        hand.move_to(NOON + day * DAY)
        timers.fire_due()
    assert len(started()) == 2
    assert timers.next_due() is None


def test_a_repetition_from_a_day_long_gone_begins_with_its_next_round(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly("R/2026-01-01T09:00:00+08:00/P1M"))
    assert timers.next_due() == datetime(2026, 6, 1, 1, tzinfo=UTC)


def test_a_moment_that_has_passed_starts_nothing(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly("2026-05-01T09:00:00+08:00", "timeDate"))
    assert timers.next_due() is None


def test_a_moment_or_a_while_starts_once(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly('now() + duration("PT1H")', "timeDate"))
    hand.move_to(NOON + DAY)
    assert timers.fire_due() == 1
    assert timers.next_due() is None
    assert started() == ["p-20260511-1300"]


def test_a_new_version_takes_the_round_over(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly())
    hand.move_to(NOON + 0.5 * DAY)
    kit.deploy(monthly(first="b"))
    assert timers.next_due() == NOON + DAY  # not half a day later
    hand.move_to(NOON + DAY)
    timers.fire_due()
    instance = db.session.scalars(select(ProcessInstance)).one()
    assert instance.definition.version == 2


def test_another_time_in_a_new_version_counts_from_now(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly())
    hand.move_to(NOON + 0.5 * DAY)
    kit.deploy(monthly("R/P2D"))
    assert timers.next_due() == NOON + 2.5 * DAY


def test_a_version_without_a_timer_ends_the_rounds(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly())
    kit.deploy(kit.process("p", kit.start(), kit.user("a"), kit.end(), kit.line("s", "a", "e")))
    assert timers.next_due() is None


def test_a_retired_version_gives_the_rounds_back_to_the_one_before(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(monthly())
    first = version()
    kit.deploy(monthly(first="b"))
    second = version()
    definitions.retire(second, actor="ann")
    assert version() == first
    definitions.retire(first, actor="ann")
    assert timers.next_due() is None
    definitions.activate(second, actor="ann")
    assert version() == second


def test_a_start_that_fails_is_an_incident_and_the_next_round_goes_on(app: Flask, hand: clock.Virtual) -> None:
    begin = kit.start(event=kit.timer("R/P1D", "timeCycle"))
    kit.deploy(kit.process("p", begin, kit.script("x", "{amount: 9}"), *kit.stops_at(after="x"), kit.line("s", "x")))
    hand.move_to(NOON + DAY)
    timers.fire_due()
    incident = db.session.scalars(select(Incident)).one()
    assert (incident.kind, incident.element, incident.status) == ("start", "g", "open")
    assert started() == []
    assert timers.next_due() == NOON + 2 * DAY
    with pytest.raises(DiagramFault):
        incidents.retry(incident.id, actor="ann")


def test_a_start_without_a_time_is_refused(app: Flask, hand: clock.Virtual) -> None:
    with pytest.raises(DiagramRefused) as refused:
        never = 'if now() &gt; date and time("2100-01-01T00:00:00Z") then now() else null'
        kit.deploy(monthly(never, "timeDate"))
    assert [f.rule for f in refused.value.findings if f.severity == "error"] == ["start-timeless"]


def test_a_start_by_a_condition_is_refused(app: Flask, hand: clock.Virtual) -> None:
    event = "<bpmn:conditionalEventDefinition><bpmn:condition>n = 1</bpmn:condition></bpmn:conditionalEventDefinition>"
    with pytest.raises(DiagramRefused) as refused:
        kit.deploy(kit.process("p", kit.start(event=event), kit.user("a"), kit.end(), kit.line("s", "a", "e")))
    [silent] = [f for f in refused.value.findings if f.rule == "start-silent"]
    assert "空开始事件" in silent.mend_zh


def test_a_draft_is_told_as_much_before_it_is_deployed(app: Flask, hand: clock.Virtual) -> None:
    event = "<bpmn:conditionalEventDefinition><bpmn:condition>n = 1</bpmn:condition></bpmn:conditionalEventDefinition>"
    script = kit.script("x", "{a: 1}")
    drawn = kit.diagram(kit.process("p", kit.start(event=event), script, kit.end(), kit.line("s", "x", "e")))
    report = definitions.check({"test.bpmn": drawn})
    assert not report.ok and "start-silent" in [f.rule for f in report.errors]
