"""Processes that the clock starts: one row for each timer start event of the newest active version of a process.

The row is the truth: it is written with the deployment and moved on, or deleted, in the very transaction that starts
the instance, so that a round happens once whatever is killed. Rounds missed in an outage happen once, late.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from engine import bpmn
from engine.errors import Stale
from engine.models import ProcessDefinition, StartTimer
from engine.programs import Definition

_timers, _definitions = StartTimer.__table__, ProcessDefinition.__table__


def arm(session: Session, key: str, definition_id: int | None, program: bpmn.Program | None) -> None:
    """Let this version of `key` be the one the clock starts; None: no version.

    A start that reads the same as in the version before keeps its next instant. Raises DiagramFault when a start
    yields no time.
    """
    of_key = select(_definitions.c.id).where(_definitions.c.key == key)
    query = select(_timers).where(_timers.c.definition_id.in_(of_key))
    before = {row.element: row for row in session.execute(query)}
    session.execute(delete(StartTimer).where(StartTimer.definition_id.in_(of_key)))
    if program is None:
        return
    for start in program.starts:
        old = before.get(start.element)
        if start.kind != "timer":
            continue
        if old is not None and old.expression == start.expression:
            schedule = orjson.loads(old.schedule)
        else:
            schedule = bpmn.first_start(program, start.element)
        if schedule is not None:
            row = {"definition_id": definition_id, "element": start.element, "expression": start.expression}
            session.execute(insert(StartTimer), [row | _kept(schedule)])


def current(connection: Connection, definition_id: int, element: str, due: datetime) -> dict[str, Any] | None:
    """The schedule of a start that is still due at `due`; None when it was moved or withdrawn meanwhile."""
    said = connection.scalar(select(_timers.c.schedule).where(_same(definition_id, element, due)))
    return None if said is None else orjson.loads(said)


def move_on(
    connection: Connection, definition: Definition, element: str, due: datetime, schedule: dict[str, Any]
) -> None:
    """Set the next round, or delete the row after the last. Raises Stale when somebody else was faster."""
    following = bpmn.next_start(definition.program, element, schedule)
    same = _same(definition.id, element, due)
    change = delete(_timers).where(same) if following is None else update(_timers).where(same).values(_kept(following))
    if connection.execute(change).rowcount != 1:
        raise Stale


def _same(definition_id: int, element: str, due: datetime) -> Any:
    return (_timers.c.definition_id == definition_id) & (_timers.c.element == element) & (_timers.c.due == due)


def _kept(schedule: dict[str, Any]) -> dict[str, Any]:
    return {"schedule": orjson.dumps(schedule).decode(), "due": datetime.fromisoformat(schedule["due"])}
