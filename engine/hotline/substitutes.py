"""Who stands in for whom 代理: during a leave another person sees and does the tasks of who is away.

What the other does is logged with whose place it was in. Clearance is not passed on: personal data is read in clear
by one's own roles only. Nobody stands in for somebody who stands in.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline.models import Substitution

LONGEST = 92  # days: who is away for longer has a successor, not a substitute


def stands_for(person: str) -> list[str]:
    """Whose place this person takes today."""
    day = clock.today()
    query = select(Substitution.absent).where(Substitution.substitute == person)
    query = query.where(Substitution.first <= day, Substitution.last >= day)
    return list(dict.fromkeys(db.session.scalars(query.order_by(Substitution.id))))


def appoint(
    absent: str, substitute: str, first: date, last: date, *, reason: str | None = None, actor: str
) -> Substitution:
    """Let one stand in for another on these days, the last included. Raises FormInvalid by field."""
    wrongs = errors.Wrongs()
    if absent == substitute:
        wrongs.wrong("substitute", "不能由本人代理本人", "nobody stands in for themselves")
    if last < first:
        wrongs.wrong("last", "结束日期不能早于开始日期", "the last day is before the first")
    elif (last - first).days >= LONGEST:
        wrongs.wrong(
            "last",
            f"代理不超过 {LONGEST} 天，更久的请调整任职",
            f"no more than {LONGEST} days; longer takes a successor",
        )
    if last < clock.today():
        wrongs.wrong("last", "代理期已经过去", "these days are over")
    if not wrongs:
        for row in _overlapping(first, last, (absent, substitute)):
            if row.absent == absent:
                wrongs.wrong(
                    "first", f"这段时间已由 {row.substitute} 代理", f"{row.substitute} stands in on these days already"
                )
            elif row.absent == substitute:
                wrongs.wrong("substitute", "这段时间对方也不在岗", "that person is away as well")
            elif row.substitute == absent:
                wrongs.wrong("absent", "这段时间本人正在代理他人", "this person stands in for somebody on these days")
    wrongs.done()
    row = Substitution(
        absent=absent, substitute=substitute, first=first, last=last, reason=reason, entered_by=actor,
        entered_at=clock.now(),
    )  # fmt: skip
    with transaction() as session:
        session.add(row)
        session.flush()
        session.expunge(row)
    return row


def _overlapping(first: date, last: date, people: Collection[str]) -> list[Substitution]:
    query = select(Substitution).where(Substitution.first <= last, Substitution.last >= first)
    mine = or_(Substitution.absent.in_(people), Substitution.substitute.in_(people))
    return list(db.session.scalars(query.where(mine)))


def end(number: int, *, actor: str) -> None:
    """The absent is back: it ends with yesterday, or before it began. Raises NotFound."""
    with transaction() as session:
        row = session.get(Substitution, number)
        if row is None or row.ended_at is not None:
            raise errors.NotFound(f"there is no substitution {number}", zh="没有这项代理")
        row.last, row.ended_by, row.ended_at = min(row.last, _yesterday()), actor, clock.now()


def _yesterday() -> date:
    return date.fromordinal(clock.today().toordinal() - 1)


def one(number: int) -> Substitution:
    """Raises NotFound."""
    row = db.session.get(Substitution, number)
    if row is None:
        raise errors.NotFound(f"there is no substitution {number}", zh="没有这项代理")
    return row


def listed(people: Collection[str] | None = None, limit: int = 200) -> list[Substitution]:
    """Substitutions that are or were, the latest first; of these people, or of everybody for None."""
    query = select(Substitution).order_by(Substitution.first.desc(), Substitution.id.desc()).limit(limit)
    if people is not None:
        query = query.where(or_(Substitution.absent.in_(people), Substitution.substitute.in_(people)))
    return list(db.session.scalars(query))
