"""Jobs: written with the step, done after it, tried again, given up with an incident."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, incidents, instances, jobs, queries, registry
from engine.db import db
from engine.models import Job
from tests.engine import kit

BEGIN = datetime(2026, 5, 11, 4, tzinfo=UTC)
calls: list[tuple[dict[str, Any], int]] = []
broken = False


@registry.connector("probe", "探针", "Probe")
def probe(payload: dict[str, Any], job_id: int) -> dict[str, Any]:
    calls.append((payload, job_id))
    if broken:
        raise ConnectionError("down")
    return {"answer": payload["n"] * 2}


@pytest.fixture
def hand() -> Iterator[clock.Virtual]:
    global broken
    broken = False
    calls.clear()
    with clock.virtual(BEGIN) as virtual:
        yield virtual


def service() -> str:
    node = (
        '<bpmn:serviceTask id="call" name="call" banjie:connector="probe" banjie:result="got"><bpmn:extensionElements>'
        '<banjie:input name="n" value="n"/></bpmn:extensionElements></bpmn:serviceTask>'
    )
    return kit.process("p", kit.start(), node, kit.user("a"), kit.end(), kit.line("s", "call", "a", "e"))


def test_a_service_task_waits_for_its_answer(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(service())
    case = instances.start("p", {"n": 21}, actor="ann")
    assert case["next"] == [] and not calls
    assert jobs.run_due() == 1
    [(payload, _job)] = calls
    assert payload == {"n": 21}
    assert instances.variables(case["instance"])["got"] == {"answer": 42}
    assert queries.open_tasks(case["instance"])
    assert jobs.run_due() == 0


def test_a_failing_connector_is_tried_again_later_and_then_given_up(app: Flask, hand: clock.Virtual) -> None:
    global broken
    broken = True
    kit.deploy(service())
    case = instances.start("p", {"n": 1}, actor="ann")["instance"]
    for _ in range(jobs.ATTEMPTS):
        assert jobs.run_due() == 1
        assert jobs.run_due() == 0  # not at once
        hand.move_to(hand.at + timedelta(hours=1))
    assert len(calls) == jobs.ATTEMPTS
    assert len({job for _payload, job in calls}) == 1  # one id: the receiver can tell
    [incident] = queries.incidents()
    assert incident.kind == "job" and incident.instance_id == case
    broken = False
    incidents.retry(incident.id, actor="adm")
    assert jobs.run_due() == 1
    assert queries.open_tasks(case) and queries.incidents() == []


def test_a_diagram_may_say_what_to_do_when_a_connector_is_given_up(app: Flask, hand: clock.Virtual) -> None:
    global broken
    broken = True
    node = (
        '<bpmn:serviceTask id="call" name="call" banjie:connector="probe"><bpmn:extensionElements>'
        '<banjie:input name="n" value="n"/></bpmn:extensionElements></bpmn:serviceTask>'
    )
    failed = kit.boundary("failed", "call", "<bpmn:errorEventDefinition/>")
    body = (kit.start(), node, failed, kit.user("by_hand"), kit.end(), kit.end("e2"))
    kit.deploy(kit.process("p", *body, kit.line("s", "call", "e"), kit.line("failed", "by_hand", "e2")))
    case = instances.start("p", {"n": 1}, actor="ann")["instance"]
    for _ in range(jobs.ATTEMPTS):
        jobs.run_due()
        hand.move_to(hand.at + timedelta(hours=1))
    assert [t.element for t in queries.open_tasks(case)] == ["by_hand"]
    assert queries.incidents() == []


def test_a_job_of_a_worker_that_is_known_to_be_dead_is_due_at_once(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(service())
    instances.start("p", {"n": 1}, actor="ann")
    assert len(jobs._claim(10)) == 1
    assert (jobs.take_back(), jobs.run_due(), jobs.take_back()) == (1, 1, 0)


def test_a_job_of_a_killed_worker_is_taken_up_after_its_lease(app: Flask, hand: clock.Virtual) -> None:
    kit.deploy(service())
    instances.start("p", {"n": 1}, actor="ann")
    assert len(jobs._claim(10)) == 1  # and the worker dies here
    assert jobs.run_due() == 0
    hand.move_to(hand.at + jobs.LEASE)
    assert jobs.run_due() == 1
    db.session.rollback()
    assert db.session.scalars(select(Job.status)).all() == ["done"]
