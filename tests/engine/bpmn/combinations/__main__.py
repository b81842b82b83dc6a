"""`python -m tests.engine.bpmn.combinations`: every cell of the matrix; exit 1 when one is unlike the oracle."""

from __future__ import annotations

import sys
from functools import partial

from ..oracle.beside import Drawn, play, rarest
from ..oracle.soak import soak
from .surroundings import Cell, cells


def one(cell: Cell) -> int:
    """Play a cell twice, in opposite orders; the number of commands."""
    drawn = Drawn(cell.process())
    return sum(play(drawn, rarest(drawn, first)) for first in (True, False))


def main() -> int:
    """Play all cells; the number unlike the oracle."""
    return soak("combinations", ((f"{cell.row} in {cell.column}", partial(one, cell)) for cell in cells()))


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
