"""Completions and worklists over HTTP: gunicorn and the worker as deployed, PostgreSQL on disk, 64 people, one machine.

Forms are checked, rights and CSRF tokens too: these are the requests of the pages. Flat out says how many completions
a second there can be; latency is told at a steady rate, since 64 people who never pause only measure their own queue.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from app import ROOT
from tests.benchmarks import house
from tests.benchmarks.asked import Ask, at_least, at_most
from tests.conftest import KEYS
from web.metrics import FOLDER
from web.serve import server_command

RATE, LOOKS = 300, 16  # completions, and looks at the worklist, a second: 64 people, one look in four seconds each
SECONDS = 20
FASTEST = 900  # completions a second that the cases are enough for
PAGES = ("/tasks?scope=mine", "/tasks?scope=unit", "/tasks?scope=unit&sort=priority", "/tasks?scope=all")


def measure(makers: dict[str, Callable[[], str]], *, rounds: int, small: bool) -> dict[str, Any]:
    """Flat out, at a steady rate, and the worklist. `small`: a tenth of the orders stored, short phases."""
    url, seconds = makers["postgresql"](), SECONDS // 4 if small else SECONDS
    stored = 100_000 if small else 1_000_000
    cases = (FASTEST + RATE) * seconds // len(house.CASE.steps)
    begun = time.perf_counter()
    steps = house.build(url, cases=cases, stored=stored)
    found: dict[str, Any] = {"stored": _stored(url), "filled_s": round(time.perf_counter() - begun)}
    with tempfile.TemporaryDirectory() as folder, serving(url, Path(folder)) as port:
        plan = {"port": port, "people": [f"person{n}" for n in range(house.PEOPLE)], "password": house.PASSWORD}
        work = plan | {"what": "complete", "steps": steps}
        _clients(work | {"seconds": 2, "tasks": _tasks(url)})  # connect, parse, compile
        found["flat_out"] = _figures(_clients(work | {"seconds": seconds, "tasks": _tasks(url)}), "complete")
        found["steady"] = _figures(
            _clients(work | {"seconds": seconds, "tasks": _tasks(url), "rate": RATE}), "complete"
        )
        look = plan | {"what": "worklist", "pages": PAGES, "rate": LOOKS, "seconds": seconds}
        found["worklist"] = _figures(_clients(look), "worklist")
    found["faults"] = _faults(url)
    return found


def asks(found: dict[str, Any]) -> list[Ask]:
    flat, steady, worklist, stored = found["flat_out"], found["steady"], found["worklist"], found["stored"]
    errors = sum(sum(part["errors"].values()) for part in (flat, steady, worklist)) + found["faults"]
    return [
        at_least("HTTP: completions by 64 people, forms checked", 300, flat["per_second"], "/s"),
        at_most(f"HTTP: a completion at {RATE} a second, 99th percentile", 200, steady["p99"], " ms"),
        at_most(
            f"HTTP: a worklist among {stored['tasks']:,} tasks, {stored['open']:,} of them open, 99th percentile",
            100, worklist["p99"], " ms",
        ),
        at_most("HTTP: errors, and completions that were answered and are not there", 0, errors, ""),
    ]  # fmt: skip


@contextmanager
def serving(url: str, folder: Path) -> Iterator[int]:
    """gunicorn and the worker as deployed, on this database; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    keys = {f"BANJIE_{name.upper()}": value for name, value in KEYS.items()}
    environment = os.environ | keys | {"BANJIE_DATABASE_URL": url, FOLDER: str(folder / "metrics")}
    environment |= {"FLASK_APP": "app:create_app"}
    with (folder / "log").open("w") as log:
        commands = (server_command(port), [sys.executable, "-m", "flask", "worker"])
        processes = [subprocess.Popen(each, cwd=ROOT, env=environment, stdout=log, stderr=log) for each in commands]
        try:
            _await(port)
            yield port
        finally:
            for process in processes:
                process.terminate()
                process.wait(20)


def _await(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not come up")


def _clients(plan: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.http_clients"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(plan), text=True, capture_output=True, timeout=600)
    if done.returncode:
        raise SystemExit(f"the clients failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _tasks(url: str) -> list[list[int]]:
    """The first tasks of the cases that nobody has touched yet, by person."""
    query = (
        "SELECT t.id FROM user_task t JOIN matter m ON m.instance_id = t.instance_id"
        " WHERE m.order_no LIKE 'CASE-%' AND t.element = 'sign' AND t.ended IS NULL ORDER BY t.id"
    )
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.scalars(text(query)))
    engine.dispose()
    return [found[person :: house.PEOPLE] for person in range(house.PEOPLE)]


def _figures(said: dict[str, Any], kind: str) -> dict[str, Any]:
    times = sorted(said["times"][kind])
    return {
        "requests": len(times),
        "per_second": round(len(times) / said["seconds"], 1),
        "p50": round(statistics.median(times), 1),
        "p99": times[int(len(times) * 0.99)],
        "max": times[-1],
        "errors": said["errors"],
    }


def _stored(url: str) -> dict[str, int]:
    asked = {
        "orders": "SELECT count(*) FROM work_order",
        "tasks": "SELECT count(*) FROM user_task",
        "open": "SELECT count(*) FROM user_task WHERE ended IS NULL",
        "events": "SELECT count(*) FROM event",
    }
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {name: int(connection.scalar(text(query)) or 0) for name, query in asked.items()}
    engine.dispose()
    return found


def _faults(url: str) -> int:
    """What must not be after it: incidents, tasks completed twice, completed tasks without their event."""
    asked = (
        "SELECT count(*) FROM incident",
        f"SELECT count(*) FROM (SELECT instance_id, element FROM event WHERE kind = 'task.completed'"
        f" AND instance_id < {house.COPIES} GROUP BY 1, 2 HAVING count(*) > 1) twice",
        f"SELECT abs((SELECT count(*) FROM user_task WHERE status = 'completed' AND id < {house.COPIES})"
        f" - (SELECT count(*) FROM event WHERE kind = 'task.completed' AND instance_id < {house.COPIES}))",
    )
    engine = create_engine(url)
    with engine.connect() as connection:
        found = sum(int(connection.scalar(text(query)) or 0) for query in asked)
    engine.dispose()
    return found
