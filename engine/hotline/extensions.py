"""More time for a matter 延期, and matters that cannot be solved for now 挂账: what may be asked, what is kept of it.

Only the hotline's own clocks (C03, C04) are extended; periods of law never move by an extension of the hotline.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from engine import batch, calendar, clock, errors, registry
from engine.db import db
from engine.hotline import access, clock_changes
from engine.hotline.actions import Facts, action, in_progress
from engine.hotline.clock_runs import ENDED, instant
from engine.hotline.models import ClockRun, Extension, Matter, Order, Shelving
from engine.hotline.roles import Viewer
from engine.models import Job, UserTask
from engine.registry import Change

Row = dict[str, Any]

CLOCKS = ("C03", "C04")
DIFFICULT, BY_LAW = "特殊疑难", "法定时限"
CITED, TESTED = ("C10", "C12", "C15"), "检测鉴定"  # periods of law that an extension may cite; a test stops the clock
LONGEST = timedelta(days=90)  # until a shelved matter is looked at again (内控)
APPROVING = ("approve", "leader_approve")  # the tasks in which an extension is approved
TABLES = {"extension": Extension.__table__, "shelving": Shelving.__table__}


def _run(matter_no: str) -> ClockRun | None:
    """The clock of this matter that may be extended."""
    query = select(ClockRun).where(
        ClockRun.business_key == matter_no, ClockRun.code.in_(CLOCKS), ClockRun.state != "stopped"
    )
    return db.session.scalars(query.order_by(ClockRun.started.desc()).limit(1)).first()


def _extensible(order: Order, matter: Matter | None) -> bool:
    """A clock that may be extended runs and has not passed the point up to which that may be asked."""
    run = _run(matter.matter_no) if matter is not None and in_progress(order, matter) else None
    return run is not None and not _past_urge(run)


def _past_urge(run: ClockRun) -> bool:
    return run.urge_at is not None and clock.now() >= run.urge_at


def _facts(order: Order, matter: Matter | None) -> Facts:
    """What decides whether an extension is admitted and who approves it."""
    run = _run(matter.matter_no) if matter else None
    if run is None or matter is None:
        return {}
    approved = select(func.count()).select_from(Extension).where(Extension.state == "approved")
    difficult = approved.where(Extension.matter_no == matter.matter_no, Extension.reason == DIFFICULT)
    used = approved.where(Extension.unit == matter.unit, Extension.quarter == quarter(clock.today()))
    return {
        "clock_code": run.code,
        "clock_due": f"{clock.local(run.operational):%Y-%m-%d %H:%M}" if run.operational else None,
        "past_urge": _past_urge(run),
        "days_left": _days_left(run),
        "difficult_count": db.session.scalar(difficult),
        "quota_used": db.session.scalar(used),
    }


def _offers(matter: Matter | None) -> dict[str, frozenset[str]]:
    """An extension cites a period of law that runs in this very matter; where none does it is no reason."""
    query = select(ClockRun.code, ClockRun.state).where(
        ClockRun.business_key == (matter and matter.matter_no), ClockRun.state != "stopped"
    )
    runs = db.session.execute(query).all()
    cited = {run.code for run in runs if run.code in CITED} | {TESTED for run in runs if run.state == "paused"}
    return {"cited_clock": frozenset(cited), "extension_reason": frozenset({DIFFICULT, *([BY_LAW] if cited else ())})}


def _days_left(run: ClockRun) -> int:
    """Whole working days between today and the day it is due."""
    if run.operational is None:
        return 0
    today, due = clock.today(), clock.local(run.operational).date()
    days = (due - today).days
    return sum(calendar.is_working(today + timedelta(days=n)) for n in range(1, days + 1))


def quarter(day: date) -> str:
    """2026Q2."""
    return f"{day.year}Q{(day.month + 2) // 3}"


action(
    "extend", "申请延期", "Apply for an extension",
    message="extension.requested", roles={"handler", "operator", "case_officer"}, applies=_extensible, facts=_facts,
    process="extension", own=True, offers=_offers,
    adds=frozenset({"clock_code", "clock_due", "past_urge", "days_left", "difficult_count", "quota_used"}),
)  # fmt: skip
action(
    "shelve", "申请挂账", "Apply to shelve",
    message="shelving.requested", roles={"handler", "operator", "case_officer"}, applies=in_progress,
    process="shelving", own=True,
)  # fmt: skip
registry.message("policy.changed", ["policy_note"], "政策有变化", "A policy has changed")


@registry.form_check("actions/shelve")
@registry.form_check("extension/approve_shelving")
def review_in_time(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """A shelved matter is looked at again within ninety days, and not in the past."""
    today = clock.today()
    if values.get("shelve_opinion") == "不同意" or not values.get("review_date"):
        return {}
    if not today < date.fromisoformat(values["review_date"]) <= today + LONGEST:
        return {"review_date": ["复核日期应在明天至90日之内"]}
    return {}


@registry.connector("extend_hotline_clock", "延长热线办结时限", "Extend the hotline's own clock")
def extend_clock(payload: dict[str, Any], job_id: int) -> dict[str, Any]:
    """The extension that was approved. A case that was closed meanwhile needs none. Refuses periods of law."""
    if payload["code"] not in CLOCKS:
        raise errors.Invalid(f"{payload['code']} is not the hotline's to extend", zh="法定期限不因热线延期移动")
    try:
        return clock_changes.extend(
            payload["matter_no"], payload["code"], int(payload["days"]), reason=f"批准延期：{payload['reason']}",
            actor=_approver(job_id) or payload["actor"], key=f"extend-{job_id}",
        )  # fmt: skip
    except errors.NotFound:
        return {"days": 0}


def _approver(job_id: int) -> str | None:
    """Who has approved the extension that this job carries out: the history tells it of them, not of who asked."""
    ended = (
        select(UserTask.ended_by)
        .join(Job, Job.instance_id == UserTask.instance_id)
        .where(Job.id == job_id, UserTask.element.in_(APPROVING), UserTask.status == "completed")
    )
    return db.session.scalar(ended.order_by(UserTask.ended.desc(), UserTask.id.desc()).limit(1))


# -- kept in step --------------------------------------------------------------------------------------------------


@registry.projection
def follow(connection: Connection, changes: list[Change]) -> None:
    """Bring the tables of extensions and shelved matters to where these changes lead."""
    rows: dict[str, dict[int, Row]] = {name: {} for name in TABLES}
    new: dict[str, list[int]] = {name: [] for name in TABLES}
    for change in changes:
        if change.process not in TABLES:
            continue
        row = rows[change.process].setdefault(change.instance_id, {"instance_id": change.instance_id})
        if change.kind == "instance.started":
            row |= _asked(change)
            new[change.process].append(change.instance_id)
        row |= _extension(change) if change.process == "extension" else _shelving(change)
    for name, table in TABLES.items():
        batch.delete(connection, table, ("instance_id",), [(number,) for number in new[name]])
        batch.insert(connection, table, [rows[name][number] for number in new[name]])
        shapes: dict[frozenset[str], list[Row]] = {}
        for number, row in rows[name].items():
            if number not in new[name] and len(row) > 1:
                shapes.setdefault(frozenset(row), []).append(row)
        for alike in shapes.values():
            batch.update(connection, table, ("instance_id",), alike)


def _asked(change: Change) -> Row:
    values = change.values
    row: Row = {
        "matter_no": change.business_key,
        "unit": values.get("unit"),
        "state": "requested",
        "requested_at": change.at,
    }
    if change.process == "shelving":
        empty = {"shelved_at": None, "review_at": None, "ended_at": None}
        return row | empty | {"reason": values.get("shelve_reason") or "其他"}
    return row | {
        "clock": values.get("clock_code") or "C03",
        "reason": values.get("extension_reason") or DIFFICULT,
        "days": int(values.get("extension_days") or 0),
        "quarter": quarter(clock.local(change.at).date()),
        "requested_by": values.get("requested_by") or change.actor,
        "decided_at": None,
    }


def _extension(change: Change) -> Row:
    if change.status not in ENDED:
        return {}
    ends = {"extended": "approved"}
    state = "cancelled" if change.status == "cancelled" else ends.get(change.outcome or "", "refused")
    return {"state": state, "decided_at": change.at}


def _shelving(change: Change) -> Row:
    if change.status in ENDED:
        return {"state": "refused" if change.outcome == "refused" else "ended", "ended_at": change.at}
    if change.element == "approve_shelving" and change.kind == "task.completed":
        review = instant(f"{change.values['review_date']}T00:00:00+08:00")
        return {"state": "shelved", "shelved_at": change.at, "review_at": review}
    return {}


# -- for pages -----------------------------------------------------------------------------------------------------


def applications(viewer: Viewer, limit: int = 200) -> list[tuple[Extension, str, str]]:
    """The newest extensions of matters this viewer may know, each with order number and subject."""
    return _seen(Extension, viewer, Extension.requested_at.desc(), limit)


def shelved(viewer: Viewer, limit: int = 200) -> list[tuple[Shelving, str, str]]:
    """The matters this viewer may know that are shelved or about to be, the next to be reviewed first."""
    return _seen(Shelving, viewer, Shelving.review_at, limit, Shelving.state.in_(("requested", "shelved")))


def used(day: date) -> dict[str, int]:
    """How many extensions each unit has been granted in the quarter of this day."""
    query = select(Extension.unit, func.count()).where(
        Extension.state == "approved", Extension.quarter == quarter(day), Extension.unit.is_not(None)
    )
    return dict(db.session.execute(query.group_by(Extension.unit).order_by(Extension.unit)).tuples().all())  # type: ignore[arg-type]


def _seen(table: Any, viewer: Viewer, order: Any, limit: int, *where: Any) -> list[Any]:
    query = (
        select(table, Order.order_no, Order.subject)
        .join(Matter, Matter.matter_no == table.matter_no)
        .join(Order, Order.order_no == Matter.order_no)
        .where(access.visible_orders(viewer), *where)
        .order_by(order, table.instance_id)
    )
    return [row._tuple() for row in db.session.execute(query.limit(limit))]
