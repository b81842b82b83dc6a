"""Three-valued logic and comparison (DMN 1.5 tables 45 to 51), over every combination."""

from __future__ import annotations

from itertools import product

import pytest

from engine import feel

TRUTH = {"true": True, "false": False, "null": None, '"x"': None, "1": None}


def value(text: str, **variables: object) -> object:
    return feel.compile(text)(variables)


@pytest.mark.parametrize(("a", "b"), list(product(TRUTH, TRUTH)))
def test_and_or_follow_the_tables(a: str, b: str) -> None:
    x, y = TRUTH[a], TRUTH[b]
    conjunction = False if False in (x, y) else True if x and y else None
    disjunction = True if True in (x, y) else False if (x, y) == (False, False) else None
    assert value(f"{a} and {b}") is conjunction
    assert value(f"{a} or {b}") is disjunction
    assert value(f"{a} and {b} and true") is conjunction
    assert value(f"{a} or {b} or false") is disjunction


@pytest.mark.parametrize(("text", "answer"), [("true", False), ("false", True), ("null", None), ("1", None)])
def test_not(text: str, answer: object) -> None:
    assert value(f"not({text})") is answer


SAMPLES = {
    "number": "1", "string": '"a"', "boolean": "true", "date": '@"2026-01-01"', "time": '@"09:00:00"',
    "date and time": '@"2026-01-01T09:00:00"', "days": '@"P1D"', "months": '@"P1M"', "list": "[1]", "context": "{a: 1}",
    "range": "[1..2]",
}  # fmt: skip


@pytest.mark.parametrize(("a", "b"), list(product(SAMPLES, SAMPLES)))
def test_equality_compares_values_of_one_kind_only(a: str, b: str) -> None:
    expected = True if a == b else None
    assert value(f"{SAMPLES[a]} = {SAMPLES[b]}") is expected
    assert value(f"{SAMPLES[a]} != {SAMPLES[b]}") is (None if expected is None else False)


@pytest.mark.parametrize("kind", SAMPLES)
def test_nothing_equals_null_but_null(kind: str) -> None:
    assert value(f"{SAMPLES[kind]} = null") is False
    assert value(f"null != {SAMPLES[kind]}") is True
    assert value("null = null") is True


@pytest.mark.parametrize("kind", ["boolean", "list", "context", "range"])
def test_kinds_without_order(kind: str) -> None:
    assert value(f"{SAMPLES[kind]} < {SAMPLES[kind]}") is None


@pytest.mark.parametrize("kind", ["number", "string", "date", "time", "date and time", "days", "months"])
def test_kinds_with_order(kind: str) -> None:
    assert value(f"{SAMPLES[kind]} <= {SAMPLES[kind]}") is True
    assert value(f"{SAMPLES[kind]} < {SAMPLES[kind]}") is False
    assert value(f"{SAMPLES[kind]} > null") is None
    assert value(f"{SAMPLES[kind]} between {SAMPLES[kind]} and {SAMPLES[kind]}") is True


def test_a_string_is_never_a_date() -> None:
    assert value('收单 > @"2026-01-01"', 收单="2026-02-01") is None
    assert value('date(收单) > @"2026-01-01"', 收单="2026-02-01") is True


def test_times_of_different_zones_are_one_instant() -> None:
    assert value('@"2026-01-01T09:00:00+08:00" = @"2026-01-01T01:00:00Z"') is True
    assert value('@"2026-01-01T09:00:00@Asia/Shanghai" = @"2026-01-01T09:00:00+08:00"') is True
    assert value('@"2026-01-01T09:00:00" < @"2026-01-01T10:00:00Z"') is None


@pytest.mark.parametrize(
    ("cell", "tested", "answer"),
    [
        ("-", 1, True),
        ("5", 5, True),
        ("5", 6, False),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ('not("a", "b")', "c", True),
        ("< 5", 4, True),
        (">= 5, < 2", 1, True),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("]1..5]", 1, False),
        ("(1..5[", 2, True),
        ("null", None, True),
        ("null", 1, False),
        ("> 5", "text", None),
        ("? > 3 and ? < 6", 5, True),
        ("? > 3 and ? < 6", 7, False),
        ("not(? > 3)", 5, False),
        ('contains(?, "b")', "abc", True),
        ("[1, 2, 3]", 2, True),
        ("not(null)", 1, True),
        ("true", True, True),
        ("not(true)", False, True),
    ],
)
def test_cells_of_a_decision_table(cell: str, tested: object, answer: object) -> None:
    assert feel.compile_unary(cell)(tested, {}) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1 in 1", True),
        ("1 in (1, 2)", True),
        ("3 in (1, 2)", False),
        ("3 in (< 1, > 2)", True),
        ("3 in [1, [2..4]]", True),
        ("[1, 2] in [[1, 2], [3]]", True),
        ("[1, 2] in [1, 2]", True),
        ("1 in []", False),
        ("3 in > 2", True),
        ("3 in ]3..5[", False),
        ('"b" in ["a".."c"]', True),
        ("1 in null", False),
        ("5 in (? > 3 and ? < 6)", True),
        ("7 in (? > 3 and ? < 6)", False),
    ],
)
def test_in(text: str, answer: object) -> None:
    assert value(text) is answer
