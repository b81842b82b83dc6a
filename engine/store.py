"""The door: every change of an instance comes in here and leaves in one transaction.

One engine thread per process takes commands from a queue, up to a batch at a time, runs them against instances in
memory and writes everything they did in one transaction (group commit). Answers are given after the commit.
Correctness rests on the version column and the inbox alone: the cache, the thread and the batch only make it fast.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Flask, current_app
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from engine import models, registry, text
from engine.batch import among
from engine.db import db
from engine.errors import BanjieError, DiagramFault, Doubtful, KeyReused, Stale, Unavailable
from engine.live import Cache
from engine.programs import Programs
from engine.rows import Rows
from engine.work import Shared, Work

log = logging.getLogger(__name__)

RETRIES = 8  # of one command alone, after a lost race or a lost connection; waits grow to about a second
FALLBACK_BATCH, FALLBACK_LIVE, FALLBACK_DAYS = 256, 5_000, 30


@dataclass(slots=True)
class Command:
    """Something that wants to happen. `run` gets a Work and returns the answer (JSON); it may run more than once."""

    run: Callable[[Work], Any]
    actor: str
    key: str | None = None  # the same key has one effect and gets one answer
    body: Any = None  # what the key stands for: the same key with another body is refused
    task: int | None = None  # what it is about, so that a batch reads all it needs in one query
    instance: int | None = None
    fault: Callable[[Work, DiagramFault], None] | None = None  # how to note a fault of the diagram as an incident
    answer: Future[Any] = field(default_factory=Future)

    def digest(self) -> bytes:
        return hashlib.sha256(orjson.dumps([self.actor, self.body], default=str, option=orjson.OPT_SORT_KEYS)).digest()


def init_app(app: Flask) -> None:
    """Give the application its door; the engine thread starts at the first command."""
    app.extensions["banjie.door"] = Door(app)


def submit(command: Command) -> Future[Any]:
    """Queue a command; its future holds the answer once it is committed.

    The caller's read ends here: what it reads next must be what came of its command, not an older snapshot.
    """
    db.session.rollback()
    door: Door = current_app.extensions["banjie.door"]
    return door.submit(command)


def call(command: Command) -> Any:
    """Queue a command and wait for the committed answer. Raises what the command raised."""
    return submit(command).result()


def programs() -> Programs:
    """The definitions this process has parsed."""
    door: Door = current_app.extensions["banjie.door"]
    return door.programs


class Door:
    """The queue, the engine thread and the live instances of one process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        settings = app.config.get("SETTINGS")
        self.size = getattr(settings, "batch", FALLBACK_BATCH)
        self.programs = Programs()
        self._live = max(getattr(settings, "live_instances", FALLBACK_LIVE), 4 * self.size)
        self._days = getattr(settings, "message_days", FALLBACK_DAYS)
        self._lock = threading.Lock()
        self._pid = 0
        self.queue: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        # told of each transaction: commands committed (0: it was lost), seconds, commands that wait
        self.watchers: list[Callable[[int, float, int], None]] = []

    def submit(self, command: Command) -> Future[Any]:
        if self._pid != os.getpid():
            self._begin()
        self.queue.put(command)
        return command.answer

    def stop(self) -> None:
        """Finish what is queued and end the engine thread (tests; a killed process needs no goodbye)."""
        if self._pid == os.getpid():
            self.queue.put(None)
            self._thread.join()
            self._pid = 0

    def _begin(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            # a forked child inherits neither thread nor connections
            self.queue = queue.SimpleQueue()
            self.shared = Shared(Cache(self.programs, self._live), self._days)
            with self.app.app_context():
                self.engine = db.engine
                if self._pid:
                    self.engine.dispose(close=False)
            # Live instances are many objects that stay: rarely look for garbage among them (1.3 times the steps)
            gc.set_threshold(50_000, 20, 50)
            gc.freeze()
            self._thread = threading.Thread(target=self._serve, name="engine", daemon=True)
            self._pid = os.getpid()
            self._thread.start()

    # -- the engine thread

    def _serve(self) -> None:
        with self.app.app_context():
            while True:
                command = self.queue.get()
                batch = []
                while command is not None:
                    batch.append(command)
                    if len(batch) >= self.size or self.queue.empty():
                        break
                    command = self.queue.get()
                if batch:
                    self._handle(batch)
                    db.session.remove()  # a function of the domain may have read: never keep its snapshot
                if command is None:
                    return

    def _handle(self, batch: list[Command]) -> None:
        try:
            outcomes = self._together(batch)
        except Exception as error:
            # one bad apple or races lost: everybody once more, alone
            if not isinstance(error, Stale | DBAPIError | Doubtful):
                log.exception("a batch of %d commands failed", len(batch))
            for command in batch:
                if isinstance(error, Doubtful) and command.key is None:
                    _settle(command, None, error)
                else:
                    self._alone(command)
            return
        for command, (answer, error) in zip(batch, outcomes, strict=True):
            _settle(command, answer, error)

    def _together(self, batch: list[Command]) -> list[tuple[Any, BaseException | None]]:
        """A batch that has lost a race is tried again on what the other process left: alone costs a commit each."""
        try:
            return self._transaction(batch)
        except Stale:
            return self._transaction(batch)

    def _alone(self, command: Command) -> None:
        for attempt in range(RETRIES):
            try:
                [(answer, error)] = self._transaction([command])
            except (Stale, DBAPIError, Doubtful) as lost:
                if isinstance(lost, Doubtful) and command.key is None:
                    return _settle(command, None, lost)
                log.warning("command retried after %s", type(lost).__name__)
                time.sleep(random.uniform(0, min(1.0, 0.005 * 2**attempt)))
            except Exception as error:
                log.exception("a command failed")
                return _settle(command, None, error)
            else:
                return _settle(command, answer, error)
        return _settle(command, None, Unavailable())

    def _transaction(self, batch: list[Command]) -> list[tuple[Any, BaseException | None]]:
        works: list[Work] = []
        written = False
        begun = time.perf_counter()
        self.shared.look_again()
        try:
            with self.engine.connect() as connection, connection.execution_options(writes=True).begin():
                rows, outcomes = self._run(connection, batch, works)
                _write(connection, rows, works)
                self._tell(connection, works)
                written = True
        except BaseException as error:
            self._forget(works)
            self._watched(0, begun)
            if written and isinstance(error, DBAPIError):
                # the commit itself failed, and may have reached the server: only the inbox knows, by the key
                raise Doubtful from error
            raise
        self._watched(len(batch), begun)
        for ids in self.shared.ids.values():
            ids.keep()
        for live in {live.id: live for work in works for live in work.touched()}.values():
            if live.status in ("completed", "cancelled"):
                self.shared.cache.drop(live.id)
        return outcomes

    def _run(
        self, connection: Connection, batch: list[Command], works: list[Work]
    ) -> tuple[Rows, list[tuple[Any, BaseException | None]]]:
        """Run the commands one after another; each sees what the ones before it did."""
        known = self._prefetch(connection, batch)
        rows, outcomes = Rows(), []
        for command in batch:
            work = Work(self.shared, connection, command.actor, [rows])
            works.append(work)
            answer, error = self._one(work, command, known)
            if error is not None:
                work.undo()
                work.rows, work.changes = Rows(), []
                if isinstance(error, DiagramFault) and command.fault is not None:
                    command.fault(work, error)
            rows.merge(work.rows)
            outcomes.append((answer, error))
        return rows, outcomes

    def _tell(self, connection: Connection, works: list[Work]) -> None:
        """Let the domain follow what has happened; clocks it moves move what hangs on them, in this transaction."""
        changes = [change for work in works for change in work.changes]
        while changes:
            moves = [move for project in registry.PROJECTIONS for move in project(connection, changes) or ()]
            rows, moved = Rows(), []
            for move in moves:
                work = Work(self.shared, connection, "clock", [rows])
                works.append(work)
                moved.append(work)
                work.move_clocks(move)
                work.settle()
                rows.merge(work.rows)
            if moves:
                _write(connection, rows, moved)
            changes = [change for work in moved for change in work.changes]

    def _one(
        self, work: Work, command: Command, known: dict[str, tuple[bytes, str]]
    ) -> tuple[Any, BaseException | None]:
        try:
            if command.key is not None and command.key in known:
                body, answer = known[command.key]
                if body != command.digest():
                    raise KeyReused(key=command.key)
                return orjson.loads(answer), None
            answer = command.run(work)
            work.settle()
        except BanjieError as error:
            if isinstance(error, Stale):
                raise
            return None, error
        if command.key is not None:
            said = text.dumps(answer)
            body = command.digest()
            known[command.key] = body, said
            work.rows.inbox.append({"key": command.key, "body": body, "answer": said, "at": work.now})
        return answer, None

    def _prefetch(self, connection: Connection, batch: list[Command]) -> dict[str, tuple[bytes, str]]:
        """Everything the batch is known to need, in three queries; returns the keys answered before."""
        cache, tasks = self.shared.cache, models.UserTask.__table__
        wanted = {c.instance for c in batch if c.instance is not None}
        elsewhere = {c.task for c in batch if c.task is not None and c.task not in cache.tasks}
        wanted |= {cache.tasks[c.task] for c in batch if c.task in cache.tasks}
        if elsewhere:
            query = select(tasks.c.instance_id).where(among(connection, tasks.c.id, elsewhere))
            wanted |= set(connection.scalars(query))
        cache.load(connection, wanted)
        keys = {c.key for c in batch if c.key is not None}
        if not keys:
            return {}
        inbox = models.Inbox.__table__
        query = select(inbox.c.key, inbox.c.body, inbox.c.answer).where(among(connection, inbox.c.key, keys))
        found = connection.execute(query)
        return {key: (body, answer) for key, body, answer in found}

    def _watched(self, committed: int, begun: float) -> None:
        for watch in self.watchers:
            try:
                watch(committed, time.perf_counter() - begun, self.queue.qsize())
            except Exception:  # what is committed is committed, whoever cannot count it
                log.exception("a watcher failed")

    def _forget(self, works: list[Work]) -> None:
        """The transaction did not happen: what is in memory is not true."""
        for work in works:
            for live in work.touched():
                self.shared.cache.drop(live.id)
        for ids in self.shared.ids.values():
            ids.forget()


def _write(connection: Connection, rows: Rows, works: list[Work]) -> None:
    """Write, and count the versions on: a later write of the same transaction builds on this one."""
    rows.write(connection)
    written = rows.instances_new.keys() | rows.instances.keys()
    for live in {live.id: live for work in works for live in work.touched()}.values():
        if live.id in written:
            live.ver += 1


def _settle(command: Command, answer: Any, error: BaseException | None) -> None:
    if error is not None:
        command.answer.set_exception(error)
    else:
        command.answer.set_result(answer)
