"""Orders: the register, one order with its matters, clocks and history, and taking a new one in."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import FormInvalid
from engine.hotline import orders
from engine.hotline import queries as hotline
from web.order_form import OrderForm
from web.permissions import Permission, actor, requires, viewer
from web.present import done

pages = Blueprint("orders", __name__)

PAGE = 50
STATES = ("received", "in_progress", "closed")


@pages.get("/orders")
@requires(Permission.READ_ORDERS)
def index() -> str:
    """The register, newest first. The search never looks at personal data: it stands in the address."""
    args = request.args
    chosen = {
        "search": args.get("q", "").strip(),
        "state": args["state"] if args.get("state") in STATES else None,
        "nature": args.get("nature") or None,
        "unit": args.get("unit") or None,
    }
    page = hotline.register(viewer(), **chosen, after=args.get("after"), limit=PAGE)
    return render_template("orders/index.html", page=page, chosen=chosen, states=STATES)


@pages.get("/orders/new")
@requires(Permission.REGISTER_ORDERS)
def new() -> str:
    return render_template("orders/new.html", form=OrderForm())


@pages.post("/orders/new")
@requires(Permission.REGISTER_ORDERS)
def register() -> Response | tuple[str, int]:
    form = OrderForm()
    if form.validate():
        try:
            registered = orders.register(form.fields(), source=form.source.data, actor=actor(), key=form.key.data)
            return done(
                _("已登记：%(no)s", no=registered.order_no), url_for("orders.show", order_no=registered.order_no)
            )
        except FormInvalid as error:
            form.blame(error.errors)
    return render_template("orders/new.html", form=form), 422
