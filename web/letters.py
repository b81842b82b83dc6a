"""Letters of an order: issue by hand, take out as PDF or Word, record what was sent when and how."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import Blueprint, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine import clock
from engine.errors import FormInvalid, NotFound
from engine.hotline import queries as hotline
from engine.hotline.letters import desk
from web import accounts
from web.errors import field_errors
from web.permissions import Permission, requires, viewer
from web.present import done

pages = Blueprint("letters", __name__)

PAGE = 50

HOW = dict(zip(desk.HOW, (_l("互联网"), _l("电话"), _l("短信"), _l("邮件"), _l("信函")), strict=True))
RECIPIENTS = dict(
    zip(
        desk.RECIPIENTS,
        (_l("投诉人"), _l("举报人"), _l("被投诉人"), _l("双方"), _l("承办单位"), _l("其他")),
        strict=True,
    )
)


@pages.get("/letters")
@requires(Permission.WORK)
def index() -> str:
    """The register of letters, newest first; first of all those that were not sent yet."""
    unsent = request.args.get("which") != "all"
    page = desk.register(viewer(), unsent=unsent, after=request.args.get("after"), limit=PAGE)
    return render_template("letters/index.html", page=page, unsent=unsent)


@pages.get("/orders/<order_no>/letters/new")
@requires(Permission.WORK)
def new(order_no: str) -> str:
    return _form(order_no, request.args, {})


@pages.post("/orders/<order_no>/letters/new")
@requires(Permission.WORK)
def issue(order_no: str) -> Response | tuple[str, int]:
    """Issue a letter. Pressing twice sends the same key, and makes one letter."""
    sent = request.form
    text, key = sent.get("text", "").strip(), sent.get("key", "")
    try:
        matter_no = sent.get("matter") or None
        letter = desk.issue(order_no, sent.get("form", ""), matter_no, text, viewer(), key=key or uuid4().hex)
    except FormInvalid as error:
        return _form(order_no, sent, field_errors(error)), 422
    return done(_("已制作文书"), url_for("letters.show", order_no=order_no, letter_id=letter))


@pages.get("/orders/<order_no>/letters/<int:letter_id>")
@requires(Permission.READ_ORDERS)
def show(order_no: str, letter_id: int) -> str:
    """What is known of a letter, and where it was sent. What it says stands in its files."""
    return _page(order_no, letter_id, {}, {})


@pages.post("/orders/<order_no>/letters/<int:letter_id>/<kind>")
@requires(Permission.WORK)
def take(order_no: str, letter_id: int, kind: str) -> Response:
    """The letter's file. A POST, since it leaves a record of who has read what."""
    name, content = desk.take(order_no, letter_id, kind, viewer())
    return send_file(BytesIO(content), desk.KINDS[kind], as_attachment=True, download_name=name)


@pages.post("/orders/<order_no>/letters/<int:letter_id>/deliveries")
@requires(Permission.WORK)
def deliver(order_no: str, letter_id: int) -> Response | tuple[str, int]:
    """Record that it was sent."""
    typed = {name: request.form.get(name, "").strip() for name in ("recipient", "sent_how", "sent_at", "receipt")}
    try:
        desk.deliver(order_no, letter_id, viewer(), **(typed | {"sent_at": _moment(typed["sent_at"])}))  # type: ignore[arg-type]
    except FormInvalid as error:
        return _page(order_no, letter_id, typed, field_errors(error)), 422
    return done(_("已记录送达"), url_for("letters.show", order_no=order_no, letter_id=letter_id))


def _form(order_no: str, given: Any, wrong: dict[str, list[str]]) -> str:
    chosen = given.get("form"), given.get("matter") or None
    offer = next((o for o in desk.offers(order_no, viewer()) if (o.form.code, o.matter_no) == chosen), None)
    if offer is None:
        raise NotFound(f"letter {chosen} is not offered on {order_no}", zh="没有这种文书，或您不能制作")
    order = hotline.order(order_no, viewer())
    typed = given.get("text", "")
    key = given.get("key") or uuid4().hex
    return render_template("letters/new.html", order=order, offer=offer, typed=typed, wrong=wrong, key=key)


def _page(order_no: str, letter_id: int, typed: dict[str, str], wrong: dict[str, list[str]]) -> str:
    letter = desk.one(order_no, letter_id, viewer())
    people = accounts.names([letter.created_by, *(sent.recorded_by for sent in letter.deliveries)])
    today = f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}"
    return render_template(
        "letters/show.html", letter=letter, order_no=order_no, people=people, typed=typed, wrong=wrong, now=today,
        how=HOW, recipients=RECIPIENTS,
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    try:
        return clock.aware(datetime.fromisoformat(text))
    except ValueError:
        return None
