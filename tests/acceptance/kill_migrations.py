"""A kill before every SQL statement of the migrations: the database is then as it was before, or has all its tables.

    python -m tests.acceptance.kill_migrations [--database sqlite|postgresql] [--every N] [--seed N] [--unsafe]

So `flask db upgrade` after a crash does all of it, or finds it done. `--every N` takes one point in N, beginning at
random. `--unsafe` commits after each table, and must fail. The exit code is 3 when there are faults.
"""

from __future__ import annotations

import logging
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, NullPool, create_engine, event, inspect, text

import engine
from app import create_app
from tests.acceptance.drill import points
from tests.acceptance.drill.databases import database
from tests.acceptance.drill.report import arguments, tell, title
from tests.conftest import KEYS


def run(*, url: str, folder: Path, every: int, seed: int, unsafe: bool) -> tuple[list[str], dict[str, Any]]:
    """The drill on an empty database. Returns its faults and its figures."""
    points.install()
    if unsafe:
        event.listen(Engine, "after_cursor_execute", _commit_each)
    app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": folder})
    looking = create_engine(url, poolclass=NullPool)
    faults, kills, point, begun = [], 0, 1 + random.Random(seed).randrange(every), time.monotonic()
    while (status := _child(app, point)) == signal.SIGKILL:
        kills += 1
        left = _left(looking)
        if 0 < len(left) < len(app.extensions["migrate"].db.metadata.tables):
            faults.append(f"half: killed at point {point}, there are {len(left)} tables")
        if left:
            _empty(looking)
        point += every
    tables = len(_left(looking))
    if status or tables <= len(app.extensions["migrate"].db.metadata.tables):  # and Alembic's own
        faults.append(f"broken: undisturbed it ends with status {status} and {tables} tables")
    return faults, {"kills": kills, "tables": tables, "seconds": round(time.monotonic() - begun)}


def _commit_each(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
    if statement.lstrip().startswith("CREATE TABLE"):
        cursor.execute("COMMIT")
        cursor.execute("BEGIN")


def _child(app: Flask, point: int) -> int:
    """Migrate in a process of its own, which dies at this point. Returns its status."""
    pid = os.fork()
    if not pid:
        _live(app, point)
    return os.waitpid(pid, 0)[1]


def _live(app: Flask, point: int) -> NoReturn:
    try:
        with app.app_context():
            points.die_at(point)
            upgrade(str(engine.MIGRATIONS))
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _left(looking: Engine) -> list[str]:
    return inspect(looking).get_table_names()


def _empty(looking: Engine) -> None:
    if looking.dialect.name == "sqlite":
        for rest in ("", "-wal", "-shm"):
            Path(f"{looking.url.database}{rest}").unlink(missing_ok=True)
        return
    with looking.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as home, database(options.database, Path(home)) as url:
        faults, figures = run(url=url, folder=Path(home), every=options.every, seed=options.seed, unsafe=options.unsafe)
    return tell(title(options, url), faults, figures)


if __name__ == "__main__":
    sys.exit(main())
