"""What one transaction will write, collected row by row and collapsed, then written in a few statements.

A row that is made and ended inside one batch is never written; deletes go before inserts, so that a timer may be
armed anew under its old key.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table

from engine import batch, models

Row = dict[str, Any]
Key = tuple[Any, ...]

_INSTANCE, _TASK, _JOB, _INCIDENT = (
    m.__table__ for m in (models.ProcessInstance, models.UserTask, models.Job, models.Incident)
)
TIMER_KEY = ("instance_id", "token", "element")
SUBSCRIPTION_KEY = ("instance_id", "token", "element", "kind", "name")


class Waits:
    """Staged rows of a table that says what tokens wait for (timers, subscriptions)."""

    def __init__(self, table: Table, columns: tuple[str, ...]) -> None:
        self.table, self.columns = table, columns
        self.new: dict[Key, Row] = {}
        self.gone: set[Key] = set()
        self.held: dict[Key, bool] = {}

    def open(self, row: Row) -> None:
        self.new[tuple(row[c] for c in self.columns)] = row

    def close(self, key: Key) -> None:
        self.held.pop(key, None)
        if self.new.pop(key, None) is None:  # a stored row under the key of a new one is among the gone already
            self.gone.add(key)

    def hold(self, key: Key, held: bool) -> None:
        if key in self.new:
            self.new[key]["held"] = held
        else:
            self.held[key] = held

    def merge(self, later: Waits) -> None:
        for key in later.gone:
            self.close(key)
        self.new.update(later.new)
        for key, held in later.held.items():
            self.hold(key, held)

    def write(self, connection: Connection) -> None:
        batch.delete(connection, self.table, self.columns, sorted(self.gone))
        batch.insert(connection, self.table, [self.new[k] for k in sorted(self.new)])
        held = [dict(zip(self.columns, k, strict=True), held=h) for k, h in sorted(self.held.items())]
        batch.update(connection, self.table, self.columns, held)


class Records:
    """Staged rows of a table with a single id: new ones, and changes to stored ones."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.new: dict[int, Row] = {}
        self.changed: dict[int, Row] = {}

    def add(self, row: Row) -> None:
        self.new[row["id"]] = row

    def change(self, number: int, **values: Any) -> None:
        if number in self.new:
            self.new[number] = self.new[number] | values
        else:
            self.changed[number] = self.changed.get(number, {}) | values

    def merge(self, later: Records) -> None:
        self.new.update(later.new)
        for number, values in later.changed.items():
            self.change(number, **values)

    def write(self, connection: Connection) -> None:
        batch.insert(connection, self.table, [self.new[i] for i in sorted(self.new)])
        shapes: dict[tuple[str, ...], list[Row]] = {}
        for number, values in sorted(self.changed.items()):
            shapes.setdefault(tuple(values), []).append({"id": number, **values})
        for rows in shapes.values():
            batch.update(connection, self.table, ("id",), rows)


class Rows:
    """Everything a command, or a batch of them, has to say to the database."""

    def __init__(self) -> None:
        self.instances_new: dict[int, Row] = {}
        self.instances: dict[int, Row] = {}
        self.tasks, self.jobs, self.incidents = Records(_TASK), Records(_JOB), Records(_INCIDENT)
        self.timers = Waits(models.Timer.__table__, TIMER_KEY)
        self.subscriptions = Waits(models.Subscription.__table__, SUBSCRIPTION_KEY)
        self.messages: dict[int, Row] = {}
        self.messages_taken: set[int] = set()
        self.events: list[Row] = []
        self.inbox: list[Row] = []

    def save(self, row: Row, ver: int) -> None:
        """Stage an instance's row as it stands now; `ver` 0 means that it is not stored yet."""
        number = row["id"]
        if ver == 0:
            self.instances_new[number] = row | {"ver": 1}
        else:
            self.instances[number] = row | {"ver": ver + 1, "was": ver}

    def merge(self, later: Rows) -> None:
        """Take over what a later command staged."""
        for number, row in later.instances_new.items():
            born = self.instances_new.get(number, row)["started"]
            self.instances_new[number] = row | {"started": born}
        self.instances.update(later.instances)
        for mine, theirs in (
            (self.tasks, later.tasks),
            (self.jobs, later.jobs),
            (self.incidents, later.incidents),
            (self.timers, later.timers),
            (self.subscriptions, later.subscriptions),
        ):
            mine.merge(theirs)  # type: ignore[arg-type]
        self.messages.update(later.messages)
        for number in later.messages_taken:
            if self.messages.pop(number, None) is None:
                self.messages_taken.add(number)
        self.events += later.events
        self.inbox += later.inbox

    def write(self, connection: Connection) -> None:
        """Write everything. Raises Stale when another process has moved one of the instances on."""
        with batch.together(connection):
            self._lock(connection)
            self._write(connection)

    def _write(self, connection: Connection) -> None:
        batch.insert(connection, _INSTANCE, [self.instances_new[i] for i in sorted(self.instances_new)])
        self._write_instances(connection)
        for part in (self.tasks, self.timers, self.subscriptions, self.jobs, self.incidents):
            part.write(connection)
        ended = [(i,) for i, row in sorted(self.tasks.changed.items()) if row.get("ended")]
        batch.delete(connection, models.FormDraft.__table__, ("task_id",), ended)  # nobody will send it any more
        batch.delete(connection, models.Message.__table__, ("id",), [(i,) for i in sorted(self.messages_taken)])
        batch.insert(connection, models.Message.__table__, list(self.messages.values()))
        batch.insert(connection, models.Event.__table__, self.events)
        batch.insert(connection, models.Inbox.__table__, self.inbox)

    def _lock(self, connection: Connection) -> None:
        """The array update takes row locks in any order: lock first, in one order everywhere, so nobody deadlocks."""
        batch.lock(connection, _INSTANCE, "id", list(self.instances))

    def _write_instances(self, connection: Connection) -> None:
        changed = [{k: v for k, v in self.instances[i].items() if k not in _CONSTANT} for i in sorted(self.instances)]
        batch.update(connection, _INSTANCE, ("id", "ver=was"), changed, all_found=True)


_CONSTANT = ("definition_id", "business_key", "started")  # never change, so they are not written again
