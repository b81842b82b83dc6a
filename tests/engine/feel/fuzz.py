"""Random inputs to lexer, parser, checker and evaluator: nothing may crash, hang or fill the memory.

`python -m tests.engine.feel.fuzz --inputs 1000000 --seed 1` (`make fuzz-feel`). Half of the inputs are grown from the
grammar over values of every kind, the others are known expressions with pieces cut, doubled and swapped, noise, and
texts made to be deep, long or endless. An evaluation is given 40 ms of the clock; with everything around it, it must
be over within 50 ms of processor time and must never hold more than 10 MB.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from engine import feel
from engine.feel import expression as door
from engine.feel.builtins import BUILTINS

LIMITS = feel.Limits(seconds=0.04)
WATCHED = feel.Limits(seconds=0.02)  # a step costs more when every part is looked at
MAX_SECONDS = 0.05
MAX_BYTES = 10 * 2**20
BATCH = 250

VARIABLES: dict[str, Any] = {
    "a": 3, "b": 2.5, "c": -7, "big": 10**17, "huge": 10**40, "tiny": 1e-300, "s": "上海市场监管", "t": "aXb1",
    "long": "长" * 3000, "no": None, "yes": True, "d": "2026-02-28", "dt": "2026-02-28T10:00:00+08:00", "p": "P1DT2H",
    "金额": 12000.5, "order no": "A-17", "list": [3, 1, 2], "texts": ["b", "a"], "deep": [[1, [2, [3]]], []],
    "mixed": [1, "1", None, True, [1]], "many": list(range(300)), "ctx": {"a": 1, "b c": "x", "list": [1, 2]},
    "rows": [{"k": "x", "v": 1}, {"k": "y", "v": None}], "nan": float("nan"),
}  # fmt: skip
NAMES = sorted(VARIABLES)
LITERALS = [
    "0", "1", "-1", "2", "3.14", "1e3", "1e-30", "9999999999999999999999999999999999", "1e6144", "0.1", "100000", ".5",
    '""', '"a"', '"食品"', '"\\u4e2d\\n"', '"2026-02-28"', '"P5D"', '"a+"', '"(a|b)*c"', '"[\\\\p{L}-[a-z]]+"', '"%"',
    "true", "false", "null", '@"2026-02-28"', '@"10:00:00Z"', '@"2026-02-28T10:00:00@Asia/Shanghai"', '@"P1Y2M"',
    '@"-P3DT4H"', '@"999999999-12-31"', "[]", "{}", "[1..5]", "(0..1)", "[1,2,3]", '{a: 1, b: "x"}', "?", "item",
    "partial",
]  # fmt: skip
BINARY = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]
TYPES = ["number", "string", "boolean", "date", "list<number>", "context<a: number>", "range<number>", "Any",
         "function<number> -> number", "days and time duration", "nonsense"]  # fmt: skip
FUNCTIONS = sorted(BUILTINS)
ENDLESS = [
    "for i in 1..1000000000 return i", "for i in 1..400, j in 1..400 return i * j", "count(for i in 1..99999 return i)",
    "some x in 1..1000000 satisfies x < 0", "{f: function(x) f(x), r: f(1)}.r",
    "{f: function(n) if n = 0 then [] else concatenate(f(n - 1), f(n - 1)), r: f(30)}.r",
    "for i in 1..60 return if count(partial) = 0 then [1] else concatenate(partial[-1], partial[-1])",
    'for i in 1..60 return if i = 1 then "ab" else partial[-1] + partial[-1]', "2 ** 2 ** 2 ** 2 ** 2 ** 2",
    'matches(long, "(长+)+$x")', 'replace(long, "(.*)*", "$0$0")', 'split(long, "")',
    "sort(many, function(x, y) x > y)",
    "many[some x in many satisfies x > item]", "string join(for i in 1..99999 return long)",
    "9 ** 99999", "1e6144 * 10", "decimal(1/3, 999999999)", "substring(long, -3000)", "flatten([many, [many, [many]]])",
    "distinct values(many)",
    "for x in (for y in many return many) return x", "{a: many, b: [a, a], c: [b, b], d: [c, c], e: string(d)}",
    'date("2026-01-01") + duration("P999999999D")', "years and months duration(@\"0001-01-01\", @\"9999-12-31\")",
    "for d in @\"0001-01-01\"..@\"9999-12-31\" return d", 'duration("P" + "9" + "D") * 1e30', "-" * 40 + "1",
]  # fmt: skip


class Grower:
    """Expressions from the grammar, of a bounded size."""

    def __init__(self, seed: random.Random) -> None:
        self.seed = seed

    def expression(self, depth: int) -> str:
        """A random expression at most so deep."""
        if depth <= 0 or self.seed.random() < 0.2:
            return self.seed.choice(LITERALS) if self.seed.random() < 0.5 else self.seed.choice(NAMES)
        return self.seed.choice(_FORMS)(self, depth - 1)

    def several(self, depth: int, most: int = 3) -> str:
        return ", ".join(self.expression(depth) for _ in range(self.seed.randrange(most + 1)))

    def call(self, depth: int) -> str:
        name = self.seed.choice(FUNCTIONS)
        ways = BUILTINS[name].signatures
        way = self.seed.choice(ways)
        count = max(0, len(way.names) + self.seed.choice([0, 0, 0, 0, -1, 1]))
        values = [self.expression(depth) for _ in range(count)]
        if self.seed.random() < 0.1 and count == len(way.names):
            values = [f"{key}: {value}" for key, value in zip(way.names, values, strict=True)]
        return f"{name}({', '.join(values)})"

    def range(self, depth: int) -> str:
        pick = self.seed.choice
        return f"{pick('[(]')}{self.expression(depth)}..{self.expression(depth)}{pick('])[')}"


_FORMS: list[Callable[[Grower, int], str]] = [
    lambda g, d: f"{g.expression(d)} {g.seed.choice(BINARY)} {g.expression(d)}",
    lambda g, d: f"{g.expression(d)} {g.seed.choice(BINARY)} {g.expression(d)}",
    lambda g, d: f"({g.expression(d)})",
    lambda g, d: f"-{g.expression(d)}",
    lambda g, d: f"if {g.expression(d)} then {g.expression(d)} else {g.expression(d)}",
    lambda g, d: f"for x in {g.expression(d)} return {g.expression(d)}",
    lambda g, d: f"for x in {g.expression(d)}..{g.expression(d)}, y in {g.expression(d)} return {g.expression(d)}",
    lambda g, d: f"{g.seed.choice(['some', 'every'])} x in {g.expression(d)} satisfies {g.expression(d)}",
    lambda g, d: f"{g.expression(d)}[{g.expression(d)}]",
    lambda g, d: f"{g.expression(d)}.{g.seed.choice(['a', 'b c', 'v', 'year', 'value', 'hours', 'start', 'list'])}",
    lambda g, d: f"[{g.several(d)}]",
    lambda g, d: f"{{a: {g.expression(d)}, \"b c\": {g.expression(d)}, f: {g.expression(d)}}}",
    lambda g, d: f"(function(x, y: number) {g.expression(d)})({g.several(d)})",
    lambda g, d: f"{g.expression(d)} between {g.expression(d)} and {g.expression(d)}",
    lambda g, d: f"{g.expression(d)} in ({g.seed.choice(BINARY)} {g.expression(d)}, {g.range(d)})",
    lambda g, d: f"{g.expression(d)} instance of {g.seed.choice(TYPES)}",
    lambda g, d: f"not({g.several(d)})",
    Grower.range, Grower.call, Grower.call, Grower.call, Grower.call, Grower.call,
]  # fmt: skip
_NOISE = [*"()[]{}.,:;=<>!+-*/%&|@\"'\\?#$~^`_ \n\t", *"，。（）“”《》＝＞", "..", "**", "//", "/*", "*/",
          "\ufeff", "\u200b", "\U0001f40e", "\ud800", "\x00", "e", "E9", "0x", "null", "if", "for", "in", "return",
          "中", "１", "ß", "\u0301"]  # fmt: skip


def inputs(seed: random.Random) -> Iterator[str]:
    """Random texts without end."""
    grower = Grower(seed)
    while True:
        kind = seed.random()
        if kind < 0.5:
            yield grower.expression(seed.choice([1, 2, 3, 4, 5]))
        elif kind < 0.8:
            yield mutated(seed, grower.expression(3) if seed.random() < 0.7 else seed.choice(ENDLESS))
        elif kind < 0.9:
            yield "".join(seed.choice(_NOISE) for _ in range(seed.randrange(1, 40)))
        elif kind < 0.97:
            yield repeated(seed, grower)
        else:
            yield seed.choice(ENDLESS)


def mutated(seed: random.Random, text: str) -> str:
    """A text with a few pieces cut, doubled, swapped or replaced by noise."""
    for _ in range(seed.randrange(1, 5)):
        begin = seed.randrange(len(text) + 1)
        end = min(len(text), begin + seed.randrange(1, 8))
        change = seed.randrange(4)
        piece = "" if change == 0 else text[begin:end] * 2 if change == 1 else seed.choice(_NOISE)
        text = text[:begin] + piece + text[end if change < 3 else begin :]
    return text


def repeated(seed: random.Random, grower: Grower) -> str:
    """The same again and again: deep or long."""
    times = seed.choice([10, 49, 51, 149, 151, 2000, 21_000])
    inner = grower.expression(1)
    opening, closing = seed.choice(
        [("(", ")"), ("[", "]"), ("{a:", "}"), ("-", ""), ("not(", ")"), ("if true then ", " else 1"), ("1+", ""),
         ("a.", ""), ("", "[1]"), ("", ".a"), ("", "()"), ("for x in [1] return ", ""), ("1 in (", ")"), ("x and ", ""),
         ("function(x) ", ""), ("", " "), ('"', ""), ("a ", ""), ("1", "")]
    )  # fmt: skip
    return (opening * times + inner + closing * times)[:25_000]


def tried(text: str) -> float:
    """Do everything the house does with a text; raises what should not be raised. Seconds of the slowest of it."""
    slowest = 0.0

    def step(work: Callable[[], Any]) -> Any:
        nonlocal slowest
        begin = time.thread_time()
        try:
            return work()
        except feel.FeelError as error:
            assert error.zh and error.en and 0 <= error.position <= len(text)
            return None
        finally:
            slowest = max(slowest, time.thread_time() - begin)

    explained = step(lambda: feel.explain(text, VARIABLES, None, WATCHED))
    if explained is not None and not re.search("now|random", text):
        assert _alike(text, explained.value), "watching changes the value"
    for names in (VARIABLES, None):
        step(partial(feel.check, text, names))
        value = step(lambda names=names: feel.compile(text, names)(VARIABLES, [], LIMITS))
        step(partial(feel.to_json, value))
        step(partial(feel.print_value, value))
    step(lambda: feel.compile_unary(text, VARIABLES)(3, VARIABLES, [], LIMITS))
    return slowest


def _alike(text: str, value: Any) -> bool:
    """Is this the value of the text without being watched, where Python's numbers take short cuts?"""
    try:
        return feel.print_value(feel.compile(text, VARIABLES)(VARIABLES, None, LIMITS)) == feel.print_value(value)
    except feel.FeelLimit:
        return True


def fuzz(count: int, seed: int, tell: Callable[[str], None] = lambda line: None) -> list[str]:
    """What went wrong with `count` inputs, one line each; `tell` hears of the progress."""
    source = inputs(random.Random(seed))
    faults: list[str] = []
    slowest, most = 0.0, 0
    for text in ENDLESS:
        tried(text)  # regular expressions, zones and the like are loaded before anything is measured
    begun = time.monotonic()
    for done in range(0, count, BATCH):
        batch = [next(source) for _ in range(min(BATCH, count - done))]
        door._cache.clear()
        before = reset_peak()
        for text in batch:
            try:
                took = tried(text)
            except Exception as problem:  # the point of the exercise
                faults.append(f"{type(problem).__name__}: {problem!s:.200} <- {text[:300]!r}")
                continue
            if took > MAX_SECONDS:
                took = min(took, *(tried(text) for _ in range(3)))  # others use this machine, too
                if took > MAX_SECONDS:
                    faults.append(f"{took * 1000:.0f} ms <- {text[:300]!r}")
            slowest = max(slowest, took)
        if (grown := peak() - before) > MAX_BYTES:
            faults += [f"{size >> 20} MB <- {text[:300]!r}" for text in batch if (size := held(text)) > MAX_BYTES]
        most = max(most, grown)
        if done % 50_000 < BATCH:
            tell(f"{done} inputs, {time.monotonic() - begun:.0f} s, {len(faults)} faults")
    tell(f"{count} inputs (seed {seed}): {len(faults)} faults, slowest {slowest * 1000:.1f} ms, "
         f"at most {most / 2**20:.1f} MB per {BATCH} inputs, {time.monotonic() - begun:.0f} s")  # fmt: skip
    return faults


def held(text: str) -> int:
    """The most bytes Python holds at once for a text."""
    door._cache.clear()
    tracemalloc.start()
    try:
        tried(text)
    except Exception:  # told already
        pass
    finally:
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return size


def reset_peak() -> int:
    """Forget the process's peak of memory; returns the bytes it holds now (0 where the system cannot tell)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return peak()


def peak() -> int:
    """The peak of resident memory in bytes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def main() -> int:
    """Run as told; status 1 when something went wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--inputs", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    faults = fuzz(given.inputs, given.seed, lambda line: print(line, flush=True))
    print("\n".join(faults[:50]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
