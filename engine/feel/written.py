"""Dates, times and durations as people write them, and how the language wants them."""

from __future__ import annotations

import calendar
import re

from .errors import NOTHING, Say

_ANY_DAY = re.compile(r"\b(\d{4}|\d{1,2})[-./年](\d{1,2})[-./月](\d{4}|\d{1,2})日?(?![\d:T ])")
_ISO_START = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?=T|\Z)")
_ISO_CLOCK = re.compile(r"(?:.*T)?(\d\d):(\d\d):(\d\d)")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(天|日|小时|分钟|个月|月|年)")
_DURATION = {"天": "P{}D", "日": "P{}D", "小时": "PT{}H", "分钟": "PT{}M", "个月": "P{}M", "月": "P{}M", "年": "P{}Y"}
_ISO_DURATION = re.compile(r"P(?=[\dT])(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?")
_MIXED = re.compile(r"P(?=.*\d[YM].*(?:\dD|T))[\dYMDTHS.]+")


def day_hint(year: str, month: str, day: str) -> Say:
    """The literal of a date that somebody wrote in another way, or why there is no such day."""
    number = int(month)
    if not 1 <= number <= 12:
        return "月份只有 01 到 12", "months go from 01 to 12"
    last = calendar.monthrange(int(year), number)[1] if int(year) else 31
    if not 1 <= int(day) <= last:
        return f"{int(year)} 年 {number} 月只有 {last} 天", f"{int(year):04}-{number:02} has {last} days"
    text = f'date("{int(year):04}-{number:02}-{int(day):02}")'
    return f"日期请写成 {text}", f"write the date as {text}"


def duration_hint(text: str) -> Say:
    """The literal of a duration: of 5天, or of a bare PT2H; NOTHING when it is neither."""
    if match := _AMOUNT.fullmatch(text.strip()):
        text = _DURATION[match[2]].format(match[1])
        return f'期间请写成 duration("{text}")', f'write duration("{text}")'
    if len(text) > 1 and _ISO_DURATION.fullmatch(text):
        return f'期间请写成 @"{text}" 或 duration("{text}")', f'write the duration as @"{text}" or duration("{text}")'
    return NOTHING


def iso_hint(text: str) -> Say:
    """How to write a date, time or duration that somebody wrote in another way, or what is impossible about it."""
    text = text.strip()
    if match := _ANY_DAY.search(text):
        year, month, day = match[1], match[2], match[3]
        if len(day) == 4:
            year, day = day, year
            if int(month) > 12:
                month, day = day, month
        return day_hint(year, month, day)
    if re.fullmatch(r"\d{1,2}:\d{2}", text):
        return f'时间要有秒：time("{text:0>5}:00")', f'a time has seconds: time("{text:0>5}:00")'
    if re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?", text):
        return "日期与时间之间用 T：2026-01-31T09:00:00", "a T stands between date and time: 2026-01-31T09:00:00"
    if (match := _ISO_START.match(text)) and not (hint := day_hint(*match.groups()))[1].startswith("write"):
        return hint
    if (match := _ISO_CLOCK.match(text)) and (int(match[1]) > 23 or int(match[2]) > 59 or int(match[3]) > 59):
        return "小时为 00 到 23，分和秒为 00 到 59", "hours go from 00 to 23, minutes and seconds from 00 to 59"
    if _MIXED.fullmatch(text):
        return (
            "年月与天、时不能写在同一个期间里：先加 P1M，再加 P2D",
            "months and days do not go into one duration: add P1M, then P2D",
        )
    if _AMOUNT.fullmatch(text):
        return duration_hint(text)
    return (
        '日期写 "2026-01-31"，时间写 "09:00:00"，日期时间写 "2026-01-31T09:00:00"，期间写 "P5D"、"PT2H" 或 "P1Y6M"',
        'write a date as "2026-01-31", a time as "09:00:00", both as "2026-01-31T09:00:00", '
        'a duration as "P5D", "PT2H" or "P1Y6M"',
    )
