"""User tasks: claim, release, delegate, complete, and the draft of a form that is not sent yet."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, select

from engine import bpmn, clock, forms, registry, store, text
from engine.db import db, transaction
from engine.errors import Conflict, DiagramFault, FormInvalid, NotFound, TaskGone
from engine.live import Live, OpenTask
from engine.models import FormDraft, ProcessDefinition, ProcessInstance, Resource, UserTask
from engine.programs import FORMS
from engine.store import Command
from engine.work import Work


def complete(
    task_id: int, submission: dict[str, Any], *, actor: str, key: str | None = None, place: str | None = None
) -> dict[str, Any]:
    """Complete a task with what its form says; the instance runs on to its next wait. `place`: in whose place.

    Returns the task, its instance, the instance's open tasks (`next`), whether it is `completed`, and its `outcome`.
    Raises FormInvalid (by field), TaskGone (who was faster, and when), Conflict (somebody else has claimed it),
    Forbidden (the actor keeps out of it), DiagramFault (the flow could not go on; nothing changed, an incident opens).
    """
    answer: dict[str, Any] = complete_later(task_id, submission, actor=actor, key=key, place=place).result()
    return answer


def complete_later(
    task_id: int, submission: dict[str, Any], *, actor: str, key: str | None = None, place: str | None = None
) -> Future[dict[str, Any]]:
    """As `complete`, without waiting for the commit: many in flight share one. The form is checked at once."""
    values = _checked(task_id, submission)
    allow(task_id, actor)
    return store.submit(completion(task_id, values, submission, actor=actor, key=key, place=place))


def completion(
    task_id: int,
    values: dict[str, Any],
    submission: dict[str, Any],
    *,
    actor: str,
    key: str | None = None,
    place: str | None = None,
) -> Command:
    """The command that completes a task with `values`, which the form has passed."""

    def run(work: Work) -> dict[str, Any]:
        live, task = _open(work, task_id)
        if task.assignee not in (None, actor, place):
            raise _claimed(task, f"该任务已由 {task.assignee} 签收")
        task.assignee = actor
        work.end_task(live, task, "completed")
        effects = bpmn.complete(live.flow, task.token, values)
        work.apply(live, effects, "task.completed", task.element, values, _in_place(place))
        work.settle()  # the answer tells where this has led
        ended = live.status == "completed"
        opened = list(live.tasks)
        return {"task": task_id, "instance": live.id, "next": opened, "completed": ended, "outcome": live.outcome}

    def fault(work: Work, error: DiagramFault) -> None:
        live = work.of_task(task_id)
        retry = {"task": task_id, "values": values}
        error.details["incident"] = work.incident(
            error, kind="task", instance=live.id, element=error.element, retry=retry
        )

    return Command(run, actor, key, ["complete", task_id, submission], task=task_id, fault=fault)


def claim(task_id: int, *, actor: str, place: str | None = None) -> None:
    """Take a task for oneself; from the one in whose `place` one stands, too.

    Raises TaskGone, Forbidden, or Conflict when somebody else has it.
    """

    def run(work: Work) -> None:
        live, task = _open(work, task_id)
        if task.assignee not in (None, actor, place):
            raise _claimed(task, f"该任务已由 {task.assignee} 签收")
        _assign(work, live, task, actor, "task.claimed", place)

    allow(task_id, actor)
    store.call(Command(run, actor, task=task_id))


def release(task_id: int, *, actor: str) -> None:
    """Give a claimed task back to its role. Raises TaskGone, or Conflict when it is somebody else's."""

    def run(work: Work) -> None:
        live, task = _open(work, task_id)
        if task.assignee not in (None, actor):
            raise Conflict(
                f"task {task_id} is claimed by {task.assignee}",
                zh=f"该任务由 {task.assignee} 签收，不能代为退回",
                by=task.assignee,
            )
        _assign(work, live, task, None, "task.released")

    store.call(Command(run, actor, task=task_id))


def delegate(task_id: int, to: str, *, actor: str) -> None:
    """Hand a task to another person, whoever holds it: the caller has checked that the actor may."""

    def run(work: Work) -> None:
        live, task = _open(work, task_id)
        _assign(work, live, task, to, "task.delegated")

    allow(task_id, to)
    store.call(Command(run, actor, task=task_id))


def save_draft(task_id: int, person: str, data: dict[str, Any]) -> datetime:
    """Keep what a person has typed so far; returns when."""
    at = clock.now()
    with transaction() as session:
        if session.get(UserTask, task_id) is None:
            raise NotFound(f"no task {task_id}", zh=f"没有任务 {task_id}")
        session.merge(FormDraft(task_id=task_id, person=person, data=text.dumps(data), at=at))
    return at


def draft(task_id: int, person: str) -> dict[str, Any] | None:
    """What the person typed before, if it was not sent."""
    found = db.session.get(FormDraft, (task_id, person))
    return orjson.loads(found.data) if found else None


def drop_draft(task_id: int, person: str) -> None:
    """What was typed is not wanted. When a task ends, all drafts of it go with it."""
    if db.session.get(FormDraft, (task_id, person)) is None:
        return
    with transaction() as session:
        session.execute(delete(FormDraft).where(FormDraft.task_id == task_id, FormDraft.person == person))


def schema(task_id: int) -> dict[str, Any] | None:
    """The form of a task, as it was deployed with the task's own version; None when it has none. Raises NotFound."""
    return _form_and_data(task_id)[1]


def _form_and_data(task_id: int) -> tuple[str, dict[str, Any] | None, dict[str, Any]]:
    query = (
        select(UserTask.form, UserTask.data, ProcessDefinition.deployment_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(UserTask.id == task_id)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(f"no task {task_id}", zh=f"没有任务 {task_id}")
    return row.form or "", form(row.deployment_id, row.form), orjson.loads(row.data)


_forms: dict[tuple[int, str], dict[str, Any]] = {}  # deployments never change


def form(deployment: int, name: str | None) -> dict[str, Any] | None:
    """The form of that name in a deployment; None for no name."""
    if not name:
        return None
    found = _forms.get((deployment, name))
    if found is None:
        resource = db.session.get_one(Resource, (deployment, f"{FORMS}{name}.json"))
        found = _forms[deployment, name] = orjson.loads(resource.content)
    return found


def _checked(task_id: int, submission: dict[str, Any]) -> dict[str, Any]:
    return judged(*_form_and_data(task_id), submission)


def judged(name: str, form: dict[str, Any] | None, data: dict[str, Any], submission: dict[str, Any]) -> dict[str, Any]:
    """The submission as the form's own validator reads it, in the caller's thread: the engine's stays free of it.

    `name`, `form` and `data` are the open task's. Raises FormInvalid by field.
    """
    if form is None:
        if submission:
            raise FormInvalid({name: ["unknown field"] for name in submission})
        return {}
    checked = forms.check(form, submission, data)
    if checked.errors:
        raise FormInvalid(checked.errors)
    if said := registry.judge(name, checked.values, data):
        raise FormInvalid(said)
    return checked.values


def _open(work: Work, task_id: int) -> tuple[Live, OpenTask]:
    live = work.of_task(task_id)
    task = live.tasks.get(task_id)
    if task is None:
        by, at = work.ended(task_id)
        if not (by and at):
            raise TaskGone(f"task {task_id} has ended", zh="该任务已结束", by=by, at=at)
        when = f"{clock.local(at):%m-%d %H:%M}"
        raise TaskGone(
            f"task {task_id} was ended by {by} on {when}", zh=f"该任务已由 {by} 于 {when} 办结", by=by, at=at
        )
    return work.live(live.id), task


def _claimed(task: OpenTask, zh: str) -> Conflict:
    return Conflict(f"task {task.id} is claimed by {task.assignee}", zh=zh, by=task.assignee)


def allow(task_id: int, person: str) -> None:
    """The door of a task. Raises Forbidden when a rule of the domain keeps this person out of it.

    In the caller's thread, as the form's check is.
    """
    for rule in registry.TASK_RULES:
        rule(task_id, person)


def _in_place(of: str | None) -> dict[str, Any]:
    return {"in_place_of": of} if of else {}


def _assign(work: Work, live: Live, task: OpenTask, to: str | None, kind: str, place: str | None = None) -> None:
    status = "claimed" if to else "ready"
    if (task.assignee, task.status) == (to, status):
        return  # asked again, after an answer that was lost: it is so already
    task.assignee, task.status = to, status
    work.rows.tasks.change(task.id, assignee=to, status=task.status)
    work.event(live, kind, task.element, {"task": task.id, "to": to, **_in_place(place)})
