"""Durable steps a second: complete one user task, on disk and acknowledged, then the next; against the naive way.

Rounds of all sides alternate on one server; the ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

from tests.benchmarks import contest, naive, ours
from tests.benchmarks.asked import Ask, at_least
from tests.benchmarks.cases import CASES

FLEET = {"complaint": 400, "linear": 1500, "gateway": 1000}  # cases of one process: about a second's work
NAIVE_FLEET = {"complaint": 16, "linear": 80, "gateway": 50}
SMALL = 0.25  # of these, for a quick look
ASKED = {"complaint": 35, "linear": 18, "gateway": 20}
Contender = Callable[[str, str], contest.Ran]  # a fresh database's URL and the case


def ours_in(processes: int, part: float = 1.0) -> Contender:
    def go(url: str, case: str) -> contest.Ran:
        ours.install(url, CASES[case].bundle())
        number = int(FLEET[case] * part)
        return contest.run([ours.Banjie(url, case, number, worker=n == 0) for n in range(processes)])

    return go


def naive_in(processes: int, part: float = 1.0, side: type[naive.NaiveSide] = naive.NaiveSide) -> Contender:
    def go(url: str, case: str) -> contest.Ran:
        naive.install(url, side.tables)
        number = int(NAIVE_FLEET[case] * part)
        return contest.run([side(url, case, number, n) for n in range(processes)])

    return go


def compare(make: Callable[[], str], case: str, contenders: dict[str, Contender], rounds: int) -> dict[str, Any]:
    """Median rate of each, how many times the first is faster than each other, and the rounds these come from."""
    found: dict[str, list[contest.Ran]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, go in contenders.items():
            found[name].append(go(make(), case))
    first, *others = contenders
    return {
        "rates": {name: _middle([ran.rate for ran in rans]) for name, rans in found.items()},
        "cpu_ms": {name: round(_middle([ran.cpu_ms for ran in rans]), 3) for name, rans in found.items()},
        "times": {
            name: _middle([a.rate / b.rate for a, b in zip(found[first], found[name], strict=True)]) for name in others
        },
        "rounds": {name: [round(ran.rate, 1) for ran in rans] for name, rans in found.items()},
    }


def _middle(values: Sequence[float]) -> float:
    return round(statistics.median(values), 2)


def measure(makers: dict[str, Callable[[], str]], *, rounds: int, small: bool) -> dict[str, Any]:
    """Two processes of ours on PostgreSQL and one on SQLite, against the naive way in one process and in two."""
    part = SMALL if small else 1
    one, two = naive_in(1, part), naive_in(2, part)
    on_postgres = {"ours": ours_in(2, part), "naive": one, "naive in two processes": two}
    on_sqlite = {"ours": ours_in(1, part), "naive": one}
    return {
        "postgresql": {case: compare(makers["postgresql"], case, on_postgres, rounds) for case in CASES},
        "sqlite": {case: compare(makers["sqlite"], case, on_sqlite, rounds) for case in CASES},
    }


def asks(found: dict[str, Any]) -> list[Ask]:
    return [
        at_least(f"{case}: two processes on PostgreSQL against naive SpiffWorkflow", ASKED[case], row["times"]["naive"])
        for case, row in found["postgresql"].items()
    ]
