"""Orders: the register, one order with its matters, clocks and history, and taking a new one in."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine import queries
from engine.errors import FormInvalid
from engine.hotline import actions, campaigns, orders, readings, transfers
from engine.hotline import queries as hotline
from engine.hotline.casefile import Moment, OrderView
from engine.hotline.letters import desk
from web import accounts, words
from web.calls import prefill
from web.errors import field_errors
from web.order_form import OrderForm
from web.permissions import Permission, actor, allowed, requires, viewer
from web.present import LINES, done
from web.transfers import REASONS

pages = Blueprint("orders", __name__)

PAGE = 50
STATES = ("received", "in_progress", "closed")
PERSONAL = {
    "name": _l("姓名"),
    "gender": _l("性别"),
    "phone": _l("电话"),
    "id_no": _l("证件号码"),
    "address": _l("联系地址"),
    "email": _l("电子邮箱"),
}


@pages.get("/orders")
@requires(Permission.READ_ORDERS)
def index() -> str:
    """The register, newest first. The search never looks at personal data: it stands in the address."""
    args = request.args
    chosen: dict[str, Any] = {
        "search": args.get("q", "").strip(),
        "state": args["state"] if args.get("state") in STATES else None,
        "nature": args.get("nature") or None,
        "unit": args.get("unit") or None,
        "line": args["line"] if args.get("line") in LINES else None,
    }
    campaign = next((each for each in campaigns.listed() if str(each.id) == args.get("campaign")), None)
    chosen["campaign"] = campaign.id if campaign else None
    page = hotline.register(viewer(), **chosen, after=args.get("after"), limit=PAGE)
    return render_template(
        "orders/index.html", page=page, chosen=chosen, campaign=campaign, states=STATES
    )  # fmt: skip


@pages.get("/orders/new")
@requires(Permission.REGISTER_ORDERS)
def new() -> str:
    """An empty form; for a call that rings it knows the number."""
    return render_template("orders/new.html", form=OrderForm(**(prefill() if "call" in request.args else {})))


@pages.post("/orders/new")
@requires(Permission.REGISTER_ORDERS)
def register() -> Response | tuple[str, int]:
    """Register what the form says; what is not saved comes back with everything that was typed, and why."""
    form = OrderForm()
    if form.validate():
        try:
            registered = orders.register(form.fields(), source=form.source.data, actor=actor(), key=form.key.data)
        except FormInvalid as error:
            form.blame(field_errors(error))
        else:
            sent = _sent()
            if not registered.new and session.get("registered") != sent:
                form.key.data = uuid4().hex  # with another number it is another order
                return render_template("orders/new.html", form=form, known=registered.order_no), 409
            session["registered"] = sent
            place = url_for("orders.show", order_no=registered.order_no)
            return done(_("已登记：%(no)s", no=registered.order_no), place)
    return render_template("orders/new.html", form=form), 422


def _sent() -> str:
    """A digest of what the form sent: pressing the button twice is no second order that wants its number."""
    typed = sorted((name, value) for name, value in request.form.items() if name != "csrf_token")
    return hashlib.sha256(repr(typed).encode()).hexdigest()


@pages.get("/orders/<order_no>")
@requires(Permission.READ_ORDERS)
def show(order_no: str) -> str:
    return _page(hotline.order(order_no, viewer()))


@pages.get("/orders/<order_no>/unmask")
@requires(Permission.READ_ORDERS)
def masked(order_no: str) -> Response:
    """Reloading the page with the data in clear leads back to the masked one."""
    return redirect(url_for("orders.show", order_no=order_no))


@pages.post("/orders/<order_no>/unmask")
@requires(Permission.UNMASK)
def unmask(order_no: str) -> str | tuple[str, int]:
    """The same page with the personal data in clear, once; who, when and why is recorded first."""
    order = hotline.order(order_no, viewer())
    try:
        clear = readings.read(order_no, viewer(), order.readable, reason=request.form.get("reason", ""))
    except FormInvalid:
        return _page(order, reason_error=_("请写明查看理由")), 422
    return _page(order, clear=clear)


@pages.post("/orders/<order_no>/notes")
@requires(Permission.WORK)
def add_note(order_no: str) -> Response:
    readings.add_note(order_no, viewer(), request.form.get("text", ""))
    return done(_("已保存备注，能看这件工单的同事都能看到"), url_for("orders.show", order_no=order_no))


def _page(order: OrderView, *, clear: dict[str, str | None] | None = None, reason_error: str | None = None) -> str:
    moments = hotline.timeline(order.order_no, viewer())
    tasks = hotline.tasks_of(order.order_no, viewer())
    return render_template(
        "orders/show.html",
        order=order,
        clear=clear or {},
        reason_error=reason_error,
        personal=PERSONAL,
        unmaskable=bool(order.readable) and (order.person != {} or "*" in f"{order.content}{order.request}"),
        outcomes=_outcomes(order),
        ended=_ended(order, moments),
        tasks=tasks,
        elsewhere=hotline.elsewhere(order.order_no, viewer(), (task.task_id for task in tasks)),
        history=words.lines(moments),
        held=_held(moments),
        people=accounts.names([*(note.author for note in order.notes), *(m.rule_by or "" for m in order.matters)]),
        repeats=hotline.repeats(order.order_no, viewer()),
        ringing=transfers.ringing(order.order_no, viewer()),
        calls=transfers.calls(order.order_no, viewer()),
        reasons=REASONS,
        letters=desk.of_order(order.order_no, viewer()),
        letter_offers=desk.offers(order.order_no, viewer()) if allowed(Permission.WORK) else [],
        offers=actions.offered(order.order_no, viewer()) if allowed(Permission.WORK) else [],
    )


def _held(moments: list[Moment]) -> dict[int, Moment]:
    """The suspension of each instance of the order that is suspended now."""
    held: dict[int, Moment] = {}
    for moment in moments:
        if moment.kind == "instance.suspended":
            held[moment.instance_id] = moment
        elif moment.kind in ("instance.resumed", "instance.cancelled"):
            held.pop(moment.instance_id, None)
    return held


def _ended(order: OrderView, moments: list[Moment]) -> tuple[str, str, OrderView | None] | None:
    """How an order ended that came to no matter: what that end is called and, of a repeat, the number of what it
    repeats, with its order where this person may see it."""
    intake = next((moment for moment in moments if moment.process == "intake"), None)
    if order.matters or not order.intake_outcome or intake is None:
        return None
    name = words.element_names(intake.definition_id).get(order.intake_outcome, order.intake_outcome)
    values = (moment.said.get("values") or {} for moment in reversed(moments))
    number = next((str(each["duplicate_of"]) for each in values if each.get("duplicate_of")), "")
    return name, number, hotline.order_of(number, viewer()) if number else None


def _outcomes(order: OrderView) -> dict[str, Any]:
    """What the end event that a matter reached is called, by matter."""
    ended = ((m.matter_no, m.outcome, queries.instance(m.instance_id)) for m in order.matters if m.outcome)
    return {no: words.element_names(i.definition_id).get(outcome, outcome) for no, outcome, i in ended if outcome}
