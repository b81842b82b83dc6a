"""Every element in every surrounding passes the gate and does what the oracle says, stored and restored at every stop.

A cell is played twice, so that what comes early in one play comes late in the other. The tests take every sixth cell,
in a pattern that meets every row and every column; `make soak-oracle` plays all of them.
"""

from __future__ import annotations

import pytest

from engine import gate

from ..oracle.beside import Drawn, play, rarest
from .elements import ROWS
from .surroundings import SURROUNDINGS, Cell, cells

EVERY = 6
ROW, COLUMN = list(ROWS), list(SURROUNDINGS)
CHOSEN = [cell for cell in cells() if (ROW.index(cell.row) + COLUMN.index(cell.column)) % EVERY == 0]


@pytest.mark.parametrize("name", ROWS)
def test_an_element_passes_the_gate_and_does_what_the_oracle_says(name: str) -> None:
    for cell in CHOSEN:
        if cell.row == name:
            drawn = Drawn(cell.process())
            report = gate.check(drawn.files, functions={}, connectors={"c"}, roles={"clerk"})
            assert report.ok, (cell, report.findings)
            follow(cell, drawn)


def follow(cell: Cell, drawn: Drawn) -> None:
    for first in (True, False):
        try:
            play(drawn, rarest(drawn, first))
        except AssertionError as unlike:
            raise AssertionError(f"{cell}: {unlike}") from unlike


def test_the_chosen_cells_meet_every_row_and_column() -> None:
    assert {cell.row for cell in CHOSEN} == set(ROWS) and {cell.column for cell in CHOSEN} == set(SURROUNDINGS)
    assert len(CHOSEN) >= 600
