"""Does a step cost more the longer a case has lived, the larger its diagram is, and the more cases are stored?

On PostgreSQL, one process, wall time from the first command to the last acknowledged commit, per command. The two sides
of each ratio take turns, and medians of their times are compared.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import orjson
from sqlalchemy import create_engine

from engine import definitions, store, tasks
from engine.models import Event, Inbox, ProcessInstance, UserTask
from engine.store import Command
from tests.benchmarks.asked import Ask, at_most
from tests.benchmarks.cases import CASES, DATA, row_of_tasks
from tests.benchmarks.ours import application, install, starting
from tests.engine import kit

FORMS = {"forms/test/note.json": orjson.dumps(kit.FORM)}
SUBMITTED = {"note": "再来", "amount": 700}
FLEET = 64  # cases side by side
BATCH = 128  # of what is compared by diagram: many share a commit, so that commits hide little
STARTS = 5  # fleets begun in a round
SEED = 6
COPIES = 10_000_000  # ids of copied rows begin here, far above what the run itself hands out


def measure(makers: dict[str, Callable[[], str]], *, rounds: int, small: bool) -> dict[str, Any]:
    """The three growths. `small`: a tenth of the passes and of the stored instances."""
    make = makers["postgresql"]
    return {
        "passes": _passes(make, 1_000 if small else 10_000),
        "tasks": _tasks(make, min(rounds, 3)),
        "stored": _stored(make, 100_000 if small else 1_000_000),
    }


def asks(found: dict[str, Any]) -> list[Ask]:
    passes, size, stored = found["passes"], found["tasks"], found["stored"]
    return [
        at_most(f"a step: pass {passes['late']:,} of a loop against pass 10", 1.1, passes["ratio"]),
        at_most("a step: a diagram of 300 tasks against one of 3", 4, size["step"]["ratio"]),
        at_most("a start: a diagram of 300 tasks against one of 3", 6, size["start"]["ratio"]),
        at_most(f"a step: {stored['many']:,} stored instances against 1,000", 1.5, stored["ratio"]),
    ]


class Cost(NamedTuple):
    """Microseconds of a command."""

    wall: float  # until the last of its fleet is acknowledged, shared among the fleet
    cpu: float  # of this process, without the database server's


def _all(commands: list[Command]) -> tuple[Cost, list[dict[str, Any]]]:
    """What each of the commands cost, and the answers."""
    begin, cpu = time.perf_counter(), time.process_time()
    answers: list[Future[Any]] = [store.submit(command) for command in commands]
    results = [answer.result() for answer in answers]
    seconds = time.perf_counter() - begin, time.process_time() - cpu
    return Cost(*(each / len(commands) * 1e6 for each in seconds)), results


def _starts(process: str, number: int = FLEET) -> tuple[Cost, list[int]]:
    took, results = _all([starting(process, DATA) for _ in range(number)])
    return took, [result["next"][0] for result in results]


def _wave(open_tasks: list[int], values: dict[str, Any]) -> tuple[Cost, list[int]]:
    took, results = _all([tasks.completion(task, values, values, actor="bench") for task in open_tasks])
    return took, [result["next"][0] for result in results if result["next"]]


def _compared(a: list[Cost], b: list[Cost]) -> dict[str, Any]:
    """Medians, how many times `b` is of `a`, and what they come from; `ratio` is the worse of the two."""
    found: dict[str, Any] = {}
    for kind in Cost._fields:
        rounds = [[round(getattr(cost, kind), 1) for cost in costs] for costs in (a, b)]
        low, high = (statistics.median(times) for times in rounds)
        found[kind] = {"us": [round(low, 1), round(high, 1)], "ratio": round(high / low, 3), "rounds": rounds}
    return found | {"ratio": max(found[kind]["ratio"] for kind in Cost._fields)}


# -- the length of a life


def _loop() -> bytes:
    """A user task, a script that counts, and back again."""
    again = '<bpmn:exclusiveGateway id="again" name="再来？" default="f_again_e"/>'
    back = kit.flow("again", "a", "note = &quot;再来&quot;") + kit.flow("again", "e")
    count = kit.script("count", "{n: if n = null then 1 else n + 1}")
    nodes = (kit.start(), kit.user("a"), count, again, kit.end(), kit.line("s", "a", "count", "again"), back)
    return kit.diagram(kit.process("loop", *nodes))


def _passes(make: Callable[[], str], late: int, turns: int = 60) -> dict[str, Any]:
    """Pass 10 of young cases against pass `late` and later of old ones."""
    url = make()
    install(url, {"loop.bpmn": _loop(), **FORMS})
    young, old = [], []
    with application(url):
        _, veterans = _starts("loop")
        for _ in range(late - 1):
            _, veterans = _wave(veterans, SUBMITTED)
        for _ in range(turns):
            _, fresh = _starts("loop")
            for _ in range(9):
                _, fresh = _wave(fresh, SUBMITTED)
            young.append(_wave(fresh, SUBMITTED)[0])
            took, veterans = _wave(veterans, SUBMITTED)
            old.append(took)
    return {"late": late, **_compared(young, old)}


# -- the size of a diagram


def _tasks(make: Callable[[], str], rounds: int) -> dict[str, Any]:
    """Starting, and every step to the end, of 300 tasks in a row against 3."""
    url = make()
    install(url)
    begun: dict[int, list[Cost]] = {3: [], 300: []}
    stepped: dict[int, list[Cost]] = {3: [], 300: []}
    with application(url):
        for size in begun:
            diagram = row_of_tasks(size).replace(b'"linear"', f'"linear{size}"'.encode())
            definitions.deploy({f"linear{size}.bpmn": diagram, **FORMS}, author="bench")
            _starts(f"linear{size}", BATCH)  # parse, connect
        for _ in range(rounds):
            for size in [*begun] * STARTS:
                begun[size].append(_starts(f"linear{size}", BATCH)[0])
            for size in begun:
                waves = [wave for _ in range(300 // size // 10 or 1) for wave in _lives(f"linear{size}")]
                stepped[size].append(_mean(waves))
    return {"start": _compared(begun[3], begun[300]), "step": _compared(stepped[3], stepped[300])}


def _mean(costs: list[Cost]) -> Cost:
    return Cost(*map(statistics.mean, zip(*costs, strict=True)))


def _lives(process: str) -> Iterator[Cost]:
    """What a step cost in each wave of a fleet, from its start to its end."""
    _, open_tasks = _starts(process, BATCH)
    while open_tasks:
        took, open_tasks = _wave(open_tasks, SUBMITTED)
        yield took


# -- the number of stored instances


def _stored(make: Callable[[], str], many: int, turns: int = 9) -> dict[str, Any]:
    """Load a case that is in no memory of ours, complete its task, save: among 1,000 stored ones and among `many`."""
    times: dict[int, list[Cost]] = {1_000: [], many: []}
    with ExitStack() as opened:
        fleets = {number: opened.enter_context(_filled(make(), number)) for number in times}
        for turn in range(turns + 1):
            for number, step in fleets.items():
                took = step()
                if turn:
                    times[number].append(took)
    return {"many": many, "seed": SEED, **_compared(times[1_000], times[many])}


@contextmanager
def _filled(url: str, number: int) -> Iterator[Callable[[], Cost]]:
    """A database with so many waiting instances, and what completes a task of a hundred that were never touched."""
    install(url, CASES["linear"].bundle())
    with application(url) as app:
        real = store.call(starting("linear", DATA, "real"))["instance"]
        copy_instance(url, real, number)
        untouched = iter(random.Random(SEED).sample(range(COPIES, COPIES + number), 1_000))

        def step() -> Cost:
            with app.app_context():
                return _wave([next(untouched) for _ in range(100)], SUBMITTED)[0]

        yield step


def copy_instance(url: str, real: int, number: int) -> None:
    """Store `number` copies of a waiting instance with its task, event and key; ids and task ids from COPIES on."""
    own: dict[Any, dict[str, str]] = {
        ProcessInstance: {"id": f"{COPIES} + n", "business_key": "'stored-' || n"},
        UserTask: {"id": f"{COPIES} + n", "instance_id": f"{COPIES} + n"},
        Event: {"instance_id": f"{COPIES} + n"},
        Inbox: {"key": "'stored-' || n"},
    }
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for model, changed in own.items():
            table = model.__table__
            columns = [column.name for column in table.c]
            values = ", ".join(changed.get(column, column) for column in columns)
            which = {ProcessInstance: f"id = {real}", Inbox: "key = 'real'"}.get(model, f"instance_id = {real}")
            connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {values} FROM {table.name}, "
                f"generate_series(0, {number - 1}) n WHERE {which}"
            )
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {table.name}")
        connection.exec_driver_sql("CHECKPOINT")
    engine.dispose()
