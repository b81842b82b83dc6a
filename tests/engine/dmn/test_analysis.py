"""Damaged tables are told with the combination at fault; sound ones pass."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from engine import dmn

from .kit import decision, given, model, table


def found(policy: str, rules: list[str], inputs: list[str], outputs: list[str] | None = None) -> list[dmn.Remark]:
    columns = [column.partition("|")[0].strip() for column in inputs]
    parts = [given(name) for name in columns]
    drawn = decision("D", table(policy, inputs, outputs or ["o"], rules), *(f"input:{name}" for name in columns))
    return dmn.analyse(dmn.load(model(drawn, *parts), {}))


SOUND = ['< 10 ; "食品" -> 1', '>= 10 ; "食品" -> 2', '- ; not("食品") -> 3']


def test_a_sound_table_has_no_remarks() -> None:
    assert found("UNIQUE", SOUND, ["n", "kind"]) == []


@pytest.mark.parametrize(
    ("policy", "rules", "kind", "rule_numbers", "example"),
    [
        ("UNIQUE", ["< 10 -> 1", "> 10 -> 2"], "gap", (), {"n": 10}),
        ("UNIQUE", ["< 10 -> 1", "[12..20] -> 2", "> 20 -> 3"], "gap", (), {"n": 10}),
        ("FIRST", ["[1..5] -> 1", "> 5 -> 2"], "gap", (), {"n": 0}),
        ("UNIQUE", ["<= 10 -> 1", ">= 10 -> 2"], "overlap", (1, 2), {"n": 10}),
        ("ANY", ["<= 10 -> 1", ">= 10 -> 2"], "overlap", (1, 2), {"n": 10}),
        ("FIRST", ["< 10 -> 1", "[2..5] -> 2", "- -> 3"], "unreachable", (2,), {}),
        ("FIRST", ["< 10 -> 1", ">= 10 -> 2", "- -> 3"], "unreachable", (3,), {}),
        ("UNIQUE", ["(5..5) -> 0", "- -> 1"], "impossible", (1,), {}),
        ("FIRST", ['@"2026-01-01" -> 1', '< @"2026-01-01" -> 2'], "gap", (), {"n": "2026-01-02"}),
        ("UNIQUE", ["true -> 1"], "gap", (), {"n": False}),
        ("UNIQUE", ['"a" -> 1', '"b" -> 2'], "gap", (), {"n": "…"}),
    ],
)
def test_damage_is_told_with_its_example(
    policy: str, rules: list[str], kind: str, rule_numbers: tuple[int, ...], example: dict[str, Any]
) -> None:
    remarks = [remark for remark in found(policy, rules, ["n"]) if remark.kind == kind]
    assert [(remark.rules, remark.example) for remark in remarks[:1]] == [(rule_numbers, example)]
    assert all(remark.zh and remark.en for remark in remarks)


def test_a_gap_between_two_inputs() -> None:
    remarks = found("UNIQUE", ['< 10 ; "a" -> 1', '>= 10 ; "a" -> 2', '< 10 ; not("a") -> 3'], ["n", "kind"])
    assert [remark.kind for remark in remarks] == ["gap"] * len(remarks) and remarks[0].example == {
        "n": 10,
        "kind": "…",
    }
    assert "n = 10" in remarks[0].en and "kind 为其他值" in remarks[0].zh


@pytest.mark.parametrize(
    ("policy", "rules", "inputs", "outputs"),
    [
        ("UNIQUE", ['"a" -> 1', '"b" -> 2'], ['n | "a", "b"'], ["o"]),  # the allowed values are all there is
        ("UNIQUE", ["< 10 -> 1"], ["n"], ["o | 1, 2 | 2"]),  # a default fills the gap
        ("COLLECT", ["< 10 -> 1", "< 5 -> 2"], ["n"], ["o"]),
        ("RULE ORDER", ["< 10 -> 1", "< 5 -> 2", "- -> 0"], ["n"], ["o"]),
        ("ANY", ["<= 10 -> 1", ">= 10 -> 1"], ["n"], ["o"]),  # they agree
        ("UNIQUE", ["< limit -> 1", ">= limit -> 2"], ["n"], ["o"]),  # not to be told from the table alone
    ],
)
def test_what_is_no_damage_is_left_alone(policy: str, rules: list[str], inputs: list[str], outputs: list[str]) -> None:
    assert found(policy, rules, inputs, outputs) == []


def test_an_input_that_no_rule_asks() -> None:
    remarks = found("UNIQUE", ["< 5 ; - -> 1", ">= 5 ; - -> 2"], ["n", "kind"])
    assert [remark.kind for remark in remarks] == ["unused"] and "kind" in remarks[0].zh


cells = st.sampled_from(["-", "< 2", "<= 2", "2", "> 1", "[1..2]", "(1..3)", "not(2)", "1, 3"])


@over(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_remarks_are_true_and_complete_on_a_fine_grid(rows: list[tuple[str, str]]) -> None:
    """Every constant is 1, 2 or 3, so a grid in steps of a half meets every region."""
    rules = [f"{a} ; {b} -> {number}" for number, (a, b) in enumerate(rows)]
    remarks = found("UNIQUE", rules, ["a", "b"])
    drawn = decision("D", table("RULE ORDER", ["a", "b"], ["o"], rules), "input:a", "input:b")
    loaded = dmn.load(model(drawn, given("a"), given("b")), {})
    steps = [n / 2 for n in range(9)]
    hits = [dmn.decide(loaded, "D", {"a": a, "b": b}).rules for a, b in product(steps, steps)]
    pairs = {(x, y) for hit in hits for x in hit for y in hit if x < y}
    assert {remark.rules for remark in remarks if remark.kind == "overlap"} == pairs
    assert any(remark.kind == "gap" for remark in remarks) is any(not hit for hit in hits)
    for remark in remarks:
        if remark.kind in ("gap", "overlap"):
            assert tuple(dmn.decide(loaded, "D", remark.example).rules[:2]) in ((), *pairs)
