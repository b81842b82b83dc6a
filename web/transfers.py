"""The three-party call of an order: what rings now, and what the seat has heard."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from engine.hotline import transfers
from web.permissions import Permission, requires, viewer
from web.present import done

pages = Blueprint("transfers", __name__)

REASONS: dict[str, Any] = {"占线": _l("占线"), "拒接": _l("拒接"), "离岗": _l("离岗")}
_SAID: dict[str, Any] = {
    "answered": _l("已记录接通：市民、坐席和承办部门三方通话中，通话后请填写结果"),
    "declined": _l("已记录未接，正在呼叫下一个部门；没有下一个时回到分派，按普通工单办理"),
    "hangup": _l("已记录市民挂断，三方转接到此为止"),
}


@pages.get("/orders/<order_no>/transfer")
@requires(Permission.WORK)
def show(order_no: str) -> Response:
    """The panel of the order's page again; when the call is over the page has something else to say."""
    ringing = transfers.ringing(order_no, viewer())
    if ringing is None:
        return Response(headers={"HX-Refresh": "true"})
    return Response(render_template("orders/_ringing.html", ringing=ringing, order_no=order_no, reasons=REASONS))


@pages.post("/orders/<order_no>/transfer")
@requires(Permission.WORK)
def hear(order_no: str) -> BaseResponse:
    what, _colon, reason = request.form.get("heard", "").partition(":")
    transfers.heard(order_no, what, viewer(), call=request.form.get("call", ""), reason=reason or None)
    return done(str(_SAID[what]), url_for("orders.show", order_no=order_no))
