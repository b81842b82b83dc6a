"""Process instances: where the tokens are, which way they came, and what an admin may do about it."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import instances, messages, queries, starts, timers
from engine.errors import Conflict, DiagramFault, FormInvalid, Invalid
from web import by_hand, sending
from web.auth import shows_diagram
from web.errors import sentence
from web.permissions import Permission, absent, actor, allowed, requires
from web.present import done
from web.words import element_names, lines, overlay

pages = Blueprint("instances", __name__)

STATUSES = ("running", "suspended", "completed", "cancelled")
PAGE = 50
NUMBERS = re.compile(r"(?<!\d)(1\d{10}|\d{17}[\dXx])(?!\d)")  # mobile phones and identity numbers


@pages.get("/instances")
@requires(Permission.READ_INSTANCES)
def index() -> str:
    """Newest first, filtered by definition, status and business key (an order number)."""
    status = request.args.get("status") if request.args.get("status") in STATUSES else None
    definition, before = request.args.get("definition", type=int), request.args.get("after", type=int)
    found = queries.instances(
        status=status,
        definition_id=definition,
        business_key=request.args.get("q", "").strip() or None,
        before=before,
        limit=PAGE + 1,
    )
    return render_template(
        "instances/index.html",
        instances=found[:PAGE],
        next_cursor=found[PAGE - 1].id if len(found) > PAGE else None,
        versions=queries.definitions(),
        chosen={"status": status, "definition": definition},
        statuses=STATUSES,
    )


@pages.get("/instances/<int:instance_id>")
@requires(Permission.READ_INSTANCES)
def show(instance_id: int) -> str:
    """The diagram with tokens and path, history, incidents; variables only for those who may read them."""
    return _page(instance_id)


def _page(instance_id: int, *, typed: dict[str, Any] | None = None, refused: str = "") -> str:
    shows_diagram()
    instance = queries.instance(instance_id)
    waiting, tasks = queries.waiting(instance_id), queries.open_tasks(instance_id)
    return render_template(
        "instances/show.html",
        instance=instance,
        overlay=overlay(instance),
        history=lines(queries.events(instance_id), instance.definition_id),
        tasks=tasks,
        absent=absent(frozenset(one.assignee for one in tasks if one.assignee)),
        incidents=queries.incidents("open", instance_id),
        waiting=waiting,
        brought=_brought(instance.definition_id, {one.element for one in waiting.messages}),
        names=element_names(instance.definition_id),
        typed=typed or {"key": uuid4().hex},
        refused=refused,
        variables=masked(instances.variables(instance_id)) if allowed(Permission.READ_VARIABLES) else None,
    )


def _brought(definition_id: int, elements: set[str]) -> dict[str, tuple[str, ...]]:
    """What the messages that are waited for bring, by element."""
    if not elements or not allowed(Permission.MANAGE_INSTANCES):
        return {}
    files = starts.frozen({one.path: one.content for one in queries.resources(definition_id)})
    return {element: starts.brought(files, element) for element in elements}


@pages.post("/instances/<int:instance_id>/send")
@requires(Permission.MANAGE_INSTANCES)
def send(instance_id: int) -> Response | tuple[str, int]:
    """Send the message or signal that this instance waits for, as another system would."""
    waits = queries.waiting(instance_id).messages
    element, name = request.form.get("element", ""), request.form.get("name", "")
    wait = next((one for one in waits if (one.element, one.name) == (element, name)), None)
    if wait is None:
        raise Conflict("it does not wait for this any more", zh="该实例已不再等待这条消息")
    fields = by_hand.fields()
    try:
        payload = sending.read(request.form.get("variables", "")) | sending.typed(fields)
        key = request.form.get("key") or uuid4().hex
        if wait.kind == "signal":
            answer = messages.signal(name, payload, actor=actor(), key=key)
        else:
            answer = sending.send(name, wait.correlation, payload, actor=actor(), key=key)
    except Invalid as error:
        typed = {**request.form, "fields": fields, "key": uuid4().hex}
        return _page(instance_id, typed=typed, refused=by_hand.why(error)), 422
    return by_hand.told(answer, url_for("instances.show", instance_id=instance_id))


@pages.post("/instances/<int:instance_id>/fire")
@requires(Permission.MANAGE_INSTANCES)
def fire(instance_id: int) -> Response:
    """Let a timer fire before it is due, with a reason."""
    page = url_for("instances.show", instance_id=instance_id)
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise FormInvalid({"reason": [_("请写明提前触发的理由")]})
    try:
        timers.fire_now(instance_id, request.form.get("element", ""), actor=actor(), reason=reason)
    except (Conflict, DiagramFault) as error:
        return done(sentence(error), page, kind="danger")
    return done(_("已提前触发"), page)


@pages.post("/instances/<int:instance_id>/suspend")
@requires(Permission.MANAGE_INSTANCES)
def suspend(instance_id: int) -> Response:
    instances.suspend(instance_id, actor=actor(), reason=_reason())
    return done(_("已挂起"), url_for("instances.show", instance_id=instance_id))


@pages.post("/instances/<int:instance_id>/resume")
@requires(Permission.MANAGE_INSTANCES)
def resume(instance_id: int) -> Response:
    instances.resume(instance_id, actor=actor())
    return done(_("已恢复"), url_for("instances.show", instance_id=instance_id))


@pages.post("/instances/<int:instance_id>/cancel")
@requires(Permission.MANAGE_INSTANCES)
def cancel(instance_id: int) -> Response:
    instances.cancel(instance_id, actor=actor(), reason=_reason())
    return done(_("已取消"), url_for("instances.show", instance_id=instance_id))


def _reason() -> str:
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise FormInvalid({"reason": [_("请写明挂起或取消的理由")]})
    return reason


def masked(value: Any) -> Any:
    """Variables without what looks like personal data: variables should hold tokens, and a slip must not show here."""
    if isinstance(value, dict):
        return {name: masked(item) for name, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return (
        NUMBERS.sub(lambda found: found[0][:3] + "*" * (len(found[0]) - 3), value) if isinstance(value, str) else value
    )
