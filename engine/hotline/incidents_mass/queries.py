"""What pages ask about mass incidents. A group is known to all who work here; its orders only to who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import distinct, func, select

from engine import clock
from engine.db import db
from engine.hotline import access
from engine.hotline.incidents_mass import arrivals, cases, features
from engine.hotline.incidents_mass.models import MassGroup, MassLevel, MassMember
from engine.hotline.models import Order
from engine.hotline.roles import Viewer
from engine.models import UserTask

OPEN = ("raised", "confirmed")
STATES = (*OPEN, "dismissed", "closed")
SHOWN = 200  # orders of an incident on its page: the latest
BARS = 90  # days of the curve; a longer one is drawn by weeks


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    number: str
    label: str
    level: str | None
    state: str
    people: int
    orders: int
    raised_at: datetime | None
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """A level, when it was reached, by which rule and numbers (see levels.Verdict.why)."""

    level: str
    at: datetime
    rule: dict[str, Any]
    numbers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """Distinct people of one day (or week)."""

    day: date
    people: int


@dataclass(frozen=True, slots=True)
class Incident:
    """All that a page shows of one group."""

    row: Row
    group: MassGroup
    reached: list[Reached]
    names: list[str]
    members: list[tuple[MassMember, str]]  # with the order's number; those the viewer may see
    hidden: int
    removed: list[tuple[MassMember, str]]
    curve: list[Bar]
    weekly: bool
    tasks: list[UserTask]


def listed(state: str | None = None, limit: int = 200) -> list[Row]:
    """Groups that were ever an alarm, the open ones first, then the newest."""
    wanted = STATES if state is None else (state,)
    query = select(MassGroup).where(MassGroup.state.in_(wanted), MassGroup.level.is_not(None))
    open_first = MassGroup.state.in_(OPEN).desc()
    groups = list(db.session.scalars(query.order_by(open_first, MassGroup.raised_at.desc()).limit(limit)))
    people = _people([group.id for group in groups])
    return [_row(group, people.get(group.id, 0)) for group in groups]


def _people(groups: Iterable[int]) -> dict[int, int]:
    counted = (
        select(MassMember.group_id, func.count(distinct(MassMember.claimant)))
        .where(MassMember.group_id.in_(list(groups)), MassMember.counted, MassMember.unlinked_at.is_(None))
        .group_by(MassMember.group_id)
    )
    return dict(db.session.execute(counted).tuples().all())


def _row(group: MassGroup, people: int) -> Row:
    return Row(
        arrivals.number_of(group.id), group.label, group.level, group.state, people, group.orders,
        group.raised_at, group.last_at,
    )  # fmt: skip


def incident(number: str, viewer: Viewer) -> Incident:
    """One group. Raises NotFound."""
    group = cases.group_of(number)
    seen = select(Order.id).where(access.visible_orders(viewer))
    orders = (
        select(MassMember, Order.order_no)
        .join(Order, Order.id == MassMember.order_id)
        .where(MassMember.group_id == group.id, Order.id.in_(seen))
        .order_by(MassMember.at.desc())
    )
    linked = [(m, no) for m, no in db.session.execute(orders.where(MassMember.unlinked_at.is_(None)).limit(SHOWN))]
    removed = [(m, no) for m, no in db.session.execute(orders.where(MassMember.unlinked_at.is_not(None)).limit(SHOWN))]
    visible = db.session.scalar(
        select(func.count())
        .select_from(MassMember)
        .where(MassMember.group_id == group.id, MassMember.unlinked_at.is_(None), MassMember.order_id.in_(seen))
    )
    reached = db.session.scalars(select(MassLevel).where(MassLevel.group_id == group.id).order_by(MassLevel.at))
    curve, weekly = _curve(group.id)
    return Incident(
        row=_row(group, _people([group.id]).get(group.id, 0)),
        group=group,
        reached=[Reached(each.level, each.at, **orjson.loads(each.why)) for each in reached],
        names=frequent_names(member.subject for member, _no in linked),
        members=linked,
        hidden=group.orders - int(visible or 0),
        removed=removed,
        curve=curve,
        weekly=weekly,
        tasks=_tasks(group, viewer),
    )


def _tasks(group: MassGroup, viewer: Viewer) -> list[UserTask]:
    if group.instance_id is None:
        return []
    query = select(UserTask).where(
        UserTask.instance_id == group.instance_id,
        UserTask.status.in_(("ready", "claimed")),
        access.visible_tasks(viewer),
    )
    return list(db.session.scalars(query.order_by(UserTask.id)))


def _curve(group: int) -> tuple[list[Bar], bool]:
    query = select(MassMember.at, MassMember.claimant).where(
        MassMember.group_id == group, MassMember.counted, MassMember.unlinked_at.is_(None)
    )
    days: dict[date, set[bytes]] = {}
    for at, claimant in db.session.execute(query):
        days.setdefault(clock.local(at).date(), set()).add(claimant)
    if not days:
        return [], False
    first, last = min(days), max(days)
    step = 1 if (last - first).days < BARS else 7
    bars = []
    while first <= last:
        span = [days.get(first + timedelta(days=n), set()) for n in range(step)]
        bars.append(Bar(first, len(set().union(*span))))
        first += timedelta(days=step)
    return bars, step == 7


def frequent_names(subjects: Iterable[str], most: int = 5) -> list[str]:
    """The names of traders and places that most subjects mention."""
    counted: dict[str, int] = {}
    for subject in subjects:
        for name in features.names(subject):
            counted[name] = counted.get(name, 0) + 1
    return sorted(counted, key=lambda name: (-counted[name], name))[:most]


def of_order(order_id: int) -> MassGroup | None:
    """The alarm an order belongs to, if it is one and was not called false."""
    query = (
        select(MassGroup)
        .join(MassMember, MassMember.group_id == MassGroup.id)
        .where(MassMember.order_id == order_id, MassMember.unlinked_at.is_(None))
        .where(MassGroup.state.in_((*OPEN, "closed")), MassGroup.level.is_not(None))
    )
    return db.session.scalar(query)
