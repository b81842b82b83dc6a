"""What the pages tell of a case that ends: who need not answer any more, what was not delivered, until when it runs."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, messages, tasks
from engine.db import db
from engine.hotline import clock_changes, orders
from engine.hotline.letters import issuing
from engine.models import ProcessInstance, UserTask
from tests.processes import play

UNITS = ("310104", "310115", "310112")


def deploy(bundle: str) -> None:
    definitions.deploy(definitions.read_bundle(play.ROOT / "processes" / bundle, play.ROOT / "forms"), author="ann")


def test_an_opinion_that_is_not_needed_any_more_says_why(app: Flask, person):
    with app.app_context():
        deploy("joint_review")
        start = next(s.start for s in play.scenarios() if s.process == "joint_review")
        number = orders.register({"content": "健身房不退费"}, source="12345", actor="li").order_no
        messages.send("review.requested", f"{number}-C1", start | {"order_no": number}, actor="ann")
        work = select(UserTask).where(UserTask.status == "ready").order_by(UserTask.id)
        for answer in ({"reviewers": list(UNITS)}, {"stance": "支持甲方案"}, {"stance": "支持甲方案"}):
            task = db.session.scalars(work).first()
            form = play.usual_fill(tasks.schema(task.id), json.loads(task.data))
            tasks.complete(task.id, form | answer, actor=f"{task.element}-{task.unit}")
            db.session.rollback()
        last = db.session.scalars(select(UserTask).where(UserTask.status == "cancelled")).one()
        task_id, unit = last.id, last.unit
        instance = db.session.scalars(select(ProcessInstance.id)).first()
    assert "已达定足数，不再等待" in person("reviewer", unit=unit).get(f"/tasks/{task_id}").text
    assert "已达定足数，其余的不再等待" in person("admin").get(f"/instances/{instance}").text


def test_who_closes_a_matter_is_told_what_was_not_delivered_and_until_when_it_runs(app: Flask, person):
    with app.app_context(), clock.virtual(play.MORNING):
        deploy("complaint")
        number = orders.register({"content": "健身房不退费"}, source="12345", actor="li").order_no
        start = next(s.start for s in play.scenarios() if s.process == "complaint")
        matter, now = f"{number}-C1", play.MORNING
        known = start | {"order_no": number, "matter_no": matter, "unit": "310104", "rule_version": 121}
        known |= {"received_at": now.isoformat(), "dispatched_at": now.isoformat()}
        messages.send("matter.complaint", matter, known, actor="ann")
        clock_changes.extend(matter, "C03", 15, reason="特殊疑难", actor="he")
        issuing.issue(issuing.find(number, matter), "5", {}, key="k", actor="he")
        for _ in range(play.LIMIT):
            db.session.rollback()
            task = db.session.scalars(select(UserTask).where(UserTask.status == "ready").order_by(UserTask.id)).first()
            if task.element == "closing_report":
                break
            form = play.usual_fill(tasks.schema(task.id), json.loads(task.data))
            answer = {"identity_doubtful": "否"} if task.element == "check_material" else {}
            tasks.complete(task.id, form | answer, actor=f"{task.role}-{task.element}")
        task_id, role, unit = task.id, task.role, task.unit
    who = person(role, unit=unit)
    page = who.get(f"/tasks/{task_id}").text
    assert "还有文书没有登记送达" in page
    page = who.get(f"/orders/{number}").text
    assert "延期获准，新期限 2026-06-08" in page


def test_a_repeat_is_seen_where_it_is_asked_for_and_its_order_leads_to_the_first(app: Flask, person):
    with app.app_context():
        deploy("intake")
        told = {"content": "健身房不退费", "phone": "13800138000"}
        first, again = (orders.register(told, source="12345", actor="li").order_no for _ in range(2))
        mine = select(UserTask).join(ProcessInstance).where(ProcessInstance.business_key == again)
        task = db.session.scalars(mine).one()
        task_id, form = task.id, play.usual_fill(tasks.schema(task.id), json.loads(task.data))
    clerk = person("clerk", unit="HO")
    page = clerk.get(f"/tasks/{task_id}").text
    assert "相似工单" in page and f'href="/orders/{first}"' in page
    with app.app_context():
        repeat = {"duplicate_kind": "同一事实", "duplicate_of": first}
        tasks.complete(task_id, form | repeat, actor="clerk-HO")
    page = clerk.get(f"/orders/{again}").text
    assert "重复登记，不另行处理" in page and f'<a href="/orders/{first}">{first}</a>' in page.split("ended-title")[-1]
    assert "相似工单" not in clerk.get(f"/tasks/{task_id}").text.split("task-form-data")[0]
