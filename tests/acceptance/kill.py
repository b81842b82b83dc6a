"""Orders flow over real HTTP while the web and worker processes are killed with -9 at random; then SQL counts.

    python -m tests.acceptance.kill --kills 200 [--database URL] [--seed N] [--unsafe]

The parent imports the application once and forks a gunicorn and a worker; a killed one is forked anew, so a kill costs
milliseconds. Clients send each request with a key until it is answered and note every answer. At the end everything is
left to run dry, and the database is read with SQL of this file's own: nothing acknowledged may be lost, nothing doubled,
no timer missed, every chain whole. `--unsafe` takes the safety away (no inbox, a commit after each table) and must fail.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from gunicorn.app.base import BaseApplication
from sqlalchemy import create_engine, text

from app import create_app
from engine import definitions, scheduler
from engine.db import db
from tests.conftest import KEYS
from web import accounts

DRILL = Path(__file__).parent / "drill"
CLIENTS = 4
PEOPLE = "drill"


class Server(BaseApplication):
    """gunicorn with the application already imported."""

    def __init__(self, app: Any, port: int) -> None:
        self.application, self.port = app, port
        super().__init__()

    def load_config(self) -> None:
        options = {"bind": f"127.0.0.1:{self.port}", "workers": 1, "threads": 8, "worker_class": "gthread"}
        for name, value in {**options, "preload_app": True, "loglevel": "critical", "graceful_timeout": 1}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.application


@dataclass
class Drill:
    """One run: the processes, the clients' own book of what was answered, and the dice."""

    app: Any
    url: str
    port: int
    token: str
    dice: random.Random
    unsafe: bool
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)  # key -> the first answer
    completed: dict[int, str] = field(default_factory=dict)  # task -> key of its acknowledged completion
    doubles: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    sent: Counter[str] = field(default_factory=Counter)
    web: int = 0
    worker: int = 0

    # -- processes ---------------------------------------------------------------------------------------------------

    def fork_web(self) -> None:
        self.web = os.fork()
        if not self.web:
            _quiet()
            Server(self.app, self.port).run()
            os._exit(0)

    def fork_worker(self) -> None:
        self.worker = os.fork()
        if not self.worker:
            _quiet()
            with self.app.app_context():
                db.engine.dispose(close=False)
            scheduler.run(self.app, 0.05)
            os._exit(0)

    def kill_one(self) -> str:
        """Kill the worker, or the gunicorn process that serves; the arbiter forks a new one by itself."""
        if self.dice.random() < 0.4:
            os.kill(self.worker, signal.SIGKILL)
            os.waitpid(self.worker, 0)
            self.fork_worker()
            return "worker"
        children = _children(self.web)
        if not children:
            return ""
        os.kill(self.dice.choice(children), signal.SIGKILL)
        return "web"

    def stop(self) -> None:
        for pid in (self.web, self.worker):
            for child in [*_children(pid), pid]:
                os.kill(child, signal.SIGKILL)
            os.waitpid(pid, 0)

    # -- clients -----------------------------------------------------------------------------------------------------

    def client(self, number: int) -> None:
        dice = random.Random(self.dice.random())
        count = 0
        while not self.done.is_set():
            count += 1
            self.register(f"o{number}-{count}")
            for task in self.open_tasks(dice):
                self.complete(task["id"], f"c{number}-{task['id']}")

    def register(self, key: str) -> None:
        body = {
            "source": "12345",
            "ext_no": key,
            "subject": "演练工单",
            "content": "演练：商家拒绝退款。",
            "received_at": datetime.now(UTC).isoformat(),
        }
        answer = self.ask("POST", "/api/v1/orders", body, key)
        if answer is None:
            return
        known = self.orders.setdefault(key, answer)
        if known["order_no"] != answer["order_no"]:
            self.doubles.append(f"order {key}: {known['order_no']} and {answer['order_no']}")
        if self.dice.random() < 0.1:  # a client that did not hear the answer asks again
            again = self.ask("POST", "/api/v1/orders", body, key)
            if again is not None and again["order_no"] != known["order_no"]:
                self.doubles.append(f"order {key} twice: {again['order_no']}")

    def open_tasks(self, dice: random.Random) -> list[dict[str, Any]]:
        answer = self.ask("GET", "/api/v1/tasks?scope=all&limit=40", None, None)
        tasks = answer["tasks"] if answer else []
        return dice.sample(tasks, min(len(tasks), 3))

    def complete(self, task: int, key: str) -> None:
        answer = self.ask("POST", f"/api/v1/tasks/{task}/complete", {"values": {"note": "办结"}}, key)
        if answer is not None:
            if self.completed.setdefault(task, key) != key:
                self.doubles.append(f"task {task}: completed for {self.completed[task]} and for {key}")

    def ask(self, method: str, path: str, body: Any, key: str | None) -> dict[str, Any] | None:
        """Send until answered. None: the answer was a refusal (somebody else was faster)."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = json.dumps(body).encode() if body is not None else None
        while True:
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=10) as response:
                    self.sent[method] += 1
                    return json.loads(response.read())
            except urllib.error.HTTPError as error:
                if error.code in (404, 409):
                    return None
                if error.code < 500:
                    raise RuntimeError(f"{method} {path}: {error.code} {error.read()[:300]!r}") from error
                self.sent[f"{error.code}"] += 1
            except (OSError, ValueError):
                self.sent["resent"] += 1
            time.sleep(0.01)


def _quiet() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    if not os.environ.get("DRILL_DEBUG"):
        os.dup2(null, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


# -- the check: SQL of its own, none of the application's code ---------------------------------------------------------


def check(drill: Drill) -> list[str]:
    """What is wrong in the database, against the clients' own book."""
    faults = list(drill.doubles)
    engine = create_engine(drill.url)
    with engine.connect() as connection:

        def rows(sql: str) -> list[Any]:
            return list(connection.execute(text(sql)))

        stored = Counter(row[0] for row in rows("SELECT ext_no FROM work_order"))
        numbers = {row[0]: row[1] for row in rows("SELECT ext_no, order_no FROM work_order")}
        cases = Counter(row[0] for row in rows("SELECT business_key FROM process_instance"))
        for key, answer in drill.orders.items():
            if stored[key] != 1 or numbers.get(key) != answer["order_no"]:
                faults.append(f"order {key} acknowledged, stored {stored[key]} times")
            if cases[answer["order_no"]] != 1:
                faults.append(f"order {key} has {cases[answer['order_no']]} instances")
        faults += [f"order {key} stored {n} times" for key, n in stored.items() if n > 1]
        done: Counter[tuple[int, str]] = Counter()
        fired: Counter[tuple[int, str, str]] = Counter()
        ends: dict[int, tuple[int, bytes]] = {}
        query = "SELECT instance_id, seq, at, actor, kind, element, payload, prev_hash, hash FROM event ORDER BY 1, 2"
        for instance, seq, at, actor, kind, element, payload, prev, own in rows(query):
            last, head = ends.get(instance, (0, bytes(32)))
            if seq != last + 1 or bytes(prev) != head or bytes(own) != _hash(head, instance, seq, at, actor, kind, element, payload):
                faults.append(f"chain of instance {instance} broken at {seq}")
            ends[instance] = seq, bytes(own)
            said = json.loads(payload)
            if kind == "task.completed":
                done[instance, element] += 1
            if kind == "timer.fired":
                fired[instance, element, said["values"]["due"]] += 1
        for instance, seq, head in rows("SELECT id, seq, head FROM process_instance"):
            if ends.get(instance) != (seq, bytes(head)):
                faults.append(f"the head of instance {instance} is not the end of its chain")
        tasks = {row[0]: row[1:] for row in rows("SELECT id, status, instance_id, element FROM user_task")}
        for task in drill.completed:
            status, instance, element = tasks.get(task, ("missing", 0, ""))
            if status != "completed" or done[instance, element] != 1:
                faults.append(f"task {task} acknowledged, {status}, {done[instance, element]} events")
        faults += [f"{key} completed {n} times" for key, n in done.items() if n > 1]
        faults += [f"timer {key} fired {n} times" for key, n in fired.items() if n > 1]
        missed = rows("SELECT count(*) FROM timer t JOIN process_instance p ON p.id = t.instance_id WHERE p.status = 'running'")
        if missed[0][0]:
            faults.append(f"{missed[0][0]} timers never fired")
        open_cases = rows("SELECT count(*) FROM process_instance WHERE status <> 'completed'")[0][0]
        if open_cases:
            faults.append(f"{open_cases} instances never ended")
        jobs = rows("SELECT count(*) FROM job WHERE status <> 'done'")[0][0]
        if jobs:
            faults.append(f"{jobs} jobs never done")
        incidents = rows("SELECT count(*) FROM incident")[0][0]
        if incidents:
            faults.append(f"{incidents} incidents")
        drill.sent["instances"], drill.sent["events"] = len(cases), sum(seq for seq, _ in ends.values())
        drill.sent["timers"] = sum(fired.values())
    engine.dispose()
    return faults


def _hash(head: bytes, instance: int, seq: int, at: Any, actor: str, kind: str, element: str | None, payload: str) -> bytes:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    body = [instance, seq, moment.isoformat(), actor, kind, element, payload]
    return hashlib.sha256(head + orjson.dumps(body)).digest()


def run_dry(drill: Drill, seconds: float = 60) -> None:
    """No more kills: complete what is open until nothing moves."""
    end = time.time() + seconds
    quiet = 0
    while time.time() < end and quiet < 5:
        answer = drill.ask("GET", "/api/v1/tasks?scope=all&limit=40", None, None)
        tasks = answer["tasks"] if answer else []
        for task in tasks:
            drill.complete(task["id"], f"dry-{task['id']}")
        quiet = 0 if tasks else quiet + 1
        if not tasks:
            time.sleep(0.4)


def take_safety_away() -> None:
    """The control: what a first version of such a system tends to look like."""
    from engine import rows as staged

    parts = staged.Records, staged.Waits

    def committed(write: Any) -> Any:
        def writes(self: Any, connection: Any) -> None:
            write(self, connection)
            connection.exec_driver_sql("COMMIT")
            time.sleep(0.002)
            connection.exec_driver_sql("BEGIN")

        return writes

    for part in parts:
        part.write = committed(part.write)  # type: ignore[method-assign]
    original = staged.Rows.write

    def without_inbox(self: Any, connection: Any) -> None:
        self.inbox = []
        original(self, connection)

    staged.Rows.write = without_inbox  # type: ignore[method-assign]


def run(*, kills: int, url: str, instance: Path, seed: int, unsafe: bool) -> tuple[Drill, list[str], Counter[str]]:
    """One drill on an empty database at `url`. Returns the drill, its faults, and what was killed how often."""
    app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": instance})
    with app.app_context():
        db.create_all()
        definitions.deploy(definitions.read_bundle(DRILL, DRILL / "forms"), author="drill")
        token = accounts.drill_token(PEOPLE) if hasattr(accounts, "drill_token") else _token()
        db.session.remove()
        db.engine.dispose()
    if unsafe:
        take_safety_away()
    drill = Drill(app, url, _free_port(), token, random.Random(seed), unsafe)
    drill.fork_web()
    drill.fork_worker()
    clients = [threading.Thread(target=drill.client, args=(n,), daemon=True) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    killed: Counter[str] = Counter()
    while sum(killed.values()) < kills and any(client.is_alive() for client in clients):
        time.sleep(drill.dice.uniform(0.02, 0.5))
        what = drill.kill_one()
        if what:
            killed[what] += 1
    drill.done.set()
    for client in clients:
        client.join(60)
    run_dry(drill)
    drill.stop()
    return drill, check(drill), killed


def _token() -> str:
    raise NotImplementedError


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--database", default="")
    arguments.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments.add_argument("--unsafe", action="store_true")
    options = arguments.parse_args()
    folder = Path("build/kill") / str(options.seed)
    folder.mkdir(parents=True, exist_ok=True)
    url = options.database or f"sqlite:///{(folder / 'kill.db').resolve()}"
    begin = time.time()
    drill, faults, killed = run(kills=options.kills, url=url, instance=folder, seed=options.seed, unsafe=options.unsafe)
    print(f"seed {options.seed}: {dict(killed)} killed in {time.time() - begin:.0f} s; {dict(drill.sent)}")
    print(f"acknowledged: {len(drill.orders)} orders, {len(drill.completed)} completions; faults: {len(faults)}")
    for fault in faults[:20]:
        print("  ", fault)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
