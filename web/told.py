"""What an act has set going, in a sentence: the tasks that came of it, whose they are, and by when."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from engine.db import db
from engine.hotline import queries as hotline
from engine.models import ProcessInstance, UserTask
from web import accounts
from web.present import minute, role_name, unit_name

MOST = 3  # tasks that are named; more are only counted


def waiting(number: str | None) -> frozenset[int]:
    """The open tasks of the case that this number (order or matter) belongs to; look before the act."""
    return frozenset(task.id for task in _open(number))


def after(done: str, number: str | None, before: frozenset[int]) -> str:
    """What was done, and what is to be done now that was not before: task, who, by when."""
    steps = _next_steps(number, before)
    return _("%(done)s。%(steps)s", done=done, steps=steps) if steps else done


def _next_steps(number: str | None, before: frozenset[int]) -> str:
    db.session.rollback()  # what was read before the act is history
    new = [task for task in _open(number) if task.id not in before]
    if not new:
        return ""
    said = _("；").join(_step(task) for task in new[:MOST])
    more = _("，等 %(n)s 项", n=len(new)) if len(new) > MOST else ""
    return _("下一步：%(steps)s%(more)s。", steps=said, more=more)


def _step(task: UserTask) -> str:
    who = accounts.names([task.assignee]).get(task.assignee, task.assignee) if task.assignee else _whose(task)
    if task.due is None:
        return _("「%(task)s」由%(who)s办理", task=task.name, who=who)
    return _("「%(task)s」由%(who)s办理，%(when)s 前办结", task=task.name, who=who, when=minute(task.due))


def _whose(task: UserTask) -> str:
    """The unit and the role that a task waits for."""
    return _("%(unit)s%(role)s", unit=unit_name(task.unit), role=role_name(task.role))


def _open(number: str | None) -> list[UserTask]:
    """The open tasks of the case of this number, in the order in which they came."""
    if number is None:
        return []
    query = select(UserTask).join(ProcessInstance).where(hotline.of_case(number))
    query = query.where(UserTask.ended.is_(None), ProcessInstance.status == "running")
    return list(db.session.scalars(query.order_by(UserTask.id)))
