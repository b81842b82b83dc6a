"""Databases of a drill: made for it, put back to how they were kept, and read as plain rows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, select, text
from sqlalchemy.pool import NullPool

from engine.db import db
from tests.acceptance.drill.postgres import postgres

Rows = dict[str, list[tuple[Any, ...]]]


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database: SQLite in the folder, or a PostgreSQL server of its own, or one that is given."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'drill.db'}"
    elif name == "postgresql":
        with postgres() as server:
            yield server.url
    else:
        yield name


def kept(url: str) -> Kept:
    """Keep the database as it is now. Nobody may be connected to it."""
    return KeptFile(url) if url.startswith("sqlite") else KeptSchema(url)


class Kept:
    """A database that can be put back to how it was."""

    def __init__(self, url: str, **options: Any) -> None:
        self.engine: Engine = create_engine(url, **options)
        self.names = [table.name for table in db.metadata.sorted_tables]

    def restore(self) -> None:
        raise NotImplementedError

    def settle(self) -> None:
        """Wait until the database has noticed who died."""

    def rows(self, passing: frozenset[str]) -> Rows:
        """Every row of every table by its key. Ids that the database counts are read as ranks: a kill leaves gaps.

        `passing` are the columns, as `table.column`, that may differ.
        """
        found: Rows = {}
        ranks: dict[str, dict[int, int]] = {}
        with self.engine.connect() as connection:
            filled = self.filled(connection)
            for table in db.metadata.sorted_tables:
                if table.name not in filled:
                    continue
                columns = [column for column in table.columns if str(column) not in passing]
                rows = connection.execute(select(*columns).order_by(*table.primary_key.columns)).all()
                if _counted(table):
                    ranks[f"{table.name}.id"] = {row.id: rank for rank, row in enumerate(rows)}
                ranked = [ranks.get(_origin(column)) for column in columns]
                found[table.name] = [
                    tuple(value if rank is None else rank.get(value) for value, rank in zip(row, ranked, strict=True))
                    for row in rows
                ]
        return found

    def filled(self, connection: Connection) -> set[str]:
        """The tables that have rows, in one question."""
        asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in self.names)
        return set(connection.scalars(text(" UNION ALL ".join(asked))))


class KeptFile(Kept):
    def __init__(self, url: str) -> None:
        super().__init__(url, poolclass=NullPool)  # the file is exchanged
        self.path = Path(url.removeprefix("sqlite:///"))
        self.copy = self.path.with_suffix(".kept")
        with self.engine.connect() as connection:  # the last one to leave folds the log into the file
            connection.execute(text("SELECT 1"))
        shutil.copyfile(self.path, self.copy)

    def restore(self) -> None:
        for rest in ("-wal", "-shm"):
            self.path.with_name(self.path.name + rest).unlink(missing_ok=True)
        shutil.copyfile(self.copy, self.path)


class KeptSchema(Kept):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._do(["DROP SCHEMA IF EXISTS kept CASCADE", "CREATE SCHEMA kept"])
        self._do(f'CREATE TABLE kept."{name}" AS TABLE public."{name}"' for name in self.names)
        with self.engine.connect() as connection:
            self.was = self.filled(connection)

    def restore(self) -> None:
        self.settle()
        with self.engine.connect() as connection:
            filled = self.filled(connection)
        back = ["SET session_replication_role = replica"]  # rows come back in any order
        back += [f'DELETE FROM public."{name}"' for name in filled]
        back += [f'INSERT INTO public."{name}" SELECT * FROM kept."{name}"' for name in self.was]
        self._do(back)

    def settle(self) -> None:
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while connection.scalar(others):
                time.sleep(0.001)

    def _do(self, statements: Iterable[str]) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql("; ".join(statements))


def _counted(table: Table) -> bool:
    """Does the database count this table's ids?"""
    [first, *more] = table.primary_key.columns
    return not more and first.name == "id" and first.autoincrement is True


def _origin(column: Any) -> str:
    """The column whose ids this one holds."""
    for key in column.foreign_keys:
        return str(key.target_fullname)
    return str(column)
