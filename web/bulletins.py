"""The performance bulletin: versions, one with its figures and objections, files, and the one of 2019 as printed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, request, send_file, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from engine import clock, messages
from engine.errors import FormInvalid, Invalid, NotFound
from engine.hotline.bulletin import charts, counts, excel, freezing, given, periods, printed, shelf, word
from engine.hotline.bulletin.figures import Text
from engine.hotline.bulletin.report import Chart, Report
from web import accounts
from web.errors import sentence
from web.permissions import Permission, actor, requires, viewer
from web.present import chinese, done

pages = Blueprint("bulletins", __name__)

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "json": "application/json",
}


@pages.get("/bulletins")
@requires(Permission.READ_BULLETINS)
def index() -> str:
    return _index()


def _index(**said: Any) -> str:
    found = shelf.versions(viewer())
    today = clock.today()
    return render_template(
        "bulletins/index.html",
        bulletins=found,
        people=accounts.names(each.taken_by for each in found),
        printed=shelf.printed_files(current_app.config["SETTINGS"].processes_path),
        proposed=[periods.closed(kind, today) for kind in periods.KINDS],
        **said,
    )


@pages.post("/bulletins")
@requires(Permission.MANAGE_BULLETINS)
def ask() -> BaseResponse | tuple[str, int]:
    """Let the process of the bulletin begin for a period; after publication a reason is asked for."""
    typed = {name: request.form.get(name, "").strip() for name in ("period", "reason")}
    try:
        which = periods.period(typed["period"])
        if which.start > clock.now():
            raise Invalid(f"{which.key} has not begun", zh=_("%(period)s还没有开始", period=which.zh))
        if freezing.newest(which.key, published=True) and not typed["reason"]:
            raise FormInvalid({"reason": [_("已印发过，请写明更正的缘由")]})
        if shelf.under_way(which.key):
            raise FormInvalid({"period": [_("这一期的通报正在进行")]})
    except Invalid as error:
        wrong = error.errors if isinstance(error, FormInvalid) else {"period": [sentence(error)]}
        return _index(wrong={name: said[0] for name, said in wrong.items()}, typed=typed), 422
    messages.send("bulletin.requested", which.key, typed, actor=actor())
    return done(_("已开始：系统冻结数据后，请各单位核对"), url_for("bulletins.index"))


@pages.get("/bulletins/<int:bulletin_id>")
@requires(Permission.READ_BULLETINS)
def show(bulletin_id: int) -> str:
    residual = _residual()
    opened = shelf.opened(bulletin_id, viewer(), residual=residual)
    people = accounts.names([opened.bulletin.taken_by])
    return render_template(
        "bulletins/show.html", opened=opened, report=opened.report, people=people, names=counts.NAMES
    )


@pages.get("/bulletins/<int:bulletin_id>/file.<kind>")
@requires(Permission.READ_BULLETINS)
def download(bulletin_id: int, kind: str) -> Response:
    opened = shelf.opened(bulletin_id, viewer(), residual=_residual())
    content = opened.bulletin.counts.encode() if kind == "json" else file(opened.report, kind)
    return _sent(content, kind, opened.number)


@pages.get("/bulletins/printed/<int:year>")
@requires(Permission.READ_BULLETINS)
def as_printed(year: int) -> str:
    return render_template("bulletins/printed.html", year=year, report=_printed(year), residual=_residual())


@pages.get("/bulletins/printed/<int:year>/file.<kind>")
@requires(Permission.READ_BULLETINS)
def download_printed(year: int, kind: str) -> Response:
    return _sent(file(_printed(year), kind), kind, f"TB-{year}-printed")


def file(report: Report, kind: str) -> bytes:
    """The report as docx, xlsx or one html file. Raises NotFound for another kind."""
    if kind == "docx":
        return word.word(report)
    if kind == "xlsx":
        return excel.excel(report)
    if kind == "html":
        template = current_app.jinja_env.get_template("bulletins/file.html")
        return template.render(report=report, zh=True).encode()
    raise NotFound(f"there is no {kind} of a bulletin", zh="没有这种格式")


def _printed(year: int) -> Report:
    found = shelf.printed_files(current_app.config["SETTINGS"].processes_path).get(year)
    if found is None:
        raise NotFound(f"nothing printed is kept for {year}", zh=f"没有 {year} 年的印发件")
    residual = bool(_residual())
    return given.build(printed.read(found, residual_to_largest=residual), residual=residual)


def _residual() -> bool | None:
    said = request.args.get("residual")
    return None if said is None else said == "1"


def _sent(content: bytes, kind: str, name: str) -> Response:
    return send_file(BytesIO(content), TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}")


def _pick(text: Text) -> str:
    """A text of a report in the reader's language."""
    return text[0] if chinese() else text[1]


def _svg(chart: Chart) -> Markup:
    return Markup(charts.svg(chart, chart.caption[0]))  # noqa: S704  every word in it is escaped there


@pages.record_once
def _bind(state: Any) -> None:
    app: Flask = state.app
    app.jinja_env.filters.update(pick=_pick, svg=_svg)
