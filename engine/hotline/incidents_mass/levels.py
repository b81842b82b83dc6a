"""When a group is an alarm: levels as data (`rules.json`), judged on distinct complainants, with the numbers shown.

A rule holds when all it names hold: so many people within so many hours; with `growth`, so many times the weekly mean
of the four weeks before; with `amount`, so many yuan together; with `alarm` or `harm`, so many people who used a word
of closing down, or of harm to body and life.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, case, distinct, func, select, update

from engine.hotline.incidents_mass.models import MassMember

DAY, WEEK = 24, 168  # hours

_member = MassMember.__table__


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to reach a level."""

    people: int
    hours: int
    growth: float | None = None
    amount: int | None = None
    alarm: int | None = None
    harm: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A level with the rules that reach it, any of them."""

    name: str
    zh: str
    en: str
    any: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """All that the office may change without code. Levels from the gravest down."""

    source: str
    levels: tuple[Level, ...]
    baseline_days: int
    bulk_groups: int
    bulk_days: int
    quiet_days: int
    quiet_per_day: int

    def rank(self, level: str | None) -> int:
        """How grave: 0 for none, then attention, III, II, I."""
        names = [each.name for each in reversed(self.levels)]
        return names.index(level) + 1 if level else 0

    def names(self) -> dict[str, tuple[str, str]]:
        """Level -> what it is called in Chinese and English."""
        return {level.name: (level.zh, level.en) for level in self.levels}


@cache
def rules() -> Rules:
    """The rules as they stand in the file."""
    said = orjson.loads(Path(__file__).with_name("rules.json").read_bytes())
    levels = tuple(
        Level(e["level"], e["zh"], e["en"], tuple(Rule(**rule) for rule in e["any"])) for e in said["levels"]
    )
    bulk, quiet = said["bulk"], said["quiet"]
    return Rules(
        said["source"], levels, said["baseline_days"],
        bulk["groups"], bulk["days"], quiet["days"], quiet["per_day"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """A group at one moment. People are distinct complainants; those who complain of everything are left out."""

    people_24h: int
    people_7d: int
    weekly_before: float  # mean of distinct complainants a week, over the four weeks before these seven days
    amount: Decimal  # yuan, of the orders of seven days
    alarm: int  # people of seven days who used such a word
    harm: int
    words: tuple[str, ...]  # those words


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gravest level reached, by which rule and which numbers."""

    level: str
    rule: Rule
    numbers: Numbers

    def why(self) -> dict[str, Any]:
        """As JSON knows it."""
        rule = {name: value for name, value in asdict(self.rule).items() if value is not None}
        numbers = asdict(self.numbers) | {"amount": float(self.numbers.amount)}
        return {"rule": rule, "numbers": numbers}


def judge(connection: Connection, group: int, at: datetime, since: datetime | None = None) -> Verdict | None:
    """The gravest level of a group at a moment; only orders after `since` count, when an earlier alarm was closed."""
    found = _numbers(connection, group, at, since)
    for level in rules().levels:
        for rule in level.any:
            if _holds(rule, found):
                return Verdict(level.name, rule, found)
    return None


_COUNTING = (
    _member.c.group_id == bindparam("g"),
    _member.c.at > bindparam("since"),
    _member.c.at <= bindparam("until"),
    _member.c.counted,
    _member.c.unlinked_at.is_(None),
)


def _people(condition: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    who = _member.c.claimant
    return func.count(distinct(who if condition is None else case((condition, who))))


# The database counts: in a rush a week is a thousand rows, and each order would fetch them all.
_WEEK = select(
    _people().label("people_7d"),
    _people(_member.c.at > bindparam("day")).label("people_24h"),
    func.sum(_member.c.amount).label("amount"),
    _people(_member.c.alarm != "").label("alarm"),
    _people(_member.c.harm != "").label("harm"),
).where(*_COUNTING)
_BEFORE = select(_people()).where(*_COUNTING)
_SAID = select(_member.c.alarm, _member.c.harm).where(*_COUNTING).distinct()


def _numbers(connection: Connection, group: int, at: datetime, since: datetime | None) -> Numbers:
    week = at - timedelta(hours=WEEK)
    start = max(week, since) if since else week
    span = {"g": group, "since": start, "until": at}
    row = connection.execute(_WEEK, span | {"day": at - timedelta(hours=DAY)}).one()
    before = 0
    if row.people_7d >= min(rule.people for level in rules().levels for rule in level.any):
        earlier = {"g": group, "since": week - timedelta(days=rules().baseline_days), "until": week}
        before = int(connection.scalar(_BEFORE, earlier) or 0)
    words = connection.execute(_SAID, span).all() if row.alarm or row.harm else ()
    return Numbers(
        people_24h=row.people_24h,
        people_7d=row.people_7d,
        weekly_before=before * 7 / rules().baseline_days,
        amount=row.amount or Decimal(0),
        alarm=row.alarm,
        harm=row.harm,
        words=tuple(sorted({word for said in words for word in f"{said.alarm} {said.harm}".split()})),
    )


def _holds(rule: Rule, found: Numbers) -> bool:
    people = found.people_24h if rule.hours == DAY else found.people_7d
    return (
        people >= rule.people
        and (rule.growth is None or people >= rule.growth * found.weekly_before)
        and (rule.amount is None or found.amount >= rule.amount)
        and (rule.alarm is None or found.alarm >= rule.alarm)
        and (rule.harm is None or found.harm >= rule.harm)
    )


_GROUPS_OF_ONE = select(func.count(distinct(_member.c.group_id))).where(
    _member.c.claimant == bindparam("who"), _member.c.at > bindparam("since")
)


def leave_out_bulk(connection: Connection, claimant: bytes, at: datetime) -> bool:
    """Who complains of so many matters is no crowd: from then on none of their orders count. True: so it is."""
    since = at - timedelta(days=rules().bulk_days)
    groups = connection.scalar(_GROUPS_OF_ONE, {"who": claimant, "since": since})
    if int(groups or 0) < rules().bulk_groups:
        return False
    theirs = (_member.c.claimant == claimant, _member.c.at > since, _member.c.counted)
    connection.execute(update(_member).where(*theirs).values(counted=False))
    return True
