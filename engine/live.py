"""Instances in memory: what the door knows about an instance between two commands.

Everything here can be rebuilt from the database at any time; a live instance only saves the reading.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from engine import batch, bpmn, history
from engine.errors import NotFound
from engine.models import ProcessInstance, UserTask
from engine.programs import Definition, Programs


@dataclass(slots=True)
class OpenTask:
    """A user task that still waits for somebody."""

    id: int
    token: int
    element: str
    status: str
    assignee: str | None


class Live:
    """One instance: its definition, the end of its event chain, its open tasks, its workflow once it is needed."""

    __slots__ = (
        "id",
        "definition",
        "business_key",
        "ver",
        "status",
        "outcome",
        "seq",
        "head",
        "blob",
        "tasks",
        "_flow",
    )

    def __init__(self, number: int, definition: Definition, business_key: str | None) -> None:
        self.id, self.definition, self.business_key = number, definition, business_key
        self.ver, self.seq, self.head = 0, 0, history.START
        self.status = "running"
        self.outcome: str | None = None
        self.blob = b""
        self.tasks: dict[int, OpenTask] = {}
        self._flow: bpmn.Instance | None = None

    @property
    def flow(self) -> bpmn.Instance:
        """The running workflow, decoded when somebody asks."""
        if self._flow is None:
            self._flow = bpmn.decode(self.definition.program, self.blob)
        return self._flow

    @flow.setter
    def flow(self, flow: bpmn.Instance) -> None:
        self._flow = flow

    def task_of(self, token: int) -> OpenTask | None:
        return next((t for t in self.tasks.values() if t.token == token), None)

    def mark(self) -> tuple[Any, ...]:
        """A point to go back to when a command fails half way."""
        tasks = {i: OpenTask(t.id, t.token, t.element, t.status, t.assignee) for i, t in self.tasks.items()}
        return self.blob, self.status, self.outcome, self.seq, self.head, tasks

    def back_to(self, mark: tuple[Any, ...]) -> None:
        self.blob, self.status, self.outcome, self.seq, self.head, self.tasks = mark
        self._flow = None


class Cache:
    """The instances used last, at most `size` of them."""

    def __init__(self, programs: Programs, size: int) -> None:
        self.programs, self.size = programs, size
        self.lives: OrderedDict[int, Live] = OrderedDict()
        self.tasks: dict[int, int] = {}  # open task -> its instance, for the instances held

    def get(self, number: int) -> Live | None:
        live = self.lives.get(number)
        if live is not None:
            self.lives.move_to_end(number)
        return live

    def put(self, live: Live) -> None:
        self.lives[live.id] = live
        self.lives.move_to_end(live.id)
        for task in live.tasks:
            self.tasks[task] = live.id
        while len(self.lives) > self.size:
            self.drop(next(iter(self.lives)))

    def drop(self, number: int) -> None:
        live = self.lives.pop(number, None)
        if live is not None:
            for task in live.tasks:
                self.tasks.pop(task, None)

    def load(self, connection: Connection, numbers: set[int]) -> None:
        """Read those of the instances that are not here, or that another process has moved on."""
        if not numbers:
            return
        table = ProcessInstance.__table__
        numbers = {n for n in numbers if n not in self.lives or self.lives[n].ver}  # 0: born in this transaction
        here = numbers & self.lives.keys()
        if here:
            these = batch.among(connection, table.c.id, here)
            versions = connection.execute(select(table.c.id, table.c.ver).where(these))
            fresh = {number for number, ver in versions if self.lives[number].ver == ver}
            for number in here - fresh:
                self.drop(number)
            for number in fresh:
                self.lives.move_to_end(number)  # or loading the others would push them out
            here = fresh
        missing = numbers - here
        if missing:
            self._read(connection, missing)

    def _read(self, connection: Connection, numbers: set[int]) -> None:
        table, tasks = ProcessInstance.__table__, UserTask.__table__
        lives = {}
        for row in connection.execute(select(table).where(batch.among(connection, table.c.id, numbers))).mappings():
            live = Live(row["id"], self.programs.get(connection, row["definition_id"]), row["business_key"])
            for name in ("ver", "status", "outcome", "seq", "head"):
                setattr(live, name, row[name])
            live.blob = row["state"]
            lives[live.id] = live
        columns = (tasks.c.instance_id, tasks.c.id, tasks.c.token, tasks.c.element, tasks.c.status, tasks.c.assignee)
        theirs = batch.among(connection, tasks.c.instance_id, lives)
        for instance, *task in connection.execute(select(*columns).where(theirs, tasks.c.ended.is_(None))):
            lives[instance].tasks[task[0]] = OpenTask(*task)
        for live in lives.values():
            self.put(live)

    def one(self, connection: Connection, number: int) -> Live:
        """The instance with this id. Raises NotFound."""
        live = self.get(number)
        if live is None:
            self._read(connection, {number})
            live = self.get(number)
        if live is None:
            raise NotFound(f"no process instance {number}", zh=f"没有流程实例 {number}")
        return live
