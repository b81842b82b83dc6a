"""The control: the same system with its safety taken away. The drill must find it out, or it proves nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from engine.rows import Records, Rows, Waits

Write = Callable[[Any, Connection], None]


def take_safety_away() -> None:
    """What a first version of such a system tends to look like: a commit after each table, no memory of requests."""
    for part in (Records, Waits):
        part.write = _committed(part.write)  # type: ignore[assignment, method-assign]
    Rows.write = _without_inbox(Rows.write)  # type: ignore[assignment, method-assign]


def _committed(write: Write) -> Write:
    def writes(self: Any, connection: Connection) -> None:
        write(self, connection)
        connection.exec_driver_sql("COMMIT")
        time.sleep(0.001)  # a slower disk: the gap a kill must hit
        connection.exec_driver_sql("BEGIN")

    return writes


def _without_inbox(write: Write) -> Write:
    def writes(self: Any, connection: Connection) -> None:
        self.inbox = []
        write(self, connection)

    return writes
