"""What became of a campaign's orders: by week, unit, state and result, and how many are or were late.

Counted over the orders that the reader may see, so a unit reads its own share and the office the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from engine import clock
from engine.db import db
from engine.hotline import access
from engine.hotline.models import CampaignTag, ClockRun, Matter, Order
from engine.hotline.roles import Viewer

AT_ONCE = 500  # numbers in one query


@dataclass(frozen=True, slots=True)
class Line:
    """One order of a campaign."""

    order_no: str
    received_at: datetime
    subject: str
    state: str
    closed_at: datetime | None
    units: tuple[str, ...]  # of its matters, else the receiving office
    results: tuple[str, ...]
    late: bool  # a clock of it has run out, or was stopped too late


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of orders; an order of two units counts in both."""

    lines: list[Line]
    late: int
    by_state: dict[str, int]
    by_week: list[tuple[date, int]]  # Mondays, without gaps
    by_unit: list[tuple[str, int, int, int]]  # unit, orders, closed ones, late ones; the most first
    by_result: list[tuple[str | None, int]]  # None: no result yet


def tagged(campaign: int) -> ColumnElement[bool]:
    """A condition for queries of orders: those of a campaign."""
    tags = select(CampaignTag.order_id)
    return Order.id.in_(tags.where(CampaignTag.campaign_id == campaign, CampaignTag.removed_at.is_(None)))


def counted(campaign: int, viewer: Viewer) -> int:
    """How many of the campaign's orders this person may see."""
    query = select(func.count(Order.id)).where(tagged(campaign), access.visible_orders(viewer))
    return db.session.scalar(query) or 0


def report(campaign: int, viewer: Viewer) -> Report:
    """The campaign's orders that this person may see, counted now."""
    query = select(Order).where(tagged(campaign), access.visible_orders(viewer))
    orders = list(db.session.scalars(query.order_by(Order.received_at, Order.id)))
    numbers = [order.order_no for order in orders]
    matters: dict[str, list[Matter]] = {}
    for some in _parts(numbers):
        for matter in db.session.scalars(select(Matter).where(Matter.order_no.in_(some)).order_by(Matter.matter_no)):
            matters.setdefault(matter.order_no, []).append(matter)
    late = _late(numbers)
    lines = [_line(order, matters.get(order.order_no, []), order.order_no in late) for order in orders]
    units = Counter(unit for line in lines for unit in line.units)
    closed = Counter(unit for line in lines if line.state == "closed" for unit in line.units)
    too_late = Counter(unit for line in lines if line.late for unit in line.units)
    results = Counter(result for line in lines for result in (line.results or (None,)))
    return Report(
        lines,
        late=sum(line.late for line in lines),
        by_state={"received": 0, "in_progress": 0, "closed": 0} | Counter(line.state for line in lines),
        by_week=_weeks(lines),
        by_unit=[(unit, count, closed[unit], too_late[unit]) for unit, count in units.most_common()],
        by_result=results.most_common(),
    )


def _line(order: Order, matters: list[Matter], late: bool) -> Line:
    units = tuple(dict.fromkeys(matter.unit for matter in matters if matter.unit)) or (order.unit,)
    results = tuple(dict.fromkeys(matter.result for matter in matters if matter.result))
    return Line(
        order.order_no, order.received_at, order.subject, order.state, order.closed_at, units, results, late
    )  # fmt: skip


def _late(numbers: list[str]) -> frozenset[str]:
    running = and_(ClockRun.state == "running", ClockRun.operational < clock.now())
    found: set[str] = set()
    for some in _parts(numbers):
        query = select(ClockRun.order_no).where(ClockRun.order_no.in_(some), or_(running, ClockRun.kept.is_(False)))
        found.update(number for number in db.session.scalars(query.distinct()) if number)
    return frozenset(found)


def _parts(numbers: list[str]) -> Iterable[list[str]]:
    return (numbers[i : i + AT_ONCE] for i in range(0, len(numbers), AT_ONCE))


def _weeks(lines: list[Line]) -> list[tuple[date, int]]:
    days = [clock.local(line.received_at).date() for line in lines]
    counted = Counter(day - timedelta(days=day.weekday()) for day in days)
    if not counted:
        return []
    first, last = min(counted), max(counted)
    mondays = (first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1))
    return [(monday, counted[monday]) for monday in mondays]
