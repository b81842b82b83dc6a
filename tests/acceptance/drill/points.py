"""Points at which a process may die: before every SQL statement, before every commit, and after it.

Set in the driver below SQLAlchemy, so that no statement gets past it: the hot path speaks to PostgreSQL directly.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from typing import Any

import psycopg
from sqlalchemy import Engine, event

_left = 0  # points until this process dies; 0: it lives


def die_at(number: int) -> None:
    """Let this process die with -9 at its `number`-th point from now."""
    global _left
    _left = number


def install() -> None:
    """From now on connections of this process have points."""
    event.listen(Engine, "do_connect", _connect)


def _reached() -> None:
    global _left
    if _left:
        _left -= 1
        if not _left:
            os.kill(os.getpid(), signal.SIGKILL)


def _connect(dialect: Any, _record: Any, _args: Any, options: dict[str, Any]) -> None:
    if dialect.name == "sqlite":
        options["factory"] = _Connection
    else:
        options["cursor_factory"] = _PostgresCursor
    if "do_commit" not in vars(dialect):
        commit = dialect.do_commit

        def do_commit(connection: Any) -> None:
            _reached()
            commit(connection)
            _reached()

        dialect.do_commit = do_commit


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, *values: Any) -> Any:
        if not sql.startswith("PRAGMA"):  # of the connection, not of the command
            _reached()
        return super().execute(sql, *values)

    def executemany(self, sql: str, *values: Any) -> Any:
        _reached()
        return super().executemany(sql, *values)


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class _PostgresCursor(psycopg.Cursor[Any]):
    def execute(self, *values: Any, **options: Any) -> Any:
        _reached()
        return super().execute(*values, **options)

    def executemany(self, *values: Any, **options: Any) -> Any:
        _reached()
        return super().executemany(*values, **options)
