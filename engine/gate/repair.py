"""All the mistakes of an expression that cannot be read, and the expression that is likely meant.

The reader stops at the first mistake. Those whose mend is mechanical (a sign or quote of another language or keyboard)
are mended one after another, so that a person is told all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from engine import feel
from engine.feel import FeelError
from engine.feel.mistakes import FULL_WIDTH

MOST = 12  # mistakes that are looked for in one expression
_WIDE = {sign: plain for sign, plain in FULL_WIDTH.items() if "…" not in plain and plain != '"'}
_KEYWORDS = re.compile(r"\b(?:if|then|else|for|return|some|every|satisfies|in|between|and|or)\b", re.IGNORECASE)
_DATA = re.compile(r"\bgetData(?:Object|Input|Output)\s*\(")  # XPath, as the standard writes it
_SAID = {
    "大于等于": ">=", "不小于": ">=", "不低于": ">=", "不少于": ">=", "小于等于": "<=", "不大于": "<=", "不超过": "<=",
    "不高于": "<=", "大于": ">", "超过": ">", "高于": ">", "小于": "<", "低于": "<", "少于": "<",
    "不等于": "!=", "等于": "=",
}  # fmt: skip
_WORDS = "|".join(_SAID)  # the longer ones first
_COMPARED = re.compile(rf"([^\W\d]\w*?)\s*({_WORDS})\s*(\w+)")
_MENDS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"\s*({_WORDS})\s*(\d)"), lambda match: f" {_SAID[match[1]]} {match[2]}"),
    (re.compile(r"!==|<\s*>"), "!="),
    (re.compile(r"===?"), "="),
    (re.compile(r"=>"), ">="),
    (re.compile(r"=<"), "<="),
    (re.compile(r"\s*&&?\s*"), " and "),
    (re.compile(r"\s*\|\|?\s*"), " or "),
    (re.compile(r"'([^'\n]*)'"), r'"\1"'),
    (re.compile(r"[“‘「《＂”]([^”’」》＂\"\n]*)[”’」》＂\"]"), r'"\1"'),
    (re.compile(r"`([^`\n]*)`"), r'"\1"'),
    (re.compile(r"[$#]\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\{\{([^{}]*)\}\}"), r"\1"),
    (re.compile(r"!\s*([\w.]+|\([^()]*\))"), r"not(\1)"),
    (re.compile(r"^\s*="), ""),
    (re.compile(r";\s*$"), ""),
    (re.compile(r"\^"), "**"),
    (re.compile("[" + re.escape("".join(_WIDE)) + "]"), lambda match: _WIDE[match[0]]),
)


@dataclass(frozen=True, slots=True)
class Repair:
    """`problems` in the order of the text; `text` is what can be read, None where a person must say what is meant."""

    problems: list[FeelError] = field(default_factory=list)
    text: str | None = None
    foreign: bool = False  # it is another language's, taken over as a whole


def comparison(name: str) -> str | None:
    """The comparison that a name says in Chinese words (金额大于500); None where it says none."""
    match = _COMPARED.fullmatch(name)
    if match is None or not feel.is_simple(match[1]):
        return None
    value = match[3] if match[3].isdigit() else f'"{match[3]}"'
    return f"{match[1]} {_SAID[match[2]]} {value}"


def repair(text: str, read: Callable[[str], object]) -> Repair:
    """The mistakes of `text`, which `read` refuses with a FeelError."""
    problems: list[FeelError] = []
    if _DATA.search(text) and (whole := _translated(text)):
        return Repair(problems, whole, True)
    current, shift = text, 0
    for _ in range(MOST):
        try:
            read(current)
        except FeelError as problem:
            place = problem.position
            problems.append(_moved(problem, shift))
            better = _mended(current, place)
            if better is None or better == current:
                break
            shift += len(current) - len(better)
            current = better
        else:
            return Repair(problems, _plain(current))
    return Repair(problems, _translated(text))


def _moved(problem: FeelError, shift: int) -> FeelError:
    """The same problem, at its place in the text as it was written."""
    return FeelError(max(0, problem.position + shift), problem.expected, problem.hint, problem.found)


def _mended(text: str, place: int) -> str | None:
    """The text with the mistake at a place mended; None where no mend is certain."""
    for pattern, better in _MENDS:
        for match in pattern.finditer(text):
            if match.start() <= place < match.end():
                return (
                    text[: match.start()]
                    + match.expand(better if isinstance(better, str) else better(match))
                    + (text[match.end() :])
                )
    lower = _KEYWORDS.sub(lambda match: match[0].lower(), text)
    return lower if '"' not in text else None


@lru_cache(maxsize=1)
def _translator() -> Callable[[str], str | None]:
    # The fixes read the rules, so they can be asked only when both are there.
    from engine.gate.fixes import translate

    return translate.to_feel


def _plain(text: str) -> str:
    """The text with names as the fix writes them, which forms can have too: `Service Level` is Service_Level."""
    from engine.gate.fixes import names, translate

    odd = {name: translate.variable(name) for name in names.read(text) if not feel.is_simple(name)}
    return names.renamed(odd, text) if odd else text


def _translated(text: str) -> str | None:
    return _translator()(text)
