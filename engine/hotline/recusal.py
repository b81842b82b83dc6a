"""Who keeps out of a task 回避: who handled the matter that is reviewed, and who has declared a tie to its parties.

Which review is closed to whose doer is data: `not_by.csv`. A row names a task and, of the same matter, the tasks
whose doers are kept out of it; `@handler` stands for every task of that role.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import FunctionElement

from engine import clock, errors, registry
from engine.db import db, transaction
from engine.hotline.models import Matter, Order, Recusal
from engine.models import ProcessDefinition, ProcessInstance, UserTask

FILE = Path(__file__).with_name("not_by.csv")
GROUNDS = ("近亲属", "利害关系", "其他关系")  # Order 121 art 21; who it is stands nowhere
ABOUT = {("quality_sample", "recheck_report")}  # one instance for many matters: the task itself says which


@dataclass(frozen=True, slots=True)
class Rule:
    """A task that is closed to the doers of others. `elements` and `roles` say of which; `source` by which rule."""

    process: str
    element: str
    elements: frozenset[str]
    roles: frozenset[str]
    source: str


@cache
def rules() -> tuple[Rule, ...]:
    """The rows of `not_by.csv`."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_rule(row) for row in csv.DictReader(file))


def _rule(row: dict[str, str]) -> Rule:
    doers = row["not_by"].split()
    roles = frozenset(doer.removeprefix("@") for doer in doers if doer.startswith("@"))
    return Rule(row["process"], row["element"], frozenset(doers) - {f"@{role}" for role in roles}, roles, row["source"])


class _Said(FunctionElement[str]):
    """The matter a task's data names."""

    type = String()
    inherit_cache = True


@compiles(_Said, "sqlite")
def _said_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **kw)}, '$.matter_no')"


@compiles(_Said, "postgresql")
def _said_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(({compiler.process(element.clauses, **kw)})::json ->> 'matter_no')"


def excluded(person: str) -> ColumnElement[bool]:
    """Open tasks this person keeps out of, as a condition on `UserTask`.

    They are few and looked up first: inside the worklist's query SQLite would look them up again and again.
    """
    return UserTask.id.in_(db.session.scalars(_kept_from(), {"person": person}).all())


@cache
def _kept_from() -> CompoundSelect[int]:
    """Made once: building it takes longer than asking it."""
    looks = (select(rows.c.task).where(rows.c.person == bindparam("person")) for rows in (_by_rule(), _by_tie()))
    return union_all(*looks)


def barred(task_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Who keeps out of each of these open tasks; tasks that are open to everybody are left out.

    Few tasks are of those that a rule is about, and mostly nobody has declared a tie: that is asked first.
    """
    found: dict[int, set[str]] = {}
    if not task_ids:
        return {}
    ruled = {rule.element for rule in rules()}
    rows = db.session.execute(_SUSPECTS, {"tasks": list(task_ids)})
    suspects = {row.id: row.element in ruled for row in rows if row.tied or row.element in ruled}
    for who, ids in ((_by_rule(), [task for task in suspects if suspects[task]]), (_by_tie(), list(suspects))):
        looked = select(who.c.task, who.c.person).where(who.c.task.in_(ids))
        for task, person in db.session.execute(looked) if ids else ():
            found.setdefault(task, set()).add(person)
    return {task: frozenset(people) for task, people in found.items()}


def broken() -> list[tuple[int, str]]:
    """Completed tasks of the rules whose doer had handled the matter: task and person. There should be none."""
    rows = _handled(done=True).subquery()
    query = select(rows.c.task, rows.c.person).join(UserTask, UserTask.id == rows.c.task)
    return [(task, person) for task, person in db.session.execute(query.where(UserTask.ended_by == rows.c.person))]


@cache
def _by_rule() -> Subquery:
    """Task and person, of open tasks. Made once: building it takes longer than asking it."""
    return _handled().subquery()


@cache
def _by_tie() -> Subquery:
    return union_all(*_declared()).subquery()


def _handled(*, done: bool = False) -> Select[*tuple[Any, ...]]:
    """Task and person: who did a task of the matter that closes this one. Open tasks, or completed (`done`) ones."""
    task, own = aliased(UserTask), aliased(ProcessInstance)
    before, same = aliased(UserTask), aliased(ProcessInstance)
    matter = func.coalesce(_said(task), own.business_key)
    closes = [
        and_(
            ProcessDefinition.key == rule.process,
            task.element == rule.element,
            or_(before.element.in_(rule.elements), before.role.in_(rule.roles)),
        )
        for rule in rules()
    ]
    found: Select[*tuple[Any, ...]] = (
        select(task.id.label("task"), before.ended_by.label("person"))
        .join(own, own.id == task.instance_id)
        # + 0: without statistics SQLite would begin with every instance there ever was, instead of the open tasks
        .join(ProcessDefinition, ProcessDefinition.id == own.definition_id + 0)
        .join(same, same.business_key == matter)
        .join(before, before.instance_id == same.id)
        .where(task.element.in_({rule.element for rule in rules()}), before.id != task.id, or_(false(), *closes))
        .where(before.status == "completed", task.status == "completed" if done else task.ended.is_(None))
    )
    return found


def _declared() -> list[Select[Any]]:
    """Task and person: who has declared a tie to the parties of the task's order, or of the order of its matter."""
    standing = Recusal.lifted_at.is_(None)
    of_matters = select(Matter.matter_no.label("number"), Recusal.person.label("person"))
    of_matters = of_matters.join(Recusal, Recusal.order_no == Matter.order_no).where(standing)
    numbers = union_all(select(Recusal.order_no.label("number"), Recusal.person).where(standing), of_matters).subquery()
    task, own = aliased(UserTask), aliased(ProcessInstance)
    open_ = select(task.id.label("task"), numbers.c.person.label("person")).where(task.ended.is_(None))
    return [
        open_.join(own, own.id == task.instance_id).join(numbers, numbers.c.number == own.business_key),
        open_.where(task.element.in_({element for _process, element in ABOUT})).join(
            numbers, numbers.c.number == _said(task)
        ),
    ]


def _said(task: Any) -> ColumnElement[Any]:
    """The matter the task itself is about, where one instance is about many."""
    return case((task.element.in_({element for _process, element in ABOUT}), _Said(task.data)), else_=null())


_STANDING = exists().where(Recusal.lifted_at.is_(None))
_SUSPECTS = select(UserTask.id, UserTask.element, select(_STANDING).scalar_subquery().label("tied")).where(
    UserTask.id.in_(bindparam("tasks", expanding=True))
)
_TIED = exists().where(Recusal.person == bindparam("person"), Recusal.lifted_at.is_(None))
_ASK = select(UserTask.element, select(_TIED).scalar_subquery()).where(UserTask.id == bindparam("task"))


@registry.task_rule
def keep_out(task_id: int, person: str) -> None:
    """Raises Forbidden when this person keeps out of the task. One small question for the tasks no rule is about."""
    row = db.session.execute(_ASK, {"task": task_id, "person": person}).first()
    if row is None or not (row[1] or row[0] in {rule.element for rule in rules()}):
        return
    if person in barred([task_id]).get(task_id, ()):
        raise errors.Forbidden(
            f"{person} keeps out of task {task_id}: handled the matter, or has declared a tie to its parties",
            zh="您经手过这件事项，或已声明与当事人有关系，应当回避，不能办理这项任务",
        )


def declare(order_no: str, person: str, ground: str, *, actor: str) -> None:
    """Keep a person out of an order from now on. Raises FormInvalid and NotFound."""
    if ground not in GROUNDS:
        raise errors.FormInvalid({"ground": ["请选择回避事由"]}, en={"ground": ["choose a ground"]})
    with transaction() as session:
        if session.scalar(select(Order.id).where(Order.order_no == order_no)) is None:
            raise errors.NotFound(f"there is no order {order_no}", zh=f"没有工单 {order_no}")
        session.merge(
            Recusal(
                order_no=order_no, person=person, ground=ground, declared_by=actor, declared_at=clock.now(),
                lifted_by=None, lifted_at=None,
            )
        )  # fmt: skip


def lift(order_no: str, person: str, *, actor: str) -> None:
    """The tie is no more, or was none: a head or the office says so. Raises NotFound."""
    with transaction() as session:
        found = session.get(Recusal, (order_no, person))
        if found is None or found.lifted_at is not None:
            raise errors.NotFound(f"{person} has declared nothing about {order_no}", zh="没有这项回避声明")
        found.lifted_by, found.lifted_at = actor, clock.now()


def of_order(order_no: str) -> list[Recusal]:
    """Who keeps out of an order now, in the order of declaring."""
    query = select(Recusal).where(Recusal.order_no == order_no, Recusal.lifted_at.is_(None))
    return list(db.session.scalars(query.order_by(Recusal.declared_at, Recusal.person)))
