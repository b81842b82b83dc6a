"""Virtual time for the real door: timers, jobs and people act in the order in which it would have happened.

The world jumps from one moment to the next at which something is due: a timer, a job, or an action somebody has
planned. Everything goes through the same verbs as in earnest, so what a simulation shows is what the engine does.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from sqlalchemy import func, select

from engine import jobs, timers
from engine.clock import Virtual
from engine.db import db
from engine.models import Job, UserTask

Action = Callable[[], Future[object] | None]


@dataclass
class World:
    """The agenda of a simulation. `hand` is the virtual clock everybody reads."""

    hand: Virtual
    agenda: list[tuple[datetime, int, Action]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    timers_fired: int = 0
    jobs_done: int = 0
    seen_task: int = 0

    def plan(self, at: datetime, action: Action) -> None:
        """Let `action` happen at `at`. It may return a future: what happens at one moment shares commits."""
        heapq.heappush(self.agenda, (at, next(self.numbers), action))

    def moments(self, until: datetime) -> Iterator[datetime]:
        """Live through every moment at which something happens, up to `until`; yields after each."""
        while (at := self._next()) is not None and at <= until:
            self.hand.move_to(at)
            self._live_through()
            yield self.hand.at

    def new_tasks(self) -> list[UserTask]:
        """The user tasks that have opened since the last call and are still open."""
        query = select(UserTask).where(UserTask.id > self.seen_task, UserTask.ended.is_(None))
        found = list(db.session.scalars(query.order_by(UserTask.id)))
        if found:
            self.seen_task = found[-1].id
        db.session.expunge_all()
        db.session.rollback()
        return found

    def _next(self) -> datetime | None:
        """When something happens next. What is due already happens now."""
        moments = [self.agenda[0][0]] if self.agenda else []
        for due in (timers.next_due(), _next_job()):
            if due is not None:
                moments.append(due)
        return min(moments) if moments else None

    def _live_through(self) -> None:
        while (fired := timers.fire_due()) or _next_job_due(self.hand.at):
            self.timers_fired += fired
            self.jobs_done += jobs.run_due(200)
        waiting = []
        while self.agenda and self.agenda[0][0] <= self.hand.at:
            answer = heapq.heappop(self.agenda)[2]()
            if answer is not None:
                waiting.append(answer)
        for answer in waiting:
            answer.result()


def _next_job() -> datetime | None:
    at = db.session.scalar(select(func.min(Job.run_at)).where(Job.status.in_(("due", "running"))))
    db.session.rollback()
    return at


def _next_job_due(now: datetime) -> bool:
    due = _next_job()
    return due is not None and due <= now
