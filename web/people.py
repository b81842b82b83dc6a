"""What the pages of the organisation share: whose units one may change, names of people and posts, refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from engine.db import db
from engine.errors import Forbidden, FormInvalid
from engine.hotline import organisation, recusal
from engine.hotline.models import Unit
from web import accounts
from web.errors import field_errors
from web.permissions import Permission, allowed, instead, viewer

# The names of engine/hotline/posts.py, recusal.py and listening.py, to be translated.
POSTS: dict[str, Any] = {
    "group_head": _l("领导小组组长"),
    "group_deputy": _l("领导小组副组长"),
    "group_member": _l("领导小组成员"),
    "chief": _l("主要负责人"),
    "deputy": _l("分管领导"),
    "liaison": _l("联络员"),
    "operator": _l("平台操作员"),
}
GROUNDS: dict[str, Any] = {"近亲属": _l("近亲属"), "利害关系": _l("利害关系"), "其他关系": _l("其他关系")}
MODES: dict[str, Any] = {"province": _l("省级相对集中"), "prefecture": _l("市级相对集中")}
LEVELS: dict[int, Any] = {1: _l("总局"), 2: _l("省级"), 3: _l("市级"), 4: _l("区县级"), 5: _l("基层所")}


def manages(unit: str | None) -> bool:
    """May the person of this request change what stands here of that unit: of their own and those below, or of all?"""
    if allowed(Permission.MANAGE_ORGANISATION):
        return True
    if unit is None or not allowed(Permission.MANAGE_UNITS):
        return False
    tree = organisation.below(viewer().unit)
    return db.session.scalar(select(tree.c.code).where(tree.c.code == unit)) is not None


def must_manage(unit: str | None) -> None:
    """Raises Forbidden."""
    if not manages(unit):
        raise Forbidden(f"{unit} is not this person's to change", zh="这个单位不由您维护")


def managed() -> list[Unit]:
    """The units this person may change something of."""
    if allowed(Permission.MANAGE_ORGANISATION):
        return organisation.units()
    if not allowed(Permission.MANAGE_UNITS):
        return []
    own = set(db.session.scalars(select(organisation.below(viewer().unit).c.code)))
    return [unit for unit in organisation.units() if unit.code in own]


def day(name: str) -> date:
    """A day of the form. Raises FormInvalid."""
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise FormInvalid({name: [_("请选择日期")]}) from None


def sentences(error: FormInvalid) -> list[str]:
    """What is wrong, for an alert above the form."""
    return [text for texts in field_errors(error).values() for text in texts]


def person_names(usernames: Iterable[str]) -> str:
    """Display names, as a list in the language of the page."""
    found = list(usernames)
    known = accounts.names(found)
    return _("、").join(known.get(name, name) for name in found)


def in_place_of(task: Any) -> str | None:
    """The display name of who is away and whose task this is, when this person would do it in their place."""
    absent = instead(task) if viewer().stands_for else None
    return person_names([absent]) if absent else None


def standing_in() -> frozenset[str]:
    """Whose place this person takes today."""
    return frozenset(each.name for each in viewer().stands_for)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        person_names=person_names, in_place_of=in_place_of, standing_in=standing_in, manages=manages,
        recusals_of=recusal.of_order, GROUNDS=GROUNDS, POSTS=POSTS,
    )  # fmt: skip
