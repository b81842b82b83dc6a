"""One order as pages show it: what it says, its matters with their clocks, its notes, and what has happened to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile
from typing import Any

import orjson
from sqlalchemy import or_, select

from engine import clock, errors
from engine.db import db
from engine.hotline import access, clocks, organisation, privacy
from engine.hotline.models import ClockRun, Matter, Order, OrderNote, Party, Review
from engine.hotline.roles import Viewer
from engine.models import Event, ProcessDefinition, ProcessInstance, UserTask

SIGN = "sign"  # the task with which a unit takes a matter over


@dataclass(frozen=True, slots=True)
class Clock:
    """A run of a clock. `due` is the operational end, `legal` the first instant that is too late."""

    code: str
    name: str
    state: str
    started: datetime
    due: datetime | None
    legal: datetime | None
    warn_at: datetime | None
    urge_at: datetime | None
    stopped: datetime | None
    kept: bool | None
    trace: Any  # [[day, number or null, why], …], or {"error": why it could not be counted}
    extensions: list[Any]  # [[amount, reason, who, when], …]
    reached: int  # the level of the last point it has passed, see thresholds.py

    @property
    def late(self) -> bool:
        """Is it, or was it, over the legal end?"""
        return self.kept is False or (self.state != "stopped" and self.legal is not None and clock.now() >= self.legal)


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter of an order with its clocks."""

    matter_no: str
    nature: str
    process: str
    instance_id: int
    unit: str | None
    unit_name: str | None
    rule_version: int
    rule_basis: str  # why: received accepted override
    rule_at: datetime | None
    rule_reason: str | None
    rule_by: str | None
    state: str
    outcome: str | None
    received_at: datetime
    dispatched_at: datetime  # to the unit that has it now
    closed_at: datetime | None
    clocks: list[Clock]


@dataclass(frozen=True, slots=True)
class Note:
    """What a colleague has written."""

    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a joint review 会审会商 has decided of a matter: it binds who handles it, and bars another return."""

    matter_no: str
    option: str | None  # 甲方案 乙方案 另定, with the finding it means
    owner: str | None
    deadline: date | None
    line: str | None
    basis: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order as this viewer may see it. Personal data is masked; `readable` may be read in clear with a reason."""

    order_id: int
    order_no: str
    source: str
    ext_no: str | None
    channel: str
    line: str | None
    line_code: str | None
    state: str
    intake_outcome: str | None
    subject: str
    nature: str
    priority: int
    category: str | None
    domain: str | None
    safety_tag: str | None
    district: str | None
    unit: str
    unit_name: str | None
    rule_version: int
    received_at: datetime
    registered_at: datetime
    registered_by: str
    closed_at: datetime | None
    anonymous: bool
    keep_secret: bool
    consent_public: bool
    target_name: str | None
    target_uscc: str | None
    target_address: str | None
    amount: Any
    knew_date: Any
    content: str | None  # numbers masked; None for who has no business with it
    request: str | None
    person: dict[str, str] | None  # masked; None when it is kept from this viewer
    readable: frozenset[str]
    matters: list[MatterView] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)  # of the order itself, before there are matters
    notes: list[Note] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)  # newest first


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened in one of the order's instances."""

    at: datetime
    actor: str
    kind: str
    element: str | None
    said: dict[str, Any]
    seq: int
    instance_id: int
    definition_id: int
    process: str
    process_name: str
    business_key: str | None


def order(order_no: str, viewer: Viewer) -> OrderView:
    """One order. Raises NotFound."""
    return _view(visible(order_no, viewer), viewer)


def order_of(business_key: str | None, viewer: Viewer) -> OrderView | None:
    """The order that an instance is about, if there is one and this person may see it."""
    of_matter = select(Matter.order_no).where(Matter.matter_no == business_key)
    mine = or_(Order.order_no == business_key, Order.order_no.in_(of_matter))
    found = db.session.scalars(select(Order).where(mine, access.visible_orders(viewer))).first()
    return _view(found, viewer) if found else None


def natures_of(found: Order) -> list[str]:
    """The natures of an order's matters; before there are any, what it sounds like."""
    query = select(Matter.nature).where(Matter.order_no == found.order_no).order_by(Matter.matter_no)
    return list(dict.fromkeys(db.session.scalars(query))) or [found.nature_hint]


def visible(order_no: str, viewer: Viewer) -> Order:
    """The order's row. Raises NotFound, also when this person may not know that it exists."""
    query = select(Order).where(Order.order_no == order_no, access.visible_orders(viewer))
    found = db.session.scalars(query).first()
    if found is None:
        raise errors.NotFound(f"there is no order {order_no}", zh=f"没有工单 {order_no}")
    return found


_SAME = (
    "order_no", "source", "ext_no", "channel", "state", "intake_outcome", "subject", "priority", "category", "domain",
    "safety_tag", "district", "unit", "rule_version", "received_at", "registered_at", "registered_by", "closed_at",
    "anonymous", "keep_secret", "consent_public", "target_name", "target_uscc", "target_address", "amount", "knew_date",
    "line", "line_code",
)  # fmt: skip


def _view(found: Order, viewer: Viewer) -> OrderView:
    natures = natures_of(found)
    names = organisation.names()
    story, outside = bool(viewer.roles & access.READS_STORY), access.external(viewer)
    runs = _clocks(found.order_no)
    query = select(Matter).where(Matter.order_no == found.order_no, access.visible_matters(viewer))
    rows = db.session.scalars(query.order_by(Matter.matter_no))
    matters = [_matter(matter, names, runs.pop(matter.matter_no, [])) for matter in rows]
    return OrderView(
        **{name: getattr(found, name) for name in _SAME},
        order_id=found.id,
        nature="、".join(dict.fromkeys(each.nature for each in matters) if outside and matters else natures),
        unit_name=names.get(found.unit),
        content=_story(found, "content") if story else None,
        request=_story(found, "request") if story else None,
        person=_person(found) if access.sees_masked(viewer, natures) else None,
        readable=access.readable(viewer, natures),
        matters=matters,
        clocks=runs.get(found.order_no, []),
        rulings=_rulings([matter.matter_no for matter in matters], names),
        notes=[note for note in _notes(found) if not outside or note.author == viewer.name] if story else [],
    )


def _rulings(matters: list[str], names: dict[str, str]) -> list[Ruling]:
    query = select(Review).where(Review.matter_no.in_(matters), Review.state == "decided")
    rows = db.session.scalars(query.order_by(Review.decided_at.desc())) if matters else ()
    return [
        Ruling(
            r.matter_no, "：".join(filter(None, (r.option, r.finding))) or None, names.get(r.owner or "", r.owner),
            date.fromisoformat(r.deadline) if r.deadline else None, r.line, r.basis, r.decided_at,
        )
        for r in rows
    ]  # fmt: skip


def _story(found: Order, name: str) -> str | None:
    sealed = getattr(found, name)
    return privacy.mask_text(privacy.decrypt(sealed, "work_order", found.id, name)) if sealed else None


def _person(found: Order) -> dict[str, str]:
    party = db.session.get(Party, (found.id, 1))
    masked: dict[str, str] = {}
    for name, mask in privacy.MASKS.items():
        sealed = getattr(party, name, None)
        if sealed:
            masked[name] = mask(privacy.decrypt(sealed, "party", found.id, 1, name))
    if party is not None and party.gender:
        masked["gender"] = party.gender
    return masked


def _notes(found: Order) -> list[Note]:
    query = select(OrderNote).where(OrderNote.order_id == found.id).order_by(OrderNote.at, OrderNote.id)
    return [
        Note(note.author, note.at, privacy.decrypt(note.text, "order_note", found.id, note.author, note.at.isoformat()))
        for note in db.session.scalars(query)
    ]


def _clocks(order_no: str) -> dict[str, list[Clock]]:
    """Clock runs by business key, in the order they started."""
    query = (
        select(ClockRun).where(ClockRun.order_no == order_no).order_by(ClockRun.started, ClockRun.code, ClockRun.seq)
    )
    found: dict[str, list[Clock]] = {}
    for run in db.session.scalars(query):
        found.setdefault(run.business_key or order_no, []).append(_clock(run))
    return found


def _clock(run: ClockRun) -> Clock:
    try:
        name = clocks.clock(run.code, run.rule_version).zh
    except errors.Invalid:
        name = run.code
    return Clock(
        code=run.code,
        name=name,
        state=run.state,
        started=run.restarted or run.started,
        due=run.operational,
        legal=run.due,
        warn_at=run.warn_at,
        urge_at=run.urge_at,
        stopped=run.stopped,
        kept=run.kept,
        trace=orjson.loads(run.trace),
        extensions=orjson.loads(run.extensions),
        reached=run.reached,
    )


def _matter(matter: Matter, names: dict[str, str], runs: list[Clock]) -> MatterView:
    return MatterView(
        matter_no=matter.matter_no,
        nature=matter.nature,
        process=matter.process,
        instance_id=matter.instance_id,
        unit=matter.unit,
        unit_name=names.get(matter.unit or "", matter.unit),
        rule_version=matter.rule_version,
        rule_basis=matter.rule_basis,
        rule_at=matter.rule_at,
        rule_reason=matter.rule_reason,
        rule_by=matter.rule_by,
        state=matter.state,
        outcome=matter.outcome,
        received_at=matter.received_at,
        dispatched_at=_with_unit_since(matter),
        closed_at=matter.closed_at,
        clocks=runs,
    )


def _with_unit_since(matter: Matter) -> datetime:
    """When the unit that has the matter now got it: after a return that is not when it was first dispatched."""
    if not matter.returned:
        return matter.dispatched_at
    query = select(UserTask.unit, UserTask.created).where(UserTask.instance_id == matter.instance_id)
    tasks = db.session.execute(query.where(UserTask.element == SIGN).order_by(UserTask.id.desc())).all()
    since = [created for _unit, created in takewhile(lambda task: task[0] == matter.unit, tasks)]
    return since[-1] if since and len(since) < len(tasks) else matter.dispatched_at


def timeline(order_no: str, viewer: Viewer) -> list[Moment]:
    """Everything that happened to an order, in all its instances, in time. Raises NotFound."""
    found = visible(order_no, viewer)
    seen = select(Matter.matter_no).where(Matter.order_no == order_no, access.visible_matters(viewer))
    keys = [*db.session.scalars(seen), *([] if access.external(viewer) else [found.order_no])]
    query = (
        select(Event, ProcessInstance.definition_id, ProcessDefinition.key, ProcessDefinition.name)
        .add_columns(ProcessInstance.business_key)
        .join(ProcessInstance, ProcessInstance.id == Event.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(ProcessInstance.business_key.in_(keys))
        .order_by(Event.at, Event.instance_id, Event.seq)
    )
    story = bool(viewer.roles & access.READS_STORY)
    return [
        Moment(
            at=event.at, actor=event.actor, kind=event.kind, element=event.element,
            said=orjson.loads(event.payload) if story else {}, seq=event.seq, instance_id=event.instance_id,
            definition_id=definition, process=key, process_name=name, business_key=business_key,
        )
        for event, definition, key, name, business_key in db.session.execute(query)
    ]  # fmt: skip
