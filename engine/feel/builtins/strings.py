"""Strings (DMN 1.5 §10.3.4.3). Positions count from 1, from the end when negative; characters are code points."""

from __future__ import annotations

from decimal import Decimal

from ..limits import MAX_TEXT, Run, too_long
from ..patterns import Pattern, PatternError, compile_pattern
from ..texts import text_of
from ..values import Value
from .registry import builtin


@builtin("string", "from: any")
def string(value: Value) -> str | None:
    return text_of(value)


@builtin("substring", "string: string, start position: number, length?: number?")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    begin = int(start)
    if begin == 0 or abs(begin) > len(text) or (length is not None and length < 1):
        return None
    begin = begin - 1 if begin > 0 else len(text) + begin
    return text[begin:] if length is None else text[begin : begin + int(min(length, Decimal(MAX_TEXT)))]


@builtin("string length", "string: string")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


@builtin("upper case", "string: string")
def upper_case(text: str) -> str:
    return text.upper()


@builtin("lower case", "string: string")
def lower_case(text: str) -> str:
    return text.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after", "string: string, match: string")
def substring_after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@builtin("contains", "string: string, match: string")
def contains(text: str, match: str) -> bool:
    return match in text


@builtin("starts with", "string: string, match: string")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


def _pattern(run: Run, pattern: str, flags: str | None) -> Pattern | None:
    try:
        return compile_pattern(pattern, flags or "")
    except PatternError as error:
        run.warn(f"the pattern {pattern[:60]!r} cannot be read: {error}")
        return None


@builtin("matches", "input: string, pattern: string, flags?: string?", run=True)
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    compiled = _pattern(run, pattern, flags)
    return None if compiled is None else compiled.search(text, run)


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string?", run=True)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    compiled = _pattern(run, pattern, flags)
    return None if compiled is None else compiled.replace(text, replacement, run)


@builtin("split", "string: string, delimiter: string", run=True)
def split(run: Run, text: str, delimiter: str) -> list[Value] | None:
    compiled = _pattern(run, delimiter, None)
    return None if compiled is None else compiled.split(text, run)


@builtin("string join", "list: list, delimiter?: string?, prefix?: string?, suffix?: string?")
def string_join(
    items: list[Value], delimiter: str | None = None, prefix: str | None = None, suffix: str | None = None
) -> str | None:
    parts = [item for item in items if item is not None]
    if not all(isinstance(part, str) for part in parts):
        return None
    delimiter = delimiter or ""
    if sum(map(len, parts)) + len(delimiter) * len(parts) > MAX_TEXT:
        raise too_long()
    return (prefix or "") + delimiter.join(parts) + (suffix or "")
