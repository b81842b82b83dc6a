"""No expression hangs, crashes or fills the memory."""

from __future__ import annotations

import random
import threading
import time
import tracemalloc

import pytest

from engine import feel
from engine.feel.builtins import BUILTINS

HUNGRY = [
    "for i in 1..99999999 return i",
    "for i in 1..9999, j in 1..9999, k in 1..9999 return i",
    "sum(for i in 1..9999999 return {a: i, b: [i, i]})",
    'for i in 1..60 return if i = 1 then "aa" else partial[-1] + partial[-1]',
    "flatten(for i in 1..40 return [partial, partial])",
    "string(for i in 1..40 return [partial, partial])",
    "(for i in 1..40 return [partial, partial]) = (for i in 1..40 return [partial, partial])",
    "distinct values(for i in 1..40 return [partial, partial])",
    "{f: function(x) f(x), y: f(1)}",
    "[1][(function(f) f(f))(function(f) f(f))]",
    'for d in @"0001-01-01"..@"9999-12-31" return d',
]
DEEP = [
    "(" * 3000 + "1",
    "1" + " + 1" * 5000,
    "-" * 5000 + "1",
    "[" * 3000,
    "if " * 3000,
    "a" + ".b" * 5000,
    "not(" * 2000,
]


@pytest.mark.parametrize("text", HUNGRY)
def test_hungry_expressions_are_stopped(text: str) -> None:
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(feel.FeelLimit):
        feel.compile(text)({})
    seconds, peak = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 5 and peak < 20_000_000


@pytest.mark.parametrize("text", DEEP)
def test_deep_expressions_are_refused(text: str) -> None:
    with pytest.raises(feel.FeelError):
        feel.compile(text)


def test_what_is_accepted_runs_near_the_bottom_of_the_stack() -> None:
    """An accepted expression must also run where a web server has used up part of the stack."""
    text = "+".join(["1"] * 140)

    def deep(levels: int) -> object:
        return feel.compile(f"({text})")({}) if levels == 0 else deep(levels - 1)

    assert deep(300) == 140


def test_huge_numbers_are_null_or_exact() -> None:
    for text in ["2 ** 99999999", "9e6000 * 9e6000", "exp(1e300)", "10 ** 6145"]:
        assert feel.compile(text)({}) is None
    assert feel.compile("x")({"x": 10**400_000}) is None
    with pytest.raises(feel.FeelError):
        feel.compile("1e99999")


def test_threads_do_not_disturb_each_other() -> None:
    compiled = feel.compile("1 / 3 + x * (1 / 0.7)")
    expected = {x: compiled({"x": x}) for x in range(50)}
    wrong: list[int] = []

    def work() -> None:
        for _ in range(40):
            wrong.extend(x for x in range(50) if compiled({"x": x}) != expected[x])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


_SIGNS = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "..",
    "+",
    "-",
    "*",
    "/",
    "**",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "，",
    "“",
    "”",
    "==",
    "&&",
    "'",
    "@",
    '@"P1D"',
    '"a"',
    "1",
    "0.5",
    "1e5",
    "-1",
    "null",
    "true",
    "?",
]
_WORDS = [
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "not(",
    "function(x)",
    "instance",
    "of",
    "number",
    "between",
    "a",
    "b",
    "l",
    "c",
    "item",
]
_SEEDS = [
    "sum(for i in 1..50 return i * i)", 'replace("abab", "(a)|(b)", "<$1>")', "{f: function(x) x + 1, r: f(2)}.r",
    "sort([3, 1], function(x, y) x < y)", 'date("2026-01-31") + duration("P1M")', "{a b: 1, c-d: 2, e: a b + c-d}",
]  # fmt: skip


def _random_text(dice: random.Random) -> str:
    tokens = _SIGNS + _WORDS + [f"{name}(" for name in BUILTINS if name != "random number"]
    kind = dice.random()
    if kind < 0.5:
        return " ".join(dice.choice(tokens) for _ in range(dice.randint(1, 14)))
    if kind < 0.9:
        text = dice.choice(_SEEDS)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(text) + 1)
            text = text[:place] + dice.choice(tokens) + text[place + dice.randint(0, 5) :]
        return text
    return "".join(chr(dice.choice([dice.randrange(32, 127), dice.randrange(0x110000)])) for _ in range(12))


def test_random_texts_never_crash_or_hang() -> None:
    dice = random.Random(20260101)
    variables = {"a": 5, "b": "text", "l": [1, 2.5, None, "x", {"a": 1}], "c": {"a": {"b": [1]}}}
    slowest = 0.0
    for _ in range(4000):
        text = _random_text(dice)
        start = time.perf_counter()
        for read in (lambda: feel.compile(text)(variables), lambda: feel.compile_unary(text)(5, variables)):  # noqa: B023
            try:
                feel.to_json(read())
            except feel.FeelError as error:
                assert error.zh and error.en
        slowest = max(slowest, time.perf_counter() - start)
    assert slowest < 1
