"""A year's notice of holidays as a CSV file: `day,working,statutory,note`, one line for each day that is not as usual.

day,working,statutory,note
2027-01-01,0,1,元旦
2027-02-07,1,0,春节调休上班
"""

from __future__ import annotations

import csv
import io
from datetime import date

from engine.calendar import Override
from engine.errors import Invalid

YES, NO = {"1", "true", "yes", "是", "班"}, {"0", "false", "no", "否", "休", ""}


def read(content: bytes, year: int) -> dict[date, Override]:
    """The days of the file. Raises Invalid with the line that cannot be read, and for a file without days."""
    days: dict[date, Override] = {}
    reader = csv.DictReader(io.StringIO(_decoded(content), newline=""))
    if not {"day", "working"} <= set(reader.fieldnames or ()):
        raise Invalid("the first line must name the columns day and working", zh="首行应有列名 day 和 working")
    for row in reader:
        try:
            day = date.fromisoformat((row["day"] or "").strip())
            working, statutory = _flag(row["working"]), _flag(row.get("statutory"))
        except ValueError as error:
            number = reader.line_num
            raise Invalid(
                f"line {number}: {error}", zh=f"第 {number} 行有误：日期应如 2027-01-01，是否上班应为 1 或 0"
            ) from None
        if day.year != year or day in days:
            raise Invalid(
                f"line {reader.line_num}: {day} is not of {year}, or stands twice",
                zh=f"第 {reader.line_num} 行：{day} 不在 {year} 年，或重复",
            )
        days[day] = Override(working, statutory and not working, (row.get("note") or "").strip())
    if not days:
        raise Invalid("the file has no days", zh="文件中没有日期")
    return days


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")  # what a Chinese spreadsheet writes


def _flag(text: str | None) -> bool:
    word = (text or "").strip().lower()
    if word not in YES | NO:
        raise ValueError(f"{word!r} is neither 1 nor 0")
    return word in YES
