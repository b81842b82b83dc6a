"""Regular expressions: XPath's meaning (F&O 3.1 §5.6), and no pattern that can hang."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel.limits import Run
from engine.feel.patterns import compile_pattern
from engine.feel.patterns.machine import Machine
from engine.feel.patterns.reading import Flags, read


def value(text: str, **variables: object) -> object:
    return feel.compile(text)(variables)


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "found"),
    [
        ("abracadabra", "^a.*a$", "", True),
        ("abracadabra", "^bra", "", False),
        ("a\nb", "a.b", "", False),
        ("a\rb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("a\nb", "^b$", "m", True),
        ("a\n", "a$", "", False),
        ("ABC", "abc", "i", True),
        ("helloworld", "hello world", "x", True),
        ("hello world", "hello[ ]world", "x", True),
        ("a+b", "a+b", "q", True),
        ("E", "[A-Z-[AEIOU]]", "", False),
        ("食品", r"^\p{Lo}+$", "", True),
        ("食品", r"^\p{IsCJKUnifiedIdeographs}+$", "", True),
        ("食品", r"\P{L}", "", False),
        ("2026", r"^\d{4}$", "", True),
        ("abab", r"^(ab)\1$", "", True),
        ("x", "(", "", None),
        ("x", r"\1(x)", "", None),
        ("x", "x", "z", None),
        ("x", "(?=x)", "", None),
        ("x", "x**", "", None),
        ("x", r"\k", "", None),
        ("x", "[z-a]", "", None),
    ],
)
def test_matches(text: str, pattern: str, flags: str, found: object) -> None:
    assert value("matches(t, p, f)", t=text, p=pattern, f=flags) is found


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "result"),
    [
        ("abracadabra", "bra", "*", "a*cada*"),
        ("abracadabra", "a.*?a", "*", "*c*bra"),
        ("abcd", "(ab)|(a)", "[1=$1][2=$2]", "[1=ab][2=]cd"),
        ("darted", "^(.*?)d(.*)$", "$1c$2", "carted"),
        ("abc", "b", r"\$\\", r"a$\c"),
        ("abc", "(b)", "$12", "ab2c"),
        ("abc", "b", "$", None),
        ("abc", "b", r"\x", None),
        ("abc", "x*", "-", None),
    ],
)
def test_replace(text: str, pattern: str, replacement: str, result: object) -> None:
    assert value("replace(t, p, r)", t=text, p=pattern, r=replacement) == result


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "(a*)*b", "a*a*a*a*a*a*b", r"^(\d+,?)+$", "(.*)*x(.*)*y"]
)
@pytest.mark.parametrize("size", [30, 3000])
def test_no_pattern_hangs(pattern: str, size: int) -> None:
    start = time.perf_counter()
    try:
        feel.compile("matches(t, p)")({"t": "a" * size + "!", "p": pattern})
    except feel.FeelLimit:
        pass
    assert time.perf_counter() - start < 1


letters = st.text("abc\n", max_size=12)
patterns = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "c"]),
    lambda inner: st.one_of(
        # Repeats of what may be empty are left out: where such a repeat stops, no specification says.
        st.tuples(inner.filter(lambda p: not re.fullmatch(p, "")), st.sampled_from(["*", "+", "?", "*?", "{1,2}"])).map(
            lambda p: f"(?:{p[0]}){p[1]}"
        ),
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda p: f"(?:{p[0]}|{p[1]})"),
        inner.map(lambda p: f"({p})"),
    ),
    max_leaves=6,
)


@given(patterns, letters)
@settings(max_examples=300, deadline=None)
def test_the_machine_finds_what_pythons_engine_finds(pattern: str, text: str) -> None:
    """Python backtracks, the machine walks all ways at once: where both run they must agree on the match's span."""
    found = Machine(read(pattern, Flags()), Flags()).search(text, 0, Run())
    expected = re.compile(read(pattern, Flags()).python or "").search(text)
    assert (found[0] if found else None) == (expected.span() if expected else None)


def test_patterns_are_cached() -> None:
    assert compile_pattern("a+", "") is compile_pattern("a+", "")
