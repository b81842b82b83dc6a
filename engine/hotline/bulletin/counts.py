"""What the tables say of a period: whole numbers, of the bureau and of each unit. All else is computed from them.

Volume goes by the day of dispatch, results by the day of closing. A station counts with its bureau. No name of a person
and no text of a case comes in here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from engine.db import db
from engine.hotline.bulletin.periods import Period
from engine.hotline.bulletin.schemes import Scheme
from engine.hotline.incidents_mass.models import MassGroup, MassMember
from engine.hotline.models import (
    BadReview,
    ClockRun,
    Defect,
    Extension,
    Matter,
    Order,
    Review,
    Shelving,
    Survey,
    TransferCall,
    Unit,
)
from engine.models import ProcessDefinition, ProcessInstance

Tally = dict[str, Any]

HANDLING = ("C02", "C03", "C04", "C18")  # clocks that end with the matter
STATUTORY = ("C08", "C12", "C11")  # acceptance, check of a tip-off, notice of termination
CONTACT = "C01"
ASKING = ("咨询", "求助", "建议", "表扬")
DISTRICTS, ASKED, DRUGS, PROPERTY, COUNCIL, OTHERS = (
    "区局投诉举报", "处室和区局咨询", "市药品监管局", "市知识产权局", "市消保委", "其他",
)  # fmt: skip
GROUPS = (DISTRICTS, ASKED, DRUGS, PROPERTY, COUNCIL, OTHERS)
AGENCIES = {"YJ": DRUGS, "ZC": PROPERTY, "XBW": COUNCIL}

# what is counted of each unit, and of all: name -> (zh, en)
NAMES = {
    "handled": ("承办", "handled"),
    "returned": ("退单", "returned"),
    "contact_wanted": ("应先行联系", "to be contacted"),
    "contacted": ("按时联系", "contacted in time"),
    "ended": ("办结", "closed"),
    "in_time": ("按时办结", "closed in time"),
    "open_late": ("超期未结", "overdue and open"),
    "reports": ("办理报告", "reports"),
    "passed": ("报告一次合格", "reports passed at once"),
}
PARTED = ("results", "findings", "survey", "defects")  # counts by what was said


def empty() -> Tally:
    """Nothing was counted."""
    return dict.fromkeys(NAMES, 0) | {part: {} for part in PARTED}


def take(period: Period, scheme: Scheme) -> dict[str, Any]:
    """Count. The answer is plain JSON; the same tables give the same answer."""
    counting = _Counting(period)
    units = {code: tally for code, tally in sorted(counting.units.items()) if tally != empty()}
    return {
        "schema": 1,
        "source": "database",
        "period": {"key": period.key, "first": period.first.isoformat(), "last": period.last.isoformat()},
        "scheme": scheme.plain,
        "all": total(units.values()),
        "units": {code: counting.names[code] | {"tally": tally} for code, tally in units.items()},
        "transferred": counting.transferred,
        "natures": counting.natures,
        **_rest(period, scheme),
    }


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies."""
    whole = empty()
    for tally in tallies:
        for name in NAMES:
            whole[name] += tally[name]
        for part in PARTED:
            for said, number in tally[part].items():
                whole[part][said] = whole[part].get(said, 0) + number
    return whole


class _Counting:
    """Counts by unit, stations with their bureaus."""

    def __init__(self, period: Period) -> None:
        self.period = period
        units = {unit.code: unit for unit in db.session.scalars(select(Unit))}
        self.home = {code: _bureau(units, code) for code in units}
        self.names = {code: {"name": unit.short, "kind": unit.kind} for code, unit in units.items()}
        self.units: dict[str, Tally] = {}
        self.transferred: dict[str, int] = dict.fromkeys(GROUPS, 0)
        self.natures: dict[str, int] = {}
        for count in (self._volume, self._contacts, self._endings, self._late, self._surveys, self._defects):
            count()
        if not self.transferred[OTHERS]:
            del self.transferred[OTHERS]

    def _of(self, unit: str | None) -> Tally:
        code = self.home.get(unit or "", unit or "HO")
        self.names.setdefault(code, {"name": code, "kind": "office"})
        return self.units.setdefault(code, empty())

    def _volume(self) -> None:
        counted = func.count(), func.sum(Matter.returned)
        query = select(Matter.unit, Matter.nature, *counted).where(_within(Matter.dispatched_at, self.period))
        for unit, nature, number, returned in db.session.execute(query.group_by(Matter.unit, Matter.nature)):
            tally = self._of(unit)
            tally["handled"] += number
            tally["returned"] += int(returned or 0)
            self.natures[nature] = self.natures.get(nature, 0) + number
            self.transferred[self._group(unit, nature)] += number

    def _group(self, unit: str | None, nature: str) -> str:
        code = self.home.get(unit or "", "HO")
        if code in AGENCIES:
            return AGENCIES[code]
        if nature in ASKING:
            return ASKED
        return DISTRICTS if self.names[code]["kind"] == "district" else OTHERS

    def _contacts(self) -> None:
        """Anonymous citizens cannot be called; a clock that still runs and is not due says nothing yet."""
        kept = and_(Matter.contacted == "已联", ClockRun.kept.is_(True))
        query = (
            select(Matter.unit, func.count(), _sum(kept))
            .join(ClockRun, and_(ClockRun.instance_id == Matter.instance_id, ClockRun.code == CONTACT))
            .join(Order, Order.order_no == Matter.order_no)
            .where(_within(Matter.dispatched_at, self.period), ~Order.anonymous)
            .where(or_(ClockRun.state == "stopped", ClockRun.due < self.period.end))
        )
        for unit, wanted, contacted in db.session.execute(query.group_by(Matter.unit)):
            self._of(unit)["contact_wanted"] += wanted
            self._of(unit)["contacted"] += contacted

    def _endings(self) -> None:
        missed = _run(ClockRun.kept.is_(False))
        flawed = exists().where(Defect.matter_no == Matter.matter_no)
        reported = Matter.result.is_not(None)
        query = select(
            Matter.unit, Matter.result, Matter.fact_finding,
            func.count(), _sum(~missed), _sum(reported), _sum(and_(reported, ~flawed)),
        ).where(Matter.state == "closed", _within(Matter.closed_at, self.period))  # fmt: skip
        by = (Matter.unit, Matter.result, Matter.fact_finding)
        for unit, result, finding, ended, in_time, reports, passed in db.session.execute(query.group_by(*by)):
            tally = self._of(unit)
            for name, number in (("ended", ended), ("in_time", in_time), ("reports", reports), ("passed", passed)):
                tally[name] += number
            _add(tally["results"], result, ended)
            _add(tally["findings"], finding, ended)

    def _late(self) -> None:
        end = self.period.end
        late = _run(ClockRun.due < end, or_(ClockRun.stopped.is_(None), ClockRun.stopped >= end))
        query = select(Matter.unit, func.count()).where(Matter.dispatched_at < end, Matter.state != "cancelled", late)
        query = query.where(or_(Matter.closed_at.is_(None), Matter.closed_at >= end))
        for unit, number in db.session.execute(query.group_by(Matter.unit)):
            self._of(unit)["open_late"] += number

    def _surveys(self) -> None:
        """Who was called twice counts once, with the last answer."""
        columns = (Survey.matter_no, Survey.unit, Survey.satisfaction)
        query = select(*columns).where(_within(Survey.at, self.period), Survey.satisfaction.is_not(None))
        query = query.where(Survey.reached == "接通").order_by(Survey.at, Survey.seq)
        last = {row.matter_no: (row.unit, row.satisfaction) for row in db.session.execute(query)}
        for unit, answer in last.values():
            _add(self._of(unit)["survey"], answer, 1)

    def _defects(self) -> None:
        query = select(Defect.unit, Defect.kind, func.count()).where(_within(Defect.at, self.period))
        for unit, kind, number in db.session.execute(query.group_by(Defect.unit, Defect.kind)):
            _add(self._of(unit)["defects"], kind, number)


def _rest(period: Period, scheme: Scheme) -> dict[str, Any]:
    """What is counted of the whole bureau only."""
    dispatched = _within(Matter.dispatched_at, period)
    asked = select(func.count()).select_from(Matter).where(dispatched, Matter.nature == "咨询")
    one_stop = asked.join(Order, Order.order_no == Matter.order_no)
    orders = select(func.count(func.distinct(Matter.order_no))).where(dispatched)
    calls = select(func.count(), _sum(TransferCall.answered)).where(_within(TransferCall.at, period))
    attempted, answered = db.session.execute(calls).one()
    return {
        "orders": _number(orders),
        "consultations": _number(asked),
        "one_stop": _number(one_stop.where(or_(Order.source == "ywtb", Order.category.contains("一网通办")))),
        "transfers": {"attempted": attempted, "answered": answered},
        "bad_reviews": _bad_reviews(period),
        "clocks": {code: _kept(period, code) for code in STATUTORY},
        "mass": _mass(period),
        "incidents": _incidents(period, scheme.incident),
        "reviews": _count(Review, Review.decided_at, period, Review.state == "decided"),
        "extensions": _count(Extension, Extension.decided_at, period, Extension.state == "approved"),
        "shelved": _count(Shelving, Shelving.shelved_at, period),
        "supervisions": _ends(period, "supervise"),
        "unfounded": _ends(period, "unfounded"),
    }


def _bad_reviews(period: Period) -> dict[str, int]:
    kept = exists().where(
        ClockRun.instance_id == BadReview.instance_id,
        ClockRun.code == "C18",
        ClockRun.kept.is_(True),
        ClockRun.state == "stopped",
    )
    query = select(func.count(), _sum(and_(BadReview.answered_at.is_not(None), kept)))
    received, in_time = db.session.execute(query.where(_within(BadReview.received_at, period))).one()
    return {"received": received, "in_time": in_time}


def _kept(period: Period, code: str) -> dict[str, int]:
    """Runs of a clock that ended in the period, or were due in it and have not ended."""
    late = and_(ClockRun.state != "stopped", _within(ClockRun.due, period))
    ended = and_(_within(ClockRun.stopped, period), ClockRun.kept.is_not(None))
    query = select(func.count(), _sum(and_(ended, ClockRun.kept.is_(True)))).where(
        ClockRun.code == code, or_(late, ended)
    )
    runs, kept = db.session.execute(query).one()
    return {"runs": runs, "kept": kept}


def _mass(period: Period) -> dict[str, int]:
    """Mass incidents that people have confirmed, with the orders of the period that belong to them, the ten largest."""
    number = func.count().label("number")
    name = func.coalesce(MassGroup.trader, MassGroup.label).label("name")
    query = (
        select(name, number)
        .join(MassMember, MassMember.group_id == MassGroup.id)
        .where(MassGroup.state.in_(("confirmed", "closed")), MassMember.unlinked_at.is_(None))
        .where(_within(MassMember.at, period))
        .group_by(MassGroup.id, name)
        .order_by(number.desc(), name)
    )
    return {row.name: row.number for row in db.session.execute(query.limit(10))}


def _incidents(period: Period, least: int) -> dict[str, int]:
    """Traders about whom at least so many orders came in, the ten worst."""
    number = func.count().label("number")
    query = (
        select(Order.target_name, number)
        .where(_within(Order.received_at, period), Order.target_name.is_not(None))
        .group_by(Order.target_name)
        .having(number >= least)
        .order_by(number.desc(), Order.target_name)
    )
    return {row.target_name: row.number for row in db.session.execute(query.limit(10))}


def _ends(period: Period, process: str) -> dict[str, int]:
    """How instances of a process ended."""
    query = (
        select(ProcessInstance.outcome, func.count())
        .join(ProcessDefinition)
        .where(ProcessDefinition.key == process, ProcessInstance.status == "completed")
        .where(_within(ProcessInstance.ended, period))
        .group_by(ProcessInstance.outcome)
    )
    return {outcome or "": count for outcome, count in db.session.execute(query)}


def _bureau(units: dict[str, Unit], code: str) -> str:
    """The bureau, section or agency a unit belongs to: itself, unless it is a station."""
    unit = units[code]
    return unit.parent if unit.kind == "station" and unit.parent in units else code


def _within(column: Any, period: Period) -> ColumnElement[bool]:
    return and_(column >= period.start, column < period.end)


def _run(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Has the matter a handling clock of which this is true?"""
    return exists().where(ClockRun.instance_id == Matter.instance_id, ClockRun.code.in_(HANDLING), *conditions)


def _sum(condition: ColumnElement[bool] | Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _count(table: Any, at: Any, period: Period, *conditions: ColumnElement[bool]) -> int:
    return _number(select(func.count()).select_from(table).where(_within(at, period), *conditions))


def _number(query: Any) -> int:
    return int(db.session.scalar(query) or 0)


def _add(counts: dict[str, int], said: str | None, number: int) -> None:
    if said:
        counts[said] = counts.get(said, 0) + number
