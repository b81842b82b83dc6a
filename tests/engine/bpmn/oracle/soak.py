"""Many cases beside the oracle, one after the other: what is unlike it is printed and counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from engine import clock

from ..conftest import NOON

Case = tuple[str, Callable[[], int]]  # what it is called; plays it and gives the number of commands


def soak(what: str, cases: Iterable[Case]) -> int:
    """Play all; the number unlike the oracle."""
    began, played, commands, wrong = time.monotonic(), 0, 0, 0
    for name, play in cases:
        played += 1
        try:
            with clock.virtual(NOON):
                commands += play()
        except Exception as problem:
            wrong += 1
            print(f"{name}: {type(problem).__name__}: {problem}"[:300])
    spent = f"{time.monotonic() - began:.0f} s"
    print(f"{played:,} {what}, {commands:,} commands, {wrong} unlike the oracle: {spent}")
    return wrong
