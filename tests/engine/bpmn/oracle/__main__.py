"""`python -m tests.engine.bpmn.oracle 10000`: random processes by seed; exit 1 when one is unlike the oracle."""

from __future__ import annotations

import random
import sys
import time

from engine import clock

from ..conftest import NOON
from .beside import Drawn, play
from .grow import Grower

SEED = 1_000_000


def one(seed: int) -> int:
    """Grow and play a process; the number of commands."""
    chance = random.Random(seed)
    drawn = Drawn(Grower(chance.choice).process())
    return play(drawn, chance.choice, restored=seed % 2 == 0)


def main(wanted: int) -> int:
    """Play that many; the number unlike the oracle."""
    began, commands, wrong = time.monotonic(), 0, 0
    for seed in range(SEED, SEED + wanted):
        try:
            with clock.virtual(NOON):
                commands += one(seed)
        except Exception as problem:
            wrong += 1
            print(f"process {seed}: {type(problem).__name__}: {problem}"[:300])
    spent = f"{time.monotonic() - began:.0f} s"
    print(f"{wanted:,} random processes, {commands:,} commands, {wrong} unlike the oracle: {spent}")
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1])) else 0)
