"""The bulletin of 2019 held against itself: what comes out of its counts, what does not, and what nobody can check."""

from __future__ import annotations

from pathlib import Path

from engine.hotline.bulletin import printed

GIVEN = Path(__file__).parents[4] / "processes" / "bulletin" / "printed-2019.json"


def verdicts(*, residual: bool) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for figure in printed.read(GIVEN, residual_to_largest=residual).figures:
        found.setdefault(figure.verdict, set()).add(figure.key)
    return found


def test_with_the_residual_option_only_two_figures_contradict_their_own_counts() -> None:
    found = verdicts(residual=True)
    assert found["conflict"] == {"consultations_share", "return_rate"}
    assert found["given"] == {"return_rate_change", "city_score", "city_rank", "first_five", "last_three"}
    assert found["derived"] == {"one_stop_share", "incidents_share"}
    assert {"total", "share_districts", "satisfaction", "bad_reviews_in_time"} <= found["equal"]


def test_plain_rounding_shows_that_the_largest_share_was_plugged() -> None:
    found = {figure.key: figure for figure in printed.read(GIVEN).figures}
    assert found["share_districts"].verdict == "conflict"
    assert found["share_districts"].computed == "61.97%"


def test_what_contradicts_itself_shows_both_and_says_why() -> None:
    found = {figure.key: figure for figure in printed.read(GIVEN).figures}
    assert (found["return_rate"].printed, found["return_rate"].computed) == ("7.24%", "6.62%")
    assert found["consultations_share"].computed == "26.35%"
    assert all(f.note for f in found.values() if f.verdict in ("conflict", "given"))


def test_derived_figures_show_what_they_come_from() -> None:
    found = {figure.key: figure for figure in printed.read(GIVEN).figures}
    assert found["incidents_share"].computed == "3.42%"
    figure = found["incidents_share"].figure
    assert figure is not None and (figure.numerator, figure.denominator) == (5097, 148974)
