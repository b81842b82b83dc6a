"""The page that the exchange opens when a call comes in at a seat: who this number is, and a way to the registration.

The exchange opens `/calls/ring?number=…&line=12315` in the clerk's browser. The number goes into the session, sealed,
and the address is left at once, so that it stands in no history; from the page it goes into the form of a new order.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from engine import clock
from engine.hotline import callers, privacy
from web.permissions import Permission, actor, requires, viewer
from web.present import LINES

pages = Blueprint("calls", __name__)

HELD = timedelta(minutes=30)  # a number that rang is prefilled for so long
LONGEST = 30  # characters of a number


@pages.get("/calls/ring")
@requires(Permission.REGISTER_ORDERS)
def ring() -> str | Response:
    """Who calls: masked, with the earlier orders of this number. Looking is recorded."""
    if "number" in request.args:
        _hold(request.args["number"].strip()[:LONGEST], request.args.get("line", ""))
        return redirect(url_for("calls.ring"), 303)
    held = _held()
    found = callers.caller(held["phone"], viewer()) if held.get("phone") else None
    return render_template("calls/ring.html", held=held, caller=found)


def prefill() -> dict[str, Any]:
    """What the form of a new order knows from the call that rings: the number, the line it came by, and so its source:
    the old lines are all the bureau's own 12315 by now."""
    known = {name: value for name, value in _held().items() if name in ("phone", "line") and value}
    return known | ({"source": "12315"} if "line" in known else {})


def _hold(number: str, line: str) -> None:
    sealed = privacy.encrypt(number, "ring", actor()) if number else b""
    known = line if line in LINES else ""
    session["ring"] = {"phone": base64.b64encode(sealed).decode(), "line": known, "at": clock.now().isoformat()}


def _held() -> dict[str, Any]:
    """The call of this session: phone, line, at; nothing when none rang, or long ago."""
    kept = session.get("ring")
    if not kept or clock.now() - datetime.fromisoformat(kept["at"]) > HELD:
        return {}
    sealed = base64.b64decode(kept["phone"])
    try:
        phone = privacy.decrypt(sealed, "ring", actor()) if sealed else ""
    except privacy.SealBroken:  # it rang for somebody else at this browser
        return {}
    return {"phone": phone, "line": kept["line"], "at": datetime.fromisoformat(kept["at"])}
