"""How much an expression may cost: no text and no data can hang the house or fill its memory."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .errors import FeelLimit

MAX_CHARACTERS = 20_000  # of source text
MAX_NESTING = 50  # brackets within brackets; a level costs the parser about five Python frames
MAX_CHAIN = 150  # operators in a row: every one is a Python frame when it is evaluated
MAX_TEXT = 1_000_000  # characters of a string an expression builds
MAX_CALLS = 40  # function calls within function calls (recursion)


@dataclass(frozen=True, slots=True)
class Limits:
    """Loop steps (also charged for every list entry and every 32 characters built) and wall seconds of one run."""

    steps: int = 100_000
    seconds: float = 2.0


DEFAULT = Limits()


class Run:
    """One evaluation's purse, shared by every function it calls; `warnings` collects sentences when it is a list."""

    __slots__ = ("steps", "seconds", "until", "calls", "warnings")

    def __init__(self, limits: Limits = DEFAULT, warnings: list[str] | None = None) -> None:
        self.steps = limits.steps
        self.seconds = limits.seconds
        self.until = 0.0  # the watch starts with the first 128 steps: most runs never look at it
        self.calls = 0
        self.warnings = warnings

    def spend(self, steps: int = 1) -> None:
        """Pay for `steps`; raises FeelLimit when the purse is empty or the time is up."""
        before = self.steps
        self.steps = before - steps
        if self.steps < 0:
            raise FeelLimit(("表达式的计算量超过上限", "the expression takes more steps than allowed"))
        if before >> 7 != self.steps >> 7:
            self.look()

    def look(self) -> None:
        """Look at the clock; raises FeelLimit when the time is up."""
        now = time.monotonic()
        if not self.until:
            self.until = now + self.seconds
        elif now > self.until:
            raise FeelLimit(("表达式的计算时间超过上限", "the expression takes longer than allowed"))

    def warn(self, text: str) -> None:
        """Note why something became null."""
        if self.warnings is not None and len(self.warnings) < 100:
            self.warnings.append(text)


def too_long() -> FeelLimit:
    """The error for a string beyond MAX_TEXT."""
    return FeelLimit(("文本长度超过上限", "the text grows longer than allowed"))
