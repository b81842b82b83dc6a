"""What a wrong word means: a slip is told for certain, another word never."""

import pytest

from engine.gate.near import Guesses, listed, misspelt, near


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("accept_desicion", "accept_decision"),
        ("acceptDecision", "accept_decision"),
        ("domian", "domain"),
        ("受理决订", "受理决定"),
        ("recieved_at", "received_at"),
    ],
)
def test_a_slip_in_one_of_its_words_is_told_for_certain(word: str, meant: str) -> None:
    assert misspelt(word, {meant, "unit", "x"}) == meant


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("order_no", "order_id"),
        ("item", "items"),
        ("unit_1", "unit_2"),
        ("日期", "日子"),
        ("xy", "xz"),
        ("unit", "unit"),
    ],
)
def test_another_word_is_no_slip(word: str, other: str) -> None:
    assert misspelt(word, {other}) is None


def test_where_it_is_wrong_anyway_the_guess_is_bolder() -> None:
    assert near("受里", {"受理", "不予受理"}) == "受理"
    assert near("C99", {"C09", "X10"}) == "C09"
    assert near("zebra", {"受理"}) is None


def test_values_are_listed_as_they_are_written_and_not_without_end() -> None:
    assert listed(["a", 1, True]) == ('"a"、1、true', '"a", 1, true')
    assert listed(range(12), 2) == ("0、1等 12 个", "0, 1, … (12)")


def test_guesses_end_with_the_budget() -> None:
    guesses = Guesses({"variable"})
    words = [f"word{'x' * n}" for n in range(Guesses.BUDGET)]
    assert guesses.meant("variabel") == "variable"
    assert not any(guesses.meant(word) for word in words)
    assert guesses.meant("varaible") is None and guesses.meant("variabel") == "variable"
