"""Ids without a round trip: each process takes a block of numbers and hands them out.

A killed process loses the rest of its block; ids have gaps, and nobody may read a count from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, insert, update

from engine.models import IdBlock

BLOCK = 500  # at 20 tasks a case one update serves 25 cases; larger only makes wider gaps after a kill


class Ids:
    """Ids of one kind. Used by the engine thread alone, inside its transaction."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.free: Iterator[int] = iter(())

    def take(self, connection: Connection) -> int:
        """A number no other process has had."""
        number = next(self.free, None)
        if number is None:
            first = _advance(connection, self.name)
            self.free = iter(range(first, first + BLOCK))
            number = next(self.free)
        return number

    def forget(self) -> None:
        """The transaction that took the block was rolled back: others may have the same numbers now."""
        self.free = iter(())


def _advance(connection: Connection, name: str) -> int:
    row = connection.execute(
        update(IdBlock).where(IdBlock.name == name).values(next=IdBlock.next + BLOCK).returning(IdBlock.next)
    ).first()
    if row is not None:
        return int(row[0]) - BLOCK
    connection.execute(insert(IdBlock).values(name=name, next=1 + BLOCK))
    return 1
