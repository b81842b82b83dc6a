"""Clock times of cron lines as a cycle that begins at the right moment: the weekday, the day and the time stay."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from engine import clock

_FREE = ("*", "?")
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = tuple(name.upper() for name in calendar.month_abbr[1:])
_SAFE_DAY = 28  # the last that every month has: a monthly cycle from the 31st would wander
_SEARCHED = 366 + 31  # days in which each yearly time comes


def cycle(words: str) -> str | None:
    """`0 0 9 ? * MON` as `R/2026-11-30T09:00:00+08:00/P1W`: from the next such moment in Shanghai on. None for what no
    single period says (MON-FRI, every 20 minutes of the morning) and what products read differently: the number of a
    weekday in a line with seconds."""
    fields = words.upper().split()
    if len(fields) not in (5, 6, 7) or (len(fields) == 7 and fields.pop() not in _FREE):
        return None
    numbered = len(fields) == 5
    second = "0" if numbered else fields.pop(0)
    minute, hour, day, month, weekday = fields
    if not (_within(second, 59) and _within(minute, 59)):
        return None
    days = _days(day, month, weekday, numbered)
    if hour in _FREE and days == ("P1D", None, None, None):
        period, step = "PT1H", timedelta(hours=1)
    elif _within(hour, 23) and days is not None:
        period, step = days[0], timedelta(days=1)
    else:
        return None
    now = clock.local(clock.now())
    at = now.replace(minute=int(minute), second=int(second), microsecond=0)
    at = at if hour in _FREE else at.replace(hour=int(hour))
    for moment in (at + step * number for number in range(_SEARCHED)):
        if moment > now and days is not None and _fits(moment, days):
            return f"R/{moment.isoformat()}/{period}"
    return None


_Days = tuple[str, int | None, int | None, int | None]  # the period; the month, day and weekday that are asked for


def _days(day: str, month: str, weekday: str, numbered: bool) -> _Days | None:
    """On which days."""
    if weekday not in _FREE:
        found = _weekday(weekday, numbered)
        return ("P1W", None, None, found) if day in _FREE and month in _FREE and found is not None else None
    if day in _FREE:
        return ("P1D", None, None, None) if month in _FREE else None
    if not _within(day, _SAFE_DAY) or int(day) == 0:
        return None
    if month in _FREE:
        return "P1M", None, int(day), None
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month) if _within(month, 12) else 0
    return ("P1Y", number, int(day), None) if number else None


def _weekday(words: str, numbered: bool) -> int | None:
    if words in _WEEKDAYS:
        return _WEEKDAYS.index(words)
    return (int(words) - 1) % 7 if numbered and _within(words, 7) else None


def _fits(moment: datetime, days: _Days) -> bool:
    wanted = zip((moment.month, moment.day, moment.weekday()), days[1:], strict=True)
    return all(said is None or is_ == said for is_, said in wanted)


def _within(words: str, most: int) -> bool:
    return bool(re.fullmatch(r"\d{1,2}", words)) and int(words) <= most


def said(found: str) -> Iterator[str]:
    """When a cycle begins, in words: Chinese, then English."""
    moment = datetime.fromisoformat(found.split("/")[1])
    weekday = "一二三四五六日"[moment.weekday()]
    yield f"{moment:%Y-%m-%d %H:%M}（星期{weekday}）"
    yield f"{moment:%A}, {moment:%Y-%m-%d %H:%M}"
