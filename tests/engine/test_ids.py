"""Ids by blocks: never twice, whatever is rolled back; gaps are allowed."""

from __future__ import annotations

from flask import Flask

from engine.db import db
from engine.ids import BLOCK, GROWTH, Ids


def _take(ids: Ids, number: int, *, commit: bool = True) -> list[int]:
    """Take so many ids in a transaction of their own."""
    with db.engine.connect() as connection, connection.execution_options(writes=True).begin() as transaction:
        taken = [ids.take(connection) for _ in range(number)]
        if not commit:
            transaction.rollback()
    if commit:
        ids.keep()
    else:
        ids.forget()
    return taken


def test_two_processes_never_get_the_same(app: Flask) -> None:
    mine, other = Ids("thing"), Ids("thing")
    taken = [n for _ in range(5) for ids in (mine, other) for n in _take(ids, BLOCK)]
    assert len(set(taken)) == 10 * BLOCK


def test_a_block_of_a_rolled_back_transaction_is_not_used(app: Flask) -> None:
    mine, other = Ids("thing"), Ids("thing")
    lost = _take(mine, 3, commit=False)
    assert _take(other, 3) == lost  # the database has forgotten them
    assert not set(_take(mine, 3)) & set(lost)


def test_a_block_outlives_a_later_transaction_that_is_rolled_back(app: Flask) -> None:
    ids = Ids("thing")
    [first] = _take(ids, 1)
    _take(ids, 3, commit=False)
    assert _take(ids, 1) == [first + 4]


def test_blocks_grow_up_to_a_limit(app: Flask) -> None:
    ids = Ids("thing")
    _take(ids, 1)
    for _ in range(10):
        _take(ids, ids.size)
    assert ids.size == GROWTH * BLOCK
