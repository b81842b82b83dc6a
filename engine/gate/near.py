"""Which of the known words a wrong one may mean."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from functools import lru_cache

SHORT = 4  # letters of a word below which a slip cannot be told from another word
LONG = 7  # letters of a word in which two slips are still slips
MOST = 400  # words that are compared; more would be slow and no better
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_a-zA-Z]+")


def misspelt(word: str, known: Collection[str]) -> str | None:
    """The known word that `word` certainly means: the same words with a slip in one of them or another spacing."""
    mine = _words(word)
    if len(known) > MOST:
        return None
    for other in sorted(known):
        if other != word and abs(len(other) - len(word)) <= 3:
            theirs = _words(other)
            if mine == theirs or "".join(mine) == "".join(theirs):
                return other
            if len(mine) == len(theirs):
                wrong = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
                if len(wrong) == 1 and _slip(*wrong[0]):
                    return other
    return None


def near(word: str, known: Collection[str]) -> str | None:
    """The known word that `word` may mean, told more boldly: where it is wrong anyway."""
    if len(known) > MOST:
        return None
    if found := misspelt(word, known):
        return found
    close = difflib.get_close_matches(word, sorted(known), 1, 0.6)
    close += [other for other in sorted(known) if len(word) == len(other) == 2 and _alike(word, other)]
    return close[0] if close else None


def listed(values: Iterable[object], most: int = 8) -> tuple[str, str]:
    """Values as a sentence lists them, (zh, en): the first few."""
    shown = [text if len(text) <= 20 else text[:20] + "…" for text in map(quoted, values)]
    more_zh, more_en = (f"等 {len(shown)} 个", f", … ({len(shown)})") if len(shown) > most else ("", "")
    return "、".join(shown[:most]) + more_zh, ", ".join(shown[:most]) + more_en


def quoted(value: object) -> str:
    """A constant as FEEL writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


class Guesses:
    """What wrong words mean among the same known ones; a hostile file's thousands are not all looked at."""

    BUDGET = 300

    def __init__(self, known: Collection[str]) -> None:
        self.known = known
        self._found: dict[str, str | None] = {}

    def meant(self, word: str) -> str | None:
        """The known word that `word` certainly means."""
        if word not in self._found and len(self._found) < self.BUDGET:
            self._found[word] = misspelt(word, self.known)
        return self._found.get(word)


@lru_cache(maxsize=4096)
def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _alike(one: str, other: str) -> bool:
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _slip(one: str, other: str) -> bool:
    """A letter wrong, missing, doubled or two exchanged; two of these in a long word. Numbers are never slips."""
    if one.isdigit() or other.isdigit():
        return False
    han = not one.isascii()
    length = min(len(one), len(other))
    allowed = 1 if length < LONG else 2
    if length < (3 if han else SHORT) or one.rstrip("s") == other.rstrip("s"):
        return False
    return distance(one, other, allowed) <= allowed


def distance(one: str, other: str, limit: int) -> int:
    """How many letters must be changed, added, dropped or exchanged with their neighbour; beyond `limit` any more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
    return row[-1]
