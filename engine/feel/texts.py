"""Dates, times, durations and numbers from text and to text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any
from zoneinfo import ZoneInfo

from .far import FarDate, FarDateTime, later, lift, make, settle
from .names import is_simple
from .values import MAX_DEEP, FeelLimit, Function, Range, Value, YearMonth

_DATE = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)"
_TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w/+-]*)?"
_DATE_ONLY = re.compile(_DATE)
_TIME_ONLY = re.compile(_TIME)
_DATE_TIME = re.compile(f"{_DATE}T{_TIME}")
_DAYS = re.compile(r"(-)?P(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?")
_MONTHS = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?")
MAX_MONTHS = 12 * 1_000_000_000


@lru_cache(maxsize=1024)
def zone_of(text: str) -> tzinfo | None:
    """`Z`, `+08:00` or `@Asia/Shanghai` as a zone; None when there is no such zone."""
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
            return None
    numbers = [int(part) for part in text[1:].split(":")] + [0]
    if numbers[0] > 18 or numbers[1] > 59 or numbers[2] > 59:
        return None
    offset = timedelta(hours=numbers[0], minutes=numbers[1], seconds=numbers[2])
    if offset > timedelta(hours=18):
        return None
    return timezone(-offset if text[0] == "-" else offset) if offset else UTC


Parse = Callable[[str], Any]


def _remembered(parse: Parse) -> Parse:
    """Texts of usual length are read once: the dates of a case are asked for again and again."""
    short = lru_cache(maxsize=4096)(parse)

    @wraps(parse)
    def parsed(text: str) -> Value:
        return short(text) if len(text) <= 64 else parse(text)

    return parsed


@_remembered
def parse_date(text: str) -> date | FarDate | None:
    """An ISO date; the year may have up to nine digits and a minus sign."""
    match = _DATE_ONLY.fullmatch(text)
    return make(*map(int, match.groups())) if match and text.isascii() else None


@_remembered
def parse_time(text: str) -> time | None:
    """An ISO time with seconds, with or without an offset or a named zone."""
    match = _TIME_ONLY.fullmatch(text)
    return _time(*match.groups()) if match and text.isascii() else None


def _time(hour: str, minute: str, second: str, fraction: str | None, zone: str | None) -> time | None:
    tz = zone_of(zone) if zone else None
    if zone and tz is None:
        return None
    if hour == "24" and not int(minute + second + (fraction or "")):  # ISO 8601: midnight at the end of the day
        hour = "00"
    try:
        return time(int(hour), int(minute), int(second), int(((fraction or "") + "000000")[:6]), tz)
    except ValueError:
        return None


@_remembered
def parse_date_time(text: str) -> datetime | FarDateTime | None:
    """An ISO date-time; a date alone is its midnight."""
    match = _DATE_TIME.fullmatch(text) if text.isascii() else None
    if match is None:
        day = parse_date(text)
        return combine(day, time()) if day else None
    groups = match.groups()
    day, clock = make(int(groups[0]), int(groups[1]), int(groups[2])), _time(*groups[3:])
    if day is None or clock is None:
        return None
    moment = combine(day, clock)
    return later(moment, timedelta(1)) if groups[3] == "24" else moment


def combine(day: date | FarDate, clock: time) -> Value:
    """A date and a time as a date-time."""
    cycles, base = lift(day)
    return settle(cycles, datetime.combine(base, clock))


@_remembered
def parse_duration(text: str) -> timedelta | YearMonth | None:
    """An ISO duration of days and time, or of years and months; None for a mixture."""
    if not text.isascii() or len(text) > 60:
        return None
    match = _DAYS.fullmatch(text)
    if match and any(match.group(part) is not None for part in (2, 4, 5, 6)) and match.group(3) != "T":
        days, hours, minutes, seconds = (int(match.group(part) or 0) for part in (2, 4, 5, 6))
        microseconds = int(((match.group(7) or "") + "000000")[:6])
        try:
            value = timedelta(days, seconds, microseconds, 0, minutes, hours)
        except OverflowError:
            return None
        return -value if match.group(1) else value
    match = _MONTHS.fullmatch(text)
    if match and (match.group(2) is not None or match.group(3) is not None):
        months = int(match.group(2) or 0) * 12 + int(match.group(3) or 0)
        return YearMonth(-months if match.group(1) else months) if months <= MAX_MONTHS else None
    return None


def parse_temporal(text: str) -> Value:
    """What `@"…"` means, or None."""
    if "P" in text[:2]:
        return parse_duration(text)
    if "T" in text:
        return parse_date_time(text)
    return parse_time(text) if ":" in text else parse_date(text)


# --- to text -------------------------------------------------------------------------------------------------------


def number_text(value: Decimal) -> str:
    """Plain digits without exponent and without trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def zone_text(zone: tzinfo | None, moment: datetime | None = None) -> str:
    """The suffix of a time: "", `Z`, `+08:00` or `@Asia/Shanghai`."""
    if zone is None:
        return ""
    name = getattr(zone, "key", None)
    if name:
        return f"@{name}"
    offset = zone.utcoffset(moment)
    if not offset:
        return "Z"
    seconds = int(abs(offset).total_seconds())
    text = f"{'-' if offset < timedelta(0) else '+'}{seconds // 3600:02}:{seconds % 3600 // 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")


def _clock(value: time | datetime | FarDateTime) -> str:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    return text + (f".{value.microsecond:06}".rstrip("0") if value.microsecond else "")


def _day(value: date | FarDate) -> str:
    return f"{'-' if value.year < 0 else ''}{abs(value.year):04}-{value.month:02}-{value.day:02}"


def days_text(value: timedelta) -> str:
    """The shortest ISO text of a days-and-time duration."""
    sign = "-" if value < timedelta(0) else ""
    value = abs(value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    text = (f"{value.days}D" if value.days else "") + (f"T{clock}" if clock else "")
    return f"{sign}P{text}" if text else "PT0S"


def quoted(text: str) -> str:
    """A text as a literal of the language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def text_of(value: Value) -> str | None:
    """What `string(value)` gives; None for null."""
    if value is None or isinstance(value, str):
        return value
    return _text(value, [MAX_DEEP])


def print_value(value: Value) -> str:
    """A value as it stands in an expression: texts in quotes, dates as `@"…"`."""
    if isinstance(value, (date, time, timedelta, FarDate, YearMonth)):
        return f'@"{_text(value, [MAX_DEEP])}"'
    return _text(value, [MAX_DEEP])


def _text(value: Value, left: list[int]) -> str:
    left[0] -= 1
    if left[0] < 0:
        raise FeelLimit(("结果的内容超过上限", "the result is larger than allowed"))
    if value is None:
        return "null"
    if isinstance(value, str):
        left[0] -= len(value) >> 5
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, (datetime, FarDateTime)):
        return f"{_day(value)}T{_clock(value)}{zone_text(value.tzinfo, lift(value)[1])}"
    if isinstance(value, (date, FarDate)):
        return _day(value)
    if isinstance(value, time):
        return _clock(value) + zone_text(value.tzinfo)
    if isinstance(value, timedelta):
        return days_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(_text(item, left) for item in value) + "]"
    if isinstance(value, dict):
        entries = (f"{k if is_simple(k) else quoted(k)}: {_text(v, left)}" for k, v in value.items())
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, Range):
        if value.operator:
            bound = value.start if value.operator in (">", ">=", "=", "!=") else value.end
            return f"({value.operator} {_text(bound, left)})"
        ends = f"{_text(value.start, left)}..{_text(value.end, left)}"
        return ("[" if value.start_included else "(") + ends + ("]" if value.end_included else ")")
    if isinstance(value, Function):
        return f"function {value.name}"
    return str(value)
