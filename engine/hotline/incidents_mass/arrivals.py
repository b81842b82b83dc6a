"""Listens to the intake, tells the processes of alarms, and heals what a crash left out. Never in the intake's way."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select

from engine import clock, registry
from engine.db import db, transaction
from engine.hotline import orders, privacy
from engine.hotline.incidents_mass import detection, features, grouping, levels
from engine.hotline.incidents_mass.models import MassGroup, MassMember
from engine.hotline.models import Order, Party
from engine.models import ProcessDefinition, StartSubscription, Subscription

log = logging.getLogger(__name__)

DETECTED, GREW, QUIET = "mass.detected", "mass.grew", "mass.quiet"
FACTS = ("mass_no", "order_no", "order_id", "subject", "trader", "level", "people", "orders", "priority")
registry.message(DETECTED, FACTS, "发现群体性事件", "A mass incident is detected")
registry.message(GREW, FACTS, "群体性事件升级", "A mass incident has grown")
registry.message(QUIET, ["mass_no", "quiet_days"], "群体性事件平息", "A mass incident is over")
FRESH = timedelta(days=7)  # an alarm in old orders (an import of last year's) is shown, but calls nobody
LATE = timedelta(days=2)  # how far back the sweep looks for orders that detection has missed
ACTOR = "system"


def number_of(group_id: int) -> str:
    """What people and processes call a group."""
    return f"QT{group_id:06}"


@orders.on_arrival
def take(arrived: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """New orders, as (row, fields in clear). The text is read here and not kept."""
    digest = _digester()
    entries = [_entry(row, values, digest) for row, values in arrived]
    _detect(entries)


def sweep() -> None:
    """For the worker: orders that were missed, alarms nobody was told of, incidents gone quiet, groups long ended."""
    _detect(_missed())
    for group in _untold():
        tell(group)
    _tell_quiet(clock.now())
    with transaction() as session, grouping.locked(session.connection()):
        grouping.forget(session.connection(), clock.now())


def _detect(entries: Sequence[grouping.Entry]) -> None:
    if not entries:
        return
    with transaction() as session:
        connection = session.connection()
        with grouping.locked(connection):
            taken = [detection.take(connection, entry) for entry in entries]
        risen = {each.joined.group_id for each in taken if each.alarm}
    for group in sorted(risen):
        tell(group)


def tell(group_id: int) -> None:
    """Start the case of a group that was raised, or tell its running case of a graver level. Again changes nothing."""
    from engine import messages  # the engine's thread and interpreter: not needed to look at groups

    group = db.session.get(MassGroup, group_id)
    if group is None or group.level is None or group.raised_at is None or group.raised_at < clock.now() - FRESH:
        return
    number, payload = number_of(group_id), facts(group)
    key = f"{number} {group.level} {group.raised_at:%Y%m%d%H%M%S}"
    running, raised = group.instance_id is not None, group.state == "raised"
    told = _starts() if raised and not running else running and _waits(GREW, number)
    db.session.rollback()
    if told and not running:
        messages.signal(DETECTED, payload, actor=ACTOR, key=f"{DETECTED} {key}")
    elif told:
        messages.send(GREW, number, payload, actor=ACTOR, key=f"{GREW} {key}")


def facts(group: MassGroup) -> dict[str, Any]:
    """What the process knows of a group: numbers, a subject and its first order; nobody's name."""
    first = db.session.scalar(
        select(Order)
        .join(MassMember, MassMember.order_id == Order.id)
        .where(MassMember.group_id == group.id)
        .order_by(MassMember.at, Order.id)
        .limit(1)
    )
    people = select(MassMember.claimant).where(MassMember.group_id == group.id, *_counting()).distinct()
    return {
        "mass_no": number_of(group.id),
        "order_no": first.order_no if first else None,
        "order_id": first.id if first else None,
        "subject": group.label,
        "trader": group.trader,
        "level": group.level,
        "people": len(db.session.scalars(people).all()),
        "orders": group.orders,
        "priority": 0 if levels.rules().rank(group.level) >= levels.rules().rank("II") else 2,
    }


def _counting() -> tuple[Any, ...]:
    return MassMember.counted, MassMember.unlinked_at.is_(None)


def _starts() -> bool:
    """Is the process deployed? Until then an alarm stands on the page and waits for the sweep."""
    query = (
        select(StartSubscription.definition_id)
        .join(ProcessDefinition, ProcessDefinition.id == StartSubscription.definition_id)
        .where(StartSubscription.kind == "signal", StartSubscription.name == DETECTED)
        .where(ProcessDefinition.state == "active")
    )
    return db.session.scalar(query.limit(1)) is not None


def _waits(name: str, number: str) -> bool:
    query = select(Subscription.instance_id).where(Subscription.name == name, Subscription.correlation == number)
    return db.session.scalar(query.limit(1)) is not None


def _untold() -> list[int]:
    waiting = select(MassGroup.id).where(
        MassGroup.state == "raised", MassGroup.instance_id.is_(None), MassGroup.raised_at > clock.now() - FRESH
    )
    found = list(db.session.scalars(waiting.limit(50)))
    db.session.rollback()
    return found


def _tell_quiet(now: datetime) -> None:
    """The rule for closing: two weeks with less than so many new people a day."""
    from engine import messages

    rules = levels.rules()
    confirmed = db.session.scalars(select(MassGroup.id).where(MassGroup.state == "confirmed")).all()
    for group in confirmed:
        if _waits(QUIET, number_of(group)) and quiet(group, now):
            db.session.rollback()
            payload = {"mass_no": number_of(group), "quiet_days": rules.quiet_days}
            messages.send(QUIET, number_of(group), payload, actor=ACTOR, key=f"{QUIET} {number_of(group)} {now:%Y%m%d}")
    db.session.rollback()


def quiet(group: int, now: datetime) -> bool:
    """Have fewer than `per_day` new people come on each of the last days?"""
    rules = levels.rules()
    since = now - timedelta(days=rules.quiet_days)
    query = select(MassMember.at, MassMember.claimant).where(
        MassMember.group_id == group, MassMember.at > since, *_counting()
    )
    days: dict[int, set[bytes]] = {}
    for row in db.session.execute(query):
        days.setdefault((now - row.at).days, set()).add(row.claimant)
    return all(len(people) < rules.quiet_per_day for people in days.values())


# -- reading orders -----------------------------------------------------------------------------------------------


def _digester() -> features.Digester:
    return features.digester(privacy.phone_index("words of mass incidents"))


def _entry(row: dict[str, Any], values: dict[str, Any], digest: features.Digester) -> grouping.Entry:
    said = features.read(row["subject"], values["content"], row["target_name"], digest)
    who = _claimant(values.get("phone"), values.get("name"), row["id"])
    return grouping.Entry(row["id"], row["received_at"], who, row["subject"], said, row["amount"])


def _claimant(phone: str | None, name: str | None, order_id: int) -> bytes:
    """Who complains, so that equal people are equal and nobody can be read. Someone unknown is like no other."""
    return privacy.phone_index(phone or (f"name {name}" if name else f"order {order_id}"))


def _missed() -> list[grouping.Entry]:
    """Orders of the last days that detection has not seen: their process died between storing and telling."""
    now = clock.now()
    query = (
        select(Order, Party)
        .outerjoin(Party, (Party.order_id == Order.id) & (Party.number == 1))
        .where(Order.registered_at < now - orders.GRACE, Order.received_at > now - LATE)
        .where(~exists().where(MassMember.order_id == Order.id))
        .order_by(Order.id)
        .limit(200)
    )
    digest = _digester()
    found = [_entry(_row(order), _clear(order, party), digest) for order, party in db.session.execute(query)]
    db.session.rollback()
    return found


def _row(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in ("id", "subject", "target_name", "received_at", "amount")}


def _clear(order: Order, party: Party | None) -> dict[str, Any]:
    def opened(field: str) -> str | None:
        sealed = getattr(party, field) if party else None
        return privacy.decrypt(sealed, "party", order.id, 1, field) if sealed else None

    content = privacy.decrypt(order.content, "work_order", order.id, "content")
    return {"content": content, "phone": opened("phone"), "name": opened("name")}
