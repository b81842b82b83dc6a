"""A year of the hotline in minutes: real messages arrive when they arrived, simulated colleagues handle them.

Everything goes through the real door: registration, diagrams, forms with their checks, timers, jobs, messages. Used by
`flask simulate year`; a run with the same seed and file does the same again.
"""

from __future__ import annotations

import csv
import logging
import random
import time as wall
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select

from engine import clock, tasks
from engine.db import db
from engine.errors import Conflict, FormInvalid, Invalid
from engine.hotline import orders, staff
from engine.hotline.models import ClockRun, Matter, Order
from engine.models import Event, Incident, ProcessDefinition, ProcessInstance, Timer, UserTask
from engine.simulation import World

log = logging.getLogger(__name__)

PATIENCE = timedelta(days=400)  # after the last order everything must have come to its end
COLUMNS = ("id", "sender", "subject", "received_at", "text")  # of a file of messages; received_at in ISO 8601
PEOPLE = 6  # colleagues of each role in each unit
TRIES = 20  # a form that nobody can fill in so many tries is a defect of the diagram

# How often people answer what; a nature comes from the order's own words.
HABITS: staff.Habits = {
    "in_scope": {"是": 9, "否": 1},
    "elements": {"齐全": 8, "经补充齐全": 1.5, "仍有缺失": 0.5},
    "emergency": {"是": 1, "否": 60},
    "duplicate_kind": {"不重复": 40, "同一事实": 1, "有新事实": 1},
    "district": {"NA": 0.5},
    "sign_decision": {"接单": 30, "退单": 1},
    "contacted": {"已联": 20, "未联": 1, "无法联系": 0.3},
    "identity_doubtful": {"是": 1, "否": 30},
    "accept_decision": {"受理": 9, "不予受理": 1},
    "willing": {"双方同意": 4, "一方不同意": 1},
    "mediation_outcome": {"达成协议": 6, "未达成协议": 3, "需鉴定检测": 0.5},
    "clue_found": {"是": 1, "否": 20},
    "authority": {"有权处理": 15, "无权处理": 1},
    "clue_complete": {"是": 10, "否": 1},
    "check_result": {"核查完毕": 10, "需检测鉴定": 1},
    "file_decision": {"立案": 3, "不予立案": 6, "移送公安": 0.1},
    "answer_kind": {"答复": 20, "转投诉": 1, "转举报": 1, "转其他单位": 1},
    "satisfaction": {"满意": 73.5, "基本满意": 10.5, "一般": 4.8, "不满意": 11.2},  # as the 2019 survey answered
    "reached": {"接通": 8, "未接通": 1, "拒访": 1},
    "assessment": {"达到要求": 8, "未达要求": 2},
}
NATURES = {"投诉": "投诉", "举报": "举报", "咨询": "咨询", "求助": "投诉", "建议": "咨询"}


@dataclass
class Year:
    """A simulated year: its world, its people, its dice and what went wrong."""

    world: World
    dice: random.Random
    people: dict[tuple[str, str], list[staff.Colleague]] = field(default_factory=dict)
    natures: dict[str, str] = field(default_factory=dict)  # order number -> what its own words say it is
    counts: Counter[str] = field(default_factory=Counter)

    def order_comes(self, row: dict[str, Any]) -> None:
        """Register an order at this moment."""
        registered = orders.register(row, source="12345", actor="hotline")
        self.counts["orders"] += registered.new
        hint = db.session.scalar(select(Order.nature_hint).where(Order.order_no == registered.order_no))
        self.natures[registered.order_no] = NATURES.get(str(hint), "咨询")

    def take_up(self, task: UserTask) -> None:
        """Let a colleague of the right role and unit plan the task."""
        colleague = self._colleague(task.role or "", task.unit or "")
        act = partial(self.do, task.id, orjson.loads(task.data), colleague.name)
        self.world.plan(colleague.ready_at(self.world.hand.at, self.dice), act)

    def do(self, task_id: int, data: dict[str, Any], person: str) -> Future[Any] | None:
        """Fill a task's form and complete it; another answer is tried when the form refuses one."""
        schema = tasks.schema(task_id) or {}
        habits = HABITS | {"natures": self._natures(str(data.get("order_no")))}
        for _ in range(TRIES):
            values = staff.fill(schema, data, habits, self.dice)
            if "duplicate_of" in values:
                values["duplicate_of"] = self.dice.choice(list(self.natures))
            try:
                answer = tasks.complete_later(task_id, values, actor=person)
            except FormInvalid as refused:
                self.counts["forms refused"] += 1
                log.debug("task %d: %s", task_id, refused.errors)
                continue
            answer.add_done_callback(self._note)
            return _settled(answer)
        raise AssertionError(f"nobody can fill the form of task {task_id}: {schema.get('id')}")

    def _note(self, answer: Future[Any]) -> None:
        error = answer.exception()
        kind = "tasks completed" if error is None else "tasks gone" if isinstance(error, Conflict) else "faults"
        self.counts[kind] += 1

    def _natures(self, order_no: str) -> dict[Any, float]:
        nature = self.natures.get(order_no, "咨询")
        return {n: 30.0 if n == nature else 1.0 for n in ("投诉", "举报", "咨询")}

    def _colleague(self, role: str, unit: str) -> staff.Colleague:
        known = self.people.get((role, unit))
        if known is None:
            names = [f"{role}-{unit}-{number}" for number in range(1, PEOPLE + 1)]
            known = self.people[role, unit] = staff.colleagues(names, self.dice)
        return self.dice.choice(known)


def _settled(answer: Future[Any]) -> Future[Any]:
    """A future that ends when `answer` does, without its error: a lost race is no defect of the world."""
    done: Future[Any] = Future()
    answer.add_done_callback(lambda ended: done.set_result(ended.exception()))
    return done


def read_messages(path: Path) -> list[tuple[datetime, dict[str, Any]]]:
    """The citizens' messages with the moment each arrived, in order. Raises Invalid when a column is missing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (lines.fieldnames or ())]:
            raise Invalid(f"{path.name} lacks the columns {', '.join(missing)}", zh=f"文件缺少列：{'、'.join(missing)}")
        rows = [(clock.aware(datetime.fromisoformat(row["received_at"])), _order(row)) for row in lines]
    return sorted(rows, key=lambda pair: (pair[0], pair[1]["ext_no"]))


def _order(row: dict[str, str]) -> dict[str, Any]:
    fields = {"ext_no": row["id"], "subject": row["subject"], "content": row["text"], "name": row["sender"]}
    return {**fields, "received_at": row["received_at"]}


def live_through(
    messages: list[tuple[datetime, dict[str, Any]]], *, seed: int, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """Replay the messages in virtual time until every case has ended; returns the report."""
    begin, first, last = wall.perf_counter(), messages[0][0], messages[-1][0]
    with clock.virtual(first - timedelta(hours=1)) as hand:
        year = Year(World(hand), random.Random(seed))
        for at, row in messages:
            year.world.plan(at, partial(year.order_comes, row))
        for _ in year.world.moments(last + PATIENCE):
            for task in year.world.new_tasks():
                year.take_up(task)
            progress(year.counts["orders"], len(messages))
        report = _report(year, first)
    report["seconds"] = round(wall.perf_counter() - begin, 1)
    return report


def _report(year: Year, first: datetime) -> dict[str, Any]:
    """What became of everything, from the database."""
    session = db.session

    def table(*columns: Any) -> dict[str, Any]:
        rows = session.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns))
        found: dict[str, Any] = {}
        for *names, count in rows:
            place = found
            for name in names[:-1]:
                place = place.setdefault(str(name), {})
            place[str(names[-1])] = count
        return found

    ends = select(ProcessDefinition.key, ProcessInstance.outcome, ProcessInstance.status, func.count())
    ends = ends.join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
    by_process: dict[str, dict[str, int]] = {}
    for key, outcome, status, count in session.execute(
        ends.group_by(ProcessDefinition.key, ProcessInstance.outcome, ProcessInstance.status).order_by(
            ProcessDefinition.key, ProcessInstance.outcome
        )
    ):
        by_process.setdefault(key, {})[str(outcome) if status == "completed" else status] = count
    clocks: dict[str, dict[str, int]] = {}
    for code, state, kept, count in session.execute(
        select(ClockRun.code, ClockRun.state, ClockRun.kept, func.count()).group_by(
            ClockRun.code, ClockRun.state, ClockRun.kept
        )
    ):
        name = state if state != "stopped" else "kept" if kept else "missed"
        clocks.setdefault(code, {})[name] = count
    late = session.scalar(select(func.count()).select_from(Timer).where(Timer.due <= year.world.hand.at))
    return {
        "orders": session.scalar(select(func.count()).select_from(Order)),
        "orders_by_nature": table(Order.nature_hint),
        "orders_by_state": table(Order.state),
        "matters_by_nature_and_end": table(Matter.nature, Matter.outcome),
        "instances_by_process_and_end": by_process,
        "clocks": dict(sorted(clocks.items())),
        "tasks": table(UserTask.status),
        "timers_fired": year.world.timers_fired,
        "timers_late": late,
        "jobs_done": year.world.jobs_done,
        "events": session.scalar(select(func.count()).select_from(Event)),
        "incidents": session.scalar(select(func.count()).select_from(Incident)),
        "forms_refused": year.counts["forms refused"],
        "faults": year.counts["faults"],
        "from": clock.local(first).isoformat(),
        "to": clock.local(year.world.hand.at).isoformat(),
    }
