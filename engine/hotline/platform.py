"""What the national 12315 platform has been told of the orders, and what it still lacks.

Each telling is a job of the connector `platform` (engine/jobs.py): repeated until it is done, an incident when it is
given up. A bad review is none of the platform's orders and is not missed there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, func, or_, select

from engine import clock, incidents
from engine.db import db
from engine.errors import BanjieError
from engine.hotline.fields import BAD_REVIEW
from engine.hotline.models import Order
from engine.hotline.orders import DISPATCHED
from engine.models import Incident, Job, ProcessInstance

CONNECTOR = "platform"
SHOWN = 100  # of each list: the oldest are the worst
BACK = timedelta(days=90)  # how far back orders are looked for that were never told of
WAITING = ("due", "running")


@dataclass(frozen=True, slots=True)
class Telling:
    """One job that is not done. `incident`: what to retry; None while it is tried again by itself."""

    job_id: int
    key: str | None  # the order's or matter's number
    element: str
    attempts: int
    created: datetime
    again: datetime
    error: str | None
    incident: int | None = None


def counts() -> dict[str, dict[str, int]]:
    """What is told (an element of a diagram) -> state (done, waiting, failed) -> how many."""
    query = select(Job.element, Job.status, func.count()).where(Job.connector == CONNECTOR)
    found: dict[str, dict[str, int]] = {}
    for element, status, number in db.session.execute(query.group_by(Job.element, Job.status).order_by(Job.element)):
        states = found.setdefault(element, {"done": 0, "waiting": 0, "failed": 0})
        states["waiting" if status in WAITING else status] += number
    return found


def waiting() -> list[Telling]:
    """What is tried again by itself, the oldest first."""
    return [_telling(*row) for row in db.session.execute(_jobs(Job.status.in_(WAITING)))]


def failed() -> list[Telling]:
    """What was given up, the oldest first, with the incident to repeat it by."""
    rows = db.session.execute(_jobs(Job.status == "failed")).all()
    known = _incidents() if rows else {}
    return [_telling(job, key, known.get(job.id)) for job, key in rows]


def untold() -> tuple[int, list[Order]]:
    """How many orders of the last ninety days the platform was never told of, and the oldest of them.

    Left out: what the intake found to be another order's, or another authority's.
    """
    since = clock.now() - BACK
    told = select(ProcessInstance.business_key).join(Job, Job.instance_id == ProcessInstance.id)
    told = told.where(Job.connector == CONNECTOR, Job.created >= since, ProcessInstance.business_key.is_not(None))
    ours = or_(Order.intake_outcome.is_(None), Order.intake_outcome == DISPATCHED)
    lacks = (Order.received_at >= since, Order.nature_hint != BAD_REVIEW, ours, Order.order_no.not_in(told))
    number = db.session.scalar(select(func.count()).select_from(Order).where(*lacks)) or 0
    query = select(Order).where(*lacks).order_by(Order.received_at, Order.id).limit(SHOWN)
    return number, list(db.session.scalars(query))


def repeat(*, actor: str) -> tuple[int, int]:
    """Try everything again that was given up; how many are under way again, and how many could not be."""
    again = refused = 0
    for incident in list(_incidents().values()):
        try:
            incidents.retry(incident, actor=actor)
            again += 1
        except BanjieError:
            refused += 1
    return again, refused


def _jobs(which: ColumnElement[bool]) -> Any:
    query = select(Job, ProcessInstance.business_key).join(ProcessInstance, ProcessInstance.id == Job.instance_id)
    return query.where(Job.connector == CONNECTOR, which).order_by(Job.created, Job.id).limit(SHOWN)


def _telling(job: Job, key: str | None, incident: int | None = None) -> Telling:
    return Telling(job.id, key, job.element, job.attempts, job.created, job.run_at, job.error, incident)


def _incidents() -> dict[int, int]:
    """Failed job of the platform -> its open incident."""
    found = {
        orjson.loads(retry).get("job"): number
        for number, retry in db.session.execute(
            select(Incident.id, Incident.retry).where(Incident.status == "open", Incident.kind == "job")
        )
    }
    ours = select(Job.id).where(Job.connector == CONNECTOR, Job.status == "failed")
    return {job: found[job] for job in db.session.scalars(ours) if job in found}
