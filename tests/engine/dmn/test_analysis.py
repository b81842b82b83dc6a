"""Damaged tables are told with the combination at fault; sound ones pass."""

from __future__ import annotations

import random
import time
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
    return [remark for remark in dmn.analyse(dmn.load(model(drawn, *parts), {})) if remark.kind != "untyped"]


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


def test_the_values_a_type_allows_are_all_there_is() -> None:
    item = '<itemDefinition name="Kind"><typeRef>string</typeRef><allowedValues><text>"a", "b"</text></allowedValues>'
    item += "</itemDefinition>"
    remarks = {}
    for rules in (['"a" -> 1', '"b" -> 2'], ['"a" -> 1'], ['"a" -> 1', '"b" -> 2', '"c" -> 3']):
        drawn = decision("D", table("UNIQUE", ["n"], ["o"], rules), "input:n", type_="number")
        loaded = dmn.load(model(item, given("n", "Kind"), drawn), {})
        remarks[len(rules)] = [(r.kind, r.rules, r.example) for r in dmn.analyse(loaded)]
    assert remarks == {2: [], 1: [("gap", (), {"n": "b"})], 3: [("impossible", (3,), {})]}


def test_columns_without_a_type_are_told_once() -> None:
    drawn = decision("D", table("UNIQUE", ["n", "m"], ["o"], ["- ; < 1 -> 1", "- ; >= 1 -> 2"]), "input:n", "input:m")
    remarks = dmn.analyse(dmn.load(model(drawn, given("n", "nonsense"), given("m", "number")), {}))
    assert [(r.kind, r.en) for r in remarks] == [
        ("untyped", "no type is given for `n`, `o`"),
        ("unused", "no rule asks the input `n`"),
    ]


def test_a_constant_of_another_type_never_matches() -> None:
    drawn = decision("D", table("FIRST", ["n"], ["o"], ['"5" -> 1', "- -> 2"]), "input:n", type_="number")
    remarks = dmn.analyse(dmn.load(model(drawn, given("n", "number")), {}))
    assert [(r.kind, r.rules) for r in remarks] == [("impossible", (1,))]


def test_a_table_too_large_to_look_through_says_so_soon() -> None:
    """Rules that differ in every column leave a set of open rules of their own at every visit."""
    seed = random.Random(4)
    names = [f"n{number}" for number in range(12)]
    rules = [" ; ".join(f"< {seed.randrange(1, 40)}" for _ in names) + " -> 1" for _ in range(120)]
    begin = time.process_time()
    remarks = found("FIRST", rules, names)
    assert time.process_time() - begin < 5
    assert "large" in {remark.kind for remark in remarks}


def test_many_rules_are_analysed_fully() -> None:
    rules = [f'{number} ; "{kind}" -> 1' for number in range(150) for kind in "ab"]
    remarks = found("UNIQUE", rules, ["n | [0..149]", 'kind | "a", "b"'])
    assert {remark.kind for remark in remarks} == {"gap"}  # between the whole numbers
    assert found("FIRST", [*rules, "- ; - -> 2"], ["n | [0..149]", 'kind | "a", "b"']) == []
    doubled = found("FIRST", [*rules, "- ; - -> 2", '7 ; "a" -> 3'], ["n | [0..149]", 'kind | "a", "b"'])
    assert [(r.kind, r.rules) for r in doubled] == [("unreachable", (302,))]


@pytest.mark.parametrize(
    ("rules", "by"),
    [
        (["- -> 0", "< 10 -> 1", "5 -> 2"], {2: (1,), 3: (1,)}),
        (["< 5 -> 0", "> 100 -> 1", "[5..9] -> 2", "[3..8] -> 3"], {4: (1, 3)}),
        (["< 3 -> 0", "< 10 -> 1", "[2..5] -> 2"], {3: (2,)}),  # one that takes all is enough
    ],
)
def test_an_unreachable_rule_names_those_that_take_its_cases(rules: list[str], by: dict[int, tuple[int, ...]]) -> None:
    remarks = {r.rules[0]: r for r in found("FIRST", rules, ["n"]) if r.kind == "unreachable"}
    assert {number: remark.by for number, remark in remarks.items()} == by
    for remark in remarks.values():
        assert "、".join(map(str, remark.by)) in remark.zh and ", ".join(map(str, remark.by)) in remark.en


def test_all_impossible_cells_of_a_rule_are_named() -> None:
    remarks = found("FIRST", ["(5..5) ; (1..1) -> 0", "- ; - -> 1"], ["n", "m"])
    assert [(r.kind, r.rules, r.columns) for r in remarks] == [("impossible", (1,), ("n", "m"))]
    assert "“n”、“m”" in remarks[0].zh
