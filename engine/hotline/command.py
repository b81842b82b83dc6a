"""What a leader sees at one glance: a dozen small counts, each one statement with an index, whatever the year's volume.

Counts of the whole bureau; no order and no person is named. Whoever wants more follows a link to what they may see.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from engine import clock
from engine.db import db
from engine.hotline import organisation
from engine.hotline.bulletin.counts import HANDLING
from engine.hotline.incidents_mass.models import MassGroup
from engine.hotline.incidents_mass.queries import OPEN
from engine.hotline.lines import Tally
from engine.hotline.models import ClockRun, LineDay, Matter, Order, TransferCall, Unit
from engine.models import ProcessDefinition, ProcessInstance

WEEK, TREND = timedelta(days=7), 14  # days of the curve
STEP = "station"  # the kind of unit that counts with the one above it
KINDS = ("district", "enforcement", "agency", "council", "section", "office")  # the order of the tiles


@dataclass(slots=True)
class Tile:
    """A unit: orders from its district, and what it has in hand."""

    code: str
    name: str
    district: bool
    today: int = 0
    week: int = 0
    open: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything of the page."""

    at: datetime
    natures: dict[str, tuple[int, int]]  # nature -> today, in seven days
    tiles: list[Tile]
    elsewhere: tuple[int, int]  # orders whose district nobody knows
    became_late: list[tuple[date, int]]  # how many ran over their time, day by day
    masses: dict[str, int]  # level -> alarms that are not closed
    safety: int
    supervised: int
    calls: Tally
    transfers: tuple[int, int]  # three-party calls today: tried, answered
    duty: list[str] = field(default_factory=list)  # user names, whom to call first first

    @property
    def today(self) -> int:
        return sum(today for today, _week in self.natures.values())

    @property
    def week(self) -> int:
        return sum(week for _today, week in self.natures.values())

    @property
    def open(self) -> int:
        return sum(tile.open for tile in self.tiles)

    @property
    def late(self) -> int:
        return sum(tile.late for tile in self.tiles)

    @property
    def rising(self) -> bool:
        """Did more run over in the last seven days than in the seven before?"""
        counts = [number for _day, number in self.became_late]
        return sum(counts[-7:]) > sum(counts[:-7])


def screen() -> Screen:
    """The bureau as it stands now."""
    now = clock.now()
    today = clock.local(now).date()
    midnight = clock.midnight(today)
    tiles, above = _tiles()
    natures, elsewhere = _orders(midnight, tiles)
    for unit, number in _open():
        tiles[above.get(unit, "")].open += number
    for unit, number in _late(now):
        tiles[above.get(unit, "")].late += number
    return Screen(
        at=now,
        natures=natures,
        tiles=[t for t in tiles.values() if t.district or t.today or t.week or t.open or t.late],
        elsewhere=elsewhere,
        became_late=_became_late(midnight, now),
        masses=_masses(),
        safety=_safety(),
        supervised=_supervised(),
        calls=_calls(today),
        transfers=_transfers(midnight),
        duty=organisation.on_duty(organisation.OFFICE, None, now),
    )


def _tiles() -> tuple[dict[str, Tile], dict[str, str]]:
    """A tile for each unit that handles orders, and for each unit the one it counts with: a station with its bureau."""
    units = db.session.execute(select(Unit.code, Unit.short, Unit.parent, Unit.kind)).all()
    shown = sorted((u for u in units if u.kind in KINDS), key=lambda u: (KINDS.index(u.kind), u.code))
    tiles = {u.code: Tile(u.code, u.short, u.kind == "district") for u in shown}
    tiles[""] = Tile("", "–", False)  # what no unit has yet
    above = {u.code: u.parent for u in units if u.kind == STEP and u.parent in tiles}
    return tiles, above | {code: code for code in tiles}


def _orders(midnight: datetime, tiles: dict[str, Tile]) -> tuple[dict[str, tuple[int, int]], tuple[int, int]]:
    """Orders of seven days by nature, and by district on the tiles; and how many name no district of ours."""
    columns = (Order.nature_hint, Order.district, _sum(Order.received_at >= midnight), func.count())
    query = select(*columns).where(Order.received_at >= midnight - WEEK + timedelta(1))
    natures: dict[str, tuple[int, int]] = {}
    lost = (0, 0)
    for nature, district, today, week in db.session.execute(query.group_by(Order.nature_hint, Order.district)):
        before = natures.get(nature, (0, 0))
        natures[nature] = before[0] + today, before[1] + week
        tile = tiles.get(district or "–")
        if tile is None:
            lost = lost[0] + today, lost[1] + week
        else:
            tile.today += today
            tile.week += week
    return dict(sorted(natures.items(), key=lambda each: -each[1][1])), lost


def _open() -> list[tuple[str, int]]:
    query = select(func.coalesce(Matter.unit, ""), func.count()).where(Matter.state == "in_progress")
    return list(db.session.execute(query.group_by(Matter.unit)).tuples())


def _late(now: datetime) -> list[tuple[str, int]]:
    """Cases in hand whose handling ran over its time, by unit."""
    query = select(func.coalesce(ClockRun.unit, ""), func.count(ClockRun.business_key.distinct()))
    late = and_(ClockRun.state == "running", ClockRun.operational < now, ClockRun.code.in_(HANDLING))
    return list(db.session.execute(query.where(late).group_by(ClockRun.unit)).tuples())


def _became_late(midnight: datetime, now: datetime) -> list[tuple[date, int]]:
    """Day by day, how many cases ran over their time then, whether or not they have ended since."""
    first = midnight - timedelta(days=TREND - 1)
    late = or_(ClockRun.state == "running", and_(ClockRun.state == "stopped", ClockRun.kept.is_(False)))
    query = select(ClockRun.operational).where(late, ClockRun.state.in_(("running", "stopped")))
    query = query.where(ClockRun.operational >= first, ClockRun.operational < now, ClockRun.code.in_(HANDLING))
    counted = Counter(clock.local(at).date() for at in db.session.scalars(query) if at is not None)
    days = [clock.local(first).date() + timedelta(days=n) for n in range(TREND)]
    return [(day, counted[day]) for day in days]


def _masses() -> dict[str, int]:
    query = select(MassGroup.level, func.count()).where(MassGroup.state.in_(OPEN)).group_by(MassGroup.level)
    return {level: number for level, number in db.session.execute(query).tuples() if level}


def _safety() -> int:
    here = Order.state.in_(("received", "in_progress"))
    return db.session.scalar(select(func.count()).select_from(Order).where(here, Order.safety_tag.is_not(None))) or 0


def _supervised() -> int:
    query = select(func.count(ProcessInstance.id)).join(ProcessDefinition).where(ProcessDefinition.key == "supervise")
    return db.session.scalar(query.where(ProcessInstance.status.in_(("running", "suspended")))) or 0


def _calls(today: date) -> Tally:
    tally = Tally()
    for row in db.session.scalars(select(LineDay).where(LineDay.day == today)):
        tally.add(row)
    return tally


def _transfers(midnight: datetime) -> tuple[int, int]:
    query = select(func.count(), _sum(TransferCall.answered)).where(TransferCall.at >= midnight)
    tried, answered = db.session.execute(query).one()
    return tried, answered


def _sum(condition: ColumnElement[bool] | Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
