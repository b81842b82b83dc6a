"""A kill before every SQL statement of every kind of command, before every commit and after it: nothing half done.

    python -m tests.acceptance.kill_points [--database sqlite|postgresql|URL] [--every N] [--seed N] [--only NAME]
        [--unsafe]

A child process does the command and dies with -9 at its first point, a second child is asked the same again under the
same key; then every row of the database must be what it is when nobody dies. Next the second point, and so on to the
end of the command. `--every N` takes one point in N, beginning at random. `--unsafe` takes the safety away, and must
fail. The exit code is 3 when there are faults.
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

import orjson
from flask import Flask

from app import create_app
from engine import clock, history
from engine.db import db
from engine.errors import BanjieError
from tests.acceptance.drill import points, world
from tests.acceptance.drill.control import take_safety_away
from tests.acceptance.drill.databases import Kept, Rows, database, kept
from tests.acceptance.drill.report import arguments, tell, title
from tests.conftest import KEYS

# a killed attempt is an attempt; what is sealed reads differently each time
PASSING = frozenset({"job.attempts", "job.run_at", "work_order.content"})
SECONDS = 30  # no command takes as long; one that does ends its process


def run(
    *, url: str, folder: Path, every: int, seed: int, only: str = "", unsafe: bool = False
) -> tuple[list[str], dict[str, Any]]:
    """The drill on an empty database. Returns its faults and its figures."""
    app, store = _prepared(url, folder)
    if unsafe:
        take_safety_away()
    dice, faults, begun = random.Random(seed), [], time.monotonic()
    taken: dict[str, int] = {}
    for command in (c for c in world.commands() if c.name.startswith(only)):
        seen, found = _drill(app, store, command, every, dice)
        taken[command.name] = seen
        faults += found
    seconds = round(time.monotonic() - begun)
    return faults, {"commands": len(taken), "kills": sum(taken.values()), "seconds": seconds, "points": taken}


def _prepared(url: str, folder: Path) -> tuple[Flask, Kept]:
    """The application on a database in which every command has something to do."""
    points.install()
    app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": folder})
    with app.app_context(), clock.virtual(world.BEGIN) as hand:
        db.create_all()
        world.make(hand)
        assert not history.verify()
        app.extensions["banjie.door"].stop()
        db.session.remove()
        db.engine.dispose()  # nobody inherits a connection
    return app, kept(url)


def _drill(app: Flask, store: Kept, command: world.Command, every: int, dice: random.Random) -> tuple[int, list[str]]:
    """One command, killed at one point after another. Returns the kills and the faults."""
    store.restore()
    before = _healed(app, store, command)
    store.restore()
    status, told = _child(app, command, command.run)
    right = _healed(app, store, command)
    if status or right == before:
        return 0, [f"broken: {command.name} undisturbed: status {status}, said {told}"]
    faults, kills = [], 0
    point = 1 + dice.randrange(every)
    while True:
        store.restore()
        status, said = _child(app, command, command.run, point)
        if status == 0:  # it has fewer points
            return kills, faults
        if status != signal.SIGKILL:
            return kills, [*faults, f"broken: {command.name}, to die at point {point}: status {status}, said {said}"]
        kills += 1
        store.settle()
        status, said = _child(app, command, command.again or command.run)
        rows = _healed(app, store, command)
        where = f"{command.name}, killed at point {point}"
        if status or (said != told and said != {"error": command.refused} and not command.again):
            faults.append(f"answer: {where}: {said} (status {status}) instead of {told}")
        if rows != right and not (command.again and rows == before):
            faults.append(f"rows: {where}: {_difference(right, rows)}")
        point += every


def _healed(app: Flask, store: Kept, command: world.Command) -> Rows:
    """The rows, after the worker's sweeps where the command leaves something to them."""
    if command.swept:
        store.settle()
        _child(app, command, world.sweep)
    store.settle()
    return store.rows(PASSING)


def _child(app: Flask, command: world.Command, run: Any, point: int = 0) -> tuple[int, Any]:
    """Run it in a process of its own, which dies at this point. Returns its status and what it said."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _live(app, command, run, point, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _pid, status = os.waitpid(pid, 0)
    return status, orjson.loads(said) if said else None


def _live(app: Flask, command: world.Command, run: Any, point: int, writing: int) -> NoReturn:
    try:
        signal.alarm(SECONDS)
        world.ready = command.ready
        with app.app_context(), clock.virtual(command.at):
            points.die_at(point)
            try:
                said = run()
            except BanjieError as error:
                said = {"error": type(error).__name__}
            points.die_at(0)
        os.write(writing, orjson.dumps(said))
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _difference(right: Rows, rows: Rows) -> str:
    """The first table that differs, with how many rows there are too few and too many."""
    for name in right:
        if right[name] != rows.get(name, []):
            there = rows.get(name, [])
            lost, more = (
                [row for row in right[name] if row not in there],
                [row for row in there if row not in right[name]],
            )
            return f"{name} lacks {len(lost)} rows and has {len(more)} others: {str((lost + more)[0])[:200]}"
    return f"rows in {rows.keys() - right.keys()}"


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="", help="the commands whose names begin so")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # jobs fail on purpose
    with tempfile.TemporaryDirectory() as home, database(options.database, Path(home)) as url:
        faults, figures = run(
            url=url,
            folder=Path(home),
            every=options.every,
            seed=options.seed,
            only=options.only,
            unsafe=options.unsafe,
        )
    return tell(title(options, url), faults, figures)


if __name__ == "__main__":
    sys.exit(main())
