"""What a person may set off from an order's page: a message to the processes, with what a form says.

An action is data: a name, the message, who may send it, and to what kind of case it applies. Its form is
`forms/actions/<name>.json`. The order's own facts (numbers, unit, rule version …) go with every message, so that a
form asks only what a person knows and nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask import current_app
from sqlalchemy import exists, select

from engine import clock, errors, forms, messages, registry
from engine.db import db
from engine.hotline import casefile, organisation
from engine.hotline.models import Matter, Order
from engine.hotline.roles import Viewer
from engine.models import Inbox, ProcessDefinition, ProcessInstance

Applies = Callable[[Order, Matter | None], bool]
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be set off. `correlation` says what it is about: the order, or one of its matters.

    `process` names the process the message starts: while one of it runs for the same number the action is not offered.
    `own`: an act of the unit that has the case, which the hotline office does not do for it.
    `facts` adds to what goes with the message and stands read-only in the form. `offers` keeps, of a field's choices,
    those that this case has.
    """

    name: str
    zh: str
    en: str
    message: str
    roles: frozenset[str]
    correlation: Literal["order", "matter", "either"] = "matter"  # either: the order while it has no matter yet
    applies: Applies = lambda order, matter: True
    process: str | None = None
    own: bool = False
    facts: Callable[[Order, Matter | None], Facts] = lambda order, matter: {}
    adds: frozenset[str] = frozenset()  # the names of those facts
    offers: Callable[[Matter | None], Mapping[str, frozenset[str]]] = lambda matter: {}

    @property
    def form(self) -> str:
        return f"actions/{self.name}"


@dataclass(frozen=True, slots=True)
class Offer:
    """An action this viewer may take now, on the order or (`matter_no`) on one of its matters."""

    action: Action
    matter_no: str | None
    nature: str | None


ACTIONS: dict[str, Action] = {}
# The facts that go with every message; the last three where it is about a matter, or an order may be one.
FACTS = (
    "order_no", "order_id", "subject", "priority", "unit", "nature", "rule_version", "received_at", "requested_by",
    "matter_no", "process", "dispatched_at",
)  # fmt: skip


def action(name: str, zh: str, en: str, *, message: str, roles: set[str], **more: Any) -> Action:
    """Register an action and what its message carries; the arguments are the fields of `Action`."""
    found = ACTIONS[name] = Action(name, zh, en, message, frozenset(roles), **more)
    registry.message(message, {*FACTS, *found.adds}, zh, en, forms=[found.form])
    return found


def in_progress(order: Order, matter: Matter | None) -> bool:
    """The case is being handled: what most actions want."""
    return (matter or order).state == "in_progress"


def offered(order_no: str, viewer: Viewer) -> list[Offer]:
    """What this person may set off on that order, in the order of registration. Raises NotFound."""
    order = casefile.visible(order_no, viewer)
    matters, reach = _matters(order_no), _reach(viewer)
    return [
        Offer(each, matter and matter.matter_no, matter and matter.nature)
        for each in ACTIONS.values()
        for matter in _cases(each, matters)
        if _may(each, order, matter, viewer, reach)
    ]


@dataclass(frozen=True, slots=True)
class Opened:
    """An action on one case, with the form to fill and what stands in it already."""

    action: Action
    order_no: str
    matter_no: str | None
    schema: dict[str, Any]
    facts: Facts


def begin(name: str, order_no: str, matter_no: str | None, viewer: Viewer) -> Opened:
    """The form of an action. NotFound for what is not there or not to be seen, Forbidden for what is not theirs."""
    order = casefile.visible(order_no, viewer)
    found = ACTIONS.get(name)
    matters = {matter.matter_no: matter for matter in _matters(order_no)}
    matter = matters.get(matter_no or "")
    known = matter is not None or not matter_no
    if found is None or not known or matter not in _cases(found, list(matters.values())):
        raise errors.NotFound(f"there is no action {name} on {matter_no or order_no}", zh="没有这项操作")
    if not _theirs(found, order, matter, viewer, _reach(viewer)):
        raise errors.Forbidden(f"{name} is not for this person", zh="这项操作不属于您的岗位或单位")
    if refusal := _refusal(found, order, matter):
        raise errors.Forbidden(refusal[0], zh=refusal[1])
    form = _narrowed(schema(found), found.offers(matter))
    return Opened(found, order_no, matter_no, form, _facts(found, order, matter, viewer))


def take(opened: Opened, submission: dict[str, Any], viewer: Viewer, *, key: str | None) -> dict[str, Any]:
    """Send the action's message with what the form says; the answer is `messages.send`'s. FormInvalid by field."""
    checked = forms.check(opened.schema, submission, opened.facts)
    if said := checked.errors or registry.judge(opened.action.form, checked.values, opened.facts):
        raise errors.FormInvalid(said)
    number = opened.matter_no or opened.order_no
    payload = {**opened.facts, **checked.values}
    return messages.send(opened.action.message, number, payload, actor=viewer.name, key=key)


def admit(message: str, number: str, payload: Mapping[str, Any]) -> None:
    """May another system send this message about that order or matter now? What no action sends is not judged here.

    Raises Conflict when the order's page would not offer the action either, FormInvalid for a choice that this case
    does not have, NotFound. A message that a running case has only to wait for is kept until then.
    """
    found = [each for each in ACTIONS.values() if each.message == message]
    if not found:
        return
    matter = db.session.scalar(select(Matter).where(Matter.matter_no == number))
    order = db.session.scalar(select(Order).where(Order.order_no == (matter.order_no if matter else number)))
    if order is None:
        if all(each.process is None for each in found):
            return
        raise errors.NotFound(f"there is no order or matter {number}", zh=f"没有编号为 {number} 的工单或事项")
    about = [each for each in found if matter in _cases(each, _matters(order.order_no))]
    if not about:
        raise errors.Conflict(
            f"{message} is about a matter, and {number} is an order"
            if matter is None
            else f"{message} is about an order",
            zh="这条消息针对事项，请用事项编号" if matter is None else "这条消息针对工单，请用工单编号",
        )
    refusals = [refusal for each in about if (refusal := _refusal(each, order, matter, keeps=True))]
    if len(refusals) == len(about):
        raise errors.Conflict(refusals[0][0], zh=refusals[0][1])
    offers = [each.offers(matter) for each in about]
    wrong = [key for each in offers for key, has in each.items() if key in payload and payload[key] not in has]
    if wrong:
        raise errors.FormInvalid({key: ["此工单没有这个选项"] for key in wrong})


def taken(key: str | None) -> bool:
    """Has the message with this key been sent? Then asking again is no second action, whatever has changed since."""
    return key is not None and db.session.get(Inbox, key) is not None


def schema(found: Action) -> dict[str, Any]:
    """The form of an action, as it stands among the forms of this installation."""
    path = current_app.config["SETTINGS"].forms_path / f"{found.form}.json"
    return forms.load(path.read_bytes())


def _narrowed(form: dict[str, Any], offers: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """The form with only those choices that its case has: what is not offered is refused, too."""
    fields = [
        field | {"values": [choice for choice in field["values"] if choice["value"] in offers[field["key"]]]}
        if field.get("key") in offers
        else field
        for field in form["components"]
    ]
    return form | {"components": fields}


def _matters(order_no: str) -> list[Matter]:
    query = select(Matter).where(Matter.order_no == order_no).order_by(Matter.matter_no)
    return list(db.session.scalars(query))


def _cases(found: Action, matters: list[Matter]) -> list[Matter | None]:
    """What of an order the action is about: its matters, or (None) the order itself."""
    if found.correlation == "matter" or (found.correlation == "either" and matters):
        return [*matters]
    return [None]


def _reach(viewer: Viewer) -> frozenset[str]:
    """The units whose cases this person may act on: their own and those below. A coordinator acts everywhere."""
    return frozenset(db.session.scalars(select(organisation.below(viewer.unit).c.code)))


def _may(found: Action, order: Order, matter: Matter | None, viewer: Viewer, reach: frozenset[str]) -> bool:
    return _theirs(found, order, matter, viewer, reach) and _refusal(found, order, matter) is None


def _theirs(found: Action, order: Order, matter: Matter | None, viewer: Viewer, reach: frozenset[str]) -> bool:
    """By role and by unit."""
    unit = matter.unit if matter else order.unit
    everywhere = "coordinator" in viewer.roles and not found.own
    return bool(viewer.roles & found.roles) and (everywhere or unit in reach)


def _refusal(found: Action, order: Order, matter: Matter | None, *, keeps: bool = False) -> tuple[str, str] | None:
    """Why the action is not for this case now, in both languages: by what the case is, or as it goes on already.

    `keeps`: it may come before the running case waits for it.
    """
    number = matter.matter_no if matter else order.order_no
    if not found.applies(order, matter) and not (keeps and found.process is None and in_progress(order, matter)):
        return f"{number} does not admit “{found.en}” as it stands now", f"{number} 按目前的状态不能“{found.zh}”"
    if found.process and _runs(found.process, number):
        return f"“{found.en}” is under way for {number} already", f"{number} 的“{found.zh}”正在办理，不能重复提出"
    return None


def _runs(process: str, number: str) -> bool:
    """Does an instance of the process run for this number?"""
    running = exists().where(
        ProcessInstance.business_key == number,
        ProcessInstance.status.in_(("running", "suspended")),
        ProcessInstance.definition_id == ProcessDefinition.id,
        ProcessDefinition.key == process,
    )
    return bool(db.session.scalar(select(running)))


def _facts(found: Action, order: Order, matter: Matter | None, viewer: Viewer) -> Facts:
    facts: Facts = {
        "order_no": order.order_no,
        "order_id": order.id,
        "subject": order.subject,
        "priority": order.priority,
        "unit": (matter and matter.unit) or order.unit,
        "nature": matter.nature if matter else order.nature_hint,
        "rule_version": (matter or order).rule_version,
        "received_at": clock.local(order.received_at).isoformat(),
        "requested_by": viewer.name,
    }
    if matter:
        dispatched = clock.local(matter.dispatched_at).isoformat()
        facts |= {"matter_no": matter.matter_no, "process": matter.process, "dispatched_at": dispatched}
    elif found.correlation == "either":
        facts |= {"matter_no": order.order_no, "process": "intake"}
    return facts | found.facts(order, matter)
