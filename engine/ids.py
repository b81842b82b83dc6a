"""Ids without a round trip: each process takes a block of numbers and hands them out.

A killed process loses the rest of its block; ids have gaps, and nobody may read a count from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, insert, update

from engine.models import IdBlock

BLOCK = 500  # the first one of a process: at 20 tasks a case one update serves 25 cases
GROWTH = 16  # blocks double up to so many times the first: taking one makes other processes wait for our commit


class Ids:
    """Ids of one kind. Used by the engine thread alone, inside its transaction."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.free: Iterator[int] = iter(())
        self.size = BLOCK
        self.kept = True

    def take(self, connection: Connection) -> int:
        """A number no other process has had."""
        number = next(self.free, None)
        if number is None:
            first = _advance(connection, self.name, self.size)
            self.free, self.kept = iter(range(first, first + self.size)), False
            self.size = min(2 * self.size, GROWTH * BLOCK)
            number = next(self.free)
        return number

    def keep(self) -> None:
        """The transaction was committed: the block is ours."""
        self.kept = True

    def forget(self) -> None:
        """The transaction was rolled back: a block that it took may be given to others."""
        if not self.kept:
            self.free, self.kept = iter(()), True


def _advance(connection: Connection, name: str, size: int) -> int:
    row = connection.execute(
        update(IdBlock).where(IdBlock.name == name).values(next=IdBlock.next + size).returning(IdBlock.next)
    ).first()
    if row is not None:
        return int(row[0]) - size
    connection.execute(insert(IdBlock).values(name=name, next=1 + size))
    return 1
