"""Three-party calls: the seat of the hotline, the citizen and a department's expert on one line (GB/T 33358-2016).

The telephone exchange is a connector. Its double rings nowhere: the person at the seat says what was heard, on the
order's page; an exchange would send the same messages by the API. Every attempt is recorded for the rate of calls
answered (三方接通率).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from engine import clock, errors, instances, messages, registry
from engine.db import db, transaction
from engine.hotline import access, casefile, organisation
from engine.hotline.actions import action
from engine.hotline.models import Matter, Order, TransferCall
from engine.hotline.roles import Viewer
from engine.models import Event, Job, ProcessDefinition, ProcessInstance, Subscription, UserTask

log = logging.getLogger(__name__)

PROCESS = "warm_transfer"
ROLES = frozenset({"clerk", "operator", "coordinator"})
ANSWERED = "接通"
TALKS = ("introduce", "call_back")  # the tasks that say what was spoken
HEARD = {"answered": "call.answered", "declined": "call.declined", "hangup": "call.hangup"}
REASONS = ("占线", "拒接", "离岗")
for _what, _zh, _en in (
    ("answered", "已接通", "Answered"),
    ("declined", "未接通", "Not answered"),
    ("hangup", "挂机", "Hung up"),
):
    registry.message(HEARD[_what], ["reason"] if _what == "declined" else [], _zh, _en)


def on_the_line(order_no: str) -> bool:
    """Is a three-party call about the order ringing or being spoken? A call-back or an entry to write is no call."""
    running = select(ProcessInstance.id).where(
        ProcessInstance.business_key == order_no,
        ProcessInstance.status == "running",
        ProcessInstance.definition_id == ProcessDefinition.id,
        ProcessDefinition.key == PROCESS,
    )
    found = db.session.scalars(running).first()
    if found is None:
        return False
    open_ = select(UserTask.element).where(UserTask.instance_id == found, UserTask.ended.is_(None))
    return set(db.session.scalars(open_)) <= {TALKS[0]}


def _open(order: Order, matter: Matter | None) -> bool:
    """The citizen is on the line: the order is still being taken in."""
    return order.state != "closed" and order.intake_outcome is None


action(
    "transfer", "三方转接", "Three-party call",
    message="transfer.requested", roles=set(ROLES), correlation="order", applies=_open, process=PROCESS,
)  # fmt: skip


@registry.connector("telephony", "话务系统（替身）", "Telephone exchange (double)")
def ring(payload: dict[str, Any], job_id: int) -> dict[str, Any]:
    """Ring a department. The double only writes that it was asked to."""
    log.info("telephony job %d: %s %s", job_id, payload.get("event"), payload.get("unit"))
    return {"ringing": True, "job": job_id}


@registry.connector("transfer_call", "记录三方转接", "Record of three-party calls")
def record(payload: dict[str, Any], job_id: int) -> dict[str, Any]:
    """Keep one attempt with its rings; the same job again changes nothing."""
    rings = payload.get("rings") or []
    answered = payload.get("unit") is not None or any(one.get("state") == ANSWERED for one in rings)
    last = rings[-1] if rings else {}
    with transaction() as session:
        if session.get(TransferCall, job_id) is None:
            call = TransferCall(
                job_id=job_id,
                order_no=payload["order_no"],
                topic=payload["topic"],
                unit=payload.get("unit") or last.get("unit"),
                rings=len(rings),
                answered=answered,
                reason=None if answered else (last.get("reason") or "市民挂断"),
                result=payload.get("result"),
                at=clock.now(),
            )
            session.add(call)
    return {"recorded": True}


@dataclass(frozen=True, slots=True)
class Ringing:
    """A department that rings or talks: which of how many. `call` names the ring; `people` are on duty there."""

    unit: str
    unit_name: str
    number: int
    of: int
    talking: bool
    call: str
    people: tuple[str, ...] = ()


def ringing(order_no: str, viewer: Viewer) -> Ringing | None:
    """The three-party call of an order that rings or talks now, for who may say what was heard. Raises NotFound."""
    casefile.visible(order_no, viewer)
    if not viewer.roles & ROLES:
        return None
    query = (
        select(ProcessInstance.id, Subscription.name, Subscription.correlation)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .join(Subscription, Subscription.instance_id == ProcessInstance.id)
        .where(ProcessDefinition.key == PROCESS, ProcessInstance.business_key == order_no)
        .where(Subscription.name.in_(("call.answered", "call.hangup")), ProcessInstance.status == "running")
    )
    rows = {row.name: row for row in db.session.execute(query)}
    if not rows:
        return None
    row = rows.get("call.answered") or rows["call.hangup"]
    known = instances.variables(row.id)
    desks = known.get("desks") or []
    talking = "call.answered" not in rows
    number = len(known.get("rings") or ()) if talking else int(row.correlation.rpartition("/")[2])
    unit = desks[number - 1]
    people = tuple(organisation.on_duty(unit, known.get("topic"), clock.now()))
    return Ringing(unit, organisation.names().get(unit, unit), number, len(desks), talking, row.correlation, people)


@dataclass(frozen=True, slots=True)
class Call:
    """A three-party call that is over. `unit`: the department that answered, else the last one rung."""

    at: datetime
    unit_name: str | None
    answered: bool
    reason: str | None
    result: str | None  # 当场解决 需要办理 未接通; None: nobody talked
    note: str | None  # what was said
    missed: tuple[tuple[str, str], ...] = ()  # the departments that did not answer, in turn, and why


def calls(order_no: str, viewer: Viewer) -> list[Call]:
    """The three-party calls of an order, in order, with what was said in them. Raises NotFound."""
    casefile.visible(order_no, viewer)
    if access.external(viewer):
        return []
    query = (
        select(TransferCall, Job.instance_id, Job.payload)
        .outerjoin(Job, Job.id == TransferCall.job_id)
        .where(TransferCall.order_no == order_no)
        .order_by(TransferCall.at, TransferCall.job_id)
    )
    rows = db.session.execute(query).all()
    notes = _notes([row.instance_id for row in rows]) if viewer.roles & access.READS_STORY else {}
    names = organisation.names()
    return [
        Call(
            call.at, names.get(call.unit or "", call.unit), call.answered, call.reason, call.result,
            notes.get(instance), _missed(payload, names),
        )
        for call, instance, payload in rows
    ]  # fmt: skip


def _missed(payload: str | None, names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    rings = orjson.loads(payload).get("rings") if payload else None
    missed = (ring for ring in rings or () if ring.get("state") != ANSWERED)
    return tuple((names.get(one["unit"], one["unit"]), one.get("reason") or one["state"]) for one in missed)


def _notes(instances: list[int]) -> dict[int, str]:
    """What the seat wrote of each call: the later answer counts."""
    if not instances:
        return {}
    query = select(Event.instance_id, Event.payload).where(
        Event.instance_id.in_(instances), Event.kind == "task.completed", Event.element.in_(TALKS)
    )
    said = ((row.instance_id, orjson.loads(row.payload)) for row in db.session.execute(query.order_by(Event.seq)))
    return {instance: str(payload["values"]["talk_note"]) for instance, payload in said}


def heard(order_no: str, what: str, viewer: Viewer, *, call: str, reason: str | None = None) -> None:
    """Tell the process what the seat heard of this very call. Conflict when another department rings by now."""
    now = ringing(order_no, viewer)
    if what not in HEARD or (what == "declined" and reason not in REASONS):
        raise errors.Invalid(f"nobody hears {what!r} ({reason!r})", zh="请选择听到的情况")
    if now is None or now.call != call:
        raise errors.Conflict(f"the call {call} is over", zh="这次呼叫已经结束，请看现在的情况")
    correlation = order_no if what == "hangup" else call
    messages.send(HEARD[what], correlation, {"reason": reason} if reason else {}, actor=viewer.name)
