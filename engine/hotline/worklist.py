"""What is to be done, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, literal_column, or_, select, union_all

from engine import clock
from engine.db import Instant, db
from engine.hotline import access, organisation, recusal
from engine.hotline.models import ClockRun, Matter, Order
from engine.hotline.paging import Page, Query, chain
from engine.hotline.roles import Viewer
from engine.models import ProcessDefinition, ProcessInstance, UserTask

MOST = 999  # tasks are counted up to one more than this
NEVER = literal(datetime(9999, 1, 1, tzinfo=UTC), Instant())  # tasks without a time limit come last

SORTS: dict[str, tuple[Any, ...]] = {
    "due": (UserTask.due, UserTask.id),
    "priority": (UserTask.priority, func.coalesce(UserTask.due, NEVER), UserTask.id),
    "created": (UserTask.created, UserTask.id),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """The running clock of a case that ends first."""

    code: str
    due: datetime


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
    sooner: Ending | None  # a clock of its case that ends before the task is due


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

    `overdue`: those that are late themselves, and those of a case of which a clock is.
    Raises Invalid for a bad `after`.
    """
    query = select(UserTask.id).where(_waiting(), _scope(viewer, scope))
    if search.strip() or process is not None or priority is not None:
        query = _joined(query)
    for word in search.split():
        columns = (Order.order_no, Order.ext_no, Order.subject, Order.target_name, UserTask.name)
        found = (column.icontains(word, autoescape=True) for column in (*columns, ProcessInstance.business_key))
        query = query.where(or_(*found))
    if process is not None:
        query = query.where(ProcessDefinition.key == process)
    if priority is not None:
        query = query.where(func.coalesce(Order.priority, UserTask.priority) == priority)
    if overdue:
        query = query.where(or_(UserTask.due < clock.now(), UserTask.instance_id.in_(_late_cases())))
    parts = [(query, SORTS[sort])]
    if sort == "due":
        parts = [
            (query.where(UserTask.due.is_not(None)), SORTS[sort]),
            (query.where(UserTask.due.is_(None)), (UserTask.id,)),
        ]
    rows, after = chain(parts, after=after, limit=limit)
    return Page(_rows([row[0] for row in rows]), after)


def worklist_row(task_id: int, viewer: Viewer) -> Task | None:
    """The row of one task as it stands now, if it is open and this person may see it."""
    found = select(UserTask.id).where(UserTask.id == task_id, _waiting(), _scope(viewer, "all"))
    rows = _rows(db.session.scalars(found).all())
    return rows[0] if rows else None


def worklist_counts(viewer: Viewer) -> dict[str, int]:
    """How many open tasks each scope has, MOST + 1 when there are more than MOST."""
    counts = {}
    doable = access.doable(viewer)
    for scope in ("mine", "unit", "all"):
        some = select(UserTask.id).where(_waiting(), _scope(viewer, scope, doable)).limit(MOST + 1)
        counts[scope] = db.session.scalar(select(func.count()).select_from(some.subquery())) or 0
    return counts


def of_case(number: str | None) -> ColumnElement[bool]:
    """Tasks of instances about the order that has this number, or about any of its matters; or just of this number."""
    return UserTask.instance_id.in_(_case(literal(number, ProcessInstance.business_key.type)))


def _case(number: ColumnElement[Any]) -> Select[int]:
    order = func.coalesce(select(Matter.order_no).where(Matter.matter_no == number).scalar_subquery(), number)
    numbers = union_all(select(number), select(order), select(Matter.matter_no).where(Matter.order_no == order))
    return select(ProcessInstance.id).where(ProcessInstance.business_key.in_(numbers))


def tasks_of(number: str, viewer: Viewer) -> list[Task]:
    """The open tasks of a case that this person may see, the most urgent first."""
    found = select(UserTask.id).where(of_case(number), _waiting(), _scope(viewer, "all"))
    return _rows(db.session.scalars(found.order_by(func.coalesce(UserTask.due, NEVER), UserTask.id)).all())


@dataclass(frozen=True, slots=True)
class Step:
    """An open task of a case: what is to be done, whose it is, and by when."""

    id: int
    instance_id: int
    name: str
    role: str | None
    unit: str | None
    assignee: str | None
    status: str
    due: datetime | None


def steps_of(number: str | None, instance: int | None = None) -> list[Step]:
    """The open tasks of the case that this number (order or matter) belongs to, and of an instance, as they came."""
    rows = db.session.execute(_steps(), {"number": number, "instance": instance})
    return [Step(*row) for row in rows]


def elsewhere(order_no: str, viewer: Viewer, seen: Iterable[int]) -> list[tuple[Step, str]]:
    """The open tasks of an order that lie with others than the viewer, who may see the order, each with the name of
    its process: where the order is now, and nothing of what is done there. `seen`: what the viewer is shown anyway."""
    known = set(seen)
    steps = [] if access.external(viewer) else [step for step in steps_of(order_no) if step.id not in known]
    names = select(ProcessInstance.id, ProcessDefinition.name).join(
        ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id
    )
    of = names.where(ProcessInstance.id.in_([step.instance_id for step in steps]))
    processes = dict(db.session.execute(of).tuples().all()) if steps else {}
    return [(step, processes.get(step.instance_id, "")) for step in steps]


@cache
def _steps() -> Select[*tuple[Any, ...]]:
    """Made once: it is asked at every completion, and making it takes as long as asking."""
    number = bindparam("number", type_=ProcessInstance.business_key.type)
    instances = union_all(_case(number), select(bindparam("instance", type_=UserTask.instance_id.type)))
    columns = [getattr(UserTask, field.name) for field in fields(Step)]
    return select(*columns).where(UserTask.instance_id.in_(instances), _waiting()).order_by(UserTask.id)


def next_step(steps: Sequence[Step], instance: int, viewer: Viewer) -> tuple[Step, str] | None:
    """What this person does next among the steps of a case: of the same instance, else of another, the most urgent
    first; and in whose place, their own name mostly."""
    late = datetime.max.replace(tzinfo=UTC)
    mine = [step for step in steps if access.place(viewer, step, frozenset())]
    barred = recusal.barred([step.id for step in mine])
    for step in sorted(mine, key=lambda one: (one.instance_id != instance, one.due or late, one.id)):
        place = access.place(viewer, step, barred.get(step.id, frozenset()))
        if place is not None:
            return step, place
    return None


def processes() -> list[tuple[str, str]]:
    """Keys and names of the processes that have an active version, by the newest version's name."""
    query = select(ProcessDefinition.key, ProcessDefinition.name).where(ProcessDefinition.state == "active")
    return sorted({row.key: row.name for row in db.session.execute(query.order_by(ProcessDefinition.version))}.items())


def _waiting() -> ColumnElement[bool]:
    """Open, and not of an instance that is suspended: of those there are few."""
    suspended = select(ProcessInstance.id).where(ProcessInstance.status == literal_column("'suspended'"))
    return and_(UserTask.ended.is_(None), UserTask.instance_id.not_in(suspended))


def _late_cases() -> Select[int]:
    """The instances about an order or matter of which a clock is overdue: there are few, and an index finds them."""
    late = select(ClockRun.business_key).where(
        ClockRun.state == literal_column("'running'"), ClockRun.operational < clock.now()
    )
    return select(ProcessInstance.id).where(ProcessInstance.business_key.in_(late))


def endings(numbers: Iterable[str | None]) -> dict[str, Ending]:
    """Of each of these cases (numbers of orders and matters) the running clock that ends first."""
    wanted = {number for number in numbers if number}
    query = select(ClockRun.business_key, ClockRun.code, ClockRun.operational).where(
        ClockRun.business_key.in_(wanted), ClockRun.state == "running", ClockRun.operational.is_not(None)
    )
    last_first = query.order_by(ClockRun.operational.desc())
    rows = db.session.execute(last_first) if wanted else ()
    return {number: Ending(code, due) for number, code, due in rows if number and due}


def sooner(number: str | None, due: datetime | None, found: dict[str, Ending]) -> Ending | None:
    """The clock of a case that ends before a task of it is due."""
    ending = found.get(number or "")
    return ending if ending and (due is None or ending.due < due) else None


def _scope(viewer: Viewer, scope: str, doable: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """The tasks of a scope; `doable` by this person, if that was asked already."""
    if scope == "mine":
        return UserTask.assignee.in_([viewer.name, *(absent.name for absent in viewer.stands_for)])
    if scope == "unit":
        return access.doable(viewer) if doable is None else doable
    return access.visible_tasks(viewer, doable)


def _joined(query: Query) -> Query:
    return (
        query.join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .outerjoin(Matter, Matter.matter_no == ProcessInstance.business_key)
        .outerjoin(Order, Order.order_no == func.coalesce(Matter.order_no, ProcessInstance.business_key))
    )


def _rows(ids: Sequence[int]) -> list[Task]:
    """The rows of these tasks, in their order."""
    if not ids:
        return []
    # Columns, not entities: an order's row carries its sealed text, which a list must not read.
    query = select(
        UserTask.id, UserTask.instance_id, UserTask.name, ProcessDefinition.key, ProcessDefinition.name,
        ProcessInstance.business_key, Order.order_no, Order.subject,
        func.coalesce(Order.priority, UserTask.priority), UserTask.due, UserTask.created, UserTask.role,
        UserTask.unit, UserTask.assignee, UserTask.status,
    )  # fmt: skip
    found = {row[0]: row for row in db.session.execute(_joined(query).where(UserTask.id.in_(ids)))}
    names, barred = organisation.names(), recusal.barred(ids)
    ends = endings(row[5] for row in found.values())
    return [
        Task(
            *row, unit_name=names.get(row[12] or "", row[12]), barred=barred.get(i, frozenset()),
            sooner=sooner(row[5], row[9], ends),
        )
        for i in ids
        if (row := found.get(i))
    ]  # fmt: skip
