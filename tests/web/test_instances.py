from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from engine import clock, instances, queries
from tests.engine import kit
from web.instances import masked


@pytest.fixture
def instance(order):
    order()
    return 1


def test_the_list_is_filtered_by_status_and_order(instance, order, person):
    second = order()
    admin = person("admin")
    assert len(re.findall(r'href="/instances/\d+"', admin.get("/instances").text)) == 2
    assert len(re.findall(r'href="/instances/\d+"', admin.get(f"/instances?q={second}").text)) == 1
    assert "没有符合条件的实例" in admin.get("/instances?status=completed").text


def test_an_instance_shows_tokens_history_and_for_an_admin_its_variables(instance, person):
    page = person("admin").get(f"/instances/{instance}").text
    overlay = json.loads(re.search(r'id="diagram-overlay">(.*?)</script>', page, re.S)[1])
    assert overlay["active"] == [{"element": "look"}] and overlay["path"]["come"] == 1
    assert "流程开始" in page and "order_no" in page
    watching = person("auditor").get(f"/instances/{instance}").text
    assert "流程开始" in watching and "order_no" not in watching


def test_what_was_passed_is_told_in_the_order_it_was_reached(instance, person, task_id):
    clerk = person("clerk", unit="HO")
    task = task_id("核对")
    clerk.post(f"/tasks/{task}/claim")
    clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}})
    page = person("admin").get(f"/instances/{instance}").text
    overlay = json.loads(re.search(r'id="diagram-overlay">(.*?)</script>', page, re.S)[1])
    assert [one for one in overlay["order"] if one in ("come", "look")] == ["come", "look"]
    assert set(overlay["order"]) == set(overlay["path"])


def test_suspend_holds_the_work_and_resume_lets_it_go_on(instance, person, task_id):
    admin, clerk = person("admin"), person("clerk", unit="HO")
    task = task_id("核对")
    refused = admin.post(f"/instances/{instance}/suspend", reason="")
    assert refused.status_code == 422 and "请写明挂起或取消的理由" in refused.text
    assert 'data-missing="请写明挂起或取消的理由"' in admin.get(f"/instances/{instance}").text
    admin.post(f"/instances/{instance}/suspend", reason="等待通知")
    assert "已挂起" in admin.get(f"/instances/{instance}").text
    assert clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}).status_code == 409
    admin.post(f"/instances/{instance}/resume")
    assert clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}).status_code == 200


def test_cancel_asks_for_a_reason_and_keeps_it_in_the_history(instance, person):
    admin = person("admin")
    admin.post(f"/instances/{instance}/cancel", reason="重复登记")
    page = admin.get(f"/instances/{instance}").text
    assert "已取消" in page and "重复登记" in page
    assert admin.post(f"/instances/{instance}/cancel", reason="再来一次").status_code == 409


def test_only_an_admin_manages(instance, person):
    for verb in ("suspend", "resume", "cancel"):
        assert person("coordinator").post(f"/instances/{instance}/{verb}", reason="试试看").status_code == 403


def test_numbers_of_people_are_masked_in_variables():
    seen = masked({"note": ["电话13800138000", {"id": "11010519491231002X"}], "amount": 12345678901})
    assert seen == {"note": ["电话138********", {"id": "110***************"}], "amount": 12345678901}


@pytest.fixture
def waiting(app):
    """Two instances that wait for an answer about A-1 and A-2 beside a timer of two days."""
    with app.app_context():
        kit.deploy(
            kit.process(
                "p",
                kit.start(),
                kit.user("a"),
                kit.boundary("late", "a", kit.timer("P2D"), interrupts=False),
                kit.boundary("answered", "a", kit.message("answer"), extra='banjie:correlation="case_no"').replace(
                    "><bpmn:mess",
                    '><bpmn:extensionElements><banjie:output name="said" value="text"/></bpmn:extensionElements>'
                    "<bpmn:mess", 1,
                ),
                kit.end(), kit.end("e2"), kit.end("e3"),
                kit.line("s", "a", "e"), kit.line("late", "e2"), kit.line("answered", "e3"),
            ),
            messages=("answer",),
        )  # fmt: skip
        return [instances.start("p", {"case_no": no}, actor="test")["instance"] for no in ("A-1", "A-2")]


def test_a_message_that_an_instance_waits_for_is_sent_by_hand_as_it_waits_for_it(app, waiting, person):
    admin = person("admin")
    page = admin.get(f"/instances/{waiting[1]}").text
    assert "等待消息“answer”" in page and "关联值 A-2" in page and 'name="value.text"' in page
    sent = {"element": "answered", "name": "answer", "value.text": "已退款", "variables": ""}
    bad = admin.post(f"/instances/{waiting[1]}/send", key="k0", **{**sent, "variables": "[1]"})
    assert bad.status_code == 422 and 'value="已退款"' in bad.text
    answer = admin.post(f"/instances/{waiting[1]}/send", follow=True, key="k", **sent)
    assert f"实例 {waiting[1]} 已收到" in answer.text and "已完成" in answer.text
    with app.app_context():
        assert instances.variables(waiting[1])["said"] == "已退款"
        assert queries.instance(waiting[0]).status == "running"
    assert admin.post(f"/instances/{waiting[1]}/send", key="k1", **sent).status_code == 409


def test_a_timer_is_fired_early_only_with_a_reason_which_the_history_keeps(app, waiting, person):
    admin = person("admin")
    assert "定时器，" in admin.get(f"/instances/{waiting[0]}").text
    assert admin.post(f"/instances/{waiting[0]}/fire", element="late", reason=" ").status_code == 422
    page = admin.post(f"/instances/{waiting[0]}/fire", follow=True, element="late", reason="试走一遍").text
    assert "提前触发：「late」" in page and "试走一遍" in page and "admin 的姓名" in page
    gone = admin.post(f"/instances/{waiting[0]}/fire", follow=True, element="late", reason="再来").text
    assert "已不在等待" in gone


def test_a_timer_that_follows_a_clock_of_the_law_is_not_fired_early(app, person):
    with app.app_context():
        timer = kit.timer('deadline("C10", now())', "timeDate")
        nodes = kit.start(), kit.catch("wait", timer), kit.end(), kit.line("s", "wait", "e")
        kit.deploy(kit.process("p", *nodes))
        with clock.virtual(datetime(2026, 5, 11, 4, tzinfo=UTC)):
            number = instances.start("p", {}, actor="test")["instance"]
    page = person("admin").post(f"/instances/{number}/fire", follow=True, element="wait", reason="想快点").text
    assert "随时限 C10 走，不能提前触发" in page and "运行中" in page


def test_an_analyst_who_tries_out_is_told_whom_to_ask(waiting, person):
    asked = "请把本页地址发给系统管理员"
    assert asked in person("analyst").get(f"/instances/{waiting[0]}").text
    assert asked not in person("auditor").get(f"/instances/{waiting[0]}").text
    assert asked not in person("admin").get(f"/instances/{waiting[0]}").text


def test_who_may_not_manage_sees_what_is_waited_for_and_sends_nothing(waiting, person):
    auditor = person("auditor")
    page = auditor.get(f"/instances/{waiting[0]}").text
    assert "等待消息“answer”" in page and "代为发送" not in page and "提前触发" not in page
    for verb in ("send", "fire"):
        assert auditor.post(f"/instances/{waiting[0]}/{verb}", reason="试试").status_code == 403
