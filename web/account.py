"""The person's own page, the way home, and the language switch."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from engine.db import transaction
from engine.errors import NotFound
from web import accounts
from web.auth import LOCALES
from web.permissions import Permission, allowed, me, requires
from web.present import here_or

pages = Blueprint("account", __name__)


@pages.get("/")
@requires(Permission.SIGNED_IN)
def home() -> Response:
    """Each person lands where their work is."""
    if allowed(Permission.WORK):
        return redirect(url_for("worklist.index"))
    return redirect(url_for("definitions.index" if allowed(Permission.READ_DEFINITIONS) else "account.index"))


@pages.get("/account")
@requires(Permission.SIGNED_IN)
def index() -> str:
    return render_template("account/index.html", user=me())


@pages.get("/language/<code>")
@requires(Permission.PUBLIC)
def language(code: str) -> Response:
    """Keep the choice in the session, and with the account for the next time."""
    if code not in LOCALES:
        raise NotFound
    session["locale"] = code
    if (user := me()) is not None:
        with transaction() as rows:
            rows.get_one(accounts.User, user.id).locale = code
    return redirect(here_or("account.home"))
