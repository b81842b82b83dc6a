"""The duty roster 值班表: who answers in a unit, for which calls, from when to when.

`organisation.on_duty` says who it is at an instant; diagrams ask `on_duty("HO")`. A unit that is there around the
clock (7×24) is told its gaps. A roster comes as a file, or one shift at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import has_app_context
from sqlalchemy import delete, select

from engine import clock, errors, feel, registry
from engine.db import db, transaction
from engine.hotline import organisation, tables
from engine.hotline.models import Duty, Substitution, Unit
from engine.registry import Argument

HEADINGS = {
    "unit": ("单位", "unit", "单位代码"), "account": ("人员", "account", "用户名"),
    "begins": ("开始", "begins", "开始时间"), "ends": ("结束", "ends", "结束时间"),
    "topic": ("主题", "topic", "咨询主题"), "rank": ("顺序", "rank", "呼叫顺序"),
}  # fmt: skip
NEEDED = ("unit", "account", "begins", "ends")
LONGEST = timedelta(days=7)
Span = tuple[datetime, datetime]


@registry.function(
    "on_duty", ("unit", "topic"),
    "此刻值班人员的用户名，先呼叫的在前；没有排班为空表。第二个参数为咨询主题，可省略",
    "user names of who is on duty now, whom to call first first; none without a roster. The topic may be left out",
    arguments={"unit": Argument(frozenset({"string"})), "topic": Argument(frozenset({"string"}))},
    result="list",
)  # fmt: skip
def _on_duty(unit: Any, topic: Any = None) -> list[str]:
    if not isinstance(unit, str):
        said = "单位代码应为文本", "the code of a unit is a text"
        raise feel.Refusal(0, said, ('写成 on_duty("HO")', 'write on_duty("HO")'))
    if not has_app_context():
        return []  # a diagram is tried without a house around it
    # A connection of its own: the caller may be inside a step's transaction.
    with db.engine.connect() as connection:
        return organisation.on_duty(unit, topic if isinstance(topic, str) else None, clock.now(), connection)


@dataclass(frozen=True, slots=True)
class Shift:
    """What is to be entered: a person is on duty in a unit."""

    unit: str
    account: str
    begins: datetime
    ends: datetime
    topic: str | None = None
    rank: int = 1


def enter(shifts: Iterable[Shift], *, people: Collection[str], actor: str) -> int:
    """Enter shifts, all or none; one that is there already keeps its row. Returns how many are new or changed.

    `people` are the accounts there are. Raises FormInvalid: the sentences of each bad shift, by its number from 1.
    """
    given = list(shifts)
    units = set(db.session.scalars(select(Unit.code).where(Unit.active)))
    wrongs = errors.Wrongs()
    for number, shift in enumerate(given, 1):
        for field, text, text_en in _wrong(shift, units, people):
            wrongs.wrong(f"{number}.{field}", text, text_en)
    wrongs.done()
    changed, now = 0, clock.now()
    with transaction() as session:
        for shift in given:
            same = (Duty.unit == shift.unit, Duty.account == shift.account, Duty.begins == shift.begins)
            row = session.scalar(select(Duty).where(*same))
            values = {"ends": shift.ends, "topic": shift.topic, "rank": shift.rank}
            if row is None:
                row = Duty(unit=shift.unit, account=shift.account, begins=shift.begins, **values)
                session.add(row)
            elif all(getattr(row, name) == value for name, value in values.items()):
                continue
            for name, value in values.items():
                setattr(row, name, value)
            row.entered_by, row.entered_at = actor, now
            session.flush()
            changed += 1
    return changed


def _wrong(shift: Shift, units: Collection[str], people: Collection[str]) -> Iterable[tuple[str, str, str]]:
    if shift.unit not in units:
        yield "unit", f"没有单位 {shift.unit}", f"there is no unit {shift.unit}"
    if shift.account not in people:
        yield "account", f"没有用户 {shift.account}", f"there is no user {shift.account}"
    if shift.ends <= shift.begins:
        yield "ends", "结束应晚于开始", "it must end after it begins"
    elif shift.ends - shift.begins > LONGEST:
        yield "ends", "一班不超过七天", "a shift has seven days at most"
    if shift.rank < 1:
        yield "rank", "顺序从 1 起", "the order starts with 1"


def read(file: bytes) -> list[Shift]:
    """The shifts of a CSV or XLSX file. Raises FormInvalid by line; times are Shanghai's."""
    shifts: list[Shift] = []
    wrong: dict[str, list[str]] = {}
    for line, said in tables.records_of(file, HEADINGS, NEEDED):
        try:
            shifts.append(
                Shift(
                    said["unit"], said["account"], _instant(said["begins"]), _instant(said["ends"]),
                    said.get("topic") or None, int(said.get("rank") or 1),
                )
            )  # fmt: skip
        except ValueError as error:
            wrong[f"{line}"] = [f"第 {line} 行：{error}"]
    if wrong:
        raise errors.FormInvalid(wrong)
    return shifts


def _instant(text: str) -> datetime:
    return clock.aware(datetime.fromisoformat(text.replace("/", "-")))


def remove(number: int) -> None:
    """Take a shift out. Raises NotFound."""
    with transaction() as session:
        if session.scalar(delete(Duty).where(Duty.id == number).returning(Duty.id)) is None:
            raise errors.NotFound(f"there is no shift {number}", zh="没有这一班")


def one(number: int) -> Duty:
    """Raises NotFound."""
    row = db.session.get(Duty, number)
    if row is None:
        raise errors.NotFound(f"there is no shift {number}", zh="没有这一班")
    return row


def week(unit: str, monday: date) -> list[tuple[date, list[Duty]]]:
    """The seven days with the shifts that touch them, in the order of calling."""
    days = [monday + timedelta(days=number) for number in range(7)]
    shifts = _shifts(unit, *_span(days[0], 7))
    return [(day, [each for each in shifts if _touches(each, _span(day, 1))]) for day in days]


def gaps(unit: str, monday: date) -> list[Span]:
    """When in these seven days nobody is on duty for whatever comes."""
    begin, end = _span(monday, 7)
    found, free_from = [], begin
    for shift in sorted(_shifts(unit, begin, end), key=lambda each: each.begins):
        if shift.topic is not None:
            continue
        if shift.begins > free_from:
            found.append((free_from, shift.begins))
        free_from = max(free_from, shift.ends)
    if free_from < end:
        found.append((free_from, end))
    return found


def away(accounts: Collection[str], monday: date) -> dict[str, list[Substitution]]:
    """Who of these people is away in the week, and who stands in: a roster should not count on them."""
    last = monday + timedelta(days=6)
    query = select(Substitution).where(Substitution.absent.in_(accounts))
    found: dict[str, list[Substitution]] = {}
    for row in db.session.scalars(query.where(Substitution.first <= last, Substitution.last >= monday)):
        found.setdefault(row.absent, []).append(row)
    return found


def _shifts(unit: str, begin: datetime, end: datetime) -> list[Duty]:
    query = select(Duty).where(Duty.unit == unit, Duty.begins < end, Duty.ends > begin)
    return list(db.session.scalars(query.order_by(Duty.begins, Duty.topic.is_(None), Duty.rank, Duty.id)))


def _span(day: date, days: int) -> Span:
    begin = clock.midnight(day)
    return begin, begin + timedelta(days=days)


def _touches(shift: Duty, span: Span) -> bool:
    return shift.begins < span[1] and shift.ends > span[0]
