"""Runs of clocks: started, paused, resumed and stopped by marks of the flow, counted by `deadlines.py`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select, tuple_

from engine import batch, clock, errors
from engine.db import transaction
from engine.hotline import clocks, deadlines
from engine.hotline.models import ClockRun, Matter
from engine.registry import Change

Row = dict[str, Any]

_run, _matter = ClockRun.__table__, Matter.__table__
ENDED = ("completed", "cancelled")


def follow(connection: Connection, changes: Iterable[Change]) -> None:
    """Move the clocks of these changes' instances."""
    changes = [change for change in changes if change.clocks or change.status in ENDED]
    starting = {c.instance_id for c in changes if any(action == "start" for _code, action, _element in c.clocks)}
    running = _Runs(connection, {change.instance_id for change in changes}, starting)
    for change in changes:
        for code, action, _element in change.clocks:
            running.mark(change, code, action)
        if change.status in ENDED:
            running.end(change)
    running.write()


class _Runs:
    """The clocks of the batch's instances as rows: `open` those that are not stopped. Written at the end."""

    def __init__(self, connection: Connection, instances: set[int], starting: set[int]) -> None:
        self.connection = connection
        self.open: dict[tuple[int, str], Row] = {}
        self.new: list[Row] = []
        self.changed: dict[tuple[Any, ...], Row] = {}  # by key: only what has changed, the trace is long
        self.known: set[tuple[int, str, int]] = set()
        self.matters: dict[int, Row] = {}
        if instances:
            for row in connection.execute(select(_run).where(_run.c.instance_id.in_(instances))).mappings():
                self.known.add((row["instance_id"], row["code"], row["seq"]))
                if row["state"] != "stopped":
                    self.open[row["instance_id"], row["code"]] = dict(row)
        if starting:
            for row in connection.execute(select(_matter).where(_matter.c.instance_id.in_(starting))).mappings():
                self.matters[row["instance_id"]] = dict(row)

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

    def end(self, change: Change) -> None:
        """An instance that has ended waits for nothing. One that was cancelled has kept and missed nothing either."""
        for row in [row for (instance, _code), row in self.open.items() if instance == change.instance_id]:
            self._stop(row, change.at)
            if change.status == "cancelled":
                self._change({"kept": None}, row)

    def _start(self, change: Change, code: str) -> None:
        values, matter = change.values, self.matters.get(change.instance_id, {})
        started = self._origin(change, code)
        row: Row = {
            "instance_id": change.instance_id,
            "code": code,
            "seq": change.seq,
            "business_key": change.business_key,
            "order_no": values.get("order_no") or matter.get("order_no") or change.business_key,
            "unit": values.get("unit") or matter.get("unit"),
            "rule_version": version(values.get("rule_version") or matter.get("rule_version"), started),
            "started": started,
            "restarted": None,
            "state": "running",
            "paused": None,
            "pauses": "[]",
            "stopped": None,
            "kept": None,
        }
        self.open[change.instance_id, code] = row | count(row)
        self.new.append(self.open[change.instance_id, code])

    def _origin(self, change: Change, code: str) -> datetime:
        """When the clock began: often before the flow came to the element that starts it."""
        origin = _ORIGINS.get(code)
        if origin is None:
            return change.at
        found = instant(change.values.get(origin)) or self.matters.get(change.instance_id, {}).get(origin)
        return found or change.at

    def _restart(self, row: Row, at: datetime) -> None:
        row["restarted"] = max(at, row["started"])
        self._change({"restarted": row["restarted"]} | count(row), row)

    def _pause(self, row: Row, at: datetime) -> None:
        if row["state"] == "running" and _pausable(row):
            self._change({"state": "paused", "paused": at}, row)

    def _resume(self, row: Row, at: datetime) -> None:
        if row["state"] != "paused":
            return
        pauses = orjson.loads(row["pauses"])
        pauses.append([clock.local(row["paused"]).date().isoformat(), clock.local(at).date().isoformat()])
        row["pauses"] = orjson.dumps(pauses).decode()
        self._change({"state": "running", "paused": None, "pauses": row["pauses"]} | count(row), row)

    def _stop(self, row: Row, at: datetime) -> None:
        self._resume(row, at)
        kept = None if row["due"] is None else at < row["due"]
        self._change({"state": "stopped", "stopped": at, "kept": kept}, row)
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


_KEY = ("instance_id", "code", "seq")
_ORIGINS = {entry.code: entry.origin for entry in clocks.CATALOGUE if entry.origin}


def count(row: Row) -> Row:
    """The computed columns of a clock run: when it is due, when it alarms, and the derivation.

    A deadline that cannot be computed, because a year's calendar is missing, stays empty and its trace says why: the
    step goes on, the list of clocks shows it, and `recount()` mends it when the notice has been entered.
    """
    pauses = [(_day(first), _day(again)) for first, again in orjson.loads(row["pauses"])]
    restarts = [clock.local(row["restarted"]).date()] if row["restarted"] else []
    try:
        found = deadlines.deadline(row["code"], row["started"], row["rule_version"], pauses=pauses, restarts=restarts)
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


def recount(page: int = 500) -> int:
    """Count every clock that has not been stopped again, after the calendar was changed; returns how many moved."""
    moved = 0
    key = tuple_(*(_run.c[name] for name in _KEY))
    last: tuple[Any, ...] = (0, "", 0)
    while True:
        query = select(_run).where(_run.c.state != "stopped", key > last).order_by(*key.clauses).limit(page)
        with transaction() as session:
            rows = [dict(row) for row in session.execute(query).mappings()]
            changed = [row | new for row in rows if (new := count(row))["due"] != row["due"]]
            columns = (*_KEY, "due", "operational", "warn_at", "urge_at", "trace")
            batch.update(session.connection(), _run, _KEY, [{name: row[name] for name in columns} for row in changed])
        moved += len(changed)
        if len(rows) < page:
            return moved
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


def _day(text: str) -> date:
    return date.fromisoformat(text)


def version(value: Any, at: datetime) -> int:
    """The rule version a case is pinned to; without one, the one in force at `at`."""
    try:
        version = int(value)
    except (TypeError, ValueError):
        version = 0
    return version if version in clocks.VERSIONS else clocks.rule_version(clock.local(at).date())
