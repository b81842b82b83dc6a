"""The event chain: each event of an instance carries the hash of the one before it.

An edited, deleted or swapped row breaks the chain; a cut tail does not agree with the instance's own head.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select

from engine.db import db
from engine.models import Event, ProcessInstance

START = bytes(32)  # the hash before the first event


def digest(prev: bytes, row: dict[str, Any]) -> bytes:
    """SHA-256 over the previous hash and every column of the event."""
    at: datetime = row["at"].astimezone(UTC)
    body = (row["instance_id"], row["seq"], at.isoformat(), row["actor"], row["kind"], row["element"], row["payload"])
    return hashlib.sha256(prev + orjson.dumps(body)).digest()


@dataclass(frozen=True, slots=True)
class Break:
    """The first event of an instance that does not fit its chain, and why."""

    instance_id: int
    seq: int
    why: str


def verify(instance_id: int | None = None) -> list[Break]:
    """Walk the chain of one instance, or of all; an empty list means whole."""
    heads = select(ProcessInstance.id, ProcessInstance.seq, ProcessInstance.head)
    events = select(Event).order_by(Event.instance_id, Event.seq)
    if instance_id is not None:
        heads = heads.where(ProcessInstance.id == instance_id)
        events = events.where(Event.instance_id == instance_id)
    known = {row.id: (row.seq, row.head) for row in db.session.execute(heads)}
    breaks: dict[int, Break] = {}
    ends: dict[int, tuple[int, bytes]] = {}
    for event in db.session.scalars(events.execution_options(yield_per=1000)):
        seq, prev = ends.get(event.instance_id, (0, START))
        why = _fault(event, seq, prev)
        if why:
            breaks.setdefault(event.instance_id, Break(event.instance_id, event.seq, why))
        ends[event.instance_id] = event.seq, event.hash
        db.session.expunge(event)
    for number in known.keys() | ends.keys():
        if number not in breaks and known.get(number) != ends.get(number):
            breaks[number] = Break(number, ends.get(number, (0, b""))[0], "the end of the chain is not the instance's")
    return sorted(breaks.values(), key=lambda b: b.instance_id)


def _fault(event: Event, seq: int, prev: bytes) -> str | None:
    if event.seq != seq + 1:
        return f"event {seq + 1} is missing"
    if event.prev_hash != prev:
        return "does not follow the event before it"
    row = {c: getattr(event, c) for c in ("instance_id", "seq", "at", "actor", "kind", "element", "payload")}
    return None if digest(prev, row) == event.hash else "was changed"
