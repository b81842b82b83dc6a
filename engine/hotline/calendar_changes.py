"""What follows from a change of the working-day calendar, and which years are wanted."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from engine import calendar, incidents
from engine.db import db
from engine.errors import BanjieError
from engine.hotline import clock_changes
from engine.hotline.models import ClockRun
from engine.models import Incident


class Followed(NamedTuple):
    """How many clocks have moved, how many incidents have gone on, and how many still wait."""

    clocks: int
    retried: int
    waiting: int


def follow(actor: str) -> Followed:
    """Count the running clocks again, with what hangs on them, and retry what stood still for want of a year."""
    clocks = clock_changes.recount(actor, "工作日历有变更")
    retried = waiting = 0
    for number in _mendable():
        try:
            incidents.retry(number, actor=actor)
            retried += 1
        except BanjieError:  # its own incident or its answer says why; the others must not wait for it
            waiting += 1
    return Followed(clocks, retried, waiting)


def missing_years() -> list[int]:
    """Years without notice that a running clock or a halted instance needs, in order."""
    halted = select(Incident.message).where(Incident.status == "open").distinct()
    uncounted = select(ClockRun.trace).where(
        ClockRun.state.in_(("running", "paused")), ClockRun.operational.is_(None)
    ).distinct()  # fmt: skip
    told = [*db.session.scalars(halted), *db.session.scalars(uncounted)]
    known = calendar.current()
    return sorted({year for text in told if (year := calendar.year_missed(text)) and not known.published(year)})


def _mendable() -> list[int]:
    known = calendar.current()
    rows = db.session.execute(
        select(Incident.id, Incident.message).where(Incident.status == "open").order_by(Incident.id)
    )
    return [number for number, text in rows if (year := calendar.year_missed(text)) and known.published(year)]
