"""What an act has set going, in a sentence: the tasks that came of it, whose they are, and by when; or that it was
the last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from engine import clock
from engine.db import db
from engine.hotline import queries as hotline
from engine.hotline.models import Matter, Order
from engine.hotline.worklist import Step
from web import accounts
from web.present import minute, role_name, unit_name

MOST = 3  # tasks that are named; more are only counted


def waiting(number: str | None, instance: int | None = None) -> frozenset[int]:
    """The open tasks of the case that this number (order or matter) belongs to, and of an instance; look before the
    act."""
    return frozenset(step.id for step in hotline.steps_of(number, instance))


def after(done: str, number: str | None, before: frozenset[int], steps: Sequence[Step] | None = None) -> str:
    """What was done, and what is to be done now that was not before: task, who, by when. When that is nothing, what
    else of the order is still open, or that all of it is done. `steps`: what is open now, if that was looked up."""
    if steps is None:
        db.session.rollback()  # what was read before the act is history
        steps = hotline.steps_of(number)
    new = [step for step in steps if step.id not in before]
    said = _("下一步：%(steps)s。", steps=_steps(new)) if new else _rest(number, steps)
    return _("%(done)s。%(steps)s", done=done, steps=said) if said else done


def _rest(number: str | None, tasks: Sequence[Step]) -> str:
    """How it stands with an order to which nothing new has come; of any other case nothing."""
    of_matter = select(Matter.order_no).where(Matter.matter_no == number).scalar_subquery()
    found = select(Order.order_no, Order.state).where(Order.order_no == func.coalesce(of_matter, number))
    order = db.session.execute(found).first()
    if order is None:
        return ""
    if tasks:
        return _("工单 %(no)s 还有：%(steps)s。", no=order.order_no, steps=_steps(tasks))
    if order.state == "closed":
        return _("工单 %(no)s 已全部办结。", no=order.order_no)
    return _("工单 %(no)s 现在没有待办任务。", no=order.order_no)


def _steps(tasks: Sequence[Step]) -> str:
    said = str(_("；").join(_step(task) for task in tasks[:MOST]))
    return said + (_("，等 %(n)s 项", n=len(tasks)) if len(tasks) > MOST else "")


def _step(task: Step) -> str:
    who = accounts.names([task.assignee]).get(task.assignee, task.assignee) if task.assignee else _whose(task)
    if task.due is None:
        return _("「%(task)s」由%(who)s办理", task=task.name, who=who)
    due = clock.aware(task.due)
    if due < clock.now():
        return _("「%(task)s」由%(who)s办理，%(late)s，请立即办理", task=task.name, who=who, late=_late(due))
    return _("「%(task)s」由%(who)s办理，%(when)s 前办结", task=task.name, who=who, when=minute(due))


def _late(due: datetime) -> str:
    """For how long it is overdue, in days or, on the first, hours."""
    late = clock.now() - due
    if late.days:
        return ngettext("已超期 %(num)d 天", "已超期 %(num)d 天", late.days)
    hours = max(1, late.seconds // 3600)
    return ngettext("已超期 %(num)d 小时", "已超期 %(num)d 小时", hours)


def _whose(task: Step) -> str:
    """The unit and the role that a task waits for; the unit once, when the role is named after it."""
    unit, role = unit_name(task.unit), role_name(task.role)
    return role if role.startswith(unit) else _("%(unit)s%(role)s", unit=unit, role=role)
