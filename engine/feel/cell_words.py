"""Cells of a decision table as people write them, and how the language wants them."""

from __future__ import annotations

import re

from .errors import NOTHING, Say

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_SIGNS = {
    ">=": "大于等于|大于或等于|不小于|不少于|不低于|至少|≥",
    "<=": "小于等于|小于或等于|不大于|不超过|不高于|不多于|至多|最多|≤",
    ">": "大于|超过|高于|多于",
    "<": "小于|低于|少于|不足|不到",
}
_WORDS = tuple((sign, re.compile(rf"(?:{words})\s*{_NUMBER}")) for sign, words in _SIGNS.items())
_BEHIND = re.compile(rf"{_NUMBER}\s*(以上|以下)")  # the number itself counts (民法典 第一千二百五十九条)
_BOTH = re.compile(rf"(>=?)\s*{_NUMBER}\s*(?:and|AND|且|并且|&&)\s*(<=?)\s*{_NUMBER}")
_RANGE = re.compile(rf"{_NUMBER}\s*(?:~|～|到|至|-|—|–|\.\.)\s*{_NUMBER}")


def cell_hint(text: str) -> Say:
    """How to write a comparison or range that somebody wrote in words or signs of their own; NOTHING if it is none."""
    text = text.strip()
    if match := _BOTH.fullmatch(text):
        begin, end = "[" if match[1] == ">=" else "(", "]" if match[3] == "<=" else ")"
        return _write(f"{begin}{match[2]}..{match[4]}{end}")
    if match := _RANGE.fullmatch(text):
        return _write(f"[{match[1]}..{match[2]}]")
    if match := _BEHIND.fullmatch(text):
        return _write(f"{'>=' if match[2] == '以上' else '<='} {match[1]}")
    for sign, pattern in _WORDS:
        if match := pattern.fullmatch(text):
            return _write(f"{sign} {match[1]}")
    return NOTHING


def _write(cell: str) -> Say:
    return f"写成 {cell}", f"write {cell}"
