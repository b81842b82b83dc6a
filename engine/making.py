"""New rows as a step makes them: what a wait, a job, a message or a fault looks like in its table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine import bpmn, text
from engine.errors import DiagramFault
from engine.live import Live
from engine.rows import Row


def timer_key(live: Live, wait: bpmn.Wait) -> tuple[int, int, str]:
    return live.id, wait.token, wait.element


def subscription_key(live: Live, wait: bpmn.Wait) -> tuple[int, int, str, str, str]:
    return live.id, wait.token, wait.element, wait.kind, wait.name or ""


def timer(live: Live, wait: bpmn.Wait) -> Row:
    return {"instance_id": live.id, "token": wait.token, "element": wait.element, "due": wait.due, "held": False}


def subscription(live: Live, wait: bpmn.Wait) -> Row:
    return {
        "instance_id": live.id,
        "token": wait.token,
        "element": wait.element,
        "kind": wait.kind,
        "name": wait.name,
        "correlation": wait.correlation,
        "held": False,
    }


def task(number: int, live: Live, wait: bpmn.Wait, now: datetime) -> Row:
    """A user task; one that the diagram gives to a person is claimed from the start."""
    return {
        "id": number,
        "instance_id": live.id,
        "token": wait.token,
        "element": wait.element,
        "name": live.definition.program.elements[wait.element].name or wait.element,
        "form": wait.form,
        "role": wait.role,
        "unit": wait.unit,
        "assignee": wait.assignee,
        "status": "claimed" if wait.assignee else "ready",
        "priority": 1 if wait.priority is None else int(wait.priority),
        "created": now,
        "due": wait.due,
        "follow_up": None,
        "ended": None,
        "ended_by": None,
        "data": text.dumps(wait.data),
    }


def job(
    number: int, live: Live, token: int | None, element: str, connector: str, payload: dict[str, Any], now: datetime
) -> Row:
    """A job, due at once; `token` is the one that waits for its answer, if any."""
    return {
        "id": number,
        "instance_id": live.id,
        "token": token,
        "element": element,
        "connector": connector,
        "payload": text.dumps(payload),
        "status": "due",
        "attempts": 0,
        "run_at": now,
        "answer": None,
        "error": None,
        "created": now,
    }


def message(number: int, name: str, correlation: str | None, payload: dict[str, Any], now: datetime, days: int) -> Row:
    """A message to keep for `days`."""
    return {
        "id": number,
        "name": name,
        "correlation": correlation,
        "payload": text.dumps(payload),
        "at": now,
        "expires": now + timedelta(days=days),
    }


def incident(
    number: int,
    fault: DiagramFault,
    *,
    kind: str,
    retry: dict[str, Any],
    instance: int | None,
    definition: int | None,
    element: str | None,
    now: datetime,
) -> Row:
    """An open incident; `retry` is what to do when a person tries again."""
    return {
        "id": number,
        "instance_id": instance,
        "definition_id": definition,
        "element": fault.element or element,
        "kind": kind,
        "message": str(fault),
        "message_zh": fault.zh,
        "retry": text.dumps(retry),
        "status": "open",
        "opened": now,
        "resolved": None,
        "resolved_by": None,
    }


def instance(live: Live, now: datetime) -> Row:
    """The instance's row as it stands now."""
    return {
        "id": live.id,
        "definition_id": live.definition.id,
        "business_key": live.business_key,
        "status": live.status,
        "outcome": live.outcome,
        "state": live.blob,
        "seq": live.seq,
        "head": live.head,
        "started": now,
        "ended": now if live.status in ("completed", "cancelled") else None,
    }
