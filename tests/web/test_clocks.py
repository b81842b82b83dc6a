"""Due times say how they were counted, pages say which law holds and why, and clocks remind people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from engine import clock, definitions, messages, tasks
from engine.db import db
from engine.hotline import reminders
from engine.hotline.models import Matter, Order, Reminder
from engine.models import UserTask
from tests.engine import kit
from tests.engine.hotline.clock_kit import at
from tests.processes import play

UNIT = "310115"


@pytest.fixture
def matter(order: Callable[..., str], deployed: Flask) -> Callable[[str], str]:
    """Makes a complaint of unit 310115 received at a moment, and answers its number."""

    def make(received: str) -> str:
        with deployed.app_context(), clock.virtual(at(received)):
            bundle = definitions.read_bundle(play.ROOT / "processes" / "complaint", play.ROOT / "forms")
            definitions.deploy(bundle, author="ann")
            number = order(received_at=at(received))
            start = next(s.start for s in play.scenarios() if s.process == "complaint")
            moment = at(received).isoformat()
            facts = {"order_no": number, "matter_no": f"{number}-C1", "unit": UNIT, "rule_version": 20}
            start = start | facts | {"received_at": moment, "dispatched_at": moment}
            messages.send("matter.complaint", f"{number}-C1", start, actor="import")
        return f"{number}-C1"

    return make


def test_the_derivation_is_one_click_from_the_worklist_the_task_and_the_order(matter, person, task_id):
    number = matter("2026-05-11T09:00")
    task = task_id("接单")
    operator = person("operator", unit=UNIT)
    address = f"/tasks/{task}/clock"
    for page in ("/tasks?scope=unit", f"/tasks/{task}", f"/orders/{number[:-3]}"):
        assert address in operator.get(page).text, page
    whole, piece = operator.get(address).text, operator.get(address, headers={"HX-Request": "true"}).text
    assert "C06" in whole and "2026-05-12" in whole and "起算日，不计入" in whole
    assert "C06" in piece and "<html" not in piece
    assert person("handler", unit="310101").get(address).status_code == 403


def test_the_derivation_is_told_in_english(matter, person, task_id):
    matter("2026-05-11T09:00")
    operator = person("operator", unit=UNIT)
    operator.get("/language/en")
    text = operator.get(f"/tasks/{task_id('接单')}/clock").text
    assert "Tue" in text and "周二" not in text and "起算" not in text


def test_the_order_page_says_which_law_holds_and_why_and_lets_a_legal_officer_change_it(app, matter, person):
    number = matter("2026-04-10T09:00")
    page = f"/orders/{number[:-3]}"
    assert "适用总局令第 20 号" in person("handler", unit=UNIT).get(page).text
    assert "改用其他版本" not in person("handler", unit=UNIT).get(page).text
    reviewer = person("reviewer", unit=UNIT)
    assert "按收到日 2026-04-10 确定" in reviewer.get(page).text and "改用其他版本" in reviewer.get(page).text
    address = f"{page}/matters/{number}/rule"
    assert person("handler", unit=UNIT).post(address, version=121, reason="按新规").status_code == 403
    assert "写明理由" in reviewer.post(address, version=121, reason=" ", follow=True).text
    assert "已改为适用总局令第 121 号" in reviewer.post(address, version=121, reason="补充了新请求", follow=True).text
    text = reviewer.get(page).text
    assert "补充了新请求" in text and "改用其他规则版本" in text
    with app.app_context():
        assert db.session.scalars(select(Matter.rule_version)).one() == 121


def test_two_cases_across_the_change_of_the_rule_side_by_side(person):
    """45 working days under Order 20, sixty days under Order 121."""
    page = person("handler", unit=UNIT).get("/clocks").text
    assert page.index("2026-06-16 17:30") < page.index("2026-06-22 17:30")
    for said in ("45 工作日", "60 日", "第21条", "劳动节", "期满日为法定节假日，顺延"):
        assert said in page
    other = person("handler", unit=UNIT).get("/clocks?code=C13&a=2026-04-14&b=2026-04-15").text
    assert "2026-04-21 17:30" in other and "规则 121 下没有时限 C13" in other
    assert person("handler", unit=UNIT).get("/clocks?a=nonsense").status_code == 200
    assert "电话督办" in page and "thresholds.csv" in page


def test_reminders_stand_above_the_worklist_until_they_are_put_away(app, matter, person):
    number = matter("2026-05-11T09:00")
    with app.app_context(), clock.virtual(at("2026-05-12T16:05")):
        reminders.raise_due()
        assert {row.effect for row in db.session.scalars(select(Reminder))} >= {"提示", "催办"}
        assert db.session.scalars(select(UserTask.id)).first()
    leader = person("leader", unit=UNIT)
    with clock.virtual(at("2026-05-12T16:05")):
        page = leader.get("/tasks").text
    assert "时限提醒" in page and number in page and "催办" in page
    told = leader.get("/tasks").text
    assert "超期" in told and "（80%）" not in told, "what is past its end is not told as near to it"
    of_order = leader.get(f"/orders/{number[:-3]}").text
    assert "催办" in of_order and "时限提醒" in of_order
    assert "时限提醒" not in leader.post("/reminders/seen", follow=True).text
    assert "时限提醒" not in person("leader", unit="310101").get("/tasks").text


def test_an_overdue_task_says_since_when_by_which_clock_what_it_has_set_off_and_what_can_be_done(
    app, matter, person, task_id
):
    number = matter("2026-05-11T09:00")
    task, leader = task_id("接单"), person("leader", unit=UNIT)
    with clock.virtual(at("2026-05-11T10:00")):
        assert "已超期，请立即办理" not in leader.get(f"/tasks/{task}").text
    with clock.virtual(at("2026-06-12T16:05")):
        with app.app_context():
            reminders.raise_due()
        page = leader.get(f"/tasks/{task}").text
    assert "已超期，请立即办理" in page and "截止时间是 2026-05-12 17:30" in page
    with clock.virtual(at("2026-06-12T16:05")):
        of_order = person("clerk", unit="HO").get(f"/orders/{number[:-3]}").text
    assert "已超期，请立即办理" in of_order and "现场督办" in of_order
    assert "退单申请，1 工作日" in page and "现场督办" in page and "这一时限不能延长" in page
    assert f'alert-link" href="/orders/{number[:-3]}"' in page


def test_a_supervision_is_said_to_be_issued_only_when_the_office_has_issued_it(app, matter, person, task_id):
    matter("2026-05-11T09:00")
    with app.app_context():
        definitions.deploy(
            definitions.read_bundle(play.ROOT / "processes" / "supervise", play.ROOT / "forms"), author="ann"
        )
    task, leader = task_id("接单"), person("leader", unit=UNIT)
    with clock.virtual(at("2026-06-12T16:05")):
        with app.app_context():
            reminders.raise_due()
        assert "已提请督办，待热线办开具" in leader.get(f"/tasks/{task}").text
        with app.app_context():
            said = {"supervise_kind": "网上", "demand": "三日内联系市民", "copy_leader": "否"}
            tasks.complete(task_id("开具督办单"), said, actor="coordinator")
        page = leader.get(f"/tasks/{task}").text
        assert "已由热线办开具，请按督办要求反馈" in page and "待热线办开具" not in page
        for name, said, told in (
            ("反馈办理情况", {"measures": "已上门", "new_result": "部分解决"}, "承办单位已反馈，待热线办评估"),
            ("评估反馈", {"assessment": "达到要求"}, "督办已办结"),
        ):
            with app.app_context():
                tasks.complete(task_id(name), said, actor=name)
            page = leader.get(f"/tasks/{task}").text
            assert told in page and "请按督办要求反馈" not in page


def test_of_several_points_of_one_clock_the_last_is_told(app, matter, person):
    matter("2026-05-11T09:00")
    with app.app_context(), clock.virtual(at("2026-06-12T16:05")):
        reminders.raise_due()
    page = person("leader", unit=UNIT).get("/tasks").text
    told = page[page.index("时限提醒") : page.index('id="worklist"')]
    assert "届满" in told and "（80%）" not in told


def test_a_clerk_sees_which_of_the_orders_they_registered_are_overdue_and_where_they_lie(app, matter, person):
    number = matter("2026-05-11T09:00")[:-3]
    with app.app_context():
        db.session.execute(update(Order).values(registered_by="wang", unit="HO"))
        db.session.commit()
        with clock.virtual(at("2026-06-12T16:05")):
            reminders.raise_due()
    page = person("clerk", unit="HO", name="wang").get("/tasks").text
    assert "我登记的工单已超期" in page and f"/orders/{number}" in page and "办理" in page
    assert "我登记的工单已超期" not in person("clerk", unit="HO", name="ma").get("/tasks").text


def test_the_page_of_a_process_says_when_the_clock_starts_it_next(app: Flask, person):
    cycle = kit.start("s", kit.timer("R/2099-01-02T09:00:00+08:00/P1M", "timeCycle"))
    with app.app_context():
        kit.deploy(kit.process("monthly", cycle, kit.user("a"), kit.end(), kit.line("s", "a", "e")))
    page = person("analyst").get("/definitions/monthly").text
    assert "由时钟启动" in page and "2099-01-02 09:00" in page
