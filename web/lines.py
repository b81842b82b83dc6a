"""The hotline's telephones: what the exchange counted of its lines, against the target, and the register of numbers."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import clock
from engine.errors import FormInvalid, Invalid
from engine.hotline import lines
from web.errors import field_errors, sentence
from web.permissions import Permission, requires
from web.present import day_of, done

pages = Blueprint("lines", __name__)


@pages.get("/lines")
@requires(Permission.READ_LINES)
def index() -> str:
    """This month by days, unless another span is asked for."""
    return _page()


def _page(**said: Any) -> str:
    today = clock.today()
    asked: dict[str, Any] = {
        "first": day_of(request.args.get("first")) or today.replace(day=1),
        "last": day_of(request.args.get("last")) or today,
        "line": request.args.get("line") or None,
        "by": "month" if request.args.get("by") == "month" else "day",
    }
    rows = lines.statistics(**asked)
    return render_template(
        "lines/index.html", rows=rows, whole=lines.total(rows.values()), asked=asked, known=lines.known_lines(),
        numbers=lines.numbers(), today=today, target=lines, headings=lines.HEADERS.values(), **said,
    )  # fmt: skip


@pages.post("/lines/import")
@requires(Permission.MANAGE_LINES)
def take_in() -> Response | tuple[str, int]:
    """Take a file of the exchange in; rows that cannot be are told."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return done(_("请选择 CSV 或 XLSX 文件"), url_for("lines.index"), kind="danger")
    try:
        report = lines.import_file(BytesIO(sent.read()))
    except Invalid as error:
        return _page(refused=sentence(error)), 422
    told = _("新 %(new)s 行，更正 %(changed)s 行，已有 %(known)s 行，有误 %(bad)s 行", new=report.new,
             changed=report.changed, known=report.known, bad=len(report.bad))  # fmt: skip
    if report.bad:
        return _page(refused=told, bad=report.bad), 200
    return done(told, url_for("lines.index"))


@pages.post("/lines/numbers")
@requires(Permission.MANAGE_LINES)
def enter() -> Response | tuple[str, int]:
    """Enter a number, or when it ends."""
    try:
        lines.enter(request.form.to_dict())
    except FormInvalid as error:
        wrong = {name: said[0] for name, said in field_errors(error).items()}
        return _page(wrong=wrong, typed=request.form), 422
    return done(_("已保存号码"), url_for("lines.index"))
