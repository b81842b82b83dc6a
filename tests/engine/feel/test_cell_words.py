"""Cells of a table in words of one's own."""

import pytest

from engine.feel.cell_words import cell_hint


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("大于2", "> 2"),
        ("不超过 5", "<= 5"),
        ("至少3", ">= 3"),
        ("10以上", ">= 10"),
        (">= 0 and <= 2", "[0..2]"),
        ("> 0 且 < 2.5", "(0..2.5)"),
        ("0-2", "[0..2]"),
        ("1 到 3", "[1..3]"),
    ],
)
def test_a_comparison_in_words_is_written_as_a_cell(cell, written):
    assert cell_hint(cell) == (f"写成 {written}", f"write {written}")


@pytest.mark.parametrize("cell", ["-2", "> 2", "[0..2]", '"a"', "x - 2", "-", "1, 2", ""])
def test_other_cells_need_no_hint(cell):
    assert cell_hint(cell) == ("", "")
