"""Orders flow over real HTTP while the web and worker processes are killed with -9 at random; then SQL counts.

    python -m tests.acceptance.kill [--kills 200] [--database sqlite|postgresql|URL] [--seed N] [--unsafe] [--server]

Clients send each request with a key until it is answered, and note every answer. At the end everything may run dry,
and the database is read with SQL of its own: nothing acknowledged may be lost, nothing doubled, no timer missed, every
chain whole; else the exit code is 3. `--unsafe` takes the safety away, and must fail. `--server` kills PostgreSQL
instead: its postmaster, which is then started again, or a backend. See docs/reliability.md.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from flask import Flask

from app import create_app
from engine import definitions, jobs, registry
from engine.db import db
from engine.hotline import orders, organisation
from tests.acceptance.drill.check import check, unfinished
from tests.acceptance.drill.clients import Book, Client
from tests.acceptance.drill.control import take_safety_away
from tests.acceptance.drill.databases import database
from tests.acceptance.drill.postgres import postgres
from tests.acceptance.drill.processes import KINDS, Processes
from tests.acceptance.drill.report import arguments, put_away, tell, title
from tests.conftest import KEYS
from web import accounts

BUNDLE = Path(__file__).parent / "drill" / "bundle"
CLIENTS = 4
DOWN = "longest down, s"
PAUSES = 0.02, 0.5  # seconds between two kills
SHORT = timedelta(seconds=3)  # the product's lease and grace of minutes would only make the drill wait for them
PATIENCE, UNSAFE_PATIENCE = 60.0, 8.0  # seconds for one answer
DRY, UNSAFE_DRY = 90.0, 4.0  # seconds for everything to run to its end after the last kill


class Server(Protocol):
    """A database that can be killed under its users: `drill/postgres.py`, `drill/cluster.py`."""

    kinds: tuple[str, ...]
    pauses: tuple[float, float]  # seconds between two kills

    def kill(self, dice: random.Random) -> str | None: ...
    def rise(self) -> None: ...
    def answer_early(self) -> None: ...


def run(
    *, kills: int, url: str, folder: Path, seed: int, unsafe: bool, server: Server | None = None
) -> tuple[list[str], dict[str, Any]]:
    """One drill on an empty database, which `server` serves if that is to be killed. Returns faults and figures."""
    calls = folder / "calls"
    app, token = prepared(url, folder, calls)
    if unsafe:
        server.answer_early() if server else take_safety_away()
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
        if server is None:
            killed, kill_faults = _kill(processes, kills, dice, done)
        else:
            killed, kill_faults = _kill_server(server, processes.port, token, kills, dice, done)
        done.set()
        for thread in threads:
            thread.join(2 * patience)
        dry_faults = _run_dry(last, url, UNSAFE_DRY if unsafe else DRY)
    finally:
        processes.stop()
    book = Book.of(client.book for client in [*clients, last])
    book.faults += kill_faults + dry_faults
    faults, figures = check(url, book, calls, killed.get(DOWN, 0))
    acknowledged = {"orders acknowledged": len(book.orders), "completions acknowledged": len(book.completed)}
    told = acknowledged | {"completions refused": len(book.refused), **book.counts}
    return faults, killed | {"seconds": round(time.monotonic() - begun)} | told | figures


def prepared(url: str, folder: Path, calls: Path) -> tuple[Flask, str]:
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
) -> tuple[dict[str, Any], list[str]]:
    """Kill until it is enough, a client gives up, or time is up."""
    killed = {f"{kind} killed": 0 for kind in KINDS}
    end = time.monotonic() + 20 + 3 * kills * sum(PAUSES)
    while (sofar := sum(killed.values())) < kills:
        if done.wait(dice.uniform(*PAUSES)):
            return killed, [f"unfinished: a client gave up after {sofar} kills"]
        if time.monotonic() > end or not processes.alive():
            return killed, [f"unfinished: no more kills after {sofar}: see processes.log"]
        kind = "worker" if dice.random() < 0.4 else "web"
        killed[f"{kind} killed"] += processes.kill(kind, dice)
    return killed, []


def _kill_server(
    server: Server, port: int, token: str, kills: int, dice: random.Random, done: threading.Event
) -> tuple[dict[str, Any], list[str]]:
    """Kill the database under its users until it is enough, and see how long the application needs to answer again."""
    killed = dict.fromkeys(server.kinds, 0)
    down, slowest, look = 0.0, 0.0, Client("look", port, token, 0, PATIENCE)
    while (sofar := sum(killed.values())) < kills:
        if done.wait(dice.uniform(*server.pauses)):
            return killed, [f"unfinished: a client gave up after {sofar} kills"]
        begun = time.monotonic()
        what = server.kill(dice)
        if what is not None:
            killed[what] += 1
            server.rise()
            risen = time.monotonic()
            look.tasks()
            slowest = max(slowest, time.monotonic() - risen)
            down = max(down, risen - begun)
    return killed | {DOWN: round(down, 1), "longest until it answers after that, s": round(slowest, 1)}, []


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


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--server", action="store_true", help="kill PostgreSQL instead of ours")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # so that every `finally` runs
    folder = Path("build/kill").resolve() / f"{options.seed}-{os.getpid()}"
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        server = stack.enter_context(postgres()) if options.server else None
        url = server.url if server else stack.enter_context(database(options.database, folder))
        faults, figures = run(
            kills=options.kills, url=url, folder=folder, seed=options.seed, unsafe=options.unsafe, server=server
        )
    code = tell(title(options, url), faults, figures)
    put_away(folder, faults, options)
    return code


if __name__ == "__main__":
    sys.exit(main())
