"""Clues for the enforcement sections 案源线索: tip-offs, and complaints that one was opened from, graded by a table.

The table (`processes/clues/grade.dmn`) is our design. Nothing of who complained is in here: only the subject of the
case, how many people there are, how often the same trader was named, and whether the clue is complete.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Select, distinct, func, select

from engine import clock, dmn
from engine.db import db
from engine.hotline import access
from engine.hotline.access import TIPOFF
from engine.hotline.incidents_mass.models import MassMember
from engine.hotline.models import Matter, Order
from engine.hotline.roles import Viewer

TABLE, DECISION, GRADES = Path("clues") / "grade.dmn", "grade", ("A", "B", "C")
DOMAINS = (
    "食品", "药械化", "特种设备", "工业产品质量", "价格", "广告", "商标IP", "计量", "标准", "认证检测", "登记信用",
    "竞争", "网络交易", "消费权益",
)  # fmt: skip
YEAR = timedelta(days=365)
MOST = 20_000  # clues of one span: who wants more asks twice


@dataclass(frozen=True, slots=True)
class Clue:
    """One clue as the enforcement section gets it."""

    matter_no: str
    order_no: str
    received_at: datetime
    grade: str
    reason: str  # of the grade
    subject: str
    target_name: str | None
    target_uscc: str | None
    target_address: str | None
    domain: str | None
    category: str | None
    safety_tag: str | None
    district: str | None
    unit: str | None
    state: str
    people: int
    repeats: int
    evidence: str | None
    file_decision: str | None


def clues(
    viewer: Viewer, processes: Path, *, first: date, last: date, unit: str | None = None, domain: str | None = None
) -> list[Clue]:
    """The clues received in these days that this person may see: the gravest first, of equals the newest."""
    chosen = select(Matter, Order).join(Order, Order.order_no == Matter.order_no)
    chosen = chosen.where(Matter.nature == TIPOFF, Matter.received_at >= clock.midnight(first))
    chosen = chosen.where(Matter.received_at < clock.midnight(last + timedelta(1)), access.visible_orders(viewer))
    if unit:
        chosen = chosen.where(Matter.unit == unit)
    if domain:
        chosen = chosen.where(Order.domain == domain)
    found = db.session.execute(chosen.order_by(Matter.received_at.desc(), Matter.matter_no).limit(MOST)).all()
    people, earlier = _people(chosen), _earlier(chosen, clock.midnight(first) - YEAR)
    table = processes / TABLE
    graded = []
    for matter, order in found:
        inputs = (
            "是" if order.safety_tag else "否",
            people.get(order.id, 1),
            _repeats(earlier.get(order.target_name or "", []), order.received_at),
            matter.clue_complete,
        )
        grade, reason = _grade(table, table.stat().st_mtime_ns, *inputs)
        graded.append(_clue(matter, order, grade, reason, inputs[1], inputs[2]))
    return sorted(graded, key=lambda clue: clue.grade)


def counts(found: Iterable[Clue]) -> dict[str, int]:
    """How many there are of each grade."""
    counted = Counter(clue.grade for clue in found)
    return {grade: counted[grade] for grade in GRADES}


def _people(chosen: Select[*tuple[Any, ...]]) -> dict[int, int]:
    """Order id -> distinct people of its mass incident."""
    orders = chosen.with_only_columns(Order.id)
    here = MassMember.unlinked_at.is_(None)
    joined = select(MassMember.order_id, MassMember.group_id).where(here, MassMember.order_id.in_(orders))
    groups = dict(db.session.execute(joined).tuples().all())
    several = joined.with_only_columns(MassMember.group_id)
    query = select(MassMember.group_id, func.count(distinct(MassMember.claimant))).where(here, MassMember.counted)
    query = query.where(MassMember.group_id.in_(several)).group_by(MassMember.group_id)
    counted = dict(db.session.execute(query).tuples().all())
    return {order_id: max(1, counted.get(group, 1)) for order_id, group in groups.items()}


def _earlier(chosen: Select[*tuple[Any, ...]], since: datetime) -> dict[str, list[datetime]]:
    """Name of a trader -> when it was complained of since then, in order."""
    names = chosen.with_only_columns(Order.target_name).where(Order.target_name.is_not(None))
    query = select(Order.target_name, Order.received_at).where(Order.target_name.in_(names), Order.received_at >= since)
    found: dict[str, list[datetime]] = {}
    for name, at in db.session.execute(query.order_by(Order.received_at)).tuples():
        found.setdefault(str(name), []).append(at)
    return found


def _repeats(times: list[datetime], at: datetime) -> int:
    """How many of these are of the year before `at`."""
    return bisect_left(times, at) - bisect_left(times, at - YEAR)


@lru_cache(maxsize=4096)
def _grade(table: Path, version: int, safety: str, people: int, repeats: int, evidence: str | None) -> tuple[str, str]:
    """The grade and why; `version` tells a changed table from an old one."""
    inputs = {"safety": safety, "people": people, "repeats": repeats, "evidence": evidence}
    value = dmn.decide(_model(table, version), DECISION, inputs).value
    return str(value["grade"]), str(value["reason"])


@lru_cache(maxsize=2)
def _model(table: Path, version: int) -> dmn.Model:
    return dmn.load(table.read_bytes(), {})


def _clue(matter: Matter, order: Order, grade: str, reason: str, people: int, repeats: int) -> Clue:
    return Clue(
        matter_no=matter.matter_no, order_no=order.order_no, received_at=matter.received_at, grade=grade, reason=reason,
        subject=order.subject, target_name=order.target_name, target_uscc=order.target_uscc,
        target_address=order.target_address, domain=order.domain, category=order.category, safety_tag=order.safety_tag,
        district=order.district, unit=matter.unit, state=matter.state, people=people, repeats=repeats,
        evidence=matter.clue_complete, file_decision=matter.file_decision,
    )  # fmt: skip
