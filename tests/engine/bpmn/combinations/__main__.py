"""`python -m tests.engine.bpmn.combinations`: every cell of the matrix; exit 1 when one is unlike the oracle."""

from __future__ import annotations

import sys
import time

from engine import clock

from ..conftest import NOON
from ..oracle.beside import Drawn, play, rarest
from .surroundings import cells


def main() -> int:
    """Play all cells; the number unlike the oracle."""
    began, commands, wrong = time.monotonic(), 0, 0
    for cell in cells():
        try:
            with clock.virtual(NOON):
                drawn = Drawn(cell.process())
                commands += sum(play(drawn, rarest(drawn, first)) for first in (True, False))
        except Exception as problem:
            wrong += 1
            print(f"{cell.row} in {cell.column}: {type(problem).__name__}: {problem}"[:300])
    spent = f"{time.monotonic() - began:.0f} s"
    print(f"{len(cells()):,} combinations, {commands:,} commands, {wrong} unlike the oracle: {spent}")
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
