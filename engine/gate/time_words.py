"""Durations and cycles as people write them, in words or as a cron line, and how a timer wants them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = (  # how it is written, ISO 8601, words
    (r"年|years?|yrs?", "P{}Y", "年", "year"),
    (r"个月|月|months?", "P{}M", "个月", "month"),
    (r"个?星期|周|礼拜|weeks?", "P{}W", "周", "week"),
    (r"天|日|days?|d", "P{}D", "天", "day"),
    (r"个?小时|时|hours?|hrs?|h", "PT{}H", "小时", "hour"),
    (r"分钟|分|minutes?|mins?", "PT{}M", "分钟", "minute"),
)
_HAN = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_EVERY = {"daily": "day", "weekly": "week", "monthly": "month", "hourly": "hour", "yearly": "year"}
_SAID = re.compile(r"(每隔?|every)?\s*(\d{1,4}|[一二两三四五六七八九十])?\s*([^\W\d]+?)(?:后|之后)?", re.IGNORECASE)
_WORKING = re.compile(
    r"(\d{1,4}|[一二两三四五六七八九十])?\s*个?工作日(?:内|后|之内|之后)?|(\d{1,4})\s*(?:working|business)\s+days?",
    re.IGNORECASE,
)
_FIELD = re.compile(r"[\d*?/,#LW-]+|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A period in ISO 8601 and in words, whether it comes again, and what else is to be said of it."""

    period: str
    cycle: bool
    zh: str
    en: str
    more: tuple[str, str] = ("", "")
    dated: bool = False  # only on a certain weekday or day


def means(text: str) -> Spoken | None:
    """What a text that is no ISO time likely means; None where nobody can tell."""
    text = text.strip()
    return _words(text) or _cron(text.split())


_CLOCK = re.compile(
    r"(?:(每天|每日)|每月(\d{1,2})[日号]|每周([一二三四五六日天])|(今天|明天|后天))"
    r"(?:的?(早上|上午|中午|下午|晚上)?(\d{1,2})(?:[点时](半|\d{1,2}分?)?|[:：](\d\d)))?"
)
_AHEAD = {"今天": 0, "明天": 1, "后天": 2}


def clock(text: str) -> tuple[str, str] | None:
    """What words for a time of the day are as a timer: the kind of value and its text; None where they say none."""
    match = _CLOCK.fullmatch("".join(text.split()))
    if match is None or (match[1] and not match[6]):
        return None
    hour, minute = int(match[6] or 0), (match[7] or match[8] or "0").removesuffix("分")
    hour += 12 if match[5] in ("下午", "晚上") and hour < 12 else 0
    if hour > 23 or not 0 < int(match[2] or 1) < 32:
        return None
    at = f"{hour:02}:{30 if minute == '半' else int(minute):02}:00+08:00"
    if match[4]:
        day = "now()" if not _AHEAD[match[4]] else f'now() + duration("P{_AHEAD[match[4]]}D")'
        return "timeDate", f'date and time(date({day}), time("{at}"))'
    if match[2]:
        return "timeCycle", f"R/2026-01-{int(match[2]):02}T{at}/P1M"
    if match[3]:  # 2026-01-05 was a Monday
        return "timeCycle", f"R/2026-01-{5 + min('一二三四五六日天'.index(match[3]), 6):02}T{at}/P1W"
    return "timeCycle", f"R/2026-01-01T{at}/P1D"


def working_days(text: str) -> int | None:
    """How many working days a text asks for; None where it asks for none."""
    match = _WORKING.fullmatch(text.strip())
    number = (match[1] or match[2] or "") if match else ""
    return int(number) if number.isdigit() else _HAN.get(number) if number else None


def _words(text: str) -> Spoken | None:
    text = "every " + _EVERY[text.lower()] if text.lower() in _EVERY else text
    match = _SAID.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        return None
    number = int(match[2]) if (match[2] or "").isdigit() else _HAN.get(match[2] or "", 1)
    for written, iso, zh, en in _UNITS:
        if number and re.fullmatch(written, match[3], re.IGNORECASE):
            return _spoken(iso, number, zh, en, bool(match[1]))
    return None


def _spoken(iso: str, number: int, zh: str, en: str, cycle: bool) -> Spoken:
    count = "" if cycle and number == 1 else f"{number} "
    words = en if number == 1 else en + "s"
    return Spoken(
        iso.format(number), cycle, ("每" if cycle else "") + f"{count}{zh}", ("every " if cycle else "") + count + words
    )


def _cron(fields: list[str]) -> Spoken | None:
    """A line of five fields (minute first) or of six or seven (second first)."""
    if len(fields) not in (5, 6, 7) or not all(_FIELD.fullmatch(field) for field in fields):
        return None
    minute, hour, day, month, weekday = fields[:5] if len(fields) == 5 else fields[1:6]
    free = ("*", "?")
    if not all(field.isdigit() or field in free for field in (minute, hour)):
        iso, zh, en = ("PT{}H", "小时", "hour") if hour in free else ("P{}D", "天", "day")
        step = minute.partition("/")[2]
        if hour in free and step.isdigit() and int(step):
            return _spoken("PT{}M", int(step), "分钟", "minute", True)
    elif weekday not in free:
        iso, zh, en = "P{}W", "周", "week"
    elif month not in free:
        iso, zh, en = "P{}Y", "年", "year"
    elif day not in free:
        iso, zh, en = "P{}M", "月", "month"
    elif hour not in free:
        iso, zh, en = "P{}D", "天", "day"
    else:
        iso, zh, en = ("PT{}H", "小时", "hour") if minute not in free else ("PT{}M", "分钟", "minute")
    found = _spoken(iso, 1, zh, en, True)
    if not (hour.isdigit() and minute.isdigit()):
        return found
    at = f"{int(hour):02}:{int(minute):02}"
    return Spoken(
        found.period,
        True,
        f"{found.zh} {at}",
        f"{found.en} at {at}",
        (f"；要从某一时刻起，写 R/2026-01-01T{at}:00+08:00/{found.period}",
         f"; to begin at a certain time write R/2026-01-01T{at}:00+08:00/{found.period}"),
        found.period != "P1D",
    )  # fmt: skip
