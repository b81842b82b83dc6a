"""A Python int or float as a variable gives the very answer that its Decimal gives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import feel

COMPARISONS = ["=", "!=", "<", "<=", ">", ">="]
near = st.sampled_from([0, 1, -1, 10**15, 2**53, 10**17, 10**18, 10**34, 123456789012345700]).flatmap(
    lambda base: st.integers(base - 20, base + 20)
)
ints = st.one_of(st.integers(-100, 100), near, st.integers(-(10**40), 10**40))
floats = st.one_of(
    st.floats(),
    st.integers(-2000, 2000).map(lambda cents: cents / 100),
    near.map(float),
    st.sampled_from([0.1, 0.2, 0.3, 0.1 + 0.2, 1e23, 5e-324, -0.0, 1e-7]),
)
numbers = st.one_of(ints, floats)
texts = st.one_of(
    ints.map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda f: format(Decimal(repr(f)), "f")),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda d: format(d, "f")),
    st.just("0.30000000000000004000001"),
)


def exact(value: Any) -> Any:
    """The Decimal that a number of Python means; what is no number stays."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return feel.convert(value if isinstance(value, int) else Decimal(repr(value)))


def agree(text: str, **variables: Any) -> None:
    expression = feel.compile(text)
    expected = expression({name: exact(value) for name, value in variables.items()})
    found = expression(variables)
    assert (type(found), found) == (type(expected), expected), text
    assert type(found) not in (int, float)


@given(numbers, st.sampled_from(COMPARISONS), texts)
@example(123456789012345698, "<", "123456789012345700")
@example(9007199254740993, "=", "9007199254740992")
@settings(max_examples=400, deadline=None)
def test_comparison_with_a_constant(value: Any, sign: str, constant: str) -> None:
    agree(f"a {sign} {constant}", a=value)
    agree(f"p.a {sign} {constant}", p={"a": value})


@given(numbers, numbers, st.sampled_from([*COMPARISONS, "+", "-", "*", "/", "**"]))
@settings(max_examples=400, deadline=None)
def test_operators_between_variables(a: Any, b: Any, sign: str) -> None:
    if sign == "**" and abs(b) > 50:
        b = 3
    agree(f"a {sign} b", a=a, b=b)


@given(numbers, numbers, texts, st.sampled_from("+-*"), st.sampled_from("+-*"))
@settings(max_examples=400, deadline=None)
def test_chains_of_arithmetic(a: Any, b: Any, constant: str, one: str, other: str) -> None:
    agree(f"a {one} {constant} {other} b", a=a, b=b)
    agree(f"(a {one} b) {other} a > {constant}", a=a, b=b)


@given(numbers, texts, texts, st.sampled_from("[("), st.sampled_from("])"))
@settings(max_examples=300, deadline=None)
def test_ranges(value: Any, low: str, high: str, begin: str, end: str) -> None:
    agree(f"a between {low} and {high}", a=value)
    agree(f"a in {begin}{low}..{high}{end}", a=value)
    agree(f"a in ({low}, {high}, 5)", a=value)
    cell = feel.compile_unary(f"{begin}{low}..{high}{end}")
    assert cell(value) is cell(exact(value))


@pytest.mark.parametrize("text", ["a = null", "a != null", "a in (1, 2)", "a > 1", "a between 1 and 2", "a + 1", "-a"])
@pytest.mark.parametrize("value", [None, True, "x", [1], {"b": 1}, float("nan"), float("inf"), 1, 1.0])
def test_values_of_other_kinds(text: str, value: Any) -> None:
    wanted = feel.compile(text)({"a": feel.convert(value)})
    found = feel.compile(text)({"a": value})
    assert (type(found), found) == (type(wanted), wanted)


def test_a_float_means_its_shortest_text() -> None:
    assert feel.compile("a + b = 0.3")({"a": 0.1, "b": 0.2}) is True
    assert feel.compile("a * 3")({"a": 0.1}) == Decimal("0.3")
    assert str(feel.compile("a")({"a": -0.0})) == "0.0"


def test_lists_of_the_caller_are_not_handed_on() -> None:
    given = {"texts": ["a"], "numbers": [1]}
    for name in given:
        answer = feel.compile(name)(given)
        answer.append("x")
    assert given == {"texts": ["a"], "numbers": [1]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("numbers[item > 10]", [Decimal("10.5"), Decimal(10**20)]),
        ("numbers[2]", Decimal("10.5")),
        ("numbers[-1]", None),
        ("numbers[position]", Decimal("10.5")),
        ("for n in numbers return n", [Decimal(1), Decimal("10.5"), Decimal(10**20), None]),
        ("for r in rows return r.a * 2", [Decimal(2), Decimal("0.4"), None]),
        ("rows[a > 0.1].b", ["x", "y"]),
        ("rows[item.a = 1]", [{"a": Decimal(1), "b": "x", "tags": ["t", Decimal(5)]}]),
        ("for r in rows return rows[a < r.a].b", [["y"], [], []]),
        ("for r in rows, t in r.tags return t", ["t", Decimal(5)]),
        ('some r in rows satisfies r.b = "y" and r.a < 1', True),
        ("every n in numbers satisfies n > 0", None),
        ("wrapped[item > 1]", [{"item": Decimal(2)}]),
        ("(for r in rows return function(x) x + r.a)[2](1)", Decimal("1.2")),
        ("single[item > 1]", [Decimal(3)]),
        ("for d in days return d.year", [Decimal(2026)]),
    ],
)
def test_a_loop_over_a_list_of_the_caller_sees_its_entries_as_values(text: str, value: object) -> None:
    rows = [{"a": 1, "b": "x", "tags": ["t", 5]}, {"a": 0.2, "b": "y", "tags": []}, {"a": None, "tags": ()}]
    case = {
        "numbers": [1, 10.5, 10**20, float("nan")], "rows": rows, "position": 2, "single": 3,
        "wrapped": [{"item": 1}, {"item": 2}], "days": [date(2026, 3, 2)],
    }  # fmt: skip
    found = feel.compile(text)(case)
    assert repr(found) == repr(value) == repr(feel.explain(text, case).value)
