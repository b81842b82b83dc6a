"""Runs of clocks: started, paused, resumed and stopped by marks of the flow, counted by `deadlines.py`.

What people and the calendar do to a clock comes as an event of its instance, too (`KINDS`, sent by `clock_changes.py`
and `reminders.py`), so that every change of a run happens here, in the transaction that tells of it. A run whose end
moves answers with a `Move`: the timers and due times that hang on the clock go along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import BindParameter, Connection, bindparam, select, tuple_

from engine import batch, clock, errors
from engine.db import db
from engine.hotline import clocks, deadlines, thresholds
from engine.hotline.models import ClockRun, Matter, Reminder
from engine.registry import Change, Move

Row = dict[str, Any]

_run, _matter, _reminder = ClockRun.__table__, Matter.__table__, Reminder.__table__
ENDED = ("completed", "cancelled")
REACHED, EXTENDED, RECOUNTED, PINNED = "clock.reached", "clock.extended", "clock.recounted", "rule.pinned"
KINDS = frozenset({REACHED, EXTENDED, RECOUNTED, PINNED})  # of events that speak of clocks and of nothing else
PINS = {"C10": "complaint"}  # starting this clock is the acceptance that pins the rule of such a case


def follow(connection: Connection, changes: Iterable[Change]) -> list[Move]:
    """Move the clocks of these changes' instances; answers what must go along with them."""
    changes = [change for change in changes if change.clocks or change.status in ENDED or change.kind in KINDS]
    wanted = {c.instance_id for c in changes if c.kind == PINNED or any(mark[1] == "start" for mark in c.clocks)}
    running = _Runs(connection, {change.instance_id for change in changes}, wanted)
    for change in changes:
        if change.kind in KINDS:
            running.told(change)
        for code, action, _element in change.clocks:
            running.mark(change, code, action)
        if change.status in ENDED:
            running.end(change)
    running.write()
    return running.moves


_instances: BindParameter[Any] = bindparam("instances", expanding=True)
_RUN, _MATTER = tuple(_run.c.keys()), tuple(_matter.c.keys())
_OPEN = select(_run).where(_run.c.instance_id.in_(_instances), _run.c.state != "stopped")
_KNOWN = select(_run.c.instance_id, _run.c.code, _run.c.seq).where(_run.c.instance_id.in_(_instances))
_OF = select(_matter).where(_matter.c.instance_id.in_(_instances))


class _Runs:
    """The clocks of the batch's instances as rows: `open` those that are not stopped. Written at the end."""

    def __init__(self, connection: Connection, instances: set[int], wanted: set[int]) -> None:
        self.connection = connection
        self.moves: list[Move] = []
        self.reminders: list[Row] = []
        self.pins: dict[int, Row] = {}  # by instance: the rule its case is pinned to
        self.open: dict[tuple[int, str], Row] = {}
        self.new: list[Row] = []
        self.changed: dict[tuple[Any, ...], Row] = {}  # by key: only what has changed, the trace is long
        self.known: set[tuple[int, str, int]] = set()  # of the wanted instances, the stopped ones too
        self.matters: dict[int, Row] = {}
        if instances:
            for found in connection.execute(_OPEN, {"instances": instances}):
                row = dict(zip(_RUN, found, strict=True))
                self.open[row["instance_id"], row["code"]] = row
        if wanted:
            self.known.update(connection.execute(_KNOWN, {"instances": wanted}).tuples())
            for found in connection.execute(_OF, {"instances": wanted}):
                row = dict(zip(_MATTER, found, strict=True))
                self.matters[row["instance_id"]] = row

    def mark(self, change: Change, code: str, action: str) -> None:
        row = self.open.get((change.instance_id, code))
        if action == "start":
            if (change.instance_id, code, change.seq) in self.known:
                return  # told before
            if row is None:
                self._start(change, code)
            else:
                self._restart(row, instant(change.values.get("supplemented_at")) or change.at)
        elif row is not None:
            if action == "stop":
                self._stop(row, change.at)
            elif action == "pause":
                self._pause(row, change.at)
            elif action == "resume":
                self._resume(row, change.at)

    def told(self, change: Change) -> None:
        """A clock of this instance has reached a point, was extended or must be counted again; or its rule changed."""
        if change.kind == PINNED:
            self._pin(change)
            return
        row = self.open.get((change.instance_id, str(change.values.get("clock"))))
        if row is None:
            return  # it was stopped meanwhile
        if change.kind == REACHED:
            self._reach(row, change)
        elif change.kind == EXTENDED:
            said = [change.values["days"], change.values["reason"], change.actor, change.at.isoformat()]
            extensions = orjson.dumps([*orjson.loads(row["extensions"]), said]).decode()
            self._count(row, change.at, "extended", extensions=extensions)
        else:
            self._count(row, change.at, "recounted")

    def _reach(self, row: Row, change: Change) -> None:
        level = int(change.values["level"])
        self._change({"reached": max(level, row["reached"])}, row)
        found: Row = {"next_at": thresholds.next_at(row)}
        if level == thresholds.LEGAL:
            found["kept"] = False
        self._change(found, row)
        same: Row = {name: row[name] for name in (*_KEY, "business_key", "order_no", "unit")}
        same |= {"level": level, "due": row["operational"], "at": change.at, "seen_by": None, "seen_at": None}
        self.reminders += [same | {"effect": effect, "recipient": to} for effect, to in change.values["reminders"]]

    def _pin(self, change: Change) -> None:
        """Another rule holds for the case: all its clocks that still run are counted by it."""
        version = int(change.values["rule_version"])
        self.pins[change.instance_id] = {
            "instance_id": change.instance_id, "rule_version": version, "rule_basis": "override",
            "rule_at": change.at, "rule_reason": change.values["reason"], "rule_by": change.actor,
        }  # fmt: skip
        ends = {}
        for (instance, code), row in self.open.items():
            if instance == change.instance_id and clocks.exists(code, version):
                self._change({"rule_version": version}, row)
                ends[code] = self._end(row, change.at)
        said = {"why": "rule", "rule_version": version, "reason": change.values["reason"]}
        self.moves.append(Move(change.instance_id, ends, said, {"rule_version": version}))

    def _count(self, row: Row, now: datetime, why: str, **values: Any) -> None:
        """Count a run again with these values; what hangs on it goes along."""
        before = row["operational"]
        self._change(values, row)
        end = self._end(row, now)
        said = {"clock": row["code"], "why": why, "was": _text(before), "due": _text(row["operational"])}
        self.moves.append(Move(row["instance_id"], {row["code"]: end}, said | {"days": orjson.loads(row["trace"])}))

    def _end(self, row: Row, now: datetime) -> datetime | None:
        """Count a run again; its new end, None while it stands still. Points that lie ahead again may come again."""
        self._change(count(row), row)
        back = min(row["reached"], thresholds.past(row, now))
        if row["due"] is not None and now < row["due"]:
            self._change({"kept": None}, row)
        self._change({"reached": back, "next_at": thresholds.next_at(row | {"reached": back})}, row)
        end: datetime | None = row["operational"]
        return end if row["state"] == "running" else None

    def end(self, change: Change) -> None:
        """An instance that has ended waits for nothing. One that was cancelled has kept and missed nothing either."""
        for row in [row for (instance, _code), row in self.open.items() if instance == change.instance_id]:
            self._stop(row, change.at)
            if change.status == "cancelled":
                self._change({"kept": None}, row)

    def _start(self, change: Change, code: str) -> None:
        values, matter = change.values, self.matters.get(change.instance_id, {})
        started = self._origin(change, code)
        asked = version(values.get("rule_version") or matter.get("rule_version"), started)
        rule = self._rule(change, code, asked)
        row: Row = {
            "instance_id": change.instance_id,
            "code": code,
            "seq": change.seq,
            "business_key": change.business_key,
            "order_no": values.get("order_no") or matter.get("order_no") or change.business_key,
            "unit": values.get("unit") or matter.get("unit"),
            "rule_version": rule,
            "started": started,
            "restarted": None,
            "state": "running",
            "paused": None,
            "pauses": "[]",
            "extensions": "[]",
            "reached": 0,
            "stopped": None,
            "kept": None,
        }
        row |= count(row)
        self.open[change.instance_id, code] = row | {"next_at": thresholds.next_at(row)}
        self.new.append(self.open[change.instance_id, code])
        if rule != asked:
            said = {"clock": code, "why": "accepted", "rule_version": rule, "due": _text(row["operational"])}
            self.moves.append(Move(change.instance_id, {code: row["operational"]}, said, {"rule_version": rule}))

    def _rule(self, change: Change, code: str, asked: int) -> int:
        """The rule a clock starts under. The clock of the acceptance pins it: by the day, unless a person said so."""
        matter = self.matters.get(change.instance_id, {})
        pinned = self.pins.get(change.instance_id, matter)
        known: int = pinned.get("rule_version") or asked
        if PINS.get(code) != change.process or not matter or pinned.get("rule_basis") == "override":
            return known
        found = clocks.rule_version(clock.local(change.at).date())
        self.pins[change.instance_id] = {
            "instance_id": change.instance_id, "rule_version": found, "rule_basis": "accepted",
            "rule_at": change.at, "rule_reason": None, "rule_by": None,
        }  # fmt: skip
        return found

    def _origin(self, change: Change, code: str) -> datetime:
        """When the clock began: often before the flow came to the element that starts it, but not the second time."""
        origin = _ORIGINS.get(code)
        if origin is None or any(run[:2] == (change.instance_id, code) for run in self.known):
            return change.at
        found = instant(change.values.get(origin)) or self.matters.get(change.instance_id, {}).get(origin)
        return found or change.at

    def _restart(self, row: Row, at: datetime) -> None:
        self._count(row, at, "restarted", restarted=max(at, row["started"]))

    def _pause(self, row: Row, at: datetime) -> None:
        if row["state"] == "running" and _pausable(row):
            self._change({"state": "paused", "paused": at, "next_at": None}, row)
            said = {"clock": row["code"], "why": "paused"}
            self.moves.append(Move(row["instance_id"], {row["code"]: None}, said))

    def _resume(self, row: Row, at: datetime) -> None:
        if row["state"] != "paused":
            return
        pauses = orjson.loads(row["pauses"])
        pauses.append([clock.local(row["paused"]).date().isoformat(), clock.local(at).date().isoformat()])
        values = {"state": "running", "paused": None, "pauses": orjson.dumps(pauses).decode()}
        self._count(row, at, "resumed", **values)

    def _stop(self, row: Row, at: datetime) -> None:
        if row["state"] == "paused":
            self._resume(row, at)
            self.moves.pop()  # nothing hangs on it any more
        kept = None if row["due"] is None else at < row["due"]
        self._change({"state": "stopped", "stopped": at, "kept": kept, "next_at": None}, row)
        self.open.pop((row["instance_id"], row["code"]))

    def _change(self, values: Row, row: Row) -> None:
        row.update(values)
        key = tuple(row[name] for name in _KEY)
        self.changed[key] = self.changed.get(key, {}) | values

    def write(self) -> None:
        batch.insert(self.connection, _run, self.new)
        fresh = {tuple(row[name] for name in _KEY) for row in self.new}
        shapes: dict[frozenset[str], list[Row]] = {}
        for key, values in self.changed.items():
            if key not in fresh:
                shapes.setdefault(frozenset(values), []).append(dict(zip(_KEY, key, strict=True)) | values)
        for rows in shapes.values():
            batch.update(self.connection, _run, _KEY, rows)
        keys = [tuple(row[name] for name in _REMINDER) for row in self.reminders]
        batch.delete(self.connection, _reminder, _REMINDER, keys)
        batch.insert(self.connection, _reminder, self.reminders)
        batch.update(self.connection, _matter, ("instance_id",), list(self.pins.values()))


_KEY = ("instance_id", "code", "seq")
_REMINDER = (*_KEY, "level", "effect", "recipient")
_ORIGINS = {entry.code: entry.origin for entry in clocks.CATALOGUE if entry.origin}


def count(row: Row) -> Row:
    """The computed columns of a clock run: when it is due, when it alarms, and the derivation.

    A deadline that cannot be computed, because a year's calendar is missing, stays empty and its trace says why: the
    step goes on, the list of clocks shows it, and `recount()` mends it when the notice has been entered.
    """
    pauses = [(_day(first), _day(again)) for first, again in orjson.loads(row["pauses"])]
    restarts = [clock.local(row["restarted"]).date()] if row["restarted"] else []
    try:
        found = deadlines.deadline(
            row["code"], row["started"], row["rule_version"],
            pauses=pauses, restarts=restarts, extension=sum(days for days, *_who in orjson.loads(row["extensions"])),
        )  # fmt: skip
    except (errors.Invalid, errors.CalendarYearMissing) as error:
        return {
            "due": None, "operational": None, "warn_at": None, "urge_at": None,
            "trace": orjson.dumps({"error": error.zh}).decode(),
        }  # fmt: skip
    return {
        "due": found.due,
        "operational": found.operational,
        "warn_at": found.thresholds[0].at,
        "urge_at": found.thresholds[1].at,
        "trace": found.trace,
    }


def outdated(page: int = 500) -> Iterator[Row]:
    """Runs that would be counted otherwise today: the calendar, a rule or the thresholds have changed."""
    key = tuple_(*(_run.c[name] for name in _KEY))
    last: tuple[Any, ...] = (0, "", 0)
    while True:
        query = select(_run).where(_run.c.state != "stopped", key > last).order_by(*key.clauses).limit(page)
        rows = [dict(row) for row in db.session.execute(query).mappings()]
        db.session.rollback()
        for row in rows:
            new = count(row)
            if new["due"] != row["due"] or thresholds.next_at(row | new) != row["next_at"]:
                yield row
        if len(rows) < page:
            return
        last = tuple(rows[-1][name] for name in _KEY)


def _pausable(row: Row) -> bool:
    try:
        return clocks.clock(row["code"], row["rule_version"]).pausable
    except errors.Invalid:
        return False


def instant(value: Any) -> datetime | None:
    """A time as variables carry it; None when it is none."""
    if isinstance(value, datetime):
        return clock.aware(value)
    if isinstance(value, str):
        try:
            return clock.aware(datetime.fromisoformat(value))
        except ValueError:
            return None
    return None


def _text(at: datetime | None) -> str | None:
    return None if at is None else clock.local(at).isoformat()


def _day(text: str) -> date:
    return date.fromisoformat(text)


def version(value: Any, at: datetime) -> int:
    """The rule version a case is pinned to; without one, the one in force at `at`."""
    try:
        version = int(value)
    except (TypeError, ValueError):
        version = 0
    return version if version in clocks.VERSIONS else clocks.rule_version(clock.local(at).date())
