"""Why a task is due when it is: the clock its due time hangs on, and how that was counted, day by day.

The due time itself was worked out by the diagram, or moved with its clock. Here it is traced back: to the run of the
clock that ends then or, where a diagram asks for a clock that it does not start, to the same computation done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import select

from engine import errors, feel, queries, xml
from engine.db import db
from engine.feel import tree
from engine.hotline import clocks, deadlines
from engine.hotline.models import ClockRun, Matter, Order
from engine.models import ProcessInstance, UserTask

BANJIE_DUE = "{urn:banjie:bpmn:1}due"


@dataclass(frozen=True, slots=True)
class Derivation:
    """How an end was counted. `days`: [[day, number or null, why], …]; `extensions`: [[amount, reason, who, at], …]."""

    code: str
    rule_version: int
    started: datetime
    due: datetime
    legal: datetime | None
    days: Any
    extensions: list[Any]
    reached: int = 0

    @property
    def clock(self) -> clocks.Clock:
        return clocks.clock(self.code, self.rule_version)


@lru_cache(maxsize=256)
def asked(definition_id: int) -> dict[str, list[tuple[str, str]]]:
    """element -> the clocks its due time may ask for, with what it counts them from. A version never changes."""
    found = {}
    for element in xml.parse(queries.diagram(definition_id)).iter("*"):
        text = element.get(BANJIE_DUE)
        if text and element.get("id"):
            found[str(element.get("id"))] = list(_deadlines(text))
    return found


def _deadlines(text: str) -> Iterator[tuple[str, str]]:
    """The calls deadline(code, start) within a due time, with start as it is written."""
    for name, call in tree.calls(feel.parse(text)):
        if name == "deadline":
            given = dict(zip(call.names or ("clock", "start"), call.arguments, strict=False))
            code, start = given.get("clock"), given.get("start")
            if isinstance(code, tree.Text) and start is not None:
                yield code.value, feel.print_tree(start)


def of(task_ids: Iterable[int]) -> dict[int, Derivation]:
    """The derivations of the due times of these tasks; a task is left out whose due time hangs on no clock."""
    query = (
        select(UserTask, ProcessInstance.definition_id, ProcessInstance.business_key)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.id.in_(list(task_ids)), UserTask.due.is_not(None))
    )
    rows = db.session.execute(query).all()
    if not rows:
        return {}
    runs: dict[tuple[int, str], list[ClockRun]] = {}
    for run in db.session.scalars(select(ClockRun).where(ClockRun.instance_id.in_({t.instance_id for t, *_ in rows}))):
        runs.setdefault((run.instance_id, run.code), []).append(run)
    facts = _facts({key for _task, _definition, key in rows if key})
    found = {}
    for task, definition_id, key in rows:
        wanted = asked(definition_id).get(task.element, [])
        derivation = _by_run(task, wanted, runs) or _again(task, wanted, facts.get(key or "", {}))
        if derivation is not None:
            found[task.id] = derivation
    return found


def _by_run(
    task: UserTask, wanted: list[tuple[str, str]], runs: dict[tuple[int, str], list[ClockRun]]
) -> Derivation | None:
    for code, _start in wanted:
        for run in runs.get((task.instance_id, code), ()):
            if run.operational == task.due and run.operational is not None:
                return Derivation(
                    code, run.rule_version, run.restarted or run.started, run.operational, run.due,
                    orjson.loads(run.trace), orjson.loads(run.extensions), run.reached,
                )  # fmt: skip
    return None


def _again(task: UserTask, wanted: list[tuple[str, str]], facts: dict[str, Any]) -> Derivation | None:
    """Count again from what the case is known by, and see whether it comes to the same."""
    for code, name in wanted:
        start = task.created if name == "now()" else _start(name, facts)
        if start is None:
            continue
        for version in dict.fromkeys((facts.get("rule_version"), None)):
            try:
                end = deadlines.deadline(code, start, version)
            except (errors.Invalid, errors.CalendarYearMissing):
                continue
            if end.operational == task.due:
                days = orjson.loads(end.trace)
                return Derivation(code, end.rule_version, start, end.operational, end.due, days, [])
    return None


def _start(text: str, facts: dict[str, Any]) -> datetime | None:
    """The moment an expression names, as far as it is known: what is not known is null in it."""
    found = facts.get(text)
    if found is None:
        try:
            found = feel.compile(text)(facts)
        except feel.FeelError:
            return None
    return found if isinstance(found, datetime) else None


def _facts(keys: set[str]) -> dict[str, dict[str, Any]]:
    """The moments of matters and orders by number, under the names that diagrams use."""
    names = (Matter.matter_no, Matter.received_at, Matter.dispatched_at, Matter.rule_version)
    orders = select(Order.order_no, Order.received_at, Order.rule_version).where(Order.order_no.in_(keys))
    found = {no: {"received_at": at, "rule_version": rule} for no, at, rule in db.session.execute(orders)}
    for no, received, dispatched, rule in db.session.execute(select(*names).where(Matter.matter_no.in_(keys))):
        found[no] = {"received_at": received, "dispatched_at": dispatched, "rule_version": rule}
    return found
