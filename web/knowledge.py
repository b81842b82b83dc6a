"""The knowledge base: found by words, read by everybody, written by those who own an entry; proposals for answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from engine import clock
from engine.errors import FormInvalid, NotFound
from engine.hotline import knowledge, proposals, sheets
from engine.hotline.casefile import OrderView
from engine.hotline.models import Knowledge
from engine.models import UserTask
from web import accounts
from web.office_form import OfficeForm, unit_choices
from web.permissions import Permission, actor, allowed, requires, task_to_do, viewer
from web.present import done

pages = Blueprint("knowledge", __name__)

STATES: dict[str, Any] = {
    "valid": _l("有效"),
    "due": _l("待复核"),
    "expired": _l("已失效"),
    "draft": _l("待确认"),
    "withdrawn": _l("已撤回"),
}
COLOURS = {"valid": "success", "due": "warning", "expired": "danger", "draft": "info", "withdrawn": "neutral"}
CONSULTED = ("咨询", "求助", "建议")  # natures that are answered from here


class EntryForm(OfficeForm):
    """An entry of the knowledge base."""

    version = HiddenField()
    title = StringField(_l("标题"))
    body = TextAreaField(_l("内容"))
    category = StringField(_l("分类"))
    tags = StringField(_l("标签"))
    basis = StringField(_l("依据"))
    unit = SelectField(_l("责任单位"))
    review_on = DateField(_l("复核日期"), [Optional()])
    expires_on = DateField(_l("失效日期"), [Optional()])
    note = StringField(_l("修改说明"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = unit_choices()


@pages.get("/knowledge")
@requires(Permission.READ_ORDERS)
def index() -> str:
    """Valid entries first of all; drafts are shown to those who write."""
    writes = allowed(Permission.WRITE_KNOWLEDGE)
    shown = [state for state in knowledge.SHOWN if writes or state != "draft"]
    search, category = request.args.get("q", "").strip(), request.args.get("category") or None
    state = request.args.get("state", "valid")
    chosen = state if state in shown else "valid"
    found = knowledge.listed(search=search, state=chosen, category=category)
    return render_template(
        "knowledge/index.html", entries=found, uses=knowledge.uses(entry.id for entry in found), search=search,
        chosen=chosen, category=category, categories=knowledge.categories(), counts=knowledge.counts(), shown=shown,
        states=STATES, colours=COLOURS, state_of=knowledge.state_of,
    )  # fmt: skip


@pages.get("/knowledge/<int:number>")
@requires(Permission.READ_ORDERS)
def show(number: int) -> str:
    return _show(_readable(number))


def _readable(number: int) -> Knowledge:
    """Drafts are nobody's to rely on: only those who write see them."""
    found = knowledge.entry(number)
    if found.state == "draft" and not allowed(Permission.WRITE_KNOWLEDGE):
        raise NotFound(f"there is no entry {number}", zh="知识库没有这个条目")
    return found


def _show(entry: Knowledge, wrong: str | None = None) -> str:
    versions = knowledge.versions(entry.id)
    return render_template(
        "knowledge/show.html", entry=entry, versions=versions, state=knowledge.state_of(entry), states=STATES,
        colours=COLOURS, uses=knowledge.uses([entry.id]).get(entry.id, 0), wrong=wrong,
        people=accounts.names([entry.author, *(version.author for version in versions)]),
        mine=allowed(Permission.WRITE_KNOWLEDGE) and sheets.keeps(viewer(), entry.unit),
    )  # fmt: skip


@pages.route("/knowledge/new", methods=["GET", "POST"])
@requires(Permission.WRITE_KNOWLEDGE)
def new() -> BaseResponse | str | tuple[str, int]:
    own = viewer().unit if sheets.keeps(viewer(), viewer().unit) else None
    return _edit(EntryForm(review_on=clock.today() + knowledge.REVIEW, unit=own), None)


@pages.route("/knowledge/<int:number>/edit", methods=["GET", "POST"])
@requires(Permission.WRITE_KNOWLEDGE)
def edit(number: int) -> BaseResponse | str | tuple[str, int]:
    entry = knowledge.own(number, viewer())
    form = EntryForm(obj=entry)
    if request.method == "GET":
        form.note.data = None  # what was said of the last change is said
    return _edit(form, entry)


def _edit(form: EntryForm, entry: Knowledge | None) -> BaseResponse | str | tuple[str, int]:
    if request.method == "GET":
        return render_template("knowledge/edit.html", form=form, entry=entry)
    if form.validate():
        try:
            number = knowledge.write(form.typed(), viewer(), number=entry.id if entry else None)
        except FormInvalid as error:
            form.blame(error, form.body)
        else:
            return done(_("已保存"), url_for("knowledge.show", number=number))
    return render_template("knowledge/edit.html", form=form, entry=entry), 422


@pages.post("/knowledge/<int:number>/confirm")
@requires(Permission.WRITE_KNOWLEDGE)
def confirm(number: int) -> BaseResponse:
    knowledge.confirm(number, viewer())
    return done(_("已确认，从现在起有效"), url_for("knowledge.show", number=number))


@pages.post("/knowledge/<int:number>/withdraw")
@requires(Permission.WRITE_KNOWLEDGE)
def withdraw(number: int) -> BaseResponse | tuple[str, int]:
    try:
        knowledge.withdraw(number, viewer(), request.form.get("reason", ""))
    except FormInvalid:
        return _show(knowledge.entry(number), wrong=_("请写明撤回的理由")), 422
    return done(_("已撤回"), url_for("knowledge.show", number=number))


@pages.post("/knowledge/<int:number>/use/<int:task_id>")
@requires(Permission.WORK)
def use(number: int, task_id: int) -> Response:
    """The entry's text went into the form of that task."""
    task_to_do(task_id)
    knowledge.used(number, task_id, actor())
    return Response(status=204)


def for_task(task: UserTask, order: OrderView | None, *, mine: bool) -> dict[str, Any] | None:
    """What is proposed beside a task whose form takes an answer: the proposals, and where a click puts their text."""
    if order is None or task.form not in proposals.ANSWERS or task.status not in ("ready", "claimed"):
        return None
    field, besides = proposals.ANSWERS[task.form]
    found = proposals.proposals(order.subject, order.content, _topic(order))
    return {"found": found, "field": field if mine else None, "besides": besides, "task_id": task.id}


def for_order(order: OrderView) -> dict[str, Any] | None:
    """What is proposed on the page of an open consultation."""
    if order.state == "closed" or not any(nature in CONSULTED for nature in order.nature.split("、")):
        return None
    return {"found": proposals.proposals(order.subject, order.content, _topic(order)), "field": None}


def _topic(order: OrderView) -> str:
    """How an order is classed, in words."""
    return " ".join(filter(None, (order.category, order.domain)))


@pages.record_once
def _bind(state: Any) -> None:
    app: Flask = state.app
    app.jinja_env.globals.update(proposals_for_task=for_task, proposals_for_order=for_order)
