"""A person says that they have a tie to the parties of an order, and keeps out of its tasks from then on."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Forbidden
from engine.hotline import casefile, recusal
from web.permissions import Permission, actor, requires, viewer
from web.present import done

pages = Blueprint("recusals", __name__)


@pages.post("/orders/<order_no>/recusal")
@requires(Permission.WORK)
def declare(order_no: str) -> Response:
    """For oneself. The order may be out of one's sight afterwards, so one lands on the worklist."""
    casefile.visible(order_no, viewer())
    recusal.declare(order_no, actor(), request.form.get("ground", ""), actor=actor())
    return done(_("已声明回避，这件工单的任务不再由您办理"), url_for("worklist.index"))


@pages.post("/orders/<order_no>/recusal/<person>/lift")
@requires(Permission.DELEGATE)
def lift(order_no: str, person: str) -> Response:
    """Those who may hand tasks on say that the tie is none, or no more; nobody does it for themselves."""
    casefile.visible(order_no, viewer())
    if person == actor():
        raise Forbidden("nobody lifts their own recusal", zh="本人的回避须由他人解除")
    recusal.lift(order_no, person, actor=actor())
    return done(_("已解除回避"), url_for("orders.show", order_no=order_no))
