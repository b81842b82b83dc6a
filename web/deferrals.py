"""Matters that take longer: applications for extension, and what is shelved until something changes."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine import clock, messages
from engine.errors import FormInvalid
from engine.hotline import extensions
from web.permissions import Permission, actor, requires, viewer
from web.present import done

pages = Blueprint("deferrals", __name__)


@pages.get("/deferrals")
@requires(Permission.READ_ORDERS)
def index() -> str:
    """Extensions, newest first, and shelved matters, the next to be reviewed first; how much of the quota is used."""
    today = clock.today()
    return render_template(
        "orders/deferrals.html",
        applications=extensions.applications(viewer()),
        shelved=extensions.shelved(viewer()),
        used=extensions.used(today),
        quarter=extensions.quarter(today),
    )


@pages.post("/deferrals/policy")
@requires(Permission.SEND_MESSAGES)
def policy_changed() -> Response:
    """Wake every shelved matter: a policy it waits for has changed."""
    note = request.form.get("note", "").strip()
    if len(note) < 4:
        raise FormInvalid({"note": [_("请写明哪项政策有何变化")]})
    woken = len(messages.signal("policy.changed", {"policy_note": note}, actor=actor())["delivered"])
    text = ngettext("%(num)s 件挂账事项已转入复核", "%(num)s 件挂账事项已转入复核", woken)
    return done(text, url_for("deferrals.index"))
