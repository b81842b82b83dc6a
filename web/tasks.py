"""One user task: look, claim, fill, complete, and land on the next one."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from engine import forms, queries, tasks
from engine.clock import aware
from engine.db import db
from engine.errors import Conflict, Forbidden, FormInvalid, Invalid
from engine.hotline import queries as hotline
from engine.hotline import recusal
from engine.hotline.casefile import OrderView
from engine.hotline.letters import desk
from engine.hotline.letters.desk import LetterView
from engine.hotline.worklist import Ending, Step
from engine.models import FormDraft, UserTask
from web import accounts, told, words
from web.auth import shows_diagram
from web.clocks import alerts
from web.people import in_place_of
from web.permissions import (
    Permission,
    able,
    actor,
    allowed,
    instead,
    may_do,
    may_hand_on,
    requires,
    stranded,
    task_to_do,
    task_to_see,
    viewer,
)
from web.present import done, fragment, here_or, is_fragment, minute, role_name, tell, unit_name

pages = Blueprint("tasks", __name__)

OPEN = ("ready", "claimed")
REPEATED = "duplicate_of"  # the number of what an order repeats
Place = tuple[int, str | None, str | None]  # a task's instance, role and unit
CLOSING = ("closing_report", "approve_report")  # who does these closes a matter


@pages.get("/tasks/<int:task_id>")
@requires(Permission.SEE_TASKS)
def show(task_id: int) -> str:
    """The form beside the order, its history and the diagram. Only who has claimed the task may type."""
    task = task_to_see(task_id)
    shows_diagram()
    events = queries.events(task.instance_id)
    form = _form(task) if allowed(Permission.WORK) else {"schema": None}
    order = hotline.order_of(task.instance.business_key, viewer())
    return render_template(
        "tasks/show.html",
        task=task,
        mine=task.status == "claimed" and task.assignee == actor(),
        doable=may_do(task),
        instead=in_place_of(task),
        closed=_closed(task),
        holder=words.person(task.assignee, accounts.names([task.assignee])) if task.assignee else None,
        sooner=_sooner(task),
        since=_since(task, events),
        ended_by=words.person(task.ended_by, accounts.names([task.ended_by])) if task.ended_by else None,
        form=form,
        stranded=stranded(task),
        hand_on=may_hand_on(task),
        overlay=words.overlay(task.instance),
        history=words.lines(events, task.instance.definition_id),
        order=order,
        repeats=hotline.repeats(order.order_no, viewer()) if order and _asks_repeat(task, form["schema"]) else [],
        unsent=_unsent(task, order),
        enough=any(words.ended_others(event) and event.at == task.ended for event in events),
        colleagues=_colleagues(task),
        key=uuid4().hex,
    )


def _sooner(task: UserTask) -> Ending | None:
    """A clock of the task's case that ends before the task is due."""
    number, due = task.instance.business_key, task.due and aware(task.due)
    return hotline.sooner(number, due, hotline.endings([number])) if task.status in OPEN else None


def _asks_repeat(task: UserTask, schema: dict[str, Any] | None) -> bool:
    """Does the form of an open task ask whether the order repeats another?"""
    return schema is not None and task.status in OPEN and REPEATED in forms.keys(schema)


def _unsent(task: UserTask, order: OrderView | None) -> list[LetterView]:
    """Letters of the matter that nobody has delivered yet, for who is about to close it."""
    if order is None or task.element not in CLOSING or task.status not in OPEN:
        return []
    number, letters = task.instance.business_key, desk.of_order(order.order_no, viewer())
    return [letter for letter in letters if not letter.deliveries and letter.matter_no in (None, number)]


@pages.post("/tasks/<int:task_id>")
@requires(Permission.WORK)
def complete(task_id: int) -> BaseResponse:
    """Complete with what the form says. The answer tells where the next work is."""
    task = task_to_do(task_id)
    key = request.headers.get("Idempotency-Key") or request.form.get("key")
    name, instance, number = task.name, task.instance_id, task.instance.business_key
    place = (instance, task.role, task.unit)
    before = told.waiting(number, instance)
    tasks.complete(task_id, _values() if request.is_json else {}, actor=actor(), key=key, place=instead(task))
    db.session.rollback()  # what was read before is history
    steps = hotline.steps_of(number, instance)
    location, steps = _next_after(steps, number, place)
    tell(told.after(_("已办结：%(task)s", task=name), number, before, steps))
    return jsonify(location=location) if request.is_json else redirect(location, 303)


@pages.post("/tasks/<int:task_id>/claim")
@requires(Permission.WORK)
def claim(task_id: int) -> BaseResponse:
    task = task_to_do(task_id)
    tasks.claim(task_id, actor=actor(), place=instead(task))
    return _moved(task_id, _("已认领，由您办理，他人不再处理"), "tasks.show")


@pages.post("/tasks/<int:task_id>/release")
@requires(Permission.WORK)
def release(task_id: int) -> BaseResponse:
    """Put it back among the tasks that wait. Nothing happens to the order: that is given back by a step of its own."""
    task_to_do(task_id)
    tasks.release(task_id, actor=actor())
    return _moved(task_id, _("已放回待办：同岗位的人都可以认领，工单没有退回，时限照常计算"), "worklist.index")


@pages.post("/tasks/<int:task_id>/delegate")
@requires(Permission.SEE_TASKS)
def delegate(task_id: int) -> BaseResponse:
    """Hand on one's own task; with DELEGATE anybody's; what lies with nobody, an admin. The other may do it."""
    task = queries.task(task_id)
    if not may_hand_on(task):
        raise Forbidden("claim the task first", zh="请先认领，再转交")
    to = request.form.get("to", "")
    if to not in {user.username for user in _colleagues(task)}:
        raise FormInvalid({"to": [_("请选择可以办理此任务的人")]})
    tasks.delegate(task_id, to, actor=actor())
    who = accounts.names([to]).get(to, to)
    if task.due:
        said = _("已转交给%(who)s，%(when)s 前办结", who=who, when=minute(task.due))
    else:
        said = _("已转交给%(who)s", who=who)
    if not allowed(Permission.WORK):
        return done(said, url_for("instances.show", instance_id=task.instance_id))
    return _moved(task_id, said, "worklist.index")


@pages.put("/tasks/<int:task_id>/draft")
@requires(Permission.WORK)
def save_draft(task_id: int) -> Response:
    if task_to_do(task_id).status not in OPEN:
        return Response(status=410)
    at = tasks.save_draft(task_id, actor(), _values())
    return jsonify(at=at.isoformat())


@pages.delete("/tasks/<int:task_id>/draft")
@requires(Permission.WORK)
def drop_draft(task_id: int) -> Response:
    tasks.drop_draft(task_id, actor())
    return Response(status=204)


def _closed(task: UserTask) -> str:
    """Why a task is not this person's to do: they keep out of it; its role, or, when they have that, its unit."""
    if actor() in recusal.barred([task.id]).get(task.id, ()):
        return _("您经手过这件事项，或已声明与当事人有关系，应当回避。")
    role, unit, own = role_name(task.role), unit_name(task.unit), viewer()
    if task.role is None or task.role in own.roles:
        return _("此任务由%(unit)s办理，您属于%(own)s。", unit=unit, own=unit_name(own.unit) or _("未设单位"))
    if task.unit:
        return _("此任务由%(unit)s的%(role)s办理，您没有这个角色。", unit=unit, role=role)
    return _("此任务由%(role)s办理，您没有这个角色。", role=role)


def _since(task: UserTask, events: list[queries.Happening]) -> datetime | None:
    """Since when its present holder has had a task."""
    taken = ("task.claimed", "task.delegated")
    return max(
        (event.at for event in events if event.kind in taken and event.said.get("task") == task.id), default=None
    )


def _form(task: UserTask) -> dict[str, Any]:
    """What the form script reads: schema, data, and this person's draft."""
    found = db.session.get(FormDraft, (task.id, actor())) if task.status in OPEN else None
    draft = {"values": json.loads(found.data), "at": aware(found.at).isoformat()} if found else None
    return {"schema": tasks.schema(task.id), "data": json.loads(task.data), "draft": draft}


def _values() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("values"), dict):
        raise Invalid("the body must be {values: {…}}", zh="请求内容无法识别")
    values: dict[str, Any] = body["values"]
    return values


def _colleagues(task: UserTask) -> list[accounts.User]:
    """Who else can do this task, or steps in where nobody of its role and unit can."""
    return [user for user in able(task) if user.username != task.assignee]


def _next_after(steps: list[Step], number: str | None, place: Place) -> tuple[str, list[Step]]:
    """The next task of the same case that this person may do, else the order's page; of a case that no order began its
    instance. The next step of what they do themselves they need not claim again. And the steps as they are then."""
    found = hotline.next_step(steps, place[0], viewer())
    if found is not None:
        step, whose = found
        if step.status == "ready" and (step.instance_id, step.role, step.unit) == place:
            with suppress(Conflict):  # a colleague was faster: the page says so
                tasks.claim(step.id, actor=actor(), place=None if whose == actor() else whose)
                steps = [replace(one, assignee=actor()) if one is step else one for one in steps]
        return url_for("tasks.show", task_id=step.id), steps
    order = hotline.order_of(number, viewer())
    if order is not None:
        return url_for("orders.show", order_no=order.order_no), steps
    seen = allowed(Permission.READ_INSTANCES)
    return url_for("instances.show", instance_id=place[0]) if seen else url_for("worklist.index"), steps


def _moved(task_id: int, text: str, endpoint: str) -> BaseResponse:
    """After claim, release, delegate: the row again for the worklist, else a page."""
    if is_fragment():
        db.session.rollback()  # what was read before the claim is history
        row = hotline.worklist_row(task_id, viewer())
        people = accounts.names([row.assignee or ""]) if row else {}
        html = render_template("worklist/_row.html", row=row, people=people, alerts=alerts([task_id])) if row else ""
        return fragment(html, text)
    return done(text, here_or(endpoint, **({"task_id": task_id} if endpoint == "tasks.show" else {})))
