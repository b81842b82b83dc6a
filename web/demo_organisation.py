"""The demo's organisation: who holds the posts, who is on duty, who is away. Nobody in it exists."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.hotline import duty, organisation, posts, substitutes
from engine.hotline.models import Duty, Post, Substitution, Unit
from web import accounts

SINCE = date(2026, 1, 1)
HOLDERS = {"chief": "leader", "deputy": "handler2", "liaison": "operator", "operator": "operator"}
GROUP = (("group_head", "钱国华"), ("group_deputy", "沈文杰"), ("group_member", "张建华"))
OFFICE = (("chief", "ho-leader"), ("liaison", "coordinator"), ("operator", "coordinator"))
SHIFTS = ((time(9), time(17, 30), "coordinator"), (time(17, 30), time(9), "ho-leader"))  # the night ends a day later
WEEKS = 2


def prepare() -> None:
    """Enter what is missing as a whole: posts, roster, leave."""
    people = {user.username: user for user in accounts.colleagues(None)}
    if not db.session.scalar(select(Post.id).limit(1)):
        _posts(people)
    if not db.session.scalar(select(Duty.id).limit(1)):
        _roster(set(people))
    if not db.session.scalar(select(Substitution.id).limit(1)):
        today = clock.today()
        substitutes.appoint(
            "handler2-310101", "handler-310101", today, today + timedelta(days=4), reason="年休假",
            actor="operator-310101",
        )  # fmt: skip


def _posts(people: dict[str, accounts.User]) -> None:
    for kind, person in GROUP:
        posts.appoint(organisation.CITY, kind, person, SINCE, actor="admin")
    wanted = [(organisation.OFFICE, kind, name) for kind, name in OFFICE]
    wanted += [(u.code, kind, f"{who}-{u.code}") for u in organisation.units() for kind, who in HOLDERS.items()]
    for number, (unit, kind, name) in enumerate(wanted):
        if user := people.get(name):
            phone = f"021-5555{number % 10000:04}"
            posts.appoint(unit, kind, user.display_name, SINCE, actor="admin", account=name, phone=phone)


def _roster(people: set[str]) -> None:
    """The hotline office around the clock, the food section in office hours, for two weeks from Monday on."""
    with transaction() as session:
        session.get_one(Unit, organisation.OFFICE).always_on = True
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    shifts = []
    for day in (monday + timedelta(days=number) for number in range(-1, 7 * WEEKS)):
        for begins, ends, who in SHIFTS:
            last = day if ends > begins else day + timedelta(days=1)
            shifts.append(duty.Shift(organisation.OFFICE, who, _at(day, begins), _at(last, ends)))
        if day.weekday() < 5:
            shifts.append(duty.Shift("BIZ-SP", "section-BIZ-SP", _at(day, time(9)), _at(day, time(17, 30)), "食品"))
    duty.enter(shifts, people=people, actor="coordinator")


def _at(day: date, hour: time) -> datetime:
    return clock.aware(datetime.combine(day, hour, clock.SHANGHAI))
