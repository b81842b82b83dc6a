"""The register of trainings 业务培训: who was trained in what, when, by whom, and against which defect.

Defects are counted by rule where reports are judged (`findings.py`); a unit that goes on making one and was not trained
since stands in `lacking()`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from engine import clock
from engine.db import db, transaction
from engine.hotline import organisation
from engine.hotline.access import EVERYWHERE
from engine.hotline.models import Defect, Trainee, Training
from engine.hotline.roles import Viewer
from engine.hotline.sheets import Sheet

PERIOD = timedelta(days=365)  # how far back defects are counted
SOME = 2  # defects of one rule from which a unit is told; one is a slip
CROWD = 200  # people of one training
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Lacking:
    """A unit's defects of one rule since its last training against it."""

    unit: str
    rule: str
    kind: str
    defects: int
    last_at: datetime
    trained_on: date | None


@dataclass(frozen=True, slots=True)
class Row:
    """A training with its people, in the order they were written."""

    training: Training
    people: tuple[Trainee, ...]


def _seen(viewer: Viewer, column: Any) -> ColumnElement[bool]:
    """Units whose trainings this person may look at: those they work for, everywhere for the office and auditors."""
    if viewer.roles & EVERYWHERE:
        return true()
    return column.in_(select(organisation.below(viewer.unit).c.code))


def listed(viewer: Viewer, *, unit: str | None = None, rule: str | None = None, limit: int = 500) -> list[Row]:
    """Trainings this person may look at, the latest first."""
    query = select(Training).where(_seen(viewer, Training.unit))
    if unit:
        query = query.where(Training.unit == unit)
    if rule:
        query = query.where(Training.rule == rule)
    found = list(db.session.scalars(query.order_by(Training.held_on.desc(), Training.id.desc()).limit(limit)))
    people: dict[int, list[Trainee]] = {training.id: [] for training in found}
    taking = select(Trainee).where(Trainee.training_id.in_(people)).order_by(Trainee.training_id, Trainee.number)
    for trainee in db.session.scalars(taking):
        people[trainee.training_id].append(trainee)
    return [Row(training, tuple(people[training.id])) for training in found]


def lacking(viewer: Viewer, *, some: int = SOME, limit: int = 50) -> list[Lacking]:
    """Units with the most defects of a rule in a year that were not trained against it since, the worst first."""
    last = (
        select(Training.unit, Training.rule, func.max(Training.held_on).label("trained_on"))
        .where(Training.rule.is_not(None))
        .group_by(Training.unit, Training.rule)
    )
    trained = {(row.unit, row.rule): row.trained_on for row in db.session.execute(last)}
    query = (
        select(Defect.unit, Defect.rule, Defect.kind, Defect.at)
        .where(Defect.unit.is_not(None), Defect.at >= clock.now() - PERIOD, _seen(viewer, Defect.unit))
        .order_by(Defect.at)
    )
    found: dict[tuple[str, str], list[Any]] = {}
    for row in db.session.execute(query):
        day = trained.get((row.unit, row.rule))
        if day is None or row.at >= _after(day):
            found.setdefault((row.unit, row.rule), []).append(row)
    rows = [
        Lacking(unit, rule, defects[-1].kind, len(defects), defects[-1].at, trained.get((unit, rule)))
        for (unit, rule), defects in found.items()
        if len(defects) >= some
    ]
    return sorted(rows, key=lambda row: (-row.defects, row.unit, row.rule))[:limit]


def _after(day: date) -> datetime:
    """When the day of a training has ended: what was written on it was written without it."""
    return clock.midnight(day + timedelta(days=1))


def rules() -> dict[str, str]:
    """The rules that units have broken, with the kind of defect they stand for."""
    query = select(Defect.rule, func.max(Defect.kind)).group_by(Defect.rule).order_by(Defect.rule)
    return dict(db.session.execute(query).tuples().all())


def register(fields: Mapping[str, Any], viewer: Viewer, accounts: Mapping[str, str]) -> int:
    """Enter a training; returns its number. `people` holds a name a line; `accounts`: display names by user name.

    A line that is a user name, or the display name of just one account of the unit, is kept as that account.
    Raises FormInvalid by field.
    """
    sheet = Sheet(fields)
    values: dict[str, Any] = {
        "topic": sheet.text("topic", 100, needed=True),
        "held_on": sheet.day("held_on", needed=True),
        "unit": sheet.unit("unit", viewer, needed=True),
        "trainer": sheet.text("trainer", LONGEST_NAME, needed=True),
        "rule": sheet.text("rule", 40),
        "note": sheet.text("note", 500),
    }
    people = _people(sheet)
    if values["held_on"] and values["held_on"] > clock.today():
        sheet.wrong("held_on", "日期还没有到", "This day has not come yet")
    sheet.done()
    with transaction() as session:
        training = Training(**values, registered_by=viewer.name, registered_at=clock.now())
        session.add(training)
        session.flush()
        for number, person in enumerate(people, 1):
            account = _account(person, accounts)
            session.add(Trainee(training_id=training.id, number=number, person=person, account=account))
        return training.id


def _people(sheet: Sheet) -> Sequence[str]:
    text = sheet.text("people", CROWD * LONGEST_NAME, needed=True) or ""
    for mark in "，,、；;":
        text = text.replace(mark, "\n")
    people = list(dict.fromkeys(name for line in text.splitlines() if (name := line.strip())))
    if len(people) > CROWD:
        sheet.wrong("people", f"一次培训最多 {CROWD} 人", f"At most {CROWD} people in one training")
    if any(len(name) > LONGEST_NAME for name in people):
        sheet.wrong("people", "每行写一个人的姓名", "Write one name on each line")
    return people


def _account(person: str, accounts: Mapping[str, str]) -> str | None:
    if person in accounts:
        return person
    called = [username for username, display in accounts.items() if display == person]
    return called[0] if len(called) == 1 else None
