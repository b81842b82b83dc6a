"""What the national platform has been told, what waits, what was given up, and orders it has never heard of."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine.hotline import platform
from web.permissions import Permission, actor, requires
from web.present import done

pages = Blueprint("platform", __name__)

# The elements of the shipped diagrams that tell the platform something; another one shows its id.
TOLD: dict[str, Any] = {
    "sync_platform": _l("工单登记"),
    "sync_closed": _l("办结信息"),
    "open_case": _l("立案"),
    "push_odr": _l("在线和解"),
    "publish": _l("投诉公示"),
    "ask_city": _l("延期报批"),
    "appeal": _l("差评申诉"),
    "ask_again": _l("再次评价"),
}


@pages.get("/platform")
@requires(Permission.READ_INCIDENTS)
def index() -> str:
    number, orders = platform.untold()
    return render_template(
        "platform/index.html", counts=platform.counts(), waiting=platform.waiting(), failed=platform.failed(),
        untold=number, orders=orders, told=TOLD, shown=platform.SHOWN,
    )  # fmt: skip


@pages.post("/platform/repeat")
@requires(Permission.MANAGE_INCIDENTS)
def repeat() -> Response:
    """Try all that failed again; the worker does it next."""
    again, refused = platform.repeat(actor=actor())
    said = _("已重新排队 %(again)s 件", again=again)
    if refused:
        said += _("，%(refused)s 件未能重试", refused=refused)
    return done(said, url_for("platform.index"), kind="warning" if refused else "success")
