"""Regular expressions as XPath 3.1 has them (`matches`, `replace`, `split`), run so that none can hang.

A pattern that cannot backtrack much for the given text runs on Python's `re`; every other one on a machine of our own
that walks all possibilities at once, in time proportional to text and pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..limits import MAX_TEXT, Run, too_long
from .machine import Machine
from .reading import Flags, PatternError, read

__all__ = ["Pattern", "PatternError", "compile_pattern"]

CHEAP = 20_000_000  # character comparisons Python's engine may need at worst before the machine is the better way
Spans = tuple[tuple[int, int] | None, ...]  # whole match, then the groups


class Pattern:
    """A compiled pattern."""

    def __init__(self, source: str, flags: Flags) -> None:
        self.literal = flags.literal
        read_ = read(source, flags)
        self.groups = read_.groups
        self._degree = read_.degree
        try:
            self._fast = re.compile(read_.python, flags.python) if read_.python is not None else None
        except (re.error, OverflowError, RecursionError) as error:
            raise PatternError(str(error)) from None
        self._machine = Machine(read_, flags) if not read_.has_references else None
        self.empty = self._first("", None) is not None

    def _cheap(self, text: str) -> bool:
        return self._fast is not None and (len(text) + 1) ** (self._degree + 1) <= CHEAP

    def _first(self, text: str, run: Run | None, start: int = 0) -> Spans | None:
        if self._cheap(text):
            found = self._fast.search(text, start)  # type: ignore[union-attr]
            return _spans(found) if found else None
        if self._machine is None:
            raise PatternError("too costly with back-references on this text")
        return self._machine.search(text, start, run or Run())

    def search(self, text: str, run: Run) -> bool | None:
        """Does the pattern occur in the text?"""
        try:
            return self._first(text, run) is not None
        except PatternError as error:
            run.warn(str(error))
            return None

    def _all(self, text: str, run: Run) -> Iterator[Spans]:
        place = 0
        while place <= len(text):
            found = self._first(text, run, place)
            if found is None:
                return
            run.spend()
            yield found
            assert found[0] is not None
            place = max(found[0][1], place + 1)

    def split(self, text: str, run: Run) -> list[str] | None:
        """The parts between the matches; None for a pattern that matches nothing at all (fn:tokenize, FORX0003)."""
        if self.empty:
            return None
        parts, place = [], 0
        for spans in self._all(text, run):
            start, end = spans[0] or (0, 0)
            parts.append(text[place:start])
            place = end
        return [*parts, text[place:]]

    def replace(self, text: str, replacement: str, run: Run) -> str | None:
        """The text with every match replaced; None for a bad replacement or a pattern that matches nothing at all."""
        pieces = [replacement] if self.literal else _replacement(replacement, self.groups)
        if self.empty or pieces is None:
            return None
        parts: list[str] = []
        place = size = 0
        for spans in self._all(text, run):
            start, end = spans[0] or (0, 0)
            parts.append(text[place:start])
            for piece in pieces:
                if isinstance(piece, int):
                    span = spans[piece] if piece < len(spans) else None
                    piece = text[span[0] : span[1]] if span else ""
                parts.append(piece)
                size += len(piece)
            if size > MAX_TEXT:
                raise too_long()
            place = end
        return "".join(parts) + text[place:]


def _spans(found: re.Match[str]) -> Spans:
    return tuple(span if span != (-1, -1) else None for span in (found.span(i) for i in range(found.re.groups + 1)))


def _replacement(text: str, groups: int) -> list[str | int] | None:
    """`$1` and `\\$` in a replacement; a number that is no group's gives up its last digits (fn:replace)."""
    pieces: list[str | int] = []
    place = 0
    while place < len(text):
        char, following = text[place], text[place + 1 : place + 2]
        if char == "\\":
            if following not in ("\\", "$") or not following:
                return None
            pieces.append(following)
            place += 2
        elif char == "$":
            if not ("0" <= following <= "9") or not following:
                return None
            end = place + 2
            while end < len(text) and "0" <= text[end] <= "9" and int(text[place + 1 : end + 1]) <= groups:
                end += 1
            pieces.append(int(text[place + 1 : end]))
            place = end
        else:
            pieces.append(char)
            place += 1
    return pieces


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Pattern | PatternError:
    try:
        return Pattern(pattern, Flags.of(flags))
    except PatternError as error:
        return error


def compile_pattern(pattern: str, flags: str) -> Pattern:
    """The pattern ready to run, cached; raises PatternError."""
    found = _compiled(pattern, flags)
    if isinstance(found, PatternError):
        raise found
    return found
