"""Whether a share is the bulletin's is judged by its chance."""

from __future__ import annotations

import pytest

from engine.hotline import year_report


@pytest.mark.parametrize(
    ("found", "of", "p", "chance"),
    [
        (5, 10, 0.5, 1.0),
        (0, 10, 0.5, 2 * 0.5**10),
        (10, 10, 0.5, 2 * 0.5**10),
        (6197, 10000, 0.6197, 1.0),
        (6292, 10000, 0.6197, 0.0516),  # 94.5 of a standard deviation of 48.55: 1.9466
    ],
)
def test_the_chance_of_a_count_is_the_two_sided_binomial(found: int, of: int, p: float, chance: float) -> None:
    assert year_report.binomial(found, of, p) == pytest.approx(chance, abs=2e-4)


@pytest.mark.parametrize(
    ("value", "freedom", "chance"), [(7.815, 3, 0.05), (16.266, 3, 0.001), (3.841, 1, 0.05), (0, 3, 1)]
)
def test_the_chance_of_a_chi_square_is_that_of_the_tables(value: float, freedom: int, chance: float) -> None:
    assert year_report.chi_square(value, freedom) == pytest.approx(chance, abs=2e-5)
