"""Many rows in one statement, on both databases.

PostgreSQL takes arrays (`unnest`), SQLite an executemany. SQLAlchemy's own executemany costs three to five times as
much per row on PostgreSQL, and a step writes five or six rows: this is the hot path, pages use the ORM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import orjson
from sqlalchemy import ARRAY, ColumnElement, Connection, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from engine.db import Instant
from engine.errors import Stale

_PG = postgresql.dialect()


def insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows`, which all have the same keys."""
    if rows:
        columns = tuple(rows[0])
        _execute(connection, _insert, table, (), columns, [[row[c] for c in columns] for row in rows])


def update(
    connection: Connection,
    table: Table,
    keys: tuple[str, ...],
    rows: Sequence[dict[str, Any]],
    *,
    all_found: bool = False,
) -> None:
    """Update the rows found by `keys` with the other entries. With `all_found`, Stale when one is not there.

    A key is a column's name, or `column=entry` where the rows carry the value to look for under another name.
    """
    if not rows:
        return
    entries = tuple(k.partition("=")[2] or k for k in keys)
    columns = tuple(c for c in rows[0] if c not in entries)
    order = (*columns, *entries)
    expected = len(rows) if all_found else None
    _execute(connection, _update, table, keys, columns, [[row[c] for c in order] for row in rows], expected)


def delete(connection: Connection, table: Table, keys: tuple[str, ...], values: Sequence[tuple[Any, ...]]) -> None:
    """Delete the rows whose `keys` have these values."""
    if values:
        _execute(connection, _delete, table, keys, (), values)


def among(connection: Connection, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """`column IN values` whose text is the same however many the values are, so that it is made and parsed once.

    An IN of hundreds of parameters costs more than finding the rows (1.06 times the CPU of a step).
    """
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), ARRAY(column.type)))
    listed = func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
    return column.in_(select(listed.c.value))


def lock(connection: Connection, table: Table, key: str, values: Sequence[Any]) -> None:
    """Lock the rows found by `key`, in its order. SQLite has one writer: there is nothing to lock."""
    if values and connection.dialect.name == "postgresql":
        _execute(connection, _lock, table, (key,), (), [[value] for value in values])


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Send what the body writes without waiting for each answer: the server works while we prepare the next.

    Only PostgreSQL gains by it; the errors and the counts come at the end.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    sent: list[tuple[Any, int | None]] = []
    connection.info[_SENT] = sent
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(None, None, error) from error
    finally:
        del connection.info[_SENT]
    for cursor, expected in sent:
        _check(cursor.rowcount, expected)


def _check(found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise Stale


_SENT = "banjie.sent"


Statement = Callable[[Table, tuple[str, ...], tuple[str, ...], bool], str]


def _execute(
    connection: Connection,
    statement: Statement,
    table: Table,
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    expected: int | None = None,
) -> None:
    if connection.dialect.name == "postgresql":
        sql = _text(statement, table, keys, columns, True)
        arrays = tuple(list(column) for column in zip(*rows, strict=True))
        if _SENT in connection.info:
            driver: Any = connection.connection.driver_connection
            connection.info[_SENT].append((driver.cursor().execute(sql, arrays), expected))
        else:
            _check(connection.exec_driver_sql(sql, arrays).rowcount, expected)
        return
    sql = _text(statement, table, keys, columns, False)
    names = [k.partition("=")[0] for k in (*columns, *keys)]
    instants = [i for i, name in enumerate(names) if isinstance(table.c[name].type, Instant)]
    if instants:
        changed = [list(row) for row in rows]
        for row in changed:
            for i in instants:
                row[i] = row[i] and _utc_text(row[i])
        rows = changed
    _check(connection.exec_driver_sql(sql, [tuple(row) for row in rows]).rowcount, expected)


@lru_cache(1024)
def _utc_text(instant: datetime) -> str:
    """SQLite keeps instants as UTC text, as the column type `Instant` does. Many rows of a batch share theirs."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


@cache
def _text(statement: Statement, table: Table, keys: tuple[str, ...], columns: tuple[str, ...], arrays: bool) -> str:
    return statement(table, keys, columns, arrays)


def _unnest(table: Table, columns: tuple[str, ...]) -> str:
    # %b: binary, because psycopg writes text arrays by a regular expression per item (a third of the step's CPU)
    return "unnest(" + ", ".join(f"%b::{table.c[c].type.compile(_PG)}[]" for c in columns) + ")"


def _insert(table: Table, _keys: tuple[str, ...], columns: tuple[str, ...], arrays: bool) -> str:
    head = f"INSERT INTO {table.name} ({', '.join(columns)}) "
    return head + (
        f"SELECT * FROM {_unnest(table, columns)}" if arrays else f"VALUES ({', '.join('?' * len(columns))})"
    )


def _update(table: Table, keys: tuple[str, ...], columns: tuple[str, ...], arrays: bool) -> str:
    keys = tuple(k.partition("=")[0] for k in keys)
    if not arrays:
        changes = ", ".join(f"{c} = ?" for c in columns)
        return f"UPDATE {table.name} SET {changes} WHERE {' AND '.join(f'{k} = ?' for k in keys)}"
    names = [f"v{i}" for i in range(len(columns) + len(keys))]
    changes = ", ".join(f"{c} = v.{n}" for c, n in zip(columns, names, strict=False))
    found = " AND ".join(f"{table.name}.{k} = v.{n}" for k, n in zip(keys, names[len(columns) :], strict=True))
    source = f"{_unnest(table, (*columns, *keys))} AS v({', '.join(names)})"
    return f"UPDATE {table.name} SET {changes} FROM {source} WHERE {found}"


def _delete(table: Table, keys: tuple[str, ...], _columns: tuple[str, ...], arrays: bool) -> str:
    if not arrays:
        return f"DELETE FROM {table.name} WHERE {' AND '.join(f'{k} = ?' for k in keys)}"
    names = [f"v{i}" for i in range(len(keys))]
    found = " AND ".join(f"{table.name}.{k} = v.{n}" for k, n in zip(keys, names, strict=True))
    return f"DELETE FROM {table.name} USING {_unnest(table, keys)} AS v({', '.join(names)}) WHERE {found}"


def _lock(table: Table, keys: tuple[str, ...], _columns: tuple[str, ...], _arrays: bool) -> str:
    found = f"{keys[0]} = ANY(%b::{table.c[keys[0]].type.compile(_PG)}[])"
    return f"SELECT 1 FROM {table.name} WHERE {found} ORDER BY {keys[0]} FOR UPDATE"
