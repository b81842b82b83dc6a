"""A year of the hotline in minutes: orders arrive when they arrived, simulated colleagues handle them.

Everything goes through the real door: registration, diagrams, forms with their checks, timers, jobs, messages. Used by
`flask simulate year`, with real messages from a file or with a year that is drawn (`synthetic.py`). All state is in the
database: a run that was killed goes on where it stood, because what a person does with a task depends on the seed and
the task alone.
"""

from __future__ import annotations

import csv
import logging
import time as wall
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import orjson
from sqlalchemy import func, select

from engine import clock, jobs, scheduler, tasks
from engine.db import db
from engine.errors import Conflict, Forbidden, FormInvalid, Invalid
from engine.hotline import asking, bad_reviews, form_checks, orders, reminders, staff, synthetic, year_report
from engine.hotline.fields import nature_of
from engine.hotline.models import Order
from engine.hotline.synthetic import Arrival
from engine.models import Event, ProcessInstance
from engine.simulation import Task, World
from engine.store import Command

log = logging.getLogger(__name__)

PATIENCE = timedelta(days=400)  # after the last order everything must have come to its end
COLUMNS = ("id", "sender", "subject", "received_at", "text")  # of a file of messages; received_at in ISO 8601
SOURCE = "12345"
SWEPT = time(7)
YEAR_OVER = timedelta(days=7)  # by then the calendar has begun the year's bulletin
LATER = timedelta(hours=1)  # until what had to wait is looked at again
PEOPLE = 6  # colleagues of each role in each unit
TRIES = 20  # a form that nobody can fill in so many tries is a defect of the diagram
STANDS_IN = 0.93  # how often somebody takes over the tasks of a colleague on leave
NOTICED = 0.95  # how often a unit sends back what is another's
REWRITTEN = frozenset({"rewrite_report", "district_writes"})  # here what stands in the form is what was wrong

# How often people answer what; a nature comes from the order's own words. A text field's options are sentences.
HABITS: staff.Habits = {
    "in_scope": {"是": 9, "否": 1},
    "elements": {"齐全": 8, "经补充齐全": 1.5, "仍有缺失": 0.5},
    "emergency": {"是": 1, "否": 60},
    "contact_tries": {"value": 3},
    "duplicate_kind": {"不重复": 40, "同一事实": 1, "有新事实": 1},
    "district": {"NA": 0.5},
    "order_kind": {"转办": 60, "督办": 1},
    "leader_assigned": {"否": 60, "是": 1},
    "report_by": {None: 1},  # then it is the end of the case's clock
    "sign_decision": {"接单": 60, "退单": 1, "签发": 30},
    "first_opinion": {"通过": 1, "不通过": 2},
    "final_opinion": {"改派": 1, "退回市热线": 1, "不同意": 6},
    "contacted": {"已联": 20, "未联": 1, "无法联系": 0.3},
    "odr": {"否": 40, "是": 1},
    "identity_doubtful": {"是": 1, "否": 30},
    "joint": {"是": 1, "否": 40},
    "by_agent": {"本人": 30, "代理人": 1},
    "accept_decision": {"受理": 9, "不予受理": 1},
    "willing": {"双方同意": 4, "一方不同意": 1},
    "mediation_mode": {"委托消保委或其他组织": 0.2},
    "mediation_outcome": {"达成协议": 6, "未达成协议": 3, "需鉴定检测": 0.5, "涉嫌欺诈敲诈": 0.05},
    "clue_found": {"是": 1, "否": 100},
    "authority": {"有权处理": 30, "无权处理": 2, "有管辖争议": 0.5},
    "clue_complete": {"是": 10, "否": 1},
    "publicity_info": {"是": 1, "否": 40},
    "repeated_tipoff": {"是": 1, "否": 40},
    "reward_applies": {"是": 1, "否": 20},
    "check_result": {"核查完毕": 10, "需检测鉴定": 1},
    "file_decision": {"立案": 3, "不予立案": 6, "移送公安": 0.1},
    "answered_online": {"是": 8, "否": 2},
    "answer_kind": {"答复": 200, "转投诉": 1, "转举报": 1, "转其他单位": 1},
    "kb_missing": {"是": 1, "否": 12},
    "fact_finding": {"属实": 8, "部分属实": 2, "不属实": 0.5},
    "claim_finding": {"合理合法": 9},
    "approve_decision": {"通过": 30, "退回修改": 1},
    "onsite": {"是": 6, "否": 2, "无实际现场": 2},
    "result": {"实际解决": 6, "部分解决": 1, "未解决": 0.4, "解释说明": 2.6},
    "district_opinion": {"确认不属实": 8, "改判": 1, "退回补证": 1},
    "office_opinion": {"认定不属实": 8, "改判": 1, "有争议，提请会商": 1},
    "new_evidence": {"否": 20, "是": 1},
    "satisfaction": {"满意": 7984, "基本满意": 1138, "一般": 526, "不满意": 1211},  # as the 2019 survey answered
    "unit_contacted": {"是": 60, "否": 1},
    "reached": {"接通": 90, "未接通": 7, "拒访": 3},
    "review_kind": {"可立即整改": 7, "需计划整改": 2, "恶意或误评": 1},
    "need_review": {"发起会商": 9, "不必会商": 1},
    "confirm_result": {"属实": 12, "误报": 1},
    "safety_kind": {"无": 20},
    "stance": {"同意": 12, "不同意": 1, "无职责": 1, "修改": 1},
    "objection": {"无异议": 20, "有异议": 1},
    "ruling": {"不采纳": 5, "采纳": 1, "提请会商": 0.5},
    "assessment": {"达到要求": 8, "未达要求": 2},
    "summary": {
        "区局{today}到现场核查，商家同意退款，双方已签字确认。": 6,
        "所{today}约谈商家负责人，商家承诺整改，已留存记录。": 3,
        "已处理": 0.6,
    },
    "reply_points": {
        "我局{today}已现场核查并与商家联系，商家十日内退款；仍有疑问可致电承办单位。": 6,
        "我所{today}已核实并责令商家改正，处理结果已向您说明。": 3,
        "将处理": 0.5,
    },
    "fact_note": {"现场未见所述情形，有照片和笔录为证。": 9, "反映不属实": 0.7},
    "claim_note": {"所求超出实际损失，已说明依据和其他途径。": 9, "诉求过高": 0.7},
}
# the same field asked elsewhere, and answered otherwise
FORM_HABITS: dict[str, staff.Habits] = {
    "extension/first_review": {"first_opinion": {"通过": 8, "不通过": 1}},
    "extension/approve": {"extension_opinion": {"同意": 8, "不同意": 1}},
    "extension/leader_approve": {"extension_opinion": {"同意": 8, "不同意": 1}},
    "extension/record_city_answer": {"city_answer": {"同意": 4, "不同意": 1}},
    "extension/approve_shelving": {"shelve_opinion": {"同意": 4, "不同意": 1}},
    "extension/review_shelving": {"review_opinion": {"恢复办理": 4, "继续挂账": 1}},
    "warm_transfer/call_back": {"call_result": {"当场解决": 4, "需要办理": 2, "未接通": 2}},
}
SHELVED = timedelta(days=30)  # at most ninety
NATURES = {"投诉": "投诉", "举报": "举报", "咨询": "咨询", "求助": "投诉", "建议": "咨询"}


@dataclass
class Rounds:
    """The worker's sweeps, once a day: they find what has gone quiet, and what nobody was there to take."""

    world: World

    def go(self) -> None:
        """Sweep, and look forward to tomorrow while anything goes on."""
        for sweep in scheduler.sweeps:
            sweep()
            db.session.rollback()
        if self.world.agenda or _running():
            tomorrow = clock.local(self.world.hand.at).date() + timedelta(days=1)
            self.world.plan(clock.aware(datetime.combine(tomorrow, SWEPT, clock.SHANGHAI)), self.go)


def _running() -> bool:
    query = select(ProcessInstance.id).where(ProcessInstance.status == "running")
    found = db.session.scalar(query.limit(1)) is not None
    db.session.rollback()
    return found


@dataclass
class Year:
    """A simulated year: its world, its orders, its people and what went wrong. `seed` throws all dice."""

    world: World
    seed: int
    arrivals: dict[str, Arrival]  # by number at the source
    years: range  # the calendar's, in which leaves are taken
    people: dict[tuple[str, str], list[staff.Colleague]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # order number -> number at the source
    own: dict[str, str] = field(default_factory=dict)  # and back
    registered: list[str] = field(default_factory=list)  # order numbers, to draw one without a walk through all
    counts: Counter[str] = field(default_factory=Counter)

    asks: asking.Asking = field(init=False)

    def __post_init__(self) -> None:
        self.asks = asking.Asking(self.world, self.seed, self.counts)

    def know(self, order_no: str, ext_no: str) -> None:
        """Note which order is which."""
        if order_no not in self.numbers:
            self.registered.append(order_no)
        self.numbers[order_no] = ext_no
        self.own[ext_no] = order_no

    def orders_come(self, arrivals: list[Arrival]) -> None:
        """Register orders, and bad reviews, at this moment."""
        for arrival in arrivals:
            if arrival.kind == "bad_review":
                known = {key: value for key, value in arrival.fields.items() if key != "ext_no"}
                bad_reviews.received(arrival.fields["ext_no"], known, actor="hotline")
                order_no = db.session.scalar(select(Order.order_no).where(Order.ext_no == arrival.fields["ext_no"]))
                self.know(order_no or "", arrival.fields["ext_no"])
        fields = [arrival.fields for arrival in arrivals if arrival.kind != "bad_review"]
        for known, registered in zip(fields, orders.register_all(fields, source=SOURCE, actor="hotline"), strict=True):
            self.know(registered.order_no, known["ext_no"])

    def take_up(self, task: Task) -> None:
        """Let a colleague of the right role and unit plan the task, and what they ask for before it."""
        dice = Random(f"{self.seed}/{task.business_key}/{task.element}/{task.token}")
        colleague = self._colleague(task.role or "", task.unit or "", task.created, dice)
        arrival = self._arrival(task)
        at = _prompt(task, dice) or colleague.ready_at(task.created, dice)
        at = self.asks.before(task, arrival.kind if arrival else "", colleague.name, at)
        self.world.plan(max(at, self.world.hand.at), partial(self.do, task, colleague.name, dice), _order_of(task))

    def _arrival(self, task: Task) -> Arrival | None:
        return self.arrivals.get(self.numbers.get(_order_of(task), ""))

    def do(self, task: Task, person: str, dice: Random) -> Command | None:
        """Fill a task's form; the command completes it. Another answer is tried when the form refuses one.

        What waits for a joint review or a call is looked at again later.
        """
        form, data = tasks.form(task.deployment, task.form), orjson.loads(task.data)
        if form_checks.waits(task.form or "", data):
            self.world.plan(self.world.hand.at + LATER, partial(self.do, task, person, dice), _order_of(task))
            return None
        known = data
        if task.element in REWRITTEN:
            known = {name: value for name, value in data.items() if name not in HABITS}
        arrival = self._arrival(task)
        habits, told = HABITS | FORM_HABITS.get(task.form or "", {}), _dates(task)
        if arrival:
            habits, told = habits | arrival.habits, told | self._told(arrival, task, dice)
        for _ in range(TRIES):
            values = staff.fill(form or {}, known, habits, dice, told)
            if values.get("duplicate_of"):
                values["duplicate_of"] = self._earlier(arrival, dice)
            if values and dice.random() < staff.CARELESS:
                values.pop(dice.choice(list(values)))
            try:
                checked = tasks.judged(task.form or "", form, data, values)
            except FormInvalid as refused:
                self.counts["forms refused"] += 1
                log.debug("task %d: %s", task.id, refused.errors)
                continue
            actor = self._let_in(task, person)
            command = tasks.completion(task.id, checked, values, actor=actor)
            command.answer.add_done_callback(self._note)
            return command
        raise AssertionError(f"nobody can fill the form of task {task.id}: {task.form}")

    def _let_in(self, task: Task, person: str) -> str:
        """Who does it: this person, or, when the door keeps them out of this task, another; the unit's leader last."""
        others = [one.name for one in self.people[task.role or "", task.unit or ""] if one.name != person]
        for name in (person, *others, f"leader-{task.unit}-1"):
            try:
                tasks.allow(task.id, name)
            except Forbidden:
                continue
            finally:
                db.session.rollback()
            return name
        raise AssertionError(f"nobody may do task {task.id}: {task.process}/{task.element}")

    def _told(self, arrival: Arrival, task: Task, dice: Random) -> dict[str, Any]:
        """What is certain, here: an order sent to the wrong unit is mostly sent back, and then finds the right one."""
        told, right = arrival.told, arrival.told.get("handling_unit")
        if not arrival.misrouted or right is None:
            return told
        if task.element == "dispatch":
            wrong = dice.choice([unit for unit in synthetic.units() if unit != right])
            return told | {"handling_unit": wrong}
        if task.element == "sign" and task.unit != right and dice.random() < NOTICED:
            return told | {"sign_decision": "退单", "return_reason": "23", "proposed_unit": right}
        return told | {"first_opinion": "通过", "final_opinion": "改派", "sign_decision": "接单"}

    def _earlier(self, arrival: Arrival | None, dice: Random) -> str:
        """The order, or matter, that this one repeats."""
        if arrival is None or arrival.repeats is None:
            return dice.choice(self.registered)
        number = self.own.get(arrival.repeats, "")
        tipoff = "举报" in self.arrivals[arrival.repeats].told.get("natures", ())
        return f"{number}-R1" if tipoff and arrival.kind == "new_facts" else number

    def _note(self, answer: Future[Any]) -> None:
        error = answer.exception()
        kind = "tasks completed" if error is None else "tasks gone" if isinstance(error, Conflict) else "faults"
        self.counts[kind] += 1

    def _colleague(self, role: str, unit: str, at: datetime, dice: Random) -> staff.Colleague:
        """Whose task it is; of one on leave somebody else mostly takes it."""
        known = self.people.get((role, unit))
        if known is None:
            names = [f"{role}-{unit}-{number}" for number in range(1, PEOPLE + 1)]
            known = [staff.colleague(name, self.years, Random(f"{self.seed}/{name}")) for name in names]
            self.people[role, unit] = known
        first = dice.choice(known)
        day = clock.local(at).date()
        here = [colleague for colleague in known if not colleague.away(day)]
        if first.away(day) and here and dice.random() < STANDS_IN:
            return dice.choice(here)
        return first


def _prompt(task: Task, dice: Random) -> datetime | None:
    """When a task is done that nobody lets wait, because somebody is on the line."""
    minutes = synthetic.mix()["asked"]["minutes"].get(f"{task.process}/{task.element}")
    return staff.on_grid(clock.local(task.created) + timedelta(minutes=dice.uniform(*minutes))) if minutes else None


def _dates(task: Task) -> dict[str, Any]:
    """A shelved matter is looked at again in a month."""
    later = clock.local(task.created).date() + SHELVED
    return {"review_date": later.isoformat()} if task.form == "extension/approve_shelving" else {}


def _order_of(task: Task) -> str:
    """The number of the order that a task's case belongs to."""
    return "-".join((task.business_key or "").split("-")[:2])


def read_messages(path: Path) -> list[Arrival]:
    """The citizens' messages with the moment each arrived, in order. Raises Invalid when a column is missing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (lines.fieldnames or ())]:
            raise Invalid(f"{path.name} lacks the columns {', '.join(missing)}", zh=f"文件缺少列：{'、'.join(missing)}")
        found = [_arrival(row) for row in lines]
    return sorted(found, key=lambda arrival: (arrival.at, arrival.fields["ext_no"]))


def _arrival(row: dict[str, str]) -> Arrival:
    at = clock.aware(datetime.fromisoformat(row["received_at"]))
    fields = {"ext_no": row["id"], "subject": row["subject"], "content": row["text"], "name": row["sender"]}
    nature = NATURES[nature_of(row["subject"].strip(), row["text"].strip())]
    natures = {name: 30.0 if name == nature else 1.0 for name in ("投诉", "举报", "咨询")}
    return Arrival(at, {**fields, "received_at": row["received_at"]}, {}, {"natures": natures})


def live_through(
    arrivals: list[Arrival],
    *,
    seed: int,
    until: date | None = None,
    prepare: Callable[[], None] = lambda: None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> dict[str, Any]:
    """Live until every case has ended, from where the database stands; returns the report.

    `until`: the last day of the year, where that is not the last order's.
    `prepare` is called when the hand stands at the beginning: what it deploys is there from that day on.
    """
    begin, first, last = wall.perf_counter(), arrivals[0].at, arrivals[-1].at
    with clock.virtual(_stands() or first - timedelta(hours=1)) as hand:
        prepare()
        world = World(hand)
        jobs.take_back()
        world.chores = ((reminders.NEXT, _all_reminders),)
        world.plan(hand.at, Rounds(world).go)
        known = {arrival.fields["ext_no"]: arrival for arrival in arrivals}
        year = Year(world, seed, known, range(first.year, (last + PATIENCE).year + 1))
        for at, together in groupby(_to_come(year, arrivals), key=lambda arrival: staff.on_grid(arrival.at)):
            world.plan(at, partial(year.orders_come, list(together)))
        asking.policy_changes(world, first, last)
        over = clock.midnight(until or clock.local(last).date()) + YEAR_OVER
        world.plan(max(hand.at, clock.aware(over)), lambda: None)
        _take_up(year)
        for _ in world.moments(last + PATIENCE):
            _take_up(year)
            progress(len(year.numbers), len(arrivals))
        report = year_report.report(hand.at, first)
    counted = {"forms_refused": year.counts["forms refused"], "faults": year.counts["faults"]}
    return report | counted | {"seconds": round(wall.perf_counter() - begin, 1)}


def _stands() -> datetime | None:
    """The moment a run that was killed had come to; None when this is a new one."""
    moments = (db.session.scalar(select(func.max(column))) for column in (Event.at, Order.registered_at))
    found = max((at for at in moments if at is not None), default=None)
    db.session.rollback()
    return found


def _to_come(year: Year, arrivals: Iterable[Arrival]) -> list[Arrival]:
    """The orders that are not here yet, or whose case has not begun: registering again mends that."""
    known = set()
    for order_no, ext_no, state in db.session.execute(select(Order.order_no, Order.ext_no, Order.state)):
        if state != "received":
            known.add(ext_no)
            year.know(order_no, ext_no or "")
    db.session.rollback()
    return [arrival for arrival in arrivals if arrival.fields["ext_no"] not in known]


def _take_up(year: Year) -> None:
    for task in year.world.new_tasks():
        year.take_up(task)


def _all_reminders() -> int:
    done = 0
    while told := reminders.raise_due():
        done += told
    return done
