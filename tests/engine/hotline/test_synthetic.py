"""A drawn year: as the bulletin's, the same again from the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.hotline import synthetic, year_report

ORDERS = 24041


@pytest.fixture(scope="module")
def year() -> list[synthetic.Arrival]:
    return synthetic.draw(ORDERS, 1)


def test_the_same_seed_draws_the_same_year_and_another_does_not() -> None:
    assert synthetic.draw(200, 5) == synthetic.draw(200, 5)
    assert synthetic.draw(200, 5) != synthetic.draw(200, 6)


def test_orders_come_within_the_assessment_year_in_order_of_time(year: list[synthetic.Arrival]) -> None:
    days = [arrival.at.date().isoformat() for arrival in year]
    assert days == sorted(days)
    assert (days[0], days[-1]) == ("2018-11-01", "2019-10-31")


def test_kinds_are_the_bulletins_within_sampling_error(year: list[synthetic.Arrival]) -> None:
    found = Counter(arrival.kind for arrival in year)
    counted = {kind: found[kind] for kind in synthetic.mix()["kinds"]}
    assert sum(counted.values()) == ORDERS
    for kind, row in synthetic.mix()["kinds"].items():
        assert year_report.binomial(counted[kind], ORDERS, row["orders"] / synthetic.mix()["total"]) > 0.001
    assert found["bad_review"] == round(ORDERS * 68 / 240409)
    assert found["returned"] == round(ORDERS * 15925 / 240409)


def test_the_crowds_are_scaled(year: list[synthetic.Arrival]) -> None:
    for trader, count in synthetic.mix()["crowds"].items():
        of_trader = sum(trader in arrival.fields.get("subject", "") for arrival in year)
        assert of_trader == round(ORDERS * count / synthetic.mix()["total"])


def test_what_repeats_an_order_comes_after_it_and_says_so(year: list[synthetic.Arrival]) -> None:
    at = {arrival.fields["ext_no"]: arrival.at for arrival in year}
    again = [arrival for arrival in year if arrival.kind in ("repeated", "new_facts")]
    assert len(again) == round(ORDERS * 0.01) + round(ORDERS * 0.005)
    assert all(at[arrival.repeats or ""] < arrival.at for arrival in again)
    assert {arrival.told["duplicate_kind"] for arrival in again} == {"同一事实", "有新事实"}


def test_nobody_in_it_has_a_number_that_a_network_gives_out(year: list[synthetic.Arrival]) -> None:
    assert all(arrival.fields["phone"].startswith("100") for arrival in year)


def test_ordinary_traders_are_hardly_ever_the_same_and_their_names_do_not_begin_alike() -> None:
    """Alarms of a drawn year are those of the traders that closed, not of a name that the drawing repeats."""
    crowd = tuple(synthetic.mix()["crowds"])
    names = [arrival.fields.get("target_name") or "" for arrival in synthetic.draw(6000, 7)]
    others = [name for name in names if name and not any(trader in name for trader in crowd)]
    assert len(set(others)) > 0.999 * len(others) > 3000
    begins = Counter(name[2:4] for name in others)
    assert begins.most_common(1)[0][1] < 6
