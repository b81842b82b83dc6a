"""Clients of the API: each sends a request with its key until it is answered, and notes every answer in its book."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

HURRY = 0.03  # seconds after which an impatient client hangs up and sends again
PAGE = 40


@dataclass
class Book:
    """What the clients were told, and what contradicts itself already there (`faults`)."""

    orders: dict[str, str] = field(default_factory=dict)  # key -> order number
    completed: dict[str, int] = field(default_factory=dict)  # key -> task
    refused: dict[str, int] = field(default_factory=dict)  # key -> task; somebody else was faster
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, books: Iterable[Book]) -> Book:
        whole = cls()
        for book in books:
            whole.orders |= book.orders
            whole.completed |= book.completed
            whole.refused |= book.refused
            whole.faults += book.faults
            whole.counts += book.counts
        return whole


class Client:
    """One client. `patience`: seconds after which an unanswered request is a fault."""

    def __init__(self, name: str, port: int, token: str, seed: int, patience: float) -> None:
        self.name, self.port, self.patience = name, port, patience
        self.dice = random.Random(f"{seed} {name}")
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.book = Book()

    def work(self, done: threading.Event) -> None:
        """Register orders and complete tasks until `done`. A fault ends the drill for everybody."""
        count = 0
        try:
            while not done.is_set():
                count += 1
                self.register(f"{self.name}-{count}")
                tasks = self.tasks()
                for task in self.dice.sample(tasks, min(len(tasks), self.dice.randint(0, 2))):  # the rest grows old
                    self.complete(task)
        except Exception as error:
            self.book.faults.append(f"client: {self.name} gave up: {error!r}")
            done.set()

    def register(self, key: str) -> None:
        """Register an order. Now and then the client dies as it sends: nobody will ever ask for that order again."""
        body = {
            "source": "12345",
            "ext_no": key,
            "subject": "演练工单",
            "content": "演练：商家拒绝退款。",
            "received_at": datetime.now(UTC).isoformat(),
        }
        if self.dice.random() < 0.03:
            self._send_and_die("/api/v1/orders", body, key)
            return
        _status, answer = self._ask("POST", "/api/v1/orders", body, key)
        self.book.orders[key] = answer["order_no"]
        if self._again():
            _status, second = self._ask("POST", "/api/v1/orders", body, key)
            if (second["order_no"], second["new"]) != (answer["order_no"], False):
                self.book.faults.append(f"answer: order {key} sent twice: {answer}, then {second}")

    def tasks(self) -> list[int]:
        _status, answer = self._ask("GET", f"/api/v1/tasks?scope=all&limit={PAGE}")
        return [row["task_id"] for row in answer["rows"]]

    def complete(self, task: int) -> None:
        key = f"{self.name}-task-{task}"
        path, body = f"/api/v1/tasks/{task}/complete", {"values": {"note": key}}
        status, answer = self._ask("POST", path, body, key)
        if status != 200:
            self.book.refused[key] = task
            return
        self.book.completed[key] = task
        if self._again():
            second = self._ask("POST", path, body, key)
            if second != (status, answer):
                self.book.faults.append(f"answer: completion {key} sent twice: {status}, then {second[0]}")

    def _again(self) -> bool:
        """Now and then the answer is lost on its way, and the client asks once more."""
        return self.dice.random() < 0.1

    def _ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, dict[str, Any]]:
        """Send until answered. 409 is an answer too: somebody else was faster."""
        end = time.monotonic() + self.patience
        last: object = None
        while time.monotonic() < end:
            hurried = key is not None and self.dice.random() < 0.05
            try:
                status, text = self._send(method, path, body, key, HURRY if hurried else 10)
                answer = json.loads(text)
            except (OSError, http.client.HTTPException, ValueError) as error:
                last = error
                self.book.counts["no answer"] += 1
            else:
                if status < 400 or status == 409:
                    self.book.counts["answers"] += 1
                    return status, answer
                last = f"{status} {text[:300]!r}"
                if status < 500:
                    raise RuntimeError(f"{method} {path}: {last}")
                self.book.counts[f"answers {status}"] += 1
            time.sleep(0.01)
        raise TimeoutError(f"{method} {path} unanswered for {self.patience:.0f} s; last: {last}")

    def _send_and_die(self, path: str, body: Any, key: str) -> None:
        self.book.counts["requests abandoned"] += 1
        try:
            self._send("POST", path, body, key, HURRY)
        except (OSError, http.client.HTTPException):
            pass  # it is not there to hear the answer

    def _send(self, method: str, path: str, body: Any, key: str | None, seconds: float) -> tuple[int, bytes]:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        data = json.dumps(body).encode() if body is not None else None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
