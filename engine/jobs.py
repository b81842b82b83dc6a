"""Jobs: what is to be done outside. Written with the step that wants it, done by the worker after the commit.

At least once outside, exactly once inside: a connector gets the job's id as its idempotency key.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import select, update

from engine import bpmn, clock, registry, store, text
from engine.db import db, transaction
from engine.errors import DiagramFault
from engine.models import Job
from engine.store import Command
from engine.work import Work

log = logging.getLogger(__name__)

ATTEMPTS = 6
LEASE = timedelta(minutes=2)  # longer than any connector may take; a killed worker's jobs are taken up after it
BACKOFF = timedelta(seconds=5)  # then 10, 20, 40 … seconds


def run_due(limit: int = 50) -> int:
    """Claim and do what is due, at most `limit` jobs; returns how many were done or tried."""
    claimed = _claim(limit)
    together = _together(claimed)
    answers = [store.submit(_outcome(job, together)) for job in claimed]
    for answer in answers:
        answer.exception()
    return len(claimed)


def take_back() -> int:
    """Let the jobs of a worker that is known to be dead be due at once; returns how many.

    Only for a house with one worker: of several another one may be at it.
    """
    with transaction() as session:
        taken = update(Job).where(Job.status == "running").values(run_at=clock.now()).returning(Job.id)
        return len(session.scalars(taken, execution_options={"synchronize_session": False}).all())


def _claim(limit: int) -> list[dict[str, Any]]:
    """Take jobs under a lease, so that no other worker does them meanwhile."""
    db.session.rollback()  # a new look, not an older snapshot
    now = clock.now()
    free = (
        select(Job.id)
        .where(Job.status.in_(("due", "running")), Job.run_at <= now)
        .order_by(Job.run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if db.session.scalar(select(Job.id).where(Job.status.in_(("due", "running")), Job.run_at <= now).limit(1)) is None:
        db.session.rollback()
        return []
    with transaction() as session:
        claim = (
            update(Job)
            .where(Job.id.in_(free.scalar_subquery()))
            .values(status="running", run_at=now + LEASE, attempts=Job.attempts + 1)
        )
        columns = (Job.id, Job.instance_id, Job.token, Job.element, Job.connector, Job.payload, Job.attempts)
        rows = session.execute(claim.returning(*columns), execution_options={"synchronize_session": False}).mappings()
        return sorted((dict(row) for row in rows), key=lambda job: job["id"])


def _together(claimed: list[dict[str, Any]]) -> dict[int, dict[str, Any] | None]:
    """The answers of jobs that their connectors can do together; one that is missing here is called alone."""
    found: dict[int, dict[str, Any] | None] = {}
    for name in dict.fromkeys(job["connector"] for job in claimed):
        connector = registry.CONNECTORS.get(name)
        payloads = {job["id"]: orjson.loads(job["payload"]) for job in claimed if job["connector"] == name}
        if connector is None or connector.many is None or len(payloads) == 1:
            continue
        try:
            found |= connector.many(payloads)
        except Exception as error:
            log.warning("%d jobs of connector %s go one by one: %s", len(payloads), name, error)
    return found


def _outcome(job: dict[str, Any], together: dict[int, dict[str, Any] | None]) -> Command:
    """Call the connector and turn its answer, or its failure, into a command."""
    if job["id"] in together:
        return _done(job, together[job["id"]])
    connector = registry.CONNECTORS.get(job["connector"])
    try:
        if connector is None:
            raise LookupError(f"no connector {job['connector']!r}")
        answer = connector.call(orjson.loads(job["payload"]), job["id"])
    except Exception as error:
        log.warning("job %d of connector %s failed: %s", job["id"], job["connector"], error)
        return _failed(job, f"{type(error).__name__}: {error}", getattr(error, "code", None))
    return _done(job, answer)


def _done(job: dict[str, Any], answer: dict[str, Any] | None) -> Command:
    def run(work: Work) -> None:
        said = text.dumps(answer) if answer is not None else None
        work.rows.jobs.change(job["id"], status="done", answer=said, error=None)
        if job["token"] is None:
            return
        live = work.live(job["instance_id"], running=False)
        if _waits(live.flow, job["token"]):
            effects = bpmn.finish_job(live.flow, job["token"], answer)
            work.apply(live, effects, "job.done", job["element"], answer or {})

    def fault(work: Work, error: DiagramFault) -> None:
        work.rows.jobs.change(job["id"], status="failed", error=str(error))
        _incident(work, job, error)

    return Command(run, "worker", instance=job["instance_id"] if job["token"] is not None else None, fault=fault)


def _failed(job: dict[str, Any], why: str, code: str | None = None) -> Command:
    def run(work: Work) -> None:
        if job["attempts"] < ATTEMPTS:
            again = work.now + BACKOFF * 2 ** (job["attempts"] - 1)
            work.rows.jobs.change(job["id"], status="due", run_at=again, error=why)
            return
        work.rows.jobs.change(job["id"], status="failed", run_at=work.now, error=why)
        if _caught(work, job, code, why):
            return
        name = job["connector"]
        fault = DiagramFault(job["element"], f"connector {name} failed: {why}", zh=f"连接器“{name}”没有成功：{why}")
        _incident(work, job, fault)

    return Command(run, "worker", instance=job["instance_id"])


def _caught(work: Work, job: dict[str, Any], code: str | None, why: str) -> bool:
    """Does the diagram know what to do? An error boundary event of the waiting task catches what was given up."""
    if job["token"] is None:
        return False
    live = work.live(job["instance_id"], running=False)
    if live.status != "running" or not _waits(live.flow, job["token"]):
        return False
    effects = bpmn.fail_job(live.flow, job["token"], code, why)
    if effects is None:
        return False
    work.apply(live, effects, "job.failed", job["element"], {"error": why})
    return True


def _incident(work: Work, job: dict[str, Any], error: DiagramFault) -> None:
    work.incident(error, kind="job", instance=job["instance_id"], element=job["element"], retry={"job": job["id"]})


def _waits(flow: bpmn.Instance, token: int) -> bool:
    return any(w.kind == "job" for w in bpmn.waits(flow, token).values())
