"""`python -m tests.engine.bpmn.oracle 10000`: random processes by seed; exit 1 when one is unlike the oracle."""

from __future__ import annotations

import random
import sys
from functools import partial

from .beside import Drawn, play
from .grow import Grower
from .soak import soak

SEED = 1_000_000


def one(seed: int) -> int:
    """Grow and play a process; the number of commands."""
    chance = random.Random(seed)
    drawn = Drawn(Grower(chance.choice).process())
    return play(drawn, chance.choice, restored=seed % 2 == 0)


def main(wanted: int) -> int:
    """Play that many; the number unlike the oracle."""
    seeds = range(SEED, SEED + wanted)
    return soak("random processes", ((f"process {seed}", partial(one, seed)) for seed in seeds))


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1])) else 0)
