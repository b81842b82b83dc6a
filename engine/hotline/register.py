"""The register of orders: lists of them, counts, and earlier ones that look alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from engine.db import db
from engine.hotline import access, campaign_report
from engine.hotline import search as search_index
from engine.hotline.casefile import visible
from engine.hotline.models import Matter, Order, Party
from engine.hotline.paging import Page, page
from engine.hotline.roles import Viewer

REPEAT = timedelta(days=90)  # how far back the same person or target is worth a hint


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A row of the register."""

    order_id: int
    order_no: str
    source: str
    subject: str
    nature: str  # of its matters, or what it sounds like
    priority: int
    state: str
    unit: str
    received_at: datetime


def register(
    viewer: Viewer,
    *,
    search: str = "",
    state: str | None = None,
    nature: str | None = None,
    unit: str | None = None,
    line: str | None = None,
    campaign: int | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[OrderRow]:
    """Orders, newest first. The search looks at numbers, subject and target, never at sealed data."""
    query = select(Order).where(access.visible_orders(viewer))
    for word in search.split():
        query = query.where(search_index.holds(word))
    if state is not None:
        query = query.where(Order.state == state)
    if nature is not None:
        query = query.where(_has_nature(nature))
    if unit is not None:
        handled = exists().where(Matter.order_no == Order.order_no, Matter.unit == unit)
        query = query.where(or_(Order.unit == unit, handled))
    if line is not None:
        query = query.where(Order.line == line)
    if campaign is not None:
        query = query.where(campaign_report.tagged(campaign))
    rows, after = page(query, (Order.received_at, Order.id), after=after, limit=limit, newest=True)
    return Page(rows_of([row[0] for row in rows]), after)


def repeats(order_no: str, viewer: Viewer, limit: int = 20) -> list[OrderRow]:
    """Earlier orders of the same telephone number or against the same target: a hint, a person decides."""
    found = visible(order_no, viewer)
    phones = select(Party.phone_index).where(Party.order_id == found.id, Party.phone_index.is_not(None))
    same: list[ColumnElement[bool]] = [exists().where(Party.order_id == Order.id, Party.phone_index.in_(phones))]
    if found.target_name:
        same.append(Order.target_name == found.target_name)
    query = (
        select(Order)
        .where(access.visible_orders(viewer), Order.id != found.id, or_(*same))
        .where(Order.received_at.between(found.received_at - REPEAT, found.received_at))
        .order_by(Order.received_at.desc(), Order.id.desc())
        .limit(limit)
    )
    return rows_of(list(db.session.scalars(query)))


def _has_nature(nature: str) -> ColumnElement[bool]:
    any_matter = exists().where(Matter.order_no == Order.order_no)
    this_one = exists().where(Matter.order_no == Order.order_no, Matter.nature == nature)
    return or_(this_one, and_(~any_matter, Order.nature_hint == nature))


def rows_of(found: list[Order]) -> list[OrderRow]:
    natures: dict[str, list[str]] = {}
    query = select(Matter.order_no, Matter.nature).where(Matter.order_no.in_([order.order_no for order in found]))
    for order_no, nature in db.session.execute(query.order_by(Matter.matter_no)) if found else ():
        natures.setdefault(order_no, []).append(nature)
    return [
        OrderRow(
            order_id=order.id,
            order_no=order.order_no,
            source=order.source,
            subject=order.subject,
            nature="、".join(dict.fromkeys(natures.get(order.order_no, [order.nature_hint]))),
            priority=order.priority,
            state=order.state,
            unit=order.unit,
            received_at=order.received_at,
        )
        for order in found
    ]
