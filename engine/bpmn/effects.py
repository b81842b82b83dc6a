"""What one step of an instance means for the world: the answer of every command in `execution`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Key = tuple[int, str, str, str | None]


@dataclass(slots=True)
class Wait:
    """One thing an instance waits for. `kind` is task, timer, message, signal or job; the other fields belong to a
    kind.

    task: form, role, unit, assignee, due (as the diagram computed it), priority, lane, data (the form's keys found in
    the variables). timer: due (aware UTC datetime). message and signal: name, correlation. job: connector, payload. A
    service task that names no connector waits for a job whose connector is None.
    """

    token: int
    element: str
    kind: str
    name: str | None = None
    correlation: str | None = None
    form: str | None = None
    role: str | None = None
    unit: str | None = None
    assignee: str | None = None
    due: datetime | None = None
    priority: int = 1
    lane: str | None = None
    data: dict[str, Any] | None = None
    connector: str | None = None
    payload: dict[str, Any] | None = None

    @property
    def key(self) -> Key:
        """What tells this wait from every other of the instance, before and after a restore."""
        return self.token, self.element, self.kind, self.name


@dataclass(slots=True)
class Thrown:
    """A message or signal that leaves the instance. A signal has already been heard inside the instance itself."""

    name: str
    correlation: str | None
    payload: dict[str, Any]
    element: str


@dataclass(slots=True)
class Job:
    """An outgoing job nobody waits for."""

    connector: str
    payload: dict[str, Any]
    element: str


@dataclass(slots=True)
class Mark:
    """A clock to start, pause, resume or stop."""

    code: str
    action: str
    element: str


@dataclass(slots=True)
class Uncaught:
    """An error or escalation nobody caught. An uncaught error has ended the instance."""

    kind: str
    name: str | None
    code: str | None
    element: str


@dataclass(slots=True)
class Effects:
    """All that one step did.

    `opened` and `closed` are the waits that began and ended; what began and ended within the step is in neither.
    `redated` are tasks that stay open and have got another due time.
    `path` holds, in order, [element or flow id, what]: entered, left, cancelled, joined (went into another token at a
    gateway) and, for sequence flows, taken. `decisions` holds one dict per choice made (see the elements' modules).
    `outcome` is the end event reached last; the end of a branch beside the work (a reminder that does not interrupt)
    counts only while no other end has been reached. `stuck` says that the instance has not ended and waits for nothing.
    """

    opened: list[Wait] = field(default_factory=list)
    closed: list[Wait] = field(default_factory=list)
    redated: list[Wait] = field(default_factory=list)
    messages: list[Thrown] = field(default_factory=list)
    signals: list[Thrown] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    clocks: list[Mark] = field(default_factory=list)
    path: list[list[str]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    uncaught: list[Uncaught] = field(default_factory=list)
    completed: bool = False
    outcome: str | None = None
    stuck: bool = False
