"""Who has read personal data in clear: what, when, and why; and who has exported which list. For the auditor."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine import clock
from engine.hotline import exports, readings
from web import accounts
from web.orders import PERSONAL
from web.permissions import Permission, requires

pages = Blueprint("readings", __name__)

EXPORTS = {
    "clues": _l("案源线索"),
    "credit": _l("信用监管数据"),
    "campaign": _l("专项"),
    "trainings": _l("业务培训"),
}


@pages.get("/readings")
@requires(Permission.READ_READINGS)
def index() -> str:
    """Newest first, filtered by order, person and first day."""
    asked = {name: request.args.get(name, "").strip() for name in ("order_no", "person", "since")}
    found = readings.readings(
        order_no=asked["order_no"] or None, person=asked["person"] or None, since=_start_of(asked["since"])
    )
    taken = (
        [] if asked["order_no"] else exports.exports(person=asked["person"] or None, since=_start_of(asked["since"]))
    )
    people = accounts.names([*(each.person for each in found), *(each.person for each in taken)])
    return render_template(
        "readings/index.html",
        readings=found,
        exports=taken,
        kinds=EXPORTS,
        asked=asked,
        people=people,
        fields_of=_fields,
    )


def _start_of(day: str) -> datetime | None:
    try:
        return clock.midnight(date.fromisoformat(day))
    except ValueError:
        return None


def _fields(names: str) -> str:
    """The fields that were read, in the reader's language."""
    known = PERSONAL | {"content": _("诉求内容"), "request": _("具体请求")}
    return str(_("、")).join(str(known.get(name, name)) for name in names.split(","))
