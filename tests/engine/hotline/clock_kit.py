"""A small complaint through the real door: accepted, mediated under C10 with a timer, appraised in a pause."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from engine import clock, messages, tasks, timers
from engine.clock import SHANGHAI
from engine.db import db
from engine.hotline import orders
from engine.hotline.models import ClockRun, Matter, Order, Reminder
from engine.models import Event, ProcessInstance, Timer, UserTask
from tests.engine import kit
from tests.engine.kit import boundary, end, line, message, start, timer, user


def _marks(*pairs: tuple[str, str]) -> str:
    inside = "".join(f'<banjie:clock code="{code}" action="{action}"/>' for code, action in pairs)
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def _task(element: str, due: str, *marks: tuple[str, str], role: str = "handler") -> str:
    said = f'banjie:form="test/note" banjie:role="{role}" banjie:unit="unit" banjie:due=\'{due}\''
    return f'<bpmn:userTask id="{element}" name="{element}" {said}>{_marks(*marks) if marks else ""}</bpmn:userTask>'


MEDIATION = (
    f'<bpmn:subProcess id="mediation" name="mediation">{_marks(("C10", "start"))}'
    + start("inside")
    + _task("mediate", 'deadline("C10", now(), rule_version)')
    + _task("appraise", 'deadline("C10", now())', ("C10", "pause"), ("C10", "resume"), ("C03", "start"))
    + _task("report", 'deadline("C03", dispatched_at)')
    + end("reported")
    + line("inside", "mediate", "appraise", "report", "reported")
    + "</bpmn:subProcess>"
)
COMPLAINT = (
    start("s", message("complaint.begins"))
    + _task("accept", 'deadline("C08", received_at)', ("C08", "start"), ("C08", "stop"), role="leader")
    + MEDIATION
    + boundary("expired", "mediation", timer('deadline("C10", now(), rule_version)', "timeDate"), interrupts=False)
    + end("noted")
    + end()
    + line("s", "accept", "mediation", "e")
    + line("expired", "noted")
)
SUPERVISE = (
    start("asked", message("supervise.requested"))
    + user("call")
    + boundary("raised", "call", message("supervise.raised"), interrupts=False, extra='banjie:correlation="matter_no"')
    + end("risen")
    + end("supervised")
    + line("asked", "call", "supervised")
    + line("raised", "risen")
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def deploy() -> None:
    names = ("complaint.begins", "supervise.requested", "supervise.raised")
    kit.deploy(kit.process("complaint", COMPLAINT), kit.process("supervise", SUPERVISE), messages=names)


class Case:
    """A complaint that has been received; what people do to it in virtual time, and what the tables say."""

    def __init__(self, app: Flask, hand: clock.Virtual) -> None:
        self.app, self.hand = app, hand
        now = clock.local(clock.now()).isoformat()
        self.order = orders.register({"content": "退款", "received_at": now}, source="12345", actor="li").order_no
        self.number = f"{self.order}-C1"
        order = db.session.scalars(select(Order).where(Order.order_no == self.order)).one()
        facts = {
            "order_no": self.order, "matter_no": self.number, "unit": "310104", "nature": "投诉",
            "rule_version": order.rule_version, "received_at": now, "dispatched_at": now,
        }  # fmt: skip
        [self.instance] = messages.send("complaint.begins", self.number, facts, actor="li")["started"]

    def until(self, text: str) -> Case:
        """Let time pass, and what is due happen."""
        self.hand.move_to(at(text))
        timers.fire_due()
        return self

    def do(self, element: str, actor: str = "zhang", **said: Any) -> Case:
        tasks.complete(self.task(element).id, said, actor=actor)
        return self

    def task(self, element: str) -> UserTask:
        db.session.rollback()
        query = select(UserTask).where(UserTask.instance_id == self.instance, UserTask.element == element)
        return db.session.scalars(query).one()

    def timer(self) -> datetime:
        db.session.rollback()
        return db.session.scalars(select(Timer.due).where(Timer.instance_id == self.instance)).one()

    def run(self, code: str) -> ClockRun:
        db.session.rollback()
        query = select(ClockRun).where(ClockRun.instance_id == self.instance, ClockRun.code == code)
        return db.session.scalars(query).one()

    @property
    def matter(self) -> Matter:
        db.session.rollback()
        return db.session.scalars(select(Matter).where(Matter.matter_no == self.number)).one()

    def events(self, kind: str) -> list[str]:
        query = select(Event.payload).where(Event.instance_id == self.instance, Event.kind == kind)
        return list(db.session.scalars(query.order_by(Event.seq)))

    def reminders(self) -> list[tuple[str, int, str, str]]:
        db.session.rollback()
        query = select(Reminder).where(Reminder.instance_id == self.instance)
        rows = db.session.scalars(query.order_by(Reminder.level, Reminder.effect, Reminder.recipient))
        return [(row.code, row.level, row.effect, row.recipient) for row in rows]

    def supervisions(self) -> list[ProcessInstance]:
        db.session.rollback()
        query = select(ProcessInstance).where(
            ProcessInstance.business_key == self.number, ProcessInstance.id != self.instance
        )
        return list(db.session.scalars(query.order_by(ProcessInstance.id)))


@contextmanager
def case(app: Flask, received: str) -> Iterator[Case]:
    """A complaint received at this moment, in virtual time."""
    with clock.virtual(at(received)) as hand:
        yield Case(app, hand)
