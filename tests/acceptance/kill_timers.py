"""Timers fall due while their workers are killed with -9 and the clock jumps back and forth; then SQL counts.

    python -m tests.acceptance.kill_timers [--timers 300] [--kills 40] [--database sqlite|postgresql|URL] [--seed N]
        [--unsafe]

Each timer is an instance's. A day passes in as many jumps of the clock as there are kills: on the whole forward, often
back by hours, sometimes far ahead. Three workers fire what they find due; one of them is killed at each jump and forked
anew. At the end each timer must have fired once and not before it was due, and every chain be whole; else the exit code
is 3. `--unsafe` takes the safety away, and must fail.
"""

from __future__ import annotations

import mmap
import os
import random
import signal
import struct
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask
from sqlalchemy import create_engine, text

from app import create_app
from engine import clock, definitions, store, timers
from engine.db import db
from tests.acceptance.drill.check import Check
from tests.acceptance.drill.clients import Book
from tests.acceptance.drill.control import take_safety_away
from tests.acceptance.drill.databases import database
from tests.acceptance.drill.processes import die_with_parent
from tests.acceptance.drill.report import arguments, tell, title
from tests.conftest import KEYS
from tests.engine import kit

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(hours=24)
WORKERS = 3
PAUSES = 0.0, 0.02  # seconds between two kills: so short that many fall while a batch is written
BATCH = 1_000  # instances that are started together
DRY, UNSAFE_DRY = 600.0, 4.0  # seconds for the rest to fire after the last kill


class Hand:
    """The clock of all workers, in memory that they share; only the drill moves it."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 8)
        self.set(BEGIN)

    def set(self, moment: datetime) -> None:
        self.memory[:] = struct.pack("d", moment.timestamp())

    def moment(self) -> datetime:
        return datetime.fromtimestamp(struct.unpack("d", self.memory[:])[0], UTC)


def run(*, count: int, kills: int, url: str, folder: Path, seed: int, unsafe: bool) -> tuple[list[str], dict[str, Any]]:
    """The drill on an empty database. Returns its faults and its figures."""
    dice, hand, begun = random.Random(seed), Hand(), time.monotonic()
    app = _prepared(url, folder, count, dice)
    if unsafe:
        take_safety_away()
    ready = time.monotonic()
    workers = [_fork(app, hand) for _ in range(WORKERS)]
    back = 0
    try:
        for number in range(kills):
            before = hand.moment()
            hand.set(BEGIN + DAY * (number / kills) + _jump(dice))
            back += hand.moment() < before
            time.sleep(dice.uniform(*PAUSES))
            place = dice.randrange(WORKERS)
            _end(workers[place])
            workers[place] = _fork(app, hand)
        hand.set(BEGIN + DAY)
        left = _run_dry(url, UNSAFE_DRY if unsafe else DRY)
    finally:
        for worker in workers:
            _end(worker)
    faults, figures = _check(url, count)
    if left:
        faults.append(f"unfinished: {left} timers never fired")
    seconds = {"seconds to prepare": round(ready - begun), "seconds": round(time.monotonic() - ready)}
    return faults, {"timers": count, "kills": kills, "jumps back": back} | seconds | figures


def _jump(dice: random.Random) -> timedelta:
    """How far the clock is off."""
    way = dice.random()
    if way < 0.2:
        return -timedelta(hours=dice.uniform(0, 2))
    if way < 0.25:
        return timedelta(hours=dice.uniform(0, 6))
    return timedelta()


def _prepared(url: str, folder: Path, count: int, dice: random.Random) -> Flask:
    """The application on a database in which so many timers wait, due throughout a day and many of them together."""
    app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": folder})
    with app.app_context(), clock.virtual(BEGIN):
        db.create_all()
        wait = kit.catch("wait", kit.timer("date and time(due)", "timeDate"))
        drawn = kit.process("p", kit.start(), wait, kit.end(), kit.line("s", "wait", "e"))
        definitions.deploy({"p.bpmn": kit.diagram(drawn)}, author="drill")
        for first in range(0, count, BATCH):
            commands = [_start(dice) for _ in range(first, min(first + BATCH, count))]
            for answer in [store.submit(command) for command in commands]:
                answer.result()
        app.extensions["banjie.door"].stop()
        db.session.remove()
        db.engine.dispose()  # nobody inherits a connection
    return app


def _start(dice: random.Random) -> store.Command:
    due = (BEGIN + timedelta(minutes=dice.randrange(1, 24 * 60))).isoformat()
    return store.Command(lambda work: work.start("p", {"due": due}, None).id, "drill")


def _fork(app: Flask, hand: Hand) -> int:
    pid = os.fork()
    if not pid:
        _work(app, hand)
    return pid


def _work(app: Flask, hand: Hand) -> NoReturn:
    """The life of a worker. The clock moves under its hands, also between finding a timer due and firing it."""
    die_with_parent()

    def follow(own: clock.Virtual) -> None:
        while True:
            own.at = hand.moment()
            time.sleep(0.001)

    try:
        with app.app_context(), clock.virtual(hand.moment()) as own:
            threading.Thread(target=follow, args=(own,), daemon=True).start()
            while True:
                if not timers.fire_due():
                    time.sleep(0.005)
    finally:
        os._exit(1)


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _run_dry(url: str, seconds: float) -> int:
    """Wait until no timer is left; returns how many are."""
    engine, end = create_engine(url), time.monotonic() + seconds
    while True:
        with engine.connect() as connection:
            left = int(connection.scalar(text("SELECT count(*) FROM timer")) or 0)
        if not left or time.monotonic() > end:
            engine.dispose()
            return left
        time.sleep(0.2)


def _check(url: str, count: int) -> tuple[list[str], dict[str, Any]]:
    """What the database says, read with SQL of the drill's own."""
    engine = create_engine(url)
    with engine.connect() as connection:
        check = Check(connection, Book(), Counter())
        faults = [*_once(check, count), *check.timers(), *check.chains()]
    engine.dispose()
    return faults, {"timers fired": check.figures["timers fired"]}


def _once(check: Check, count: int) -> Iterator[str]:
    fired = Counter(event[0] for event in check.events if event[4] == "timer.fired")
    if len(check.cases) != count:
        yield f"lost: {len(check.cases)} instances of {count}"
    for instance in check.cases:
        if not fired[instance]:
            yield f"missed: the timer of instance {instance}"
    for (status,) in check.rows("SELECT status FROM process_instance WHERE status <> 'completed'"):
        yield f"unfinished: an instance is {status}"


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--timers", type=int, default=300)
    parser.add_argument("--kills", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, database(options.database, Path(home)) as url:
        faults, figures = run(
            count=options.timers,
            kills=options.kills,
            url=url,
            folder=Path(home),
            seed=options.seed,
            unsafe=options.unsafe,
        )
    return tell(title(options, url), faults, figures)


if __name__ == "__main__":
    sys.exit(main())
