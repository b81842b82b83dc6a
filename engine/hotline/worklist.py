"""What is to be done, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from engine import clock
from engine.db import Instant, db
from engine.hotline import access, organisation, recusal
from engine.hotline.models import Matter, Order
from engine.hotline.paging import Page, page
from engine.hotline.roles import Viewer
from engine.models import ProcessDefinition, ProcessInstance, UserTask

NEVER = literal(datetime(9999, 1, 1, tzinfo=UTC), Instant())  # tasks without a time limit come last

_DUE = func.coalesce(UserTask.due, NEVER)
SORTS: dict[str, tuple[Any, ...]] = {
    "due": (_DUE, UserTask.id),
    "priority": (UserTask.priority, _DUE, UserTask.id),
    "created": (UserTask.created, UserTask.id),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the worklist. `priority` is the order's code (0 紧急 1 普通 2 次紧急)."""

    task_id: int
    instance_id: int
    name: str
    process: str
    process_name: str
    business_key: str | None
    order_no: str | None
    subject: str | None
    priority: int
    due: datetime | None
    created: datetime
    role: str | None
    unit: str | None
    assignee: str | None
    status: str
    unit_name: str | None
    barred: frozenset[str]  # who keeps out of it


def worklist(
    viewer: Viewer,
    *,
    scope: str = "mine",
    sort: str = "due",
    search: str = "",
    process: str | None = None,
    priority: int | None = None,
    overdue: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Page[Task]:
    """Open tasks: `mine` (claimed by me, or by one I stand in for), `unit` (I may take), `all` (I may see).

    Raises Invalid for a bad `after`.
    """
    query = _tasks().where(_scope(viewer, scope))
    for word in search.split():
        columns = (Order.order_no, Order.ext_no, Order.subject, Order.target_name, UserTask.name)
        found = (column.icontains(word, autoescape=True) for column in (*columns, ProcessInstance.business_key))
        query = query.where(or_(*found))
    if process is not None:
        query = query.where(ProcessDefinition.key == process)
    if priority is not None:
        query = query.where(func.coalesce(Order.priority, UserTask.priority) == priority)
    if overdue:
        query = query.where(UserTask.due < clock.now())
    rows, after = page(query, SORTS[sort], after=after, limit=limit)
    return Page(_rows(rows), after)


def worklist_row(task_id: int, viewer: Viewer) -> Task | None:
    """The row of one task as it stands now, if it is open and this person may see it."""
    found = _rows(db.session.execute(_tasks().where(UserTask.id == task_id, _scope(viewer, "all"))).all())
    return found[0] if found else None


def worklist_counts(viewer: Viewer) -> dict[str, int]:
    """How many open tasks each scope has."""
    base = select(func.count(UserTask.id)).join(ProcessInstance)
    return {
        scope: db.session.scalar(base.where(_waiting(), _scope(viewer, scope))) or 0
        for scope in ("mine", "unit", "all")
    }


def processes() -> list[tuple[str, str]]:
    """Keys and names of the processes that have an active version, by the newest version's name."""
    query = select(ProcessDefinition.key, ProcessDefinition.name).where(ProcessDefinition.state == "active")
    return sorted({row.key: row.name for row in db.session.execute(query.order_by(ProcessDefinition.version))}.items())


def _waiting() -> ColumnElement[bool]:
    return and_(UserTask.ended.is_(None), ProcessInstance.status == "running")


def _scope(viewer: Viewer, scope: str) -> ColumnElement[bool]:
    if scope == "mine":
        return UserTask.assignee.in_([viewer.name, *(absent.name for absent in viewer.stands_for)])
    return access.doable(viewer) if scope == "unit" else access.visible_tasks(viewer)


def _tasks() -> Select[*tuple[Any, ...]]:
    # Columns, not entities: an order's row carries its sealed text, which a list must not read.
    return (
        select(
            UserTask.id, UserTask.instance_id, UserTask.name, ProcessDefinition.key, ProcessDefinition.name,
            ProcessInstance.business_key, Order.order_no, Order.subject,
            func.coalesce(Order.priority, UserTask.priority), UserTask.due, UserTask.created, UserTask.role,
            UserTask.unit, UserTask.assignee, UserTask.status,
        )
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .outerjoin(Matter, Matter.matter_no == ProcessInstance.business_key)
        .outerjoin(Order, Order.order_no == func.coalesce(Matter.order_no, ProcessInstance.business_key))
        .where(_waiting())
    )  # fmt: skip


def _rows(found: Any) -> list[Task]:
    names = organisation.names() if found else {}
    barred = recusal.barred([row[0] for row in found])
    return [
        Task(*row[:15], unit_name=names.get(row[12] or "", row[12]), barred=barred.get(row[0], frozenset()))
        for row in found
    ]
