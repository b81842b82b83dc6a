"""The printed figures of the bulletin of 2019 (沪市监办发〔2020〕337号) come out of its printed counts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.hotline.bulletin import formulas

TRANSFERRED = {"区局投诉举报": 148974, "咨询": 63750, "市药品监管局": 4534, "市知识产权局": 30, "市消保委": 23121}
SURVEY = {"满意": 7984, "基本满意": 1138, "一般": 526, "不满意": 1211}


def test_the_parts_add_up_to_the_printed_total() -> None:
    assert sum(TRANSFERRED.values()) == 240409
    assert sum(SURVEY.values()) == 10859


def test_the_printed_shares_come_out_with_the_residual_option() -> None:
    found = formulas.shares(TRANSFERRED, residual_to_largest=True)
    assert [str(figure) for figure in found.values()] == ["61.96%", "26.52%", "1.89%", "0.01%", "9.62%"]


def test_plain_rounding_differs_in_the_largest_share_only() -> None:
    found = formulas.shares(TRANSFERRED)
    assert [str(figure) for figure in found.values()] == ["61.97%", "26.52%", "1.89%", "0.01%", "9.62%"]


def test_the_printed_satisfaction_comes_out() -> None:
    figure = formulas.satisfaction(SURVEY)
    assert (figure.value, figure.numerator, figure.denominator) == (Decimal("84.81"), 921000, 10859)
    assert formulas.satisfied(SURVEY).value == Decimal("84.00")


def test_all_bad_reviews_in_time() -> None:
    assert formulas.share(68, 68).value == 100


def test_nothing_to_divide_by_is_no_value() -> None:
    assert str(formulas.share(0, 0)) == "–"
    assert str(formulas.satisfaction({})) == "–"
    assert {str(f) for f in formulas.shares({"a": 0, "b": 0}, residual_to_largest=True).values()} == {"–"}


def test_an_answer_without_points_is_no_answer() -> None:
    with pytest.raises(KeyError):
        formulas.satisfaction({"很好": 1})


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10**7), min_size=1, max_size=9))
def test_shares_with_residual_add_up_to_a_hundred(parts: dict[str, int]) -> None:
    found = formulas.shares(parts, residual_to_largest=True)
    if sum(parts.values()):
        assert sum(f.value or 0 for f in found.values()) == 100


def test_equal_scores_share_a_rank() -> None:
    scores = {"甲": Decimal(90), "乙": Decimal(95), "丙": Decimal(90)}
    assert [rank for rank, *_ in formulas.ranked(scores)] == [1, 2, 2]


def test_results_count_by_their_weight() -> None:
    weights = {"实际解决": Decimal(1), "解释说明": Decimal("0.6")}
    assert str(formulas.weighted({"实际解决": 1, "解释说明": 2}, weights)) == "73.33%"
    assert str(formulas.weighted({}, weights)) == "–"
