"""Who stands in for whom: one's own leave, and, for heads and operators, that of their people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import clock
from engine.errors import Forbidden, FormInvalid
from engine.hotline import substitutes
from web import accounts, people
from web.permissions import GRANTS, Permission, actor, allowed, me, requires
from web.present import done

pages = Blueprint("substitutes", __name__)


@pages.get("/substitutes")
@requires(Permission.WORK)
def index() -> str:
    return _page()


def _page(**said: Any) -> str:
    mine = _mine()
    known = {user.username for user in mine}
    rows = substitutes.listed(None if allowed(Permission.MANAGE_ORGANISATION) else known)
    return render_template(
        "substitutes/index.html",
        rows=rows,
        absents=mine,
        others=_workers(accounts.colleagues(None)),
        known=known,
        people=accounts.names(name for row in rows for name in (row.absent, row.substitute, row.entered_by)),
        today=clock.today(),
        **said,
    )


def _mine() -> list[accounts.User]:
    """Whose leave this person may enter: their own, and that of the people of the units they look after."""
    own = [user] if (user := me()) else []
    units = {unit.code for unit in people.managed()}
    theirs = [user for user in accounts.colleagues(None) if user.unit in units] if units else []
    return list({user.username: user for user in (*own, *_workers(theirs))}.values())


def _workers(users: list[accounts.User]) -> list[accounts.User]:
    return [user for user in users if any(Permission.WORK in GRANTS.get(role, ()) for role in user.role_names)]


@pages.post("/substitutes")
@requires(Permission.WORK)
def appoint() -> Response | tuple[str, int]:
    typed = request.form
    absent, other = typed.get("absent") or actor(), typed.get("substitute", "")
    if absent not in {user.username for user in _mine()}:
        raise Forbidden(f"{absent} is not this person's to stand in for", zh="您不能为这位同事安排代理")
    try:
        if other not in {user.username for user in _workers(accounts.colleagues(None))}:
            raise FormInvalid({"substitute": [_("请选择代理人")]})
        reason = typed.get("reason", "").strip()[:100] or None
        substitutes.appoint(absent, other, people.day("first"), people.day("last"), reason=reason, actor=actor())
    except FormInvalid as error:
        return _page(refused=people.sentences(error), typed=typed), 422
    return done(_("已安排代理"), url_for("substitutes.index"))


@pages.post("/substitutes/<int:number>/end")
@requires(Permission.WORK)
def end(number: int) -> Response:
    row = substitutes.one(number)
    if row.absent not in {user.username for user in _mine()}:
        raise Forbidden(f"{row.absent} is not this person's to stand in for", zh="您不能为这位同事安排代理")
    substitutes.end(number, actor=actor())
    return done(_("代理已结束"), url_for("substitutes.index"))
