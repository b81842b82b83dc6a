"""Who leads and who speaks for a unit: posts with the days on which they were held.

Every unit has a chief (一把手负责制), a deputy, a liaison and a platform operator; the city bureau the leading group
besides, whose office is the hotline office (沪市监办发〔2020〕337号). A change ends one row and begins another.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import or_, select

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline.models import Post, Unit
from engine.hotline.organisation import CITY

LIAISON = "liaison"
KINDS = {
    "group_head": "领导小组组长", "group_deputy": "领导小组副组长", "group_member": "领导小组成员",
    "chief": "主要负责人", "deputy": "分管领导", LIAISON: "联络员", "operator": "平台操作员",
}  # fmt: skip
GROUP = frozenset({"group_head", "group_deputy", "group_member"})
SINGLE = frozenset({"group_head", "chief"})  # one at a time: who follows ends the one before
WANTED = ("chief", "deputy", LIAISON, "operator")  # what a unit that handles orders has


def kinds(unit: str) -> list[str]:
    """The posts a unit can have."""
    return [kind for kind in KINDS if unit == CITY or kind not in GROUP]


def appoint(
    unit: str, kind: str, person: str, since: date, *, actor: str, account: str | None = None, phone: str | None = None
) -> None:
    """Somebody takes a post. Who held it alone until then has held it to the day before. Raises FormInvalid."""
    zh: dict[str, list[str]] = {}
    en: dict[str, list[str]] = {}
    if db.session.get(Unit, unit) is None:
        raise errors.NotFound(f"there is no unit {unit}", zh=f"没有单位 {unit}")
    if kind not in kinds(unit):
        zh["kind"], en["kind"] = ["请选择职务"], ["choose a post"]
    if not 2 <= len(person.strip()) <= 40:
        zh["person"], en["person"] = ["请填写姓名"], ["the name is needed"]
    before = [row for row in held(unit) if row.kind == kind] if kind in SINGLE else []
    if any(row.since >= since for row in before):
        zh["since"], en["since"] = ["不能早于前任的任职日期"], ["the one before took the post later than that"]
    if zh:
        raise errors.FormInvalid(zh, en=en)
    with transaction() as session:
        for row in before:
            old = session.get_one(Post, row.id)
            old.until, old.ended_by = since - timedelta(days=1), actor
        session.add(
            Post(
                unit=unit, kind=kind, person=person.strip(), account=account, phone=phone, since=since,
                entered_by=actor, entered_at=clock.now(),
            )
        )  # fmt: skip


def end(number: int, until: date, *, actor: str) -> None:
    """Somebody leaves a post; the row stays. Raises NotFound and FormInvalid."""
    with transaction() as session:
        row = session.get(Post, number)
        if row is None or row.until is not None:
            raise errors.NotFound(f"nobody holds the post {number}", zh="没有这项任职")
        if until < row.since:
            raise errors.FormInvalid({"until": ["不能早于任职日期"]}, en={"until": ["it begins later than that"]})
        row.until, row.ended_by = until, actor


def one(number: int) -> Post:
    """Raises NotFound."""
    row = db.session.get(Post, number)
    if row is None:
        raise errors.NotFound(f"there is no post {number}", zh="没有这项任职")
    return row


def held(unit: str | None = None, day: date | None = None) -> list[Post]:
    """Who holds posts on a day (default: today and later), of a unit or of all, in the order of the posts."""
    day = day or clock.today()
    query = select(Post).where(or_(Post.until.is_(None), Post.until >= day))
    return _sorted(query.where(Post.unit == unit) if unit else query)


def past(unit: str) -> list[Post]:
    """Who held posts of a unit before, the latest first."""
    query = select(Post).where(Post.unit == unit, Post.until < clock.today())
    return list(db.session.scalars(query.order_by(Post.until.desc(), Post.id.desc())))


def liaisons(search: str = "") -> list[tuple[Unit, Post]]:
    """The directory of liaisons 联络员名录: units in order, with who speaks for them. Searched by unit or person."""
    day = clock.today()
    query = select(Unit, Post).join(Post, Post.unit == Unit.code)
    query = query.where(Post.kind == LIAISON, Post.since <= day, or_(Post.until.is_(None), Post.until >= day))
    for word in search.split():
        query = query.where(or_(*(c.icontains(word, autoescape=True) for c in (Unit.name, Unit.short, Post.person))))
    return [row._tuple() for row in db.session.execute(query.order_by(Unit.level, Unit.code, Post.since))]


def lacking(codes: Collection[str]) -> dict[str, list[str]]:
    """Which of the wanted posts nobody holds, by unit."""
    there: dict[str, set[str]] = {}
    for row in held():
        there.setdefault(row.unit, set()).add(row.kind)
    missing = {code: [kind for kind in WANTED if kind not in there.get(code, ())] for code in codes}
    return {code: kinds for code, kinds in missing.items() if kinds}


def _sorted(query: object) -> list[Post]:
    rank = list(KINDS)
    found = db.session.scalars(query)  # type: ignore[call-overload]
    return sorted(found, key=lambda row: (row.unit, rank.index(row.kind), row.since, row.id))
