"""The hotline's own telephones: which numbers it holds by whose approval, and what the exchange counted of its lines.

Nothing is measured here: the exchange counts calls and hands over a file a day or a month. The same file again changes
nothing; a file with other counts for a day replaces them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import IO, Any

from sqlalchemy import delete, insert, select, tuple_

from engine import clock
from engine.db import db, transaction
from engine.errors import Invalid
from engine.hotline import tables
from engine.hotline.models import LineDay, LineNumber
from engine.hotline.sheets import Sheet
from engine.hotline.tables import Line

SECONDS, CONNECTED, SOURCE = 15, Decimal(95), "GB/T 33358-2016"  # C20: how fast a call is answered, per cent that are
COUNTS = ("offered", "answered", "within", "lost", "wait", "talk")
HEADERS = {
    "day": ("日期", "统计日期", "day", "date"),
    "line": ("热线", "号码", "线路", "热线号码", "line"),
    "offered": ("呼入量", "呼入", "请求量", "offered"),
    "answered": ("接通量", "接通", "人工接听量", "answered"),
    "within": ("15秒内接通", "15秒接通量", "within"),
    "lost": ("放弃量", "未接通", "呼损", "lost"),
    "wait": ("等待总时长(秒)", "等待秒数", "wait"),
    "mean_wait": ("平均等待(秒)", "平均等待", "mean_wait"),
    "talk": ("通话总时长(秒)", "通话秒数", "talk"),
    "mean_talk": ("平均通话(秒)", "平均通话", "mean_talk"),
}
_NAMES = {tables.plain(header): name for name, headers in HEADERS.items() for header in headers}
_NUMBER = re.compile(r"\d{3,20}(-\d{3,20})?", re.ASCII)


@dataclass(slots=True)
class Tally:
    """Counts of a day or a month; times in seconds."""

    offered: int = 0
    answered: int = 0
    within: int = 0
    lost: int = 0
    wait: int = 0
    talk: int = 0

    def add(self, other: Any) -> None:
        """Count another one in."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def connected(self) -> Decimal | None:
        """Per cent of the calls that were answered."""
        return _rate(100 * self.answered, self.offered)

    @property
    def quick(self) -> Decimal | None:
        """Per cent of the answered calls that were answered in time."""
        return _rate(100 * self.within, self.answered)

    @property
    def mean_wait(self) -> Decimal | None:
        return _rate(self.wait, self.answered)

    @property
    def mean_talk(self) -> Decimal | None:
        return _rate(self.talk, self.answered)

    @property
    def met(self) -> bool | None:
        """Were enough calls answered, and fast enough in the mean? None when nobody called."""
        if self.connected is None:
            return None
        return self.connected >= CONNECTED and (self.mean_wait or 0) <= SECONDS


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file: days that are new, changed, known as they are, and what could not be taken."""

    new: int
    changed: int
    known: int
    bad: list[Line] = field(default_factory=list)


def import_file(file: str | Path | IO[bytes]) -> Report:
    """Take the counts of a CSV or XLSX file in. Raises Invalid when it is no table of lines; bad rows are reported."""
    headers, rows = tables.lines_of(file)
    names = [_NAMES.get(tables.plain(header)) for header in headers]
    for wanted in ("day", "line", "offered", "answered", "within"):
        if wanted not in names:
            known = "、".join(HEADERS[wanted])
            raise Invalid(f"there is no column for {wanted}", zh=f"缺少列：{known}（任一）")
    found: dict[tuple[date, str], dict[str, Any]] = {}
    bad: list[Line] = []
    for number, cells in rows:
        said = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        try:
            row = _row(said)
        except Invalid as wrong:
            bad.append(Line(number, None, wrong.zh, str(said.get("day", ""))[:20]))
            continue
        key = row["day"], row["line"]
        if key in found and found[key] != row:
            bad.append(Line(number, None, "同一热线同一天有两行", str(row["day"])))
        found.setdefault(key, row)
    return _store(found, bad)


def _store(found: dict[tuple[date, str], dict[str, Any]], bad: list[Line]) -> Report:
    columns = (LineDay.day, LineDay.line, *(getattr(LineDay, name) for name in COUNTS))
    with transaction() as session:
        known: dict[tuple[date, str], dict[str, Any]] = {}
        for keys in _slices(list(found)):
            there = session.execute(select(*columns).where(tuple_(LineDay.day, LineDay.line).in_(keys))).mappings()
            known |= {(row["day"], row["line"]): dict(row) for row in there}
        other = [key for key in known if known[key] != found[key]]
        for keys in _slices(other):
            session.execute(delete(LineDay).where(tuple_(LineDay.day, LineDay.line).in_(keys)))
        fresh = [row for key, row in found.items() if known.get(key) != row]
        if fresh:
            session.execute(insert(LineDay), fresh)
    return Report(len(fresh) - len(other), len(other), len(known) - len(other), bad)


def _slices(keys: list[tuple[date, str]], size: int = 400) -> Iterator[list[tuple[date, str]]]:
    """A statement takes only so many parameters."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _row(said: dict[str, Any]) -> dict[str, Any]:
    day = _day(said["day"])
    line = str(said["line"]).strip()
    if not line or len(line) > 40:
        raise Invalid("no line", zh="缺少热线号码")
    row: dict[str, Any] = {"day": day, "line": line}
    for name in ("offered", "answered", "within"):
        row[name] = _count(said[name], HEADERS[name][0])
    unanswered = row["offered"] - row["answered"]
    row["lost"] = _count(said["lost"], HEADERS["lost"][0]) if said.get("lost") else max(unanswered, 0)
    for name in ("wait", "talk"):
        mean = said.get(f"mean_{name}")
        row[name] = row["answered"] * _seconds(mean) if mean and not said.get(name) else _seconds(said.get(name) or 0)
        row[name] = int(row[name].to_integral_value(ROUND_HALF_UP))
    if not row["within"] <= row["answered"] <= row["offered"]:
        raise Invalid("more answered than offered", zh="应为：15秒内接通 ≤ 接通量 ≤ 呼入量")
    if row["lost"] > unanswered:
        raise Invalid("more lost than not answered", zh="放弃量多于未接通的呼入")
    return row


def _day(said: Any) -> date:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?", str(said).strip(), re.ASCII)
    try:
        day = date(*(int(part) for part in found.groups())) if found else date.fromisoformat(str(said))
    except ValueError:
        raise Invalid(f"{said} is no day", zh="日期应写成 2026-05-11") from None
    if day > clock.today():
        raise Invalid(f"{day} has not come", zh="日期不能晚于今天")
    return day


def _count(said: Any, name: str) -> int:
    text = str(said).replace(",", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Invalid(f"{said} is no count", zh=f"{name}应为整数")
    return int(text)


def _seconds(said: Any) -> Decimal:
    text = str(said).replace(",", "").strip()
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text, re.ASCII):
        raise Invalid(f"{said} are no seconds", zh="时长应为秒数")
    return Decimal(text)


# -- statistics ----------------------------------------------------------------------------------------------------


def statistics(first: date, last: date, *, line: str | None = None, by: str = "day") -> dict[str, Tally]:
    """The counts of these days, newest first: by `day` (2026-05-11) or by `month` (2026-05)."""
    query = select(LineDay).where(LineDay.day.between(first, last)).order_by(LineDay.day.desc())
    found: dict[str, Tally] = {}
    for row in db.session.scalars(query.where(LineDay.line == line) if line else query):
        found.setdefault(f"{row.day:%Y-%m}" if by == "month" else row.day.isoformat(), Tally()).add(row)
    return found


def total(tallies: Iterable[Tally]) -> Tally:
    """All together."""
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole


def known_lines() -> list[str]:
    """The lines that there are counts of."""
    return list(db.session.scalars(select(LineDay.line).distinct().order_by(LineDay.line)))


def _rate(part: int, base: int) -> Decimal | None:
    return (Decimal(part) / base).quantize(Decimal("0.01"), ROUND_HALF_UP) if base else None


# -- numbers -------------------------------------------------------------------------------------------------------


def numbers() -> list[LineNumber]:
    """The register of numbers, with those whose time is over."""
    return list(db.session.scalars(select(LineNumber).order_by(LineNumber.number, LineNumber.valid_from.desc())))


def enter(fields: Mapping[str, str]) -> None:
    """Enter a number, or change the entry with the same first day. Raises FormInvalid with sentences by field."""
    sheet = Sheet(fields)
    values: dict[str, Any] = {
        name: sheet.text(name, 200, needed=True) for name in ("number", "holder", "purpose", "approval")
    }
    first, last = sheet.day("valid_from", needed=True), sheet.day("valid_to")
    values |= {"valid_from": first, "valid_to": last}
    if values["number"] and not _NUMBER.fullmatch(values["number"]):
        sheet.wrong(
            "number", "应为号码或号码段，如 12315 或 02112300-02112399", "Write a number, or a range as 12300-12399"
        )
    if first and last and last < first:
        sheet.wrong("valid_to", "停用日期早于启用日期", "Ends before it begins")
    elif first and (holder := _other(values)):
        sheet.wrong("valid_from", f"与{holder}的使用期间重叠", f"Overlaps with the time of {holder}")
    sheet.done()
    with transaction() as session:
        session.merge(LineNumber(**values))


def _other(values: dict[str, Any]) -> str | None:
    """Who holds the same number in some of this time under another entry."""
    query = select(LineNumber).where(
        LineNumber.number == values["number"], LineNumber.valid_from != values["valid_from"]
    )
    for other in db.session.scalars(query):
        begins_before = values["valid_to"] is None or other.valid_from <= values["valid_to"]
        ends_after = other.valid_to is None or other.valid_to >= values["valid_from"]
        if begins_before and ends_after:
            return other.holder
    return None
