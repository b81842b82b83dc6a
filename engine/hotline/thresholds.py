"""What happens when so much of a clock has passed: the steps of `thresholds.csv`, and when each is reached.

A row names a clock (`*`: every clock without a row of its own for that point), a point, what it sets off, whom it
tells, and by which rule. `-` sets nothing off. The points, in the order in which they come:

    50% 80% 100%   of the period; 100% is the close of its last day
    届满           the legal end: the first instant that is too late
    +1, +3 …       the close of that many working days after the last day
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from engine import calendar, clock
from engine.errors import CalendarYearMissing

FILE = Path(__file__).with_name("thresholds.csv")
LEGAL = 999  # the level of 届满; percents are below it, working days after the end above
REMINDS, URGES, LATE, MISSED, BREACH = "提示", "催办", "超期", "计入超期", "违限"
SUPERVISES = {"电话督办": "电话", "网上督办": "网上", "现场督办": "现场"}  # effect -> kind of supervision, rising
EFFECTS = frozenset({REMINDS, URGES, LATE, MISSED, BREACH, *SUPERVISES, "-"})


@dataclass(frozen=True, slots=True)
class Effect:
    """What one row sets off. `to` are roles; `handler` are first of all those who hold the case's tasks.

    `clerk` is who registered the order.
    """

    name: str
    to: tuple[str, ...]
    source: str


class Step(NamedTuple):
    """A point of a clock: its level (see `level_of`), when it is reached, and what it sets off."""

    level: int
    at: datetime
    effects: tuple[Effect, ...]


def level_of(point: str) -> int:
    """50% -> 50, 届满 -> 999, +3 -> 1003. Raises ValueError."""
    if point == "届满":
        return LEGAL
    if point.startswith("+"):
        return LEGAL + 1 + int(point[1:])
    level = int(point.removesuffix("%"))
    if level not in (50, 80, 100) or not point.endswith("%"):
        raise ValueError(f"{point}: known are 50%, 80%, 100%, 届满, +n")
    return level


@cache
def table() -> dict[str, dict[int, tuple[Effect, ...]]]:
    """The file: clock -> level -> effects. Raises ValueError for a row that cannot be read."""
    found: dict[str, dict[int, tuple[Effect, ...]]] = {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["effect"] not in EFFECTS:
                raise ValueError(f"{FILE.name}: no effect {row['effect']}")
            level = level_of(row["at"])
            of_clock = found.setdefault(row["clock"], {})
            effect = () if row["effect"] == "-" else (Effect(row["effect"], tuple(row["to"].split()), row["source"]),)
            of_clock[level] = of_clock.get(level, ()) + effect
    return found


def effects_of(code: str) -> dict[int, tuple[Effect, ...]]:
    """level -> what it sets off, for this clock; levels that set nothing off are left out."""
    merged = table()["*"] | table().get(code, {})
    return {level: effects for level, effects in sorted(merged.items()) if effects}


def steps(row: Mapping[str, Any]) -> list[Step]:
    """The points of a run of a clock, in time. Points in a year without notice are not known yet, and left out."""
    if row["operational"] is None:
        return []
    found = []
    for level, effects in effects_of(row["code"]).items():
        at = _at(level, row)
        if at is not None:
            found.append(Step(level, at, effects))
    return found


def _at(level: int, row: Mapping[str, Any]) -> datetime | None:
    if level <= 100:
        found: datetime | None = row[{50: "warn_at", 80: "urge_at", 100: "operational"}[level]]
        return found
    if level == LEGAL:
        legal: datetime | None = row["due"]
        return legal
    last = clock.local(row["operational"])
    try:
        day, _days = calendar.add_working_days(last.date(), level - LEGAL - 1)
    except CalendarYearMissing:
        return None
    return clock.aware(datetime.combine(day, calendar.CLOSE))


def past(row: Mapping[str, Any], now: datetime) -> int:
    """The highest level that has been reached at `now`; 0: none."""
    return max((step.level for step in steps(row) if step.at <= now), default=0)


def next_at(row: Mapping[str, Any]) -> datetime | None:
    """When the next point of a run that goes on is reached; None: nothing more will happen to it by itself."""
    if row["state"] != "running":
        return None
    return min((step.at for step in steps(row) if step.level > row["reached"]), default=None)
