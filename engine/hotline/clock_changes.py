"""What people and the calendar do to clocks: extend one, give a case another rule, count again.

Each is an event of the instance, through the door; `clock_runs.py` follows it and moves what hangs on the clock.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from typing import Any

from sqlalchemy import select

from engine import errors, registry, store
from engine.db import db
from engine.hotline import clock_runs, clocks, organisation
from engine.hotline.models import ClockRun, Matter
from engine.hotline.roles import Viewer
from engine.store import Command
from engine.work import Work

IN_FLIGHT = 512  # counted again at once

_run, _matter = ClockRun.__table__, Matter.__table__


def extend(matter_no: str, code: str, days: int, *, reason: str, actor: str, key: str | None = None) -> dict[str, Any]:
    """Add to a running clock of a matter, in the clock's own measure; its timers and due times go along.

    A service clock may be extended as often as somebody approves it; a period of law only once, and only by what the
    law gives its head. Returns the instance and the days. Raises NotFound, and Invalid for what may not be extended.
    """
    if days < 1 or not reason.strip():
        raise errors.Invalid("an extension has days and a reason", zh="延期应写明天数和理由")

    def run(work: Work) -> dict[str, Any]:
        row = _open_run(work, matter_no, code)
        entry = clocks.clock(code, row["rule_version"])
        before = row["extensions"] != "[]"
        if not entry.extension or (entry.statutory and (before or days > entry.extension)):
            raise errors.Invalid(
                f"clock {code} cannot be extended by {days}", zh=f"时限 {code}（{entry.zh}）不得如此延长"
            )
        live = work.live(row["instance_id"], running=False)
        said = {"clock": code, "days": days, "reason": reason}
        work.event(live, clock_runs.EXTENDED, None, said, values=said)
        return {"instance": row["instance_id"], "days": days}

    answer: dict[str, Any] = store.call(Command(run, actor, key, ["extend", matter_no, code, days, reason]))
    return answer


def _open_run(work: Work, matter_no: str, code: str) -> Any:
    query = select(_run).where(_run.c.business_key == matter_no, _run.c.code == code, _run.c.state != "stopped")
    row = work.connection.execute(query.order_by(_run.c.seq.desc())).mappings().first()
    if row is None:
        raise errors.NotFound(f"clock {code} does not run for {matter_no}", zh=f"{matter_no} 没有正在计时的时限 {code}")
    return row


@registry.connector("extend_clock", "延长时限（matter_no code days reason）", "Extend a clock")
def _extend(payload: dict[str, Any], job_id: int) -> dict[str, Any]:
    """For diagrams: the extension that has been approved. The job's id keeps it from happening twice.

    A clock that has stopped while somebody decided needs no more days: 0. One that never ran is a mistake: NotFound.
    """
    matter_no, code = str(payload["matter_no"]), str(payload["code"])
    try:
        return extend(
            matter_no, code, int(payload["days"]), key=f"extend-{job_id}",
            reason=str(payload.get("reason") or "批准延期"), actor=str(payload.get("actor") or "system"),
        )  # fmt: skip
    except errors.NotFound:
        ran = select(_run.c.code).where(_run.c.business_key == matter_no, _run.c.code == code).limit(1)
        if db.session.scalar(ran) is None:
            raise
        return {"days": 0}


def pin_rule(matter_no: str, version: int, *, reason: str, actor: str, key: str | None = None) -> None:
    """Let a legal officer decide which version of the ordinance a case is handled by, whatever its dates say.

    Its clocks are counted by that version and its flow goes on by it. Raises NotFound; Invalid without a reason, for
    an unknown version, for one that holds already and for a case that is closed.
    """
    if version not in clocks.VERSIONS or not reason.strip():
        raise errors.Invalid("a rule is chosen among 20 and 121, with a reason", zh="应选择规则版本并写明理由")

    def run(work: Work) -> None:
        row = work.connection.execute(select(_matter).where(_matter.c.matter_no == matter_no)).mappings().first()
        if row is None:
            raise errors.NotFound(f"there is no matter {matter_no}", zh=f"没有事项 {matter_no}")
        if row["state"] != "in_progress" or row["rule_version"] == version:
            raise errors.Invalid("the case is closed or has this rule already", zh="事项已办结，或已适用该规则")
        live = work.live(row["instance_id"], running=False)
        said = {"rule_version": version, "was": row["rule_version"], "reason": reason}
        work.event(live, clock_runs.PINNED, None, said, values=said)

    store.call(Command(run, actor, key, ["rule", matter_no, version, reason]))


def within(viewer: Viewer, unit: str | None) -> bool:
    """Is this a case of the person's unit, or of one below it?"""
    return unit in db.session.scalars(select(organisation.below(viewer.unit).c.code)).all()


def recount(actor: str, why: str) -> int:
    """Count every clock that has not been stopped again, after the calendar or a rule has changed; how many moved.

    Each is a step of its instance: the timers and due times that hang on the clock are set anew with it, and the
    instance's history keeps the new derivation day by day.
    """
    moved, waiting = 0, deque[Future[Any]]()
    for row in clock_runs.outdated():
        waiting.append(store.submit(_recount(row["instance_id"], row["code"], actor, why)))
        moved += 1
        if len(waiting) >= IN_FLIGHT:
            waiting.popleft().result()
    for answer in waiting:
        answer.result()
    return moved


def _recount(instance: int, code: str, actor: str, why: str) -> Command:
    def run(work: Work) -> None:
        said = {"clock": code, "reason": why}
        work.event(work.live(instance, running=False), clock_runs.RECOUNTED, None, said, values=said)

    return Command(run, actor, instance=instance)
