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

from sqlalchemy import func, select

from engine import jobs, timers
from engine.clock import Virtual
from engine.db import db
from engine.models import Job, ProcessInstance, UserTask

Action = Callable[[], Future[object] | None]
Chore = tuple[Callable[[], datetime | None], Callable[[], int]]  # when it is due next; do what is due, how much it was


@dataclass
class World:
    """The agenda of a simulation. `hand` is the virtual clock everybody reads.

    `chores`: what the worker looks after besides timers and jobs.
    """

    hand: Virtual
    chores: Sequence[Chore] = ()
    agenda: list[tuple[datetime, int, Action]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    seen_task: int = 0
    due: Sequence[datetime | None] = ()  # of the worker's duties, as last asked

    def plan(self, at: datetime, action: Action) -> None:
        """Let `action` happen at `at`. It may return a future: what happens at one moment shares commits."""
        heapq.heappush(self.agenda, (at, next(self.numbers), action))

    def moments(self, until: datetime) -> Iterator[datetime]:
        """Live through every moment at which something happens, up to `until`; yields after each."""
        while (at := self._next()) is not None and at <= until:
            self.hand.move_to(at)
            self._live_through()
            yield self.hand.at

    def new_tasks(self) -> list[tuple[UserTask, str]]:
        """The user tasks that have opened since the last call and are still open, with their business keys."""
        query = (
            select(UserTask, ProcessInstance.business_key)
            .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
            .where(UserTask.id > self.seen_task, UserTask.ended.is_(None))
        )
        found = [(task, key or "") for task, key in db.session.execute(query.order_by(UserTask.id))]
        if found:
            self.seen_task = found[-1][0].id
        db.session.expunge_all()
        db.session.rollback()
        return found

    def _next(self) -> datetime | None:
        """When something happens next. What is due already happens now."""
        moments = [self.agenda[0][0]] if self.agenda else []
        self.due = [next_due() for next_due, _do in self._worker()]
        moments += [due for due in self.due if due is not None]
        return min(moments) if moments else None

    def _live_through(self) -> None:
        """What the worker does at this moment comes before what people do: they see what has become of the day."""
        for due, (_next_due, do) in zip(self.due, self._worker(), strict=True):
            if due is not None and due <= self.hand.at:
                do()
                return  # with consequences perhaps, at this very moment
        waiting = []
        while self.agenda and self.agenda[0][0] <= self.hand.at:
            answer = heapq.heappop(self.agenda)[2]()
            if answer is not None:
                waiting.append(answer)
        for answer in waiting:
            answer.result()

    def _worker(self) -> Iterator[Chore]:
        yield timers.next_due, timers.fire_due
        yield from self.chores
        yield _next_job, _run_jobs


def _next_job() -> datetime | None:
    at = db.session.scalar(select(func.min(Job.run_at)).where(Job.status.in_(("due", "running"))))
    db.session.rollback()
    return at


def _run_jobs() -> int:
    return jobs.run_due(200)
