"""The check: the database against the clients' book, with SQL and hashes of its own and none of the product's code.

Every fault begins with its kind: lost, doubled, answer, timer, job, chain, unfinished, incident, client.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, create_engine, text

from tests.acceptance.drill.clients import Book

LATE = timedelta(seconds=20)  # a reminder this long overdue when its task was completed was missed, not outrun
UNFINISHED = (
    "SELECT (SELECT count(*) FROM process_instance WHERE status <> 'completed')"
    " + (SELECT count(*) FROM job WHERE status <> 'done') + (SELECT count(*) FROM timer)"
    " + (SELECT count(*) FROM work_order WHERE order_no NOT IN (SELECT business_key FROM process_instance))"
)
CASES = "SELECT p.id, p.business_key, d.key FROM process_instance p JOIN process_definition d ON d.id = p.definition_id"
EVENTS = "SELECT instance_id, seq, at, actor, kind, element, payload, prev_hash, hash FROM event ORDER BY 1, 2"


def unfinished(url: str) -> int:
    """How many instances, jobs and timers are not at their end yet, and how many orders have not begun."""
    engine = create_engine(url)
    with engine.connect() as connection:
        count = int(connection.scalar(text(UNFINISHED)))
    engine.dispose()
    return count


def check(url: str, book: Book, calls: Path, down: float = 0) -> tuple[list[str], dict[str, Any]]:
    """The faults, and the figures that show how much was looked at. `calls` holds the job ids the connector saw.

    `down`: for how many seconds at most nothing could be done, timers neither.
    """
    engine = create_engine(url)
    with engine.connect() as connection:
        checked = Check(connection, book, Counter(calls.read_text().split()) if calls.exists() else Counter())
        checked.late = LATE + timedelta(seconds=down)
        faults = [*book.faults, *checked.faults()]
    engine.dispose()
    return faults, checked.figures


class Check:
    late = LATE

    def __init__(self, connection: Connection, book: Book, calls: Counter[str]) -> None:
        self.book, self.calls = book, calls
        self.rows = lambda sql: [tuple(row) for row in connection.execute(text(sql))]
        self.events = [(*row[:2], _instant(row[2]), *row[3:]) for row in self.rows(EVENTS)]
        self.cases = {number: (business, key) for number, business, key in self.rows(CASES)}
        self.tasks = {
            number: (status, instance, element, created and _instant(created), ended and _instant(ended))
            for number, status, instance, element, created, ended in self.rows(
                "SELECT id, status, instance_id, element, created, ended FROM user_task"
            )
        }
        self.figures: dict[str, Any] = {"instances": len(self.cases), "events": len(self.events)}

    def faults(self) -> Iterator[str]:
        for look in (self.orders, self.completions, self.timers, self.jobs, self.chains, self.ends):
            yield from look()

    def orders(self) -> Iterator[str]:
        """Each order acknowledged is there under the number told; each order there has one instance of each process.

        So have those that nobody asked for again: a sweep of the worker begins what a kill has left half way.
        """
        stored = self.rows("SELECT ext_no, order_no FROM work_order")
        self.figures["orders"] = len(stored)
        numbers = dict(stored)
        yield from (f"doubled: order {key} stored {n} times" for key, n in _several(key for key, _ in stored))
        for key, number in self.book.orders.items():
            if numbers.get(key) != number:
                yield f"lost: order {key} acknowledged as {number}, stored as {numbers.get(key)}"
        cases = Counter(self.cases.values())
        for key, number in stored:
            for process in ("drill", "drill_echo"):
                n = cases[number, process]
                if n != 1:
                    yield f"{'doubled' if n else 'lost'}: order {key} has {n} instances of {process}"

    def completions(self) -> Iterator[str]:
        """What was acknowledged is in the history, with the data sent; what was refused is not; nothing is twice."""
        notes = Counter(_values(event)["note"] for event in self.events if event[4] == "task.completed")
        for key, task in self.book.completed.items():
            status = self.tasks.get(task, ("missing",))[0]
            if status != "completed" or notes[key] != 1:
                yield f"lost: completion {key} acknowledged, its task is {status}, {notes[key]} events bear it"
        yield from (f"doubled: completion {key} has {n} events" for key, n in notes.items() if n > 1)
        yield from (f"doubled: completion {key} refused, but done" for key in self.book.refused if notes[key])
        done = _several((event[0], event[5]) for event in self.events if event[4] == "task.completed")
        yield from (f"doubled: {element} of instance {number} completed {n} times" for (number, element), n in done)
        opened = _several((instance, element) for _, instance, element, *_ in self.tasks.values())
        yield from (f"doubled: {element} of instance {number} opened {n} times" for (number, element), n in opened)

    def timers(self) -> Iterator[str]:
        """Each wait fired once; a reminder fired once, or its task was completed before it could."""
        fired = Counter((event[0], event[5]) for event in self.events if event[4] == "timer.fired")
        late = [event[2] - datetime.fromisoformat(_values(event)["due"]) for event in self.events if _fired(event)]
        self.figures["timers fired"] = len(late)
        self.figures["latest timer, s"] = round(max(late, default=timedelta()).total_seconds(), 1)
        yield from (f"doubled: timer {key} fired {n} times" for key, n in fired.items() if n > 1)
        yield from (f"timer: one fired {-lead} early" for lead in late if lead < timedelta())
        for number, (_business, process) in self.cases.items():
            if process == "drill_echo" and not fired[number, "wait"]:
                yield f"timer: the wait of instance {number} never fired"
        for _status, instance, _element, created, ended in self.tasks.values():
            overdue = (ended or datetime.now(UTC)) - created - timedelta(seconds=1)
            if overdue > self.late and not fired[instance, "reminder"]:
                yield f"timer: the reminder of instance {instance} never fired, {overdue} overdue"

    def jobs(self) -> Iterator[str]:
        """Each instance did its job: at least once outside, exactly once inside."""
        jobs = self.rows("SELECT id, instance_id, status FROM job")
        done = Counter(event[0] for event in self.events if event[4] == "job.done")
        self.figures["jobs"] = len(jobs)
        self.figures["jobs called again"] = sum(n > 1 for n in self.calls.values())
        for number, instance, status in jobs:
            if status != "done" or done[instance] != 1 or not self.calls[str(number)]:
                said = f"{status}, called {self.calls[str(number)]} times, {done[instance]} events"
                yield f"{'doubled' if done[instance] > 1 else 'job'}: job {number} of instance {instance}: {said}"
        for number, n in _several(instance for _, instance, _ in jobs):
            yield f"doubled: instance {number} has {n} jobs"

    def chains(self) -> Iterator[str]:
        """Every event follows from the one before it, and the last is the one the instance's row names."""
        ends: dict[int, tuple[int, bytes]] = {}
        for number, seq, at, actor, kind, element, payload, before, own in self.events:
            last, head = ends.get(number, (0, bytes(32)))
            body = orjson.dumps([number, seq, at.isoformat(), actor, kind, element, payload])
            if (seq, bytes(before), bytes(own)) != (last + 1, head, hashlib.sha256(head + body).digest()):
                yield f"chain: instance {number} breaks at event {seq}"
            ends[number] = seq, bytes(own)
        instances = self.rows("SELECT id, seq, head FROM process_instance")
        heads = {number: (seq, bytes(head)) for number, seq, head in instances}
        for number in sorted(heads.keys() | ends.keys()):
            if heads.get(number) != ends.get(number):
                yield f"chain: the end of instance {number} is not the one its row names"

    def ends(self) -> Iterator[str]:
        """Everything has run to its end, and nobody had to be called."""
        for what, sql in {
            "unfinished: instances": "SELECT count(*) FROM process_instance WHERE status <> 'completed'",
            "unfinished: tasks": "SELECT count(*) FROM user_task WHERE status <> 'completed'",
            "unfinished: timers": "SELECT count(*) FROM timer",
            "unfinished: subscriptions": "SELECT count(*) FROM subscription",
            "unfinished: messages kept": "SELECT count(*) FROM message",
            "incident: incidents": "SELECT count(*) FROM incident",
        }.items():
            [(count,)] = self.rows(sql)
            if count:
                yield f"{what} {count}"


def _several(keys: Any) -> Iterator[tuple[Any, int]]:
    return ((key, n) for key, n in Counter(keys).items() if n > 1)


def _fired(event: tuple[Any, ...]) -> bool:
    return event[4] == "timer.fired"


def _values(event: tuple[Any, ...]) -> dict[str, Any]:
    return json.loads(event[6]).get("values", {})


def _instant(value: Any) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
