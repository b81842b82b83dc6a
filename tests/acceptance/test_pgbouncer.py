"""The door through PgBouncer in transaction mode: every transaction may meet another server connection."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from app import create_app
from engine import definitions, tasks
from engine.db import db
from engine.hotline import orders, organisation
from engine.models import UserTask
from tests.conftest import KEYS
from tests.engine import kit

TURNS, SERVERS, RECEIVED = 30, 2, "2026-11-03T09:00:00+08:00"

POOLER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

needs_pooler = pytest.mark.skipif(POOLER is None, reason="not installed: pgbouncer: the door is not tested through it")


@pytest.fixture
def pooled(empty_postgres: str, tmp_path: Path) -> Iterator[str]:
    """The URL of the database through a pooler with two connections to the server."""
    url = make_url(empty_postgres)
    owner = Path(str(url.query["host"]), ".s.PGSQL.5432").stat().st_uid  # neither of the two runs as root
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(f"/tmp/pgbouncer-{port}")
    folder.mkdir()
    os.chown(folder, owner, -1)
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\nhouse = host={url.query['host']} dbname={url.database} user={url.username}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        f"pool_mode = transaction\ndefault_pool_size = {SERVERS}\n"
    )
    log = (folder / "log").open("wb")
    process = subprocess.Popen([str(POOLER), str(folder / "pgbouncer.ini")], user=owner, stdout=log, stderr=log)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"postgresql://banjie@127.0.0.1:{port}/house"
    finally:
        process.terminate()
        process.wait(10)
        print((folder / "log").read_text()[-2000:])
        shutil.rmtree(folder)


def _bundle() -> dict[str, bytes]:
    """What an order begins: two tasks in a row, each with a form."""
    received = kit.start("s", kit.message("order.received"))
    nodes = (received, kit.user("a"), kit.user("b"), kit.end(), kit.line("s", "a", "b", "e"))
    drawn = kit.diagram(kit.process("intake", *nodes), messages=("order.received",))
    return {"intake.bpmn": drawn, "forms/test/note.json": orjson.dumps(kit.FORM)}


def work(url: str, folder: Path) -> int:
    """Orders registered and their tasks completed, by the doors of two processes in turn. Returns how many."""
    settings = {"database_url": url, "INSTANCE_PATH": folder, "database_pooled": True}
    apps = [create_app({**KEYS, **settings}) for _ in range(2)]
    done = 0
    try:
        with apps[0].app_context():
            db.create_all()
            definitions.deploy(_bundle(), author="ann")
            organisation.seed()
        for turn in range(TURNS):
            with apps[turn % 2].app_context():
                order = {"ext_no": f"e{turn}", "subject": "演练", "content": "演练", "received_at": RECEIVED}
                orders.register(order, source="12345", actor="ann")
                for task in db.session.scalars(select(UserTask.id).where(UserTask.ended.is_(None))).all():
                    tasks.complete(task, {"note": f"n{task}"}, actor="ann", key=f"c{task}")
                    done += 1
    finally:
        for app in apps:
            app.extensions["banjie.door"].stop()
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
    return done


@needs_pooler
def test_the_door_works_through_a_pooler_that_changes_connections(
    pooled: str, empty_postgres: str, tmp_path: Path
) -> None:
    assert work(pooled, tmp_path) >= TURNS
    engine = create_engine(empty_postgres)
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        assert 0 < int(connection.scalar(text(others)) or 0) <= SERVERS  # for the connections of two doors
    engine.dispose()


def test_nothing_is_prepared_where_the_next_transaction_may_meet_another_connection(tmp_path: Path) -> None:
    for pooled, threshold in ((True, {"prepare_threshold": None}), (False, {})):
        app = create_app({**KEYS, "INSTANCE_PATH": tmp_path, "database_pooled": pooled})
        assert app.config["SQLALCHEMY_ENGINE_OPTIONS"].get("connect_args", {}) == threshold
