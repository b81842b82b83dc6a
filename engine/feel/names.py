"""Names with spaces and signs: which of the names known at a place does the text continue with?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .lexer import KEYWORDS, NAME

SIMPLE = re.compile(NAME + r"\Z")
_FIRST = re.compile(NAME)
_SPACES = re.compile(r"\s+")

# Built-in names that contain a keyword; without this they would be read as a conjunction.
BUILT_IN = ("date and time", "years and months duration", "days and time duration")


def normal(name: str) -> str:
    """A name with its inner spaces reduced to one each."""
    return _SPACES.sub(" ", name.strip())


def is_simple(name: str) -> bool:
    """One token that is no keyword: nothing special is needed to read it."""
    return SIMPLE.match(name) is not None and name not in KEYWORDS


class Known:
    """The names known so far. `declare` adds, `forget` undoes down to a mark: scopes nest."""

    __slots__ = ("_special", "_simple", "_trail")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._special: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        self._simple: dict[str, int] = {}
        self._trail: list[str] = []
        for name in names:
            self.declare(name)

    def declare(self, name: str) -> None:
        """Make a name known from here on."""
        self._trail.append(name)
        if is_simple(name):
            self._simple[name] = self._simple.get(name, 0) + 1
        elif first := _FIRST.match(name):
            pattern = r"\s+".join(_loose(word) for word in name.split())
            closing = r"(?!\w)" if name[-1].isalnum() else ""
            self._special.setdefault(first.group(), []).append((re.compile(pattern + closing), name))

    def mark(self) -> int:
        """Where the trail of declarations stands."""
        return len(self._trail)

    def forget(self, mark: int) -> None:
        """Undo the declarations after `mark`."""
        while len(self._trail) > mark:
            name = self._trail.pop()
            if is_simple(name):
                self._simple[name] -= 1
            elif first := _FIRST.match(name):
                self._special[first.group()].pop()

    def simple(self, name: str) -> bool:
        """Is this single word a known name?"""
        return self._simple.get(name, 0) > 0

    def longest(self, first: str, text: str, place: int) -> tuple[str, int] | None:
        """(name, end) of the longest special name that begins with the word `first` at `place`."""
        best: tuple[str, int] | None = None
        for pattern, name in self._special.get(first, ()):
            match = pattern.match(text, place)
            if match and (best is None or match.end() > best[1]):
                best = (name, match.end())
        return best


def _loose(word: str) -> str:
    """Signs inside a name may be written with or without spaces around them."""
    parts = [part for part in re.split(r"(\w+)", word) if part]
    return r"\s*".join(re.escape(part) for part in parts)
