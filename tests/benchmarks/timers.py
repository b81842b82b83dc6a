"""Timers by the hundred thousand on PostgreSQL: what a look costs, how fast a storm passes, in which order, how late.

The outage is played on a virtual clock: every timer falls due in an hour nobody was there, then one worker comes back.
Lateness is measured on the machine's own clock with a worker as deployed, from the due instant to the commit.
"""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import create_engine, text

from engine import clock, scheduler, store, timers
from tests.benchmarks.asked import Ask, at_least, at_most
from tests.benchmarks.cases import MOMENT
from tests.benchmarks.ours import application, install, starting
from tests.engine import kit

HOUR = timedelta(hours=1)
SEED = 6
LOOKS = 200
A_SECOND, SECONDS = 300, 20  # timers due while the worker is alive: so many a second for so long
DUE = "payload::json #>> '{values,due}'"
FIRED = "FROM event WHERE kind = 'timer.fired'"


def measure(makers: dict[str, Callable[[], str]], *, rounds: int, small: bool) -> dict[str, Any]:
    """An hour's outage over 100,000 waiting timers (`small`: a tenth), and timers that fall due while all is well."""
    make = makers["postgresql"]
    return {"outage": _outage(make(), 10_000 if small else 100_000), "alive": _alive(make())}


def asks(found: dict[str, Any]) -> list[Ask]:
    outage, alive = found["outage"], found["alive"]
    waiting = f"{outage['timers']:,}"
    return [
        at_most(f"a look at {waiting} waiting timers, none due", 1, outage["look_ms"], " ms"),
        at_least(f"{waiting} timers after an outage, fired", 7_000, outage["per_second"], "/s"),
        at_least(f"of {waiting} overdue timers, fired once and in due order", 100, outage["in_order"], " %"),
        at_most("lateness while the worker is alive, 99th percentile", 1, alive["late_p99"], " s"),
    ]


def _bundle() -> dict[str, bytes]:
    nodes = (kit.start(), kit.catch("wait", kit.timer("due_at", "timeDate")), kit.user("a"), kit.end())
    diagram = kit.diagram(kit.process("waits", *nodes, kit.line("s", "wait", "a", "e")))
    return {"waits.bpmn": diagram, "forms/test/note.json": orjson.dumps(kit.FORM)}


def _start(dues: list[datetime]) -> None:
    """Instances that wait until then, for real: through the door, a thousand at a time."""
    for first in range(0, len(dues), 1_000):
        chunk = dues[first : first + 1_000]
        for answer in [store.submit(starting("waits", {"due_at": due.isoformat()})) for due in chunk]:
            answer.result()


def _outage(url: str, number: int) -> dict[str, Any]:
    install(url, _bundle())
    dues = [MOMENT + HOUR + HOUR * n / number for n in range(number)]
    random.Random(SEED).shuffle(dues)
    with clock.virtual(MOMENT) as hand, application(url) as app:
        begin = time.perf_counter()
        _start(dues)
        started = number / (time.perf_counter() - begin)
        _execute(url, "VACUUM ANALYZE")
        looks = []
        for _ in range(LOOKS):
            begin = time.perf_counter()
            timers.fire_due()
            looks.append((time.perf_counter() - begin) * 1000)
        hand.move_to(MOMENT + 2 * HOUR)
        begin, cpu = time.perf_counter(), time.process_time()
        scheduler.tick(app)
        took, cpu = time.perf_counter() - begin, time.process_time() - cpu
    # events are only ever added: their place in the table is the order in which they were written
    fired = [row[0] for row in _execute(url, f"SELECT {DUE} {FIRED} ORDER BY ctid")]
    expected = [due.isoformat() for due in sorted(dues)]
    right = sum(a == b for a, b in zip(fired, expected, strict=False)) if len(fired) == number else 0
    return {
        "timers": number,
        "seed": SEED,
        "started_per_second": round(started),
        "look_ms": round(statistics.median(looks), 3),
        "per_second": round(number / took),
        "cpu_ms": round(cpu / number * 1000, 3),
        "in_order": right / number * 100,
    }


def _alive(url: str) -> dict[str, Any]:
    install(url, _bundle())
    with application(url) as app:
        number = A_SECOND * SECONDS
        begin = clock.now() + timedelta(seconds=2 + number / 2_000)  # when all of them surely wait
        _start([begin + timedelta(seconds=n / A_SECOND) for n in range(number)])
        stop = threading.Event()
        worker = threading.Thread(target=scheduler.run, args=(app, app.config["SETTINGS"].worker_tick, stop))
        worker.start()
        time.sleep(max(0.0, (begin - clock.now()).total_seconds() + SECONDS + 3))
        stop.set()
        worker.join()
    late = f"extract(epoch FROM pg_xact_commit_timestamp(xmin) - ({DUE})::timestamptz)"
    lateness = sorted(float(row[0]) for row in _execute(url, f"SELECT {late} {FIRED}"))
    if len(lateness) != number:
        raise RuntimeError(f"{len(lateness)} of {number} timers fired")
    return {
        "timers": number,
        "a_second": A_SECOND,
        "tick": app.config["SETTINGS"].worker_tick,
        "late_p50": round(statistics.median(lateness), 3),
        "late_p99": round(lateness[int(0.99 * number)], 3),
        "late_max": round(lateness[-1], 3),
    }


def _execute(url: str, statement: str) -> list[Any]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(text(statement))
        rows = list(result) if result.returns_rows else []
    engine.dispose()
    return rows
