"""Due timers: found by index, fired through the door in the order in which they fell due.

Two kinds: those that a token of an instance waits for, and those that start an instance.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Table, bindparam, cast, func, null, select, union_all

from engine import bpmn, clock, schedules, store
from engine.db import db
from engine.errors import Conflict, DiagramFault
from engine.models import StartTimer, Timer
from engine.store import Command
from engine.work import Work

_timer, _start = Timer.__table__, StartTimer.__table__


def fire_due(limit: int = 1_000) -> int:
    """Fire what is due now, at most `limit` timers; returns how many were looked at.

    Several workers may do this at once: a timer fires only if its token still waits for it, and the version of the
    instance decides who was first.
    """
    db.session.rollback()  # what the caller reads next is what has come of it, not an older snapshot
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        rows = connection.execute(_DUE, {"now": clock.now(), "limit": limit}).all()
    answers = [store.submit(_begin(*row) if token is None else _fire(token, *row)) for token, *row in rows]
    for answer in answers:
        answer.exception()  # a fault has become an incident; the timer is held, a start has its next round
    return len(answers)


def _due(number: ColumnElement[int], token: ColumnElement[int], table: Table, *where: ColumnElement[bool]) -> Any:
    columns = token.label("token"), number.label("number"), table.c.element, table.c.due
    query = select(*columns).where(table.c.due <= bindparam("now"), *where)
    return query.order_by(table.c.due).limit(bindparam("limit"))


# One statement, made once, outside a transaction: a worker looks all day (a quarter of the time of two ORM queries)
_DUE = union_all(
    select(_due(_timer.c.instance_id, _timer.c.token, _timer, ~_timer.c.held).subquery()),
    select(_due(_start.c.definition_id, cast(null(), Integer), _start).subquery()),
)


def fire_now(instance_id: int, element: str, *, actor: str, reason: str) -> None:
    """Let a timer of an instance fire before it is due; the history says who did so, and why.

    Raises Conflict when it does not wait, or when it hangs on a clock: a deadline of the law comes when it comes.
    Raises DiagramFault when the flow could not go on; nothing has then happened.
    """

    def run(work: Work) -> None:
        live = work.live(instance_id)
        waits = [w for w in bpmn.waits(live.flow).values() if w.kind == "timer" and w.element == element and w.due]
        if not waits:
            raise Conflict(f"no timer {element} waits in instance {instance_id}", zh="该定时器已不在等待")
        wait = min(waits, key=lambda one: (one.due, one.token))
        if clocks := bpmn.clocks_of(live.flow, wait.token, element):
            codes = "、".join(sorted(clocks))
            raise Conflict(
                f"this timer follows the clock {codes}: it is not fired early",
                zh=f"该定时器随时限 {codes} 走，不能提前触发",
            )
        effects = bpmn.fire(live.flow, wait.token, element)
        why = {"due": wait.due.isoformat() if wait.due else None, "early": True, "reason": reason}
        work.apply(live, effects, "timer.fired", element, {}, why)

    store.call(Command(run, actor, instance=instance_id))


def next_due() -> datetime | None:
    """When the next timer falls due; None when none waits."""
    waits = db.session.scalar(select(func.min(Timer.due)).where(~Timer.held))
    starts = db.session.scalar(select(func.min(StartTimer.due)))
    db.session.rollback()
    return min((at for at in (waits, starts) if at is not None), default=None)


def _fire(token: int, instance: int, element: str, due: datetime) -> Command:
    def run(work: Work) -> bool:
        return work.fire(instance, token, element, due)  # False: it was fired or withdrawn meanwhile

    def fault(work: Work, error: DiagramFault) -> None:
        retry: dict[str, Any] = {"token": token, "element": element}
        work.rows.timers.hold((instance, token, element), True)
        work.incident(error, kind="timer", instance=instance, element=element, retry=retry)

    return Command(run, "timer", instance=instance, fault=fault)


def _begin(definition_id: int, element: str, due: datetime) -> Command:
    """Start an instance by its timer, and set the next round, in one transaction."""

    def run(work: Work) -> bool:
        schedule = schedules.current(work.connection, definition_id, element, due)
        if schedule is None:
            return False  # another worker was faster, or another version starts now
        definition = work.shared.cache.programs.get(work.connection, definition_id)
        work.start(definition_id, {}, _round(definition.key, due), element)
        schedules.move_on(work.connection, definition, element, due, schedule)
        return True

    def fault(work: Work, error: DiagramFault) -> None:
        definition = work.shared.cache.programs.get(work.connection, definition_id)
        schedule = schedules.current(work.connection, definition_id, element, due)
        if schedule is not None:  # the rounds to come do not wait for a person
            schedules.move_on(work.connection, definition, element, due, schedule)
        name = _round(definition.key, due)
        retry = {"definition": definition_id, "payload": {}, "business_key": name, "element": element}
        work.incident(error, kind="start", definition=definition_id, element=element, retry=retry)

    return Command(run, "timer", fault=fault)


def _round(key: str, due: datetime) -> str:
    """The business key of what the clock starts: the process and the moment it was due."""
    return f"{key}-{clock.local(due):%Y%m%d-%H%M}"
