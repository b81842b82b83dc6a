"""Ids without a round trip: each process takes a block of numbers and hands them out.

A killed process loses the rest of its block; ids have gaps, and nobody may read a count from them.
"""

from __future__ import annotations

import threading
from itertools import count

from sqlalchemy import Connection, Engine, insert, update
from sqlalchemy.exc import IntegrityError

from engine.models import IdBlock

BLOCK = 500  # at 20 tasks a case one round trip serves 25 cases; larger only makes wider gaps after a kill


class Ids:
    """Ids of one kind, from blocks of the database that `engine` opens."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine, self.name = engine, name
        self.lock = threading.Lock()
        self.free = iter(())  # type: ignore[var-annotated]

    def take(self) -> int:
        """A number no other process has had."""
        with self.lock:
            number = next(self.free, None)
            if number is None:
                first = _block(self.engine, self.name)
                self.free = iter(range(first, first + BLOCK))
                number = next(self.free)
            return int(number)


def _block(engine: Engine, name: str) -> int:
    for _attempt in count():
        try:
            with engine.connect() as connection, connection.execution_options(writes=True).begin():
                return _advance(connection, name)
        except IntegrityError:  # another process made the first block just now
            if _attempt:
                raise
    raise AssertionError


def _advance(connection: Connection, name: str) -> int:
    row = connection.execute(
        update(IdBlock).where(IdBlock.name == name).values(next=IdBlock.next + BLOCK).returning(IdBlock.next)
    ).first()
    if row is not None:
        return int(row[0]) - BLOCK
    connection.execute(insert(IdBlock).values(name=name, next=1 + BLOCK))
    return 1
