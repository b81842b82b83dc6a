"""The organisation: the tree of units, who holds which post, the leading group, the liaisons, the mode of listening."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from engine import clock
from engine.db import db, transaction
from engine.errors import FormInvalid, NotFound
from engine.hotline import exports, listening, organisation, posts, unit_files
from engine.hotline.models import Unit
from web import accounts, people
from web.permissions import Permission, actor, requires
from web.present import done

pages = Blueprint("organisation", __name__)


@pages.record_once
def _bind(state: Any) -> None:
    people.init_app(state.app)


@pages.get("/organisation")
@requires(Permission.SIGNED_IN)
def index() -> str:
    return _index()


def _index(**said: Any) -> str:
    units = organisation.units()
    below: dict[str | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(unit)
    codes = {unit.code for unit in units}
    held: dict[str, list[Any]] = {}
    for post in posts.held():
        held.setdefault(post.unit, []).append(post)
    today = clock.today()
    return render_template(
        "organisation/index.html",
        roots=[unit for unit in units if unit.parent not in codes],
        below=below,
        held=held,
        group=[post for post in held.get(organisation.CITY, []) if post.kind in posts.GROUP],
        lacking=posts.lacking({unit.code for unit in units if unit.level > 1}),
        levels=people.LEVELS,
        mode=listening.mode(today),
        changes=listening.history(),
        modes=people.MODES,
        today=today,
        **said,
    )


@pages.get("/organisation/<code>")
@requires(Permission.SIGNED_IN)
def show(code: str) -> str:
    return _show(code)


def _show(code: str, **said: Any) -> str:
    unit = db.session.get(Unit, code)
    if unit is None:
        raise NotFound(f"there is no unit {code}", zh=f"没有单位 {code}")
    return render_template(
        "organisation/show.html",
        unit=unit,
        parent=db.session.get(Unit, unit.parent) if unit.parent else None,
        children=[each for each in organisation.units() if each.parent == code],
        held=posts.held(code),
        past=posts.past(code),
        kinds=posts.kinds(code),
        lacking=posts.lacking({code}).get(code, []),
        users=accounts.colleagues(code),
        levels=people.LEVELS,
        today=clock.today(),
        **said,
    )


@pages.post("/organisation/<code>/posts")
@requires(Permission.MANAGE_UNITS)
def appoint(code: str) -> BaseResponse | tuple[str, int]:
    people.must_manage(code)
    typed = request.form
    account = typed.get("account") or None
    try:
        user = accounts.find(account) if account else None
        person = typed.get("person", "").strip() or (user.display_name if user else "")
        phone = typed.get("phone", "").strip()[:40] or None
        posts.appoint(
            code, typed.get("kind", ""), person, people.day("since"), actor=actor(), account=account, phone=phone
        )
    except FormInvalid as error:
        return _show(code, refused=people.sentences(error), typed=typed), 422
    return done(_("已保存"), url_for("organisation.show", code=code))


@pages.post("/organisation/posts/<int:number>/end")
@requires(Permission.MANAGE_UNITS)
def end(number: int) -> BaseResponse | tuple[str, int]:
    post = posts.one(number)
    people.must_manage(post.unit)
    try:
        posts.end(number, people.day("until"), actor=actor())
    except FormInvalid as error:
        return _show(post.unit, refused=people.sentences(error)), 422
    return done(_("已保存"), url_for("organisation.show", code=post.unit))


@pages.post("/organisation/<code>/always-on")
@requires(Permission.MANAGE_ORGANISATION)
def always_on(code: str) -> BaseResponse:
    """Is the unit there around the clock? Then its roster tells the hours at which nobody is."""
    with transaction() as session:
        unit = session.get(Unit, code)
        if unit is None:
            raise NotFound(f"there is no unit {code}", zh=f"没有单位 {code}")
        unit.always_on = "on" in request.form
    return done(_("已保存"), url_for("organisation.show", code=code))


@pages.post("/organisation/listening")
@requires(Permission.MANAGE_ORGANISATION)
def listen() -> BaseResponse | tuple[str, int]:
    typed = request.form
    try:
        listening.enter(people.day("since"), typed.get("mode", ""), typed.get("source", ""), actor=actor())
    except FormInvalid as error:
        return _index(refused=people.sentences(error), typed=typed), 422
    return done(_("已保存"), url_for("organisation.index"))


@pages.get("/organisation/units.csv")
@requires(Permission.MANAGE_ORGANISATION)
def export() -> Response:
    return _file("units.csv", unit_files.export().encode("utf-8-sig"))


@pages.post("/organisation/units.csv")
@requires(Permission.MANAGE_ORGANISATION)
def load() -> BaseResponse | tuple[str, int]:
    file = request.files.get("file")
    try:
        changed = unit_files.load(file.read() if file else b"")
    except FormInvalid as error:
        return _index(refused=people.sentences(error)), 422
    text = ngettext("新增或修改 %(num)d 个单位", "新增或修改 %(num)d 个单位", changed)
    return done(text, url_for("organisation.index"))


@pages.get("/liaisons")
@requires(Permission.SIGNED_IN)
def liaisons() -> str:
    search = request.args.get("q", "").strip()
    return render_template("organisation/liaisons.html", rows=posts.liaisons(search), search=search)


@pages.get("/liaisons.csv")
@requires(Permission.SIGNED_IN)
def liaisons_file() -> Response:
    head = [_("单位代码"), _("单位"), _("联络员"), _("办公电话"), _("任职日期")]
    rows = [(unit.code, unit.name, post.person, post.phone, post.since) for unit, post in posts.liaisons()]
    return _file("liaisons.csv", exports.csv_file(head, rows))


def _file(name: str, content: bytes) -> Response:
    return send_file(BytesIO(content), "text/csv", as_attachment=True, download_name=name)
