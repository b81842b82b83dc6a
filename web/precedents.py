"""Joint reviews and the precedents they left: how a question was answered before, found by any word of it."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from engine.hotline import organisation, reviews
from web.permissions import Permission, requires, viewer

pages = Blueprint("precedents", __name__)

STATES = ("decided", "open", "cancelled")


@pages.get("/precedents")
@requires(Permission.READ_ORDERS)
def index() -> str:
    """Decided ones first of all; open ones for who may see the order."""
    search, state = request.args.get("q", "").strip(), request.args.get("state", "decided")
    found = reviews.reviews(viewer(), search=search, state=state if state in STATES else None)
    linked = reviews.visible_orders({review.order_no for review in found if review.order_no}, viewer())
    units = organisation.names()
    return render_template(
        "precedents/index.html", reviews=found, linked=linked, units=units, search=search, chosen=state
    )
