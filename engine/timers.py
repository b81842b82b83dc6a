"""Due timers: found by index, fired through the door in the order in which they fell due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine import bpmn, clock, store
from engine.db import db
from engine.errors import DiagramFault
from engine.models import Timer
from engine.store import Command
from engine.work import Work


def fire_due(limit: int = 200) -> int:
    """Fire what is due now, at most `limit` timers; returns how many were looked at.

    Several workers may do this at once: a timer fires only if its token still waits for it, and the version of the
    instance decides who was first.
    """
    db.session.rollback()  # a new look, not an older snapshot
    query = select(Timer.instance_id, Timer.token, Timer.element, Timer.due)
    query = query.where(~Timer.held, Timer.due <= clock.now()).order_by(Timer.due).limit(limit)
    due = [(row.instance_id, row.token, row.element, row.due) for row in db.session.execute(query)]
    db.session.rollback()
    for answer in [store.submit(_fire(*row)) for row in due]:
        answer.exception()  # a fault has become an incident; the timer is held
    return len(due)


def next_due() -> datetime | None:
    """When the next timer falls due; None when none waits."""
    at = db.session.scalar(select(func.min(Timer.due)).where(~Timer.held))
    db.session.rollback()
    return at


def _fire(instance: int, token: int, element: str, due: datetime) -> Command:
    def run(work: Work) -> bool:
        live = work.live(instance)
        if not any(
            w.kind == "timer" and w.token == token and w.element == element and w.due is not None and w.due <= work.now
            for w in bpmn.waits(live.flow).values()
        ):
            return False  # it was fired or withdrawn meanwhile
        effects = bpmn.fire(live.flow, token, element)
        work.apply(live, effects, "timer.fired", element, {"due": due.isoformat()})
        return True

    def fault(work: Work, error: DiagramFault) -> None:
        retry: dict[str, Any] = {"token": token, "element": element}
        work.rows.timers.hold((instance, token, element), True)
        work.incident(error, kind="timer", instance=instance, element=element, retry=retry)

    return Command(run, "timer", instance=instance, fault=fault)
