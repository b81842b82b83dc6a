"""Mass incidents: the list of alarms, and one with why it was raised, its orders, its curve and its case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine.hotline.incidents_mass import cases, levels, queries
from engine.hotline.incidents_mass.models import MassGroup
from engine.hotline.incidents_mass.queries import Reached
from web import accounts
from web.permissions import Permission, actor, requires, viewer
from web.present import chinese, done

pages = Blueprint("masses", __name__)

STATES: dict[str, Any] = {
    "raised": _l("待确认"),
    "confirmed": _l("处置中"),
    "dismissed": _l("误报"),
    "closed": _l("已办结"),
    "watch": _l("未预警"),
}
COLOURS = {"raised": "danger", "confirmed": "warning", "dismissed": "neutral", "closed": "success", "watch": "neutral"}


@pages.app_template_filter("mass_level")
def level_name(level: str | None) -> str:
    """What a level is called in the reader's language."""
    zh, en = levels.rules().names().get(level or "", ("–", "–"))
    return zh if chinese() else en


@pages.get("/masses")
@requires(Permission.READ_MASSES)
def index() -> str:
    state = request.args.get("state")
    chosen = state if state in queries.STATES else None
    return render_template(
        "masses/index.html", rows=queries.listed(chosen), chosen=chosen, states=STATES, colours=COLOURS,
        wanted=queries.STATES, rules=levels.rules(),
    )  # fmt: skip


@pages.get("/masses/<number>")
@requires(Permission.READ_MASSES)
def show(number: str) -> str:
    found = queries.incident(number, viewer())
    group = found.group
    who = {name for name in (group.decided_by, group.reply_by) if name}
    who |= {m.linked_by or m.unlinked_by or "" for m, _no in (*found.members, *found.removed)}
    return render_template(
        "masses/show.html", incident=found, row=found.row, group=group, states=STATES, colours=COLOURS,
        people=accounts.names(who), sentence=_sentence, top=max((bar.people for bar in found.curve), default=1),
    )  # fmt: skip


@pages.post("/masses")
@requires(Permission.MANAGE_MASSES)
def begin() -> Response:
    number = cases.begin_by(request.form.get("order_no", ""), actor=actor())
    return done(_("已发起预警，等待值班确认"), url_for("masses.show", number=number))


@pages.post("/masses/<number>/link")
@requires(Permission.MANAGE_MASSES)
def link(number: str) -> Response:
    cases.link(number, request.form.get("order_no", ""), actor=actor())
    return done(_("已关联"), url_for("masses.show", number=number))


@pages.post("/masses/<number>/orders/<int:order_id>/unlink")
@requires(Permission.MANAGE_MASSES)
def unlink(number: str, order_id: int) -> Response:
    cases.unlink(number, order_id, request.form.get("reason", ""), actor=actor())
    return done(_("已移出"), url_for("masses.show", number=number))


def _sentence(reached: Reached) -> str:
    """Why a level was reached, in one sentence."""
    rule, numbers = reached.rule, reached.numbers
    day = rule["hours"] == levels.DAY
    people = numbers["people_24h"] if day else numbers["people_7d"]
    span = _("24 小时内") if day else _("7 天内")
    parts = [_("%(span)s %(people)s 名不同诉求人（标准 %(rule)s 人）", span=span, people=people, rule=rule["people"])]
    if "growth" in rule:
        before = f"{numbers['weekly_before']:.1f}"
        parts.append(_("前四周平均每周 %(before)s 人，达到 %(factor)s 倍", before=before, factor=rule["growth"]))
    if "alarm" in rule or "harm" in rule:
        parts.append(_("其中 %(count)s 人提到：%(words)s", count=numbers["alarm" if "alarm" in rule else "harm"],
                       words=_("、").join(numbers["words"])))  # fmt: skip
    if "amount" in rule:
        parts.append(_("合计 %(amount)s 元", amount=f"{numbers['amount']:,.0f}"))
    return _("；").join(parts)


@pages.record_once
def _globals(state: Any) -> None:
    app: Flask = state.app
    app.jinja_env.globals["mass_of"] = _of_order


def _of_order(order_id: int) -> MassGroup | None:
    """The mass incident an order belongs to, for its page."""
    return queries.of_order(order_id)
