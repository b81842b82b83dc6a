"""Classes of characters: a test for one character, and the same in Python's syntax where Python has it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Class:
    """`inside` is what stands between Python's brackets, when it can be said so; `python` is the whole class."""

    test: Test
    python: str | None
    inside: str | None = None

    @staticmethod
    def single(char: str) -> Class:
        return Class(char.__eq__, re.escape(char), re.escape(char))

    @staticmethod
    def span(low: str, high: str) -> Class:
        return _bracketed(f"{re.escape(low)}-{re.escape(high)}", lambda char: low <= char <= high)

    @staticmethod
    def dot(everything: bool) -> Class:
        if everything:
            return Class(lambda char: True, r"[\s\S]")
        return Class(lambda char: char not in "\n\r", r"[^\n\r]")

    @staticmethod
    def union(members: list[Class]) -> Class:
        if len(members) == 1:
            return members[0]
        tests = [member.test for member in members]
        insides = [member.inside for member in members]
        inside = None if None in insides else "".join(filter(None, insides))
        return Class(lambda char: any(test(char) for test in tests), None if inside is None else f"[{inside}]", inside)

    def inverse(self) -> Class:
        test = self.test
        return Class(lambda char: not test(char), None if self.inside is None else f"[^{self.inside}]")

    def without(self, taken: Class) -> Class:
        test, other = self.test, taken.test
        python = f"(?:(?!{taken.python}){self.python})" if self.python and taken.python else None
        return Class(lambda char: test(char) and not other(char), python)


def _bracketed(inside: str, test: Test) -> Class:
    return Class(test, f"[{inside}]", inside)


_NAME_START = (  # XML 1.0 §2.3
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _NAME_START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"


def _by_python(inside: str) -> Class:
    return _bracketed(inside, _one(f"[{inside}]"))


def _one(source: str) -> Test:
    match = re.compile(source, re.DOTALL).fullmatch
    return lambda char: match(char) is not None


_POSITIVE = {"s": r" \t\n\r", "d": r"\d", "w": r"\w", "i": _NAME_START, "c": _NAME}
CLASS_ESCAPES: dict[str, Class] = {}
for _letter, _inside in _POSITIVE.items():
    CLASS_ESCAPES[_letter] = _by_python(_inside)
    CLASS_ESCAPES[_letter.upper()] = CLASS_ESCAPES[_letter].inverse()

SINGLE_ESCAPES = {char: char for char in "\\|.?*+(){}-[]^$"} | {"n": "\n", "r": "\r", "t": "\t"}

_CATEGORIES = frozenset(
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cn",
    ]
)
_BLOCKS = {  # the blocks of Unicode an expression is likely to name
    "BasicLatin": "\u0000-\u007f",
    "Latin-1Supplement": "\u0080-\u00ff",
    "LatinExtended-A": "\u0100-\u017f",
    "LatinExtended-B": "\u0180-\u024f",
    "IPAExtensions": "\u0250-\u02af",
    "SpacingModifierLetters": "\u02b0-\u02ff",
    "CombiningDiacriticalMarks": "\u0300-\u036f",
    "Greek": "\u0370-\u03ff",
    "GreekandCoptic": "\u0370-\u03ff",
    "Cyrillic": "\u0400-\u04ff",
    "Armenian": "\u0530-\u058f",
    "Hebrew": "\u0590-\u05ff",
    "Arabic": "\u0600-\u06ff",
    "Devanagari": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
    "HangulJamo": "\u1100-\u11ff",
    "LatinExtendedAdditional": "\u1e00-\u1eff",
    "GreekExtended": "\u1f00-\u1fff",
    "GeneralPunctuation": "\u2000-\u206f",
    "SuperscriptsandSubscripts": "\u2070-\u209f",
    "CurrencySymbols": "\u20a0-\u20cf",
    "LetterlikeSymbols": "\u2100-\u214f",
    "NumberForms": "\u2150-\u218f",
    "Arrows": "\u2190-\u21ff",
    "MathematicalOperators": "\u2200-\u22ff",
    "BoxDrawing": "\u2500-\u257f",
    "GeometricShapes": "\u25a0-\u25ff",
    "MiscellaneousSymbols": "\u2600-\u26ff",
    "CJKSymbolsandPunctuation": "\u3000-\u303f",
    "Hiragana": "\u3040-\u309f",
    "Katakana": "\u30a0-\u30ff",
    "Bopomofo": "\u3100-\u312f",
    "CJKUnifiedIdeographsExtensionA": "\u3400-\u4dbf",
    "CJKUnifiedIdeographs": "\u4e00-\u9fff",
    "HangulSyllables": "\uac00-\ud7af",
    "PrivateUse": "\ue000-\uf8ff",
    "CJKCompatibilityIdeographs": "\uf900-\ufaff",
    "HalfwidthandFullwidthForms": "\uff00-\uffef",
}


@lru_cache(maxsize=128)
def category(name: str) -> Class | None:
    """`\\p{name}`: a general category, or `Is` and a block; None when unknown."""
    if name in _CATEGORIES:
        return Class(lambda char: unicodedata.category(char).startswith(name), None)
    if name.startswith("Is") and name[2:] in _BLOCKS:
        block = _BLOCKS[name[2:]]
        return Class.span(block[0], block[-1])
    return None
