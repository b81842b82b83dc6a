"""Virtual time for the real door: timers, jobs and people act in the order in which it would have happened.

The world jumps from one moment to the next at which something is due: a timer, a job, or an action somebody has
planned. Everything goes through the same verbs as in earnest, so what a simulation shows is what the engine does.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Executable, ScalarSelect, func, select

from engine import jobs, store, timers
from engine.clock import Virtual
from engine.db import db
from engine.models import Job, ProcessDefinition, ProcessInstance, StartTimer, Timer, UserTask
from engine.store import Command

Action = Callable[[], Command | Future[Any] | None]
Chore = tuple[ScalarSelect[Any], Callable[[], int]]  # when it is due next; do what is due, how much it was

_WAITS = select(func.min(Timer.due)).where(~Timer.held).scalar_subquery()
_STARTS = select(func.min(StartTimer.due)).scalar_subquery()
_JOBS = select(func.min(Job.run_at)).where(Job.status.in_(("due", "running"))).scalar_subquery()
_TASKS = (
    select(
        UserTask.id, UserTask.element, UserTask.token, UserTask.form, UserTask.role, UserTask.unit, UserTask.created,
        UserTask.data, ProcessInstance.business_key, ProcessDefinition.key, ProcessDefinition.deployment_id,
    )
    .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
    .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
    .order_by(UserTask.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """An open user task: what a person sees of it, and whose case it is."""

    id: int
    element: str
    token: int
    form: str | None
    role: str | None
    unit: str | None
    created: datetime
    data: str
    business_key: str | None
    process: str
    deployment: int


@dataclass
class World:
    """The agenda of a simulation. `hand` is the virtual clock everybody reads.

    `chores`: what the worker looks after besides timers and jobs.
    """

    hand: Virtual
    chores: Sequence[Chore] = ()
    agenda: list[tuple[datetime, int, Action, str | None]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    seen_task: int = 0
    due: Sequence[datetime | None] = ()  # of the worker's duties, as last asked
    asking: Executable | None = None

    def plan(self, at: datetime, action: Action, case: str | None = None) -> None:
        """Let `action` happen at `at`. It may return a future, and the moment ends with it.

        One that is about one `case` alone may return a command instead: those of one moment share a commit.
        """
        heapq.heappush(self.agenda, (at, next(self.numbers), action, case))

    def moments(self, until: datetime) -> Iterator[datetime]:
        """Live through every moment at which something happens, up to `until`; yields after each."""
        while (at := self._next()) is not None and at <= until:
            self.hand.move_to(at)
            self._live_through()
            yield self.hand.at

    def new_tasks(self) -> list[Task]:
        """The user tasks that have opened since the last call and are still open."""
        query = _TASKS.where(UserTask.id > self.seen_task, UserTask.ended.is_(None))
        found = [Task(*row) for row in _read(query)]
        if found:
            self.seen_task = found[-1].id
        return found

    def _next(self) -> datetime | None:
        """When something happens next. What is due already happens now.

        What only the calendar begins, every month for ever, keeps no world going.
        """
        if self.asking is None:
            self.asking = select(*(due for due, _do in self._worker()))
        begins, *rest = self.due = tuple(_read(self.asking)[0])
        moments = [due for due in rest if due is not None]
        if self.agenda:
            moments.append(self.agenda[0][0])
        return min(moments if begins is None else [*moments, begins]) if moments else None

    def _live_through(self) -> None:
        """What the worker does at this moment comes before what people do: they see what has become of the day."""
        for due, (_when, do) in zip(self.due, self._worker(), strict=True):
            if due is not None and due <= self.hand.at:
                do()
                return  # with consequences perhaps, at this very moment
        waiting: list[Future[Any]] = []
        held: dict[str, Command] = {}  # by case
        while self.agenda and self.agenda[0][0] <= self.hand.at:
            _at, _number, action, case = heapq.heappop(self.agenda)
            if case is None or case in held:  # it sees what has become of those before it
                _hand_in(held)
            answer = action()
            if isinstance(answer, Command):
                held[case or ""] = answer
            elif answer is not None:
                waiting.append(answer)
        _hand_in(held)
        for answer in waiting:
            answer.result()

    def _worker(self) -> Iterator[Chore]:
        yield _STARTS, timers.fire_due
        yield _WAITS, timers.fire_due
        yield from self.chores
        yield _JOBS, _run_jobs


def _read(query: Executable) -> Sequence[Any]:
    """What the database says now, without the session's own accounts: asked at every moment of a year."""
    found = db.session.connection().execute(query).all()
    db.session.rollback()
    return found


def _hand_in(held: dict[str, Command]) -> None:
    """Hand in the commands together and wait for them. An error is for who made it: a lost race is no defect here."""
    for answer in [store.submit(command) for command in held.values()]:
        answer.exception()
    held.clear()


def _run_jobs() -> int:
    return jobs.run_due(200)
