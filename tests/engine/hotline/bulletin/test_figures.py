"""Figures out of counts: the printed ones, the little bureau's, and those that have nothing to divide by."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from engine import errors
from engine.hotline.bulletin import counts, figures, schemes

PROCESSES = Path(__file__).parents[4] / "processes"
SCHEME = schemes.read(orjson.loads((PROCESSES / schemes.FILE).read_bytes())[0])


def tally(**found):
    return counts.empty() | found


def whole(units: dict[str, dict], **more) -> dict:
    return {
        "scheme": SCHEME.plain,
        "all": counts.total(units.values()),
        "units": {code: {"name": code, "kind": "district", "tally": each} for code, each in units.items()},
        "transfers": {"attempted": 8, "answered": 6},
        "bad_reviews": {"received": 68, "in_time": 68},
        "clocks": {code: {"runs": 4, "kept": 3} for code in counts.STATUTORY},
        "unfounded": {"unfounded_confirmed": 3, "overturned": 1},
    } | more


GOOD = tally(handled=30, ended=10, in_time=10, results={"实际解决": 10}, survey={"满意": 5})
POOR = tally(handled=10, ended=8, in_time=4, open_late=2, results={"解释说明": 10}, survey={"满意": 1, "不满意": 1})


def by_key(found) -> dict[str, str]:
    return {each.key: str(each.figure) for each in found}


def test_the_rates_of_a_tally() -> None:
    found = by_key(figures.rates(POOR | {"contact_wanted": 4, "contacted": 3, "returned": 1}, SCHEME))
    assert found == {
        "contacted": "75.00%", "on_time": "40.00%", "solved": "0.00%", "explained": "100.00%", "appeal": "60.00%",
        "satisfaction": "50.00分", "satisfied": "50.00%", "returned": "10.00%", "proven": "0.00%", "unfounded": "0.00%",
        "passed": "–",
    }  # fmt: skip


def test_a_dash_where_nothing_was_counted() -> None:
    assert set(by_key(figures.rates(counts.empty(), SCHEME)).values()) == {"–"}


def test_the_bureaus_own() -> None:
    found = by_key(figures.bureau(whole({"A": GOOD})))
    assert found == {
        "transfers": "75.00%", "bad_reviews": "100.00%", "overturned": "25.00%",
        "clock_C08": "75.00%", "clock_C12": "75.00%", "clock_C11": "75.00%",
    }  # fmt: skip


def test_the_score_weighs_one_three_two_and_a_half_three_and_a_half() -> None:
    assert list(SCHEME.weights.values()) == [10, 30, 25, 35]
    good, poor = figures.ranking(whole({"A": GOOD, "B": POOR}))
    assert (good.code, good.rank, good.score) == ("A", 1, Decimal("97.50"))  # 7.5 + 30 + 25 + 35
    assert (poor.code, poor.rank, poor.score) == ("B", 2, Decimal("47.00"))  # 2.5 + 12 + 15 + 17.5


def test_a_unit_without_a_base_for_one_part_is_not_ranked() -> None:
    *_, last = figures.ranking(whole({"A": GOOD, "B": POOR | {"survey": {}}}))
    assert (last.code, last.rank, last.score) == ("B", None, None)


def test_volume_may_be_measured_against_the_most() -> None:
    plain = orjson.loads(orjson.dumps(SCHEME.plain))
    plain["volume"]["against"] = "most"
    found = whole({"A": GOOD, "B": POOR}, scheme=plain)
    assert [str(each.parts["volume"]) for each in figures.ranking(found)] == ["100.00%", "33.33%"]


def test_the_weak_are_the_last_of_the_worse_half() -> None:
    units = {str(n): GOOD | {"handled": 100 - n} for n in range(8)}
    assert figures.weak(whole(units)) == ["5", "6", "7"]
    assert figures.weak(whole({"A": GOOD, "B": POOR})) == ["B"]
    assert figures.weak(whole({"A": GOOD})) == []


def test_every_figure_says_its_formula_and_its_source() -> None:
    found = whole({"A": GOOD})
    for each in [*figures.rates(GOOD, SCHEME), *figures.bureau(found)]:
        assert all((*each.name, *each.formula, each.source)), each.key


def test_weights_that_are_not_a_hundred_are_refused() -> None:
    plain = orjson.loads(orjson.dumps(SCHEME.plain))
    plain["weights"]["volume"] = "11"
    with pytest.raises(errors.Invalid):
        schemes.read(plain)


def test_before_the_first_scheme_there_is_none() -> None:
    from datetime import date

    assert schemes.scheme(PROCESSES, date(2026, 1, 1)).against == "all"
    with pytest.raises(errors.Invalid):
        schemes.scheme(PROCESSES, date(2018, 10, 31))
