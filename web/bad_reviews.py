"""Bad reviews on 一网通办: a list of them, with what came of each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l

from engine.hotline import bad_reviews
from web.permissions import Permission, requires, viewer

pages = Blueprint("bad_reviews", __name__)

OUTCOMES: dict[str, Any] = {
    "rectified": _l("已整改"),
    "explained": _l("已解释"),
    "invalid_review": _l("不计差评"),
    "cancelled": _l("已取消"),
}


@pages.get("/bad-reviews")
@requires(Permission.READ_ORDERS)
def index() -> str:
    """The newest first."""
    return render_template("orders/bad_reviews.html", rows=bad_reviews.listed(viewer()), outcomes=OUTCOMES)
