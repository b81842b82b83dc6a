"""What a person sets off from an order's page: the form of the action, and sending it."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Invalid
from engine.hotline import actions
from engine.hotline import queries as hotline
from engine.hotline.actions import Action, Opened
from web import told
from web.permissions import Permission, requires, viewer
from web.present import chinese, tell

pages = Blueprint("actions", __name__)


@pages.app_template_filter("action_name")
def action_name(action: Action) -> str:
    """What an action is called in the reader's language."""
    return action.zh if chinese() else action.en


@pages.get("/orders/<order_no>/actions/<name>")
@requires(Permission.WORK)
def show(order_no: str, name: str) -> str:
    """The action's form beside the order it is about."""
    opened = _begin(order_no, name)
    return render_template("orders/action.html", opened=opened, order=hotline.order(order_no, viewer()))


@pages.post("/orders/<order_no>/actions/<name>")
@requires(Permission.WORK)
def take(order_no: str, name: str) -> Response:
    """Send it. Pressing twice sends the same key, and has one effect."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("values"), dict):
        raise Invalid("the body must be {values: {…}}", zh="请求内容无法识别")
    key = request.headers.get("Idempotency-Key")
    if not actions.taken(key):
        opened = _begin(order_no, name)
        before = told.waiting(order_no)
        actions.take(opened, body["values"], viewer(), key=key)
        tell(told.after(_("已提交：%(action)s", action=action_name(opened.action)), order_no, before))
    return jsonify(location=url_for("orders.show", order_no=order_no))


def _begin(order_no: str, name: str) -> Opened:
    return actions.begin(name, order_no, request.args.get("matter"), viewer())
