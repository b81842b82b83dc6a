"""Banjie as a side of a contest: commands through the door, all cases side by side as in a backlog.

Each step writes the instance, its tasks, timers, subscriptions and jobs, the event with its hash, and the idempotency
key, and is answered after the commit. Forms are checked on no side.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app import create_app
from engine import clock, definitions, messages, scheduler, store, tasks
from engine.db import db
from engine.models import Timer, UserTask
from engine.store import Command
from engine.work import Work
from tests.benchmarks.cases import CASES, MOMENT, Case
from tests.conftest import KEYS

WARM_UP = 8
TICK = 0.05  # seconds between two looks for due timers, of a worker that is known to have something to do


@contextmanager
def application(url: str, **settings: Any) -> Iterator[Flask]:
    """The application on this database, in its context; at the end its engine stops."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": Path(folder), **settings})
        with app.app_context():
            yield app
            app.extensions["banjie.door"].stop()
            db.session.remove()
            db.engine.dispose()


def install(url: str, *bundles: dict[str, bytes]) -> None:
    """Make the tables and deploy."""
    with clock.virtual(MOMENT), application(url):
        db.create_all()
        for files in bundles:
            definitions.deploy(files, author="bench")


def starting(process: str, variables: dict[str, Any], key: str | None = None) -> Command:
    """The command of `instances.start`, so that many can be in flight."""

    def run(work: Work) -> dict[str, Any]:
        live = work.start(process, variables, None)
        return {"instance": live.id, "next": list(live.tasks)}

    return Command(run, "bench", key, ["start", process, variables])


class Banjie:
    """A fleet of `number` cases in one process, moved on wave by wave. One of the processes is the worker too."""

    def __init__(self, url: str, case: str, number: int, worker: bool) -> None:
        self.url, self.name, self.number, self.worker = url, case, number, worker

    def prepare(self) -> None:
        self.case: Case = CASES[self.name]
        self.keys = (f"bench-{os.getpid()}-{n}" for n in count())
        self.opened = ExitStack()
        self.opened.enter_context(clock.virtual(MOMENT))
        self.app = self.opened.enter_context(application(self.url))
        self.over = threading.Event()
        if self.worker and self.case.timer_before:
            self.ticking = threading.Thread(target=self._tick)
            self.ticking.start()
        self._waves(self._start(WARM_UP))  # parse, compile, connect
        self.fleet = self._start(self.number)

    def run(self) -> int:
        return self._waves(self.fleet)

    def close(self) -> None:
        self.over.set()
        if self.worker and self.case.timer_before:
            self.ticking.join()
        self.opened.close()

    def _tick(self) -> None:
        while not self.over.wait(TICK):
            scheduler.tick(self.app)

    def _start(self, number: int) -> dict[int, int]:
        """Open task by instance."""
        case, keys = self.case, self.keys
        if not case.message:
            answers = [store.submit(starting(case.process, case.variables, next(keys))) for _ in range(number)]
            return {answer.result()["instance"]: answer.result()["next"][0] for answer in answers}
        sent = [messages.send_later(case.message, next(keys), case.variables, actor="bench") for _ in range(number)]
        return self._open([answer.result()["started"][0] for answer in sent])

    def _open(self, instances: list[int]) -> dict[int, int]:
        db.session.rollback()
        query = select(UserTask.instance_id, UserTask.id)
        query = query.where(UserTask.instance_id.in_(instances), UserTask.ended.is_(None))
        found = {row.instance_id: row.id for row in db.session.execute(query)}
        db.session.rollback()
        return found

    def _waves(self, fleet: dict[int, int]) -> int:
        """Complete every step of every case; returns how many user tasks that was."""
        instances, done = list(fleet), 0
        for element, values in self.case.steps:
            if element == self.case.timer_before:
                self._wait_for_timers(instances)
                fleet = self._open(instances)
            if len(fleet) != len(instances):
                raise RuntimeError(f"before {element} {len(fleet)} of {len(instances)} cases went on")
            answers = [
                store.submit(tasks.completion(task, values, values, actor="bench", key=next(self.keys)))
                for task in fleet.values()
            ]
            results = [answer.result() for answer in answers]
            done += len(results)
            fleet = {result["instance"]: result["next"][0] for result in results if result["next"]}
        if not all(result["completed"] for result in results):
            raise RuntimeError("not every case has ended")
        return done

    def _wait_for_timers(self, instances: list[int]) -> None:
        query = select(func.count()).select_from(Timer).where(Timer.instance_id.in_(instances))
        while db.session.scalar(query):
            db.session.rollback()
            time.sleep(TICK / 10)
        db.session.rollback()
