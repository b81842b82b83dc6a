"""Clocks that have passed a point: found by index, told through the door, once, whatever is killed.

The point, its reminders and the supervision it opens are one transaction with the instance's version: of two workers
one is second, looks again, and finds nothing left to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from engine import clock, registry, store
from engine.db import db, transaction
from engine.hotline import clock_runs, thresholds
from engine.hotline.models import ClockRun, Matter, Order, Reminder
from engine.hotline.roles import Viewer
from engine.hotline.thresholds import SUPERVISES, Step
from engine.live import Live
from engine.models import ProcessDefinition, ProcessInstance, UserTask
from engine.store import Command
from engine.work import Work

_run, _matter, _order, _reminder = (model.__table__ for model in (ClockRun, Matter, Order, Reminder))
_instance, _definition = ProcessInstance.__table__, ProcessDefinition.__table__
KINDS = list(SUPERVISES)  # rising
ISSUING = "open_supervision"  # the task of a supervision in which the office issues it
# What a supervision that a clock asks for knows.
FACTS = (
    "order_no", "order_id", "subject", "priority", "unit", "nature", "rule_version", "matter_no", "process",
    "received_at", "dispatched_at", "supervise_kind", "trigger",
)  # fmt: skip
registry.message("supervise.requested", FACTS, "要求督办", "A supervision is wanted")
registry.message("supervise.raised", FACTS, "督办升级", "A supervision is raised")
MACHINES = frozenset({"import", "system"})  # who registers without being anybody


def raise_due(limit: int = 200) -> int:
    """Tell of the points that at most `limit` clocks have passed by now; how many instances were looked at.

    When none has, that is one look into the index.
    """
    db.session.rollback()
    query = select(_run.c.instance_id).where(_run.c.next_at <= clock.now()).order_by(_run.c.next_at).limit(limit)
    due = dict.fromkeys(db.session.scalars(query))
    db.session.rollback()
    answers = [store.submit(_tell(instance)) for instance in due]
    for answer in answers:
        answer.result()
    return len(answers)


NEXT = select(func.min(_run.c.next_at)).scalar_subquery()  # when the next point of a clock is reached


def _tell(instance: int) -> Command:
    """All clocks of one instance together: what several ask of its unit at once is one supervision."""

    def run(work: Work) -> int:
        due = (_run.c.instance_id == instance) & (_run.c.next_at <= work.now)
        rows = [dict(row) for row in work.connection.execute(select(_run).where(due)).mappings()]
        if not rows:
            return 0  # another worker was faster
        live = work.live(instance, running=False)
        told, clerk = 0, _clerk(work, live.business_key)
        wanted: list[tuple[str, str]] = []
        for row in rows:
            for step in thresholds.steps(row):
                if row["reached"] < step.level and step.at <= work.now:
                    said = {"clock": row["code"], "level": step.level, "at": clock.local(step.at).isoformat()}
                    values = said | {"reminders": _reminders(live, step, clerk)}
                    work.event(live, clock_runs.REACHED, None, said, values=values)
                    wanted += [(row["code"], effect.name) for effect in step.effects if effect.name in SUPERVISES]
                    told += 1
        if wanted:
            _supervise(work, live.business_key, wanted)
        if not told:  # the calendar has changed since the instants were written
            for row in rows:
                same = (_run.c.instance_id == instance) & (_run.c.code == row["code"]) & (_run.c.seq == row["seq"])
                work.connection.execute(update(_run).where(same).values(next_at=thresholds.next_at(row)))
        return told

    return Command(run, "clock", instance=instance)


def _reminders(live: Live, step: Step, clerk: str | None) -> list[tuple[str, str]]:
    """(effect, recipient): who holds the case's tasks stands for its handler, and who registered the order for the
    clerk: nobody else's, so it is told to no other clerk. The others are told by their role."""
    holders = sorted({task.assignee for task in live.tasks.values() if task.assignee})
    found: list[tuple[str, str]] = []
    for effect in step.effects:
        for role in effect.to:
            if role == "clerk":
                people = [clerk] if clerk else []
            else:
                people = holders if role == "handler" and holders else [f"@{role}"]
            found += [(effect.name, person) for person in people if (effect.name, person) not in found]
    return found


def _clerk(work: Work, number: str | None) -> str | None:
    """Who took the order in; None when it came in a file or nobody knows it."""
    of_matter = select(_matter.c.order_no).where(_matter.c.matter_no == number).scalar_subquery()
    query = select(_order.c.registered_by).where(_order.c.order_no == func.coalesce(of_matter, number))
    found: str | None = work.connection.scalar(query)
    return None if found in MACHINES else found


def _supervise(work: Work, number: str | None, asked: list[tuple[str, str]]) -> None:
    """Open a supervision of the matter, or raise the one that goes on; a kind that was opened before is not again."""
    code, wanted = max(asked, key=lambda pair: KINDS.index(pair[1]))
    facts = _facts(work, number)
    of_matter = and_(_reminder.c.business_key == number, _reminder.c.effect.in_(KINDS))
    before = [KINDS.index(effect) for effect in work.connection.scalars(select(_reminder.c.effect).where(of_matter))]
    if facts is None or KINDS.index(wanted) <= max(before, default=-1):
        return
    running = (
        select(_instance.c.id)
        .join(_definition, _definition.c.id == _instance.c.definition_id)
        .where(_definition.c.key == "supervise", _instance.c.business_key == number, _instance.c.status == "running")
    )
    goes_on = work.connection.scalar(running.limit(1)) is not None
    if goes_on and wanted == KINDS[0]:
        return  # it was asked for by a person or a diagram
    name = "supervise.raised" if goes_on else "supervise.requested"
    work.message(name, number, facts | {"supervise_kind": SUPERVISES[wanted], "trigger": f"时限 {code} 届满未办结"})


def _facts(work: Work, number: str | None) -> dict[str, Any] | None:
    """What a supervision must know of the matter, or of an order that has none yet; None for any other number."""
    query = (
        select(_matter, _order.c.id.label("order_id"), _order.c.subject, _order.c.priority)
        .join(_order, _order.c.order_no == _matter.c.order_no)
        .where(_matter.c.matter_no == number)
    )
    found = work.connection.execute(query).mappings().first()
    if found is None:
        return _facts_of_order(work, number)
    same = ("order_no", "order_id", "subject", "priority", "unit", "nature", "rule_version", "matter_no", "process")
    times = ("received_at", "dispatched_at")
    return {name: found[name] for name in same} | {name: clock.local(found[name]).isoformat() for name in times}


def _facts_of_order(work: Work, number: str | None) -> dict[str, Any] | None:
    """An order that is late before it is dispatched is supervised by its own number."""
    found = work.connection.execute(select(_order).where(_order.c.order_no == number)).mappings().first()
    if found is None:
        return None
    facts = {name: found[name] for name in ("order_no", "subject", "priority", "unit", "rule_version")}
    facts |= {"order_id": found["id"], "matter_no": number, "nature": found["nature_hint"], "process": "intake"}
    return facts | {"received_at": clock.local(found["received_at"]).isoformat()}


def supervision(number: str | None) -> Reminder | None:
    """The strongest supervision that the clocks of this matter have opened."""
    query = select(Reminder).where(Reminder.business_key == number, Reminder.effect.in_(KINDS))
    return max(db.session.scalars(query), key=lambda row: KINDS.index(row.effect), default=None)


ANSWER = "unit_answer"  # the task of a supervision in which the unit answers


def stage(number: str | None) -> str:
    """How far the newest supervision of this matter is: `wanted` until the office issues it, then `issued` until its
    unit has answered, `answered`, and `assessed` when the office is done with it."""
    newest = (
        select(ProcessInstance.id, ProcessInstance.status)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(ProcessInstance.business_key == number, ProcessDefinition.key == "supervise")
        .order_by(ProcessInstance.id.desc())
    )
    found = db.session.execute(newest.limit(1)).first()
    if found is None:
        return "issued"
    if found.status in clock_runs.ENDED:
        return "assessed"
    tasks = select(UserTask.element, UserTask.ended).where(UserTask.instance_id == found.id)
    rows = db.session.execute(tasks).all()
    if any(element == ISSUING and ended is None for element, ended in rows):
        return "wanted"
    answers = [ended for element, ended in rows if element == ANSWER]
    return "answered" if answers and all(answers) else "issued"


# -- who is told -----------------------------------------------------------------------------------------------------


def of(viewer: Viewer, limit: int = 20) -> list[Reminder]:
    """What this person is to be told and has not put away, of clocks that still run: the last point of each, the
    newest first."""
    query = select(Reminder).join(ClockRun, _RUNS).where(ClockRun.state != "stopped", Reminder.seen_at.is_(None))
    order = (Reminder.at.desc(), Reminder.level.desc())  # of several points passed the last one tells
    found: dict[tuple[int, str, int], Reminder] = {}
    for row in db.session.scalars(query.where(_for(viewer)).order_by(*order).limit(limit * len(thresholds.EFFECTS))):
        found.setdefault((row.instance_id, row.code, row.seq), row)
    return list(found.values())[:limit]


_RUNS = and_(*(getattr(Reminder, name) == getattr(ClockRun, name) for name in ("instance_id", "code", "seq")))


@dataclass(frozen=True, slots=True)
class Late:
    """An order that is overdue: which of its clocks, since when, and with whom it lies."""

    order_no: str
    subject: str
    code: str
    due: datetime | None
    unit: str | None


def late_of_own(viewer: Viewer, limit: int = 20) -> list[Late]:
    """The overdue orders that this person registered, the longest first, whether or not the reminder was put away."""
    query = (
        select(Order.order_no, Order.subject, ClockRun.code, ClockRun.operational, ClockRun.unit)
        .select_from(Reminder)
        .join(ClockRun, _RUNS)
        .join(Order, Order.order_no == Reminder.order_no)
        .where(Reminder.recipient == viewer.name, Reminder.effect == thresholds.LATE, ClockRun.state != "stopped")
        .where(Order.registered_by == viewer.name, ClockRun.operational < clock.now())
        .order_by(ClockRun.operational)
        .limit(limit)
    )
    return [Late(*row) for row in db.session.execute(query)]


def put_away(viewer: Viewer) -> int:
    """Put away everything `of` shows; returns how many."""
    with transaction() as session:
        open_ones = update(Reminder).where(_for(viewer), Reminder.seen_at.is_(None))
        seen = open_ones.values(seen_by=viewer.name, seen_at=clock.now()).returning(Reminder.instance_id)
        return len(session.scalars(seen).all())


def _for(viewer: Viewer) -> ColumnElement[bool]:
    roles = [f"@{role}" for role in viewer.roles]
    in_unit = and_(Reminder.recipient.in_(roles), Reminder.unit == viewer.unit)
    everywhere = Reminder.recipient == "@coordinator" if "coordinator" in viewer.roles else in_unit
    return or_(Reminder.recipient == viewer.name, in_unit, everywhere)
