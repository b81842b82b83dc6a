"""Processes that work at the same time on one database: each prepares, all begin together, and the slowest counts."""

from __future__ import annotations

import multiprocessing
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

PATIENCE = 300  # seconds until a side that hangs is given up


class Side(Protocol):
    """What one process does; made here, used over there."""

    def prepare(self) -> None:
        """Everything that is not timed."""

    def run(self) -> int:
        """What is timed; returns how many user tasks were completed."""

    def close(self) -> None:
        """Everybody has finished."""


@dataclass(frozen=True, slots=True)
class Ran:
    """Completions a second from the first begin to the last end, and what the processes' own CPU was."""

    rate: float
    cpu_ms: float  # per completion, without the database server's
    completions: int


def run(sides: Sequence[Side]) -> Ran:
    """Run each side in a process of its own. Raises RuntimeError with the side's traceback when one fails."""
    spawn = multiprocessing.get_context("spawn")
    gate, told = spawn.Barrier(len(sides)), spawn.Queue()
    processes = [spawn.Process(target=_work, args=(side, gate, told)) for side in sides]
    for process in processes:
        process.start()
    answers = [told.get(timeout=PATIENCE) for _ in processes]
    for process in processes:
        process.join()
    failed = [answer for answer in answers if isinstance(answer, str)]
    if failed:
        raise RuntimeError(failed[0])
    done = sum(answer["done"] for answer in answers)
    # the monotonic clock is one for all processes of a machine
    took = max(answer["end"] for answer in answers) - min(answer["begin"] for answer in answers)
    return Ran(done / took, sum(answer["cpu"] for answer in answers) / done * 1000, done)


def _work(side: Side, gate: Any, told: Any) -> None:
    try:
        side.prepare()
        gate.wait(PATIENCE)
        begin, cpu = time.monotonic(), time.process_time()
        done = side.run()
        answer = {"begin": begin, "end": time.monotonic(), "cpu": time.process_time() - cpu, "done": done}
        gate.wait(PATIENCE)
        side.close()
        told.put(answer)
    except threading.BrokenBarrierError:
        told.put("another side failed")
    except BaseException:
        told.put(traceback.format_exc())
        gate.abort()
