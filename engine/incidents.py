"""Incidents: faults of the engine or a connector that a person must see, try again, or put aside."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select

from engine import bpmn, store
from engine.errors import Conflict, DiagramFault, NotFound
from engine.models import Incident, Subscription
from engine.store import Command
from engine.work import Work


def retry(incident_id: int, *, actor: str) -> None:
    """Try again what failed; when it goes well the incident is resolved, else it stays open and says why anew.

    Raises NotFound, Conflict (not open any more) and DiagramFault (it failed again).
    """

    def run(work: Work) -> None:
        row = _open(work, incident_id)
        _RETRIES[row["kind"]](work, row, orjson.loads(row["retry"]))
        _resolve(work, row, actor, "retried")

    def fault(work: Work, error: DiagramFault) -> None:
        work.rows.incidents.change(incident_id, message=str(error), message_zh=error.zh)

    store.call(Command(run, actor, fault=fault))


def resolve(incident_id: int, *, actor: str, note: str) -> None:
    """Put an incident aside without trying again, with the reason."""

    def run(work: Work) -> None:
        _resolve(work, _open(work, incident_id), actor, note)

    store.call(Command(run, actor))


def _open(work: Work, incident_id: int) -> dict[str, Any]:
    table = Incident.__table__
    row = work.connection.execute(select(table).where(table.c.id == incident_id)).mappings().first()
    if row is None:
        raise NotFound(f"no incident {incident_id}", zh=f"没有异常 {incident_id}")
    if row["status"] != "open":
        raise Conflict(f"incident {incident_id} is resolved", zh="该异常已处理")
    return dict(row)


def _resolve(work: Work, row: dict[str, Any], actor: str, note: str) -> None:
    work.rows.incidents.change(row["id"], status="resolved", resolved=work.now, resolved_by=actor)
    if row["instance_id"] is not None:
        live = work.live(row["instance_id"], running=False)
        work.event(live, "incident.resolved", row["element"], {"incident": row["id"], "note": note})


def _retry_task(work: Work, row: dict[str, Any], what: dict[str, Any]) -> None:
    live = work.of_task(what["task"])
    task = live.tasks.get(what["task"])
    if task is None:
        return  # a person has completed it meanwhile
    work.end_task(live, task, "completed")
    effects = bpmn.complete(work.live(live.id).flow, task.token, what["values"])
    work.apply(live, effects, "task.completed", task.element, what["values"])


def _retry_timer(work: Work, row: dict[str, Any], what: dict[str, Any]) -> None:
    live = work.live(row["instance_id"])
    effects = bpmn.fire(live.flow, what["token"], what["element"])
    work.apply(live, effects, "timer.fired", what["element"], {})


def _retry_message(work: Work, row: dict[str, Any], what: dict[str, Any]) -> None:
    live = work.live(row["instance_id"])
    table = Subscription.__table__
    waits = select(table.c.token).where(
        table.c.instance_id == live.id, table.c.token == what["token"], table.c.element == what["element"]
    )
    if work.connection.scalar(waits) is not None:
        effects = bpmn.deliver(live.flow, what["token"], what["payload"], what["element"], what["name"])
        work.apply(live, effects, "message.delivered", what["element"], what["payload"])


def _retry_job(work: Work, row: dict[str, Any], what: dict[str, Any]) -> None:
    work.rows.jobs.change(what["job"], status="due", run_at=work.now, attempts=0)


def _retry_start(work: Work, row: dict[str, Any], what: dict[str, Any]) -> None:
    work.start(what["definition"], what["payload"], what["business_key"], what["element"])


def _retry_stuck(work: Work, row: dict[str, Any], what: dict[str, Any]) -> None:
    raise Conflict("nothing to try again", zh="没有可以重试的步骤，请取消该实例或由管理员迁移")


_RETRIES = {
    "stuck": _retry_stuck,
    "task": _retry_task,
    "timer": _retry_timer,
    "message": _retry_message,
    "job": _retry_job,
    "start": _retry_start,
}
