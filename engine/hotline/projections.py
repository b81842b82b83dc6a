"""Keeps matters, clocks and the state of orders in step with the instances, in the same transaction as each step.

Called once for a batch of changes with everything that happened in it, in order. Most changes concern nothing here
and cost a few comparisons; the others are written in a handful of statements for the whole batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, exists, or_, select, update

from engine import batch, clock, errors, registry
from engine.db import db, transaction
from engine.hotline import clocks, deadlines
from engine.hotline.models import ClockRun, Matter, Order
from engine.registry import Change

Row = dict[str, Any]

INTAKE = "intake"
MATTERS = {"complaint": "投诉", "tipoff": "举报", "consult": "咨询"}  # process -> nature
ENDED = ("completed", "cancelled")
DISPATCHED = "dispatched"  # the intake's end event after which matters exist, or will once a fault is mended

_matter, _order, _run = Matter.__table__, Order.__table__, ClockRun.__table__


@registry.projection
def follow(connection: Connection, changes: list[Change]) -> None:
    """Bring the hotline's tables to where these changes lead."""
    told = [
        change
        for change in changes
        if change.clocks
        or change.kind == "instance.started"
        or change.status in ENDED
        or (change.process in MATTERS and "unit" in change.values)
    ]
    if told:
        _follow_matters(connection, [change for change in told if change.process in MATTERS])
        _follow_clocks(connection, told)
        _follow_orders(connection, told)


def _started(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if change.kind == "instance.started" and change.business_key]


def _ended(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if change.status in ENDED]


# -- matters -------------------------------------------------------------------------------------------------------


def _follow_matters(connection: Connection, changes: list[Change]) -> None:
    started = {change.business_key: _new_matter(change) for change in _started(changes)}
    batch.delete(connection, _matter, ("matter_no",), [(number,) for number in started])
    batch.insert(connection, _matter, list(started.values()))
    moved = {change.instance_id: change.values["unit"] for change in changes if change.values.get("unit")}
    for row in started.values():
        moved.pop(row["instance_id"], None) if moved.get(row["instance_id"]) == row["unit"] else None
    batch.update(connection, _matter, ("instance_id",), [{"instance_id": i, "unit": unit} for i, unit in moved.items()])
    ended = {
        change.instance_id: {
            "instance_id": change.instance_id,
            "state": "closed" if change.status == "completed" else "cancelled",
            "outcome": change.outcome,
            "closed_at": change.at,
        }
        for change in _ended(changes)
    }
    batch.update(connection, _matter, ("instance_id",), list(ended.values()))


def _new_matter(change: Change) -> Row:
    values = change.values
    received = _instant(values.get("received_at")) or change.at
    return {
        "matter_no": change.business_key,
        "order_no": values.get("order_no") or change.business_key,
        "instance_id": change.instance_id,
        "process": change.process,
        "nature": values.get("nature") or MATTERS[change.process],
        "unit": values.get("unit"),
        "rule_version": _version(values.get("rule_version"), received),
        "received_at": received,
        "dispatched_at": _instant(values.get("dispatched_at")) or change.at,
        "state": "in_progress",
        "outcome": None,
        "closed_at": None,
    }


# -- orders --------------------------------------------------------------------------------------------------------

_CLOSE = (
    update(_order)
    .where(
        or_(
            _order.c.order_no.in_(bindparam("orders", expanding=True)),
            _order.c.order_no.in_(
                select(_matter.c.order_no).where(_matter.c.instance_id.in_(bindparam("instances", expanding=True)))
            ),
        ),
        _order.c.state != "closed",
        _order.c.intake_outcome.is_not(None),
        ~exists().where(_matter.c.order_no == _order.c.order_no, _matter.c.state == "in_progress"),
        or_(_order.c.intake_outcome != DISPATCHED, exists().where(_matter.c.order_no == _order.c.order_no)),
    )
    .values(state="closed", closed_at=bindparam("at"))
)


def _follow_orders(connection: Connection, changes: list[Change]) -> None:
    """received -> in progress with the intake; closed when the intake and every matter have ended."""
    opened = {change.business_key for change in _started(changes) if change.process == INTAKE}
    opened |= {
        change.values.get("order_no") or change.business_key
        for change in _started(changes)
        if change.process in MATTERS
    }
    rows = [{"order_no": number, "state": "in_progress", "closed_at": None} for number in sorted(opened)]
    batch.update(connection, _order, ("order_no",), rows)
    ended = _ended(changes)
    intakes = {change.business_key: change for change in ended if change.process == INTAKE and change.business_key}
    rows = [{"order_no": number, "intake_outcome": c.outcome or c.status} for number, c in intakes.items()]
    batch.update(connection, _order, ("order_no",), rows)
    matters = [change.instance_id for change in ended if change.process in MATTERS]
    if intakes or matters:
        connection.execute(_CLOSE, {"orders": list(intakes), "instances": matters, "at": ended[-1].at})


# -- clocks --------------------------------------------------------------------------------------------------------


def _follow_clocks(connection: Connection, changes: list[Change]) -> None:
    old = {change.instance_id for change in changes if change.clocks or change.status in ENDED}
    old -= {change.instance_id for change in _started(changes)}
    running = _Runs(connection, old)
    for change in changes:
        for code, action, _element in change.clocks:
            running.mark(change, code, action)
        if change.status in ENDED:
            running.end(change)
    running.write()


class _Runs:
    """The clocks of the batch's instances that have not been stopped, as rows; changed rows are written at the end."""

    def __init__(self, connection: Connection, instances: set[int]) -> None:
        self.connection = connection
        self.open: dict[tuple[int, str], Row] = {}
        self.new: list[Row] = []
        self.changed: dict[int, Row] = {}  # by identity
        self.origins: dict[int, Row] = {}
        if instances:
            query = select(_run).where(_run.c.instance_id.in_(instances), _run.c.state != "stopped")
            for row in connection.execute(query).mappings():
                self.open[row["instance_id"], row["code"]] = dict(row)

    def mark(self, change: Change, code: str, action: str) -> None:
        row = self.open.get((change.instance_id, code))
        if action == "start":
            if row is None:
                self._start(change, code)
            elif change.seq > row["seq"]:
                self._restart(row, _instant(change.values.get("supplemented_at")) or change.at)
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
                row["kept"] = None

    def _start(self, change: Change, code: str) -> None:
        values = change.values
        started = self._origin(change, code)
        row: Row = {
            "instance_id": change.instance_id,
            "code": code,
            "seq": change.seq,
            "business_key": change.business_key,
            "order_no": values.get("order_no")
            or self._matter(change.instance_id).get("order_no")
            or change.business_key,
            "unit": values.get("unit") or self._matter(change.instance_id).get("unit"),
            "rule_version": _version(
                values.get("rule_version") or self._matter(change.instance_id).get("rule_version"), started
            ),
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
        found = _instant(change.values.get(origin)) or self._matter(change.instance_id).get(origin)
        return found or change.at

    def _matter(self, instance: int) -> Row:
        if instance not in self.origins:
            row = self.connection.execute(select(_matter).where(_matter.c.instance_id == instance)).mappings().first()
            self.origins[instance] = dict(row) if row else {}
        return self.origins[instance]

    def _restart(self, row: Row, at: datetime) -> None:
        row["restarted"] = max(at, row["started"])
        self._change(row | count(row), row)

    def _pause(self, row: Row, at: datetime) -> None:
        if row["state"] == "running" and _pausable(row):
            self._change({"state": "paused", "paused": at}, row)

    def _resume(self, row: Row, at: datetime) -> None:
        if row["state"] != "paused":
            return
        pauses = orjson.loads(row["pauses"])
        pauses.append([clock.local(row["paused"]).date().isoformat(), clock.local(at).date().isoformat()])
        row["pauses"] = orjson.dumps(pauses).decode()
        self._change({"state": "running", "paused": None} | count(row), row)

    def _stop(self, row: Row, at: datetime) -> None:
        self._resume(row, at)
        kept = None if row["due"] is None else at < row["due"]
        self._change({"state": "stopped", "stopped": at, "kept": kept}, row)
        self.open.pop((row["instance_id"], row["code"]))

    def _change(self, values: Row, row: Row) -> None:
        row.update(values)
        self.changed[id(row)] = row

    def write(self) -> None:
        fresh = {id(row) for row in self.new}
        batch.insert(self.connection, _run, self.new)
        rows = [
            {name: row[name] for name in (*_KEY, *_CHANGING)} for key, row in self.changed.items() if key not in fresh
        ]
        batch.update(self.connection, _run, _KEY, rows)


_KEY = ("instance_id", "code", "seq")
_CHANGING = (
    "restarted", "state", "paused", "pauses", "stopped", "kept", "due", "operational", "warn_at", "urge_at", "trace",
)  # fmt: skip
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
    last = (0, "", 0)
    while True:
        key = db.tuple_(_run.c.instance_id, _run.c.code, _run.c.seq)
        query = select(_run).where(_run.c.state != "stopped", key > last).order_by(*key.clauses).limit(page)
        with transaction() as session:
            rows = [dict(row) for row in session.execute(query).mappings()]
            changed = [row | new for row in rows if (new := count(row))["due"] != row["due"]]
            columns = (*_KEY, "due", "operational", "warn_at", "urge_at", "trace")
            batch.update(session.connection(), _run, _KEY, [{name: row[name] for name in columns} for row in changed])
        moved += len(changed)
        if len(rows) < page:
            return moved
        last = tuple(rows[-1][name] for name in _KEY)  # type: ignore[assignment]


def _pausable(row: Row) -> bool:
    try:
        return clocks.clock(row["code"], row["rule_version"]).pausable
    except errors.Invalid:
        return False


def _instant(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return clock.aware(value)
    if isinstance(value, str):
        try:
            return clock.aware(datetime.fromisoformat(value))
        except ValueError:
            return None
    return None


def _day(text: str) -> Any:
    return datetime.fromisoformat(text).date()


def _version(value: Any, at: datetime) -> int:
    try:
        version = int(value)
    except (TypeError, ValueError):
        version = 0
    return version if version in clocks.VERSIONS else clocks.rule_version(clock.local(at).date())
