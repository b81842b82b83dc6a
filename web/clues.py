"""Clues for the enforcement sections, graded; their export, and the feed of the credit supervision."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, send_file
from flask_babel import lazy_gettext as _l

from engine import clock
from engine.errors import NotFound
from engine.hotline import clues, credit, exports, organisation
from web.permissions import Permission, actor, requires, viewer
from web.present import day_of, district_name

pages = Blueprint("clues", __name__)

SHOWN = 200  # on the page; the export has them all
SPAN = timedelta(days=30)
HEAD = (
    "事项号", "工单号", "收到时间", "级别", "定级理由", "标题", "被举报人", "统一社会信用代码", "经营地址", "监管领域",
    "内容分类", "安全类", "事发区", "承办单位", "办理状态", "诉求人数", "一年内其他工单", "线索齐全", "立案决定",
)  # fmt: skip
CREDIT = (
    "名称", "统一社会信用代码", "事项号", "承办单位", "监管领域", "立案时间", "案号", "决定", "决定书文号", "决定时间",
)  # fmt: skip
FILES = {
    "csv": ("text/csv", exports.csv_file),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", exports.workbook),
}
COLOURS = {"A": "danger", "B": "warning", "C": "secondary"}
STATES = {"in_progress": "办理中", "closed": "已办结", "cancelled": "已取消"}
DECISIONS: dict[str, Any] = {"立案": _l("立案"), "不予立案": _l("不予立案"), "移送公安": _l("移送公安")}


@pages.get("/clues")
@requires(Permission.READ_CLUES)
def index() -> str:
    """Those of the last thirty days, unless others are asked for; the gravest first."""
    asked = _asked()
    found = _found(asked)
    grade = request.args.get("grade") if request.args.get("grade") in clues.GRADES else None
    rows = [clue for clue in found if grade in (None, clue.grade)]
    return render_template(
        "clues/index.html", rows=rows[:SHOWN], more=len(rows) - SHOWN, counts=clues.counts(found), asked=asked,
        grade=grade, colours=COLOURS, decisions=DECISIONS, units=organisation.units("district"), domains=clues.DOMAINS,
    )  # fmt: skip


@pages.get("/clues/file.<kind>")
@requires(Permission.EXPORT_CLUES)
def export(kind: str) -> Response:
    """The same, as a file for the enforcement section; that it was taken is recorded first."""
    asked = _asked()
    grade = request.args.get("grade")
    found = [clue for clue in _found(asked) if not grade or clue.grade == grade]
    names = organisation.names()
    rows = [
        (
            clue.matter_no, clue.order_no, clue.received_at, clue.grade, clue.reason, clue.subject, clue.target_name,
            clue.target_uscc, clue.target_address, clue.domain, clue.category, clue.safety_tag,
            district_name(clue.district), names.get(clue.unit or "", clue.unit),
            STATES.get(clue.state, clue.state), clue.people, clue.repeats, clue.evidence, clue.file_decision,
        )
        for clue in found
    ]  # fmt: skip
    return _file("clues", kind, HEAD, rows, asked | {"grade": grade})


@pages.get("/clues/credit.<kind>")
@requires(Permission.READ_CREDIT)
def credit_file(kind: str) -> Response:
    """Filed and decided cases by trader, for the credit supervision."""
    asked = _asked()
    span = {name: asked[name] for name in ("first", "last")}
    return _file("credit", kind, CREDIT, credit_rows(credit.feed(**span)), span)


def credit_rows(cases: list[credit.CreditCase]) -> list[tuple[Any, ...]]:
    """The cases as rows of a file."""
    names = organisation.names()
    return [
        (
            case.name, case.uscc, case.matter_no, names.get(case.unit or "", case.unit), case.domain, case.filed_at,
            case.case_no, case.decision, case.document_no, case.decided_at,
        )
        for case in cases
    ]  # fmt: skip


def _asked() -> dict[str, Any]:
    today = clock.today()
    last = day_of(request.args.get("last")) or today
    first: date = day_of(request.args.get("first")) or last - SPAN
    return {"first": first, "last": last, **{name: request.args.get(name) or None for name in ("unit", "domain")}}


def _found(asked: dict[str, Any]) -> list[clues.Clue]:
    return clues.clues(viewer(), current_app.config["SETTINGS"].processes_path, **asked)


def _file(what: str, kind: str, head: tuple[str, ...], rows: list[tuple[Any, ...]], asked: dict[str, Any]) -> Response:
    if kind not in FILES:
        raise NotFound(f"there is no {kind} of it", zh="没有这种格式")
    mimetype, write = FILES[kind]
    exports.note(actor(), what, kind, rows=len(rows), **asked)
    name = f"banjie-{what}-{asked['first']}-{asked['last']}.{kind}"
    return send_file(BytesIO(write(head, rows)), mimetype, as_attachment=True, download_name=name)
