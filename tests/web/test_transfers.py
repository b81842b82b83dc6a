"""A three-party call from the order's page: ringing one department after the other, talking, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from engine import definitions, jobs
from engine.db import db
from engine.hotline.models import TransferCall
from engine.models import ProcessDefinition, ProcessInstance
from tests.processes import play

ASKED = {"topic": "食品", "transfer_note": "标签日期如何认定", "told_to_wait": "是"}


@pytest.fixture
def call(order: Callable[..., str], deployed: Flask, person) -> Callable[..., str]:
    """The seat asks for a three-party call about a new order; its number."""
    with deployed.app_context():
        files = definitions.read_bundle(play.ROOT / "processes" / "warm_transfer", play.ROOT / "forms")
        definitions.deploy(files, author="ann")

    def ask() -> str:
        number = order()
        seat = person("clerk", unit="HO")
        answer = seat.send("POST", f"/orders/{number}/actions/transfer", {"values": ASKED})
        assert answer.status_code == 200, answer.text
        return number

    return ask


def test_the_seat_sees_who_is_rung_and_says_what_was_heard(app: Flask, call, person, task_id):
    number, seat = call(), person("clerk", unit="HO")
    page = seat.get(f"/orders/{number}").text
    assert "正在呼叫食品安全处（第 1 个，共 3 个）" in page and "三方转接" in page
    seat.post(f"/orders/{number}/transfer", heard="declined:占线", call=f"{number}/1")
    assert "正在呼叫消费权益处（第 2 个" in seat.get(f"/orders/{number}/transfer").text
    seat.post(f"/orders/{number}/transfer", heard="answered", call=f"{number}/2")
    assert "正在与消费权益处三方通话" in seat.get(f"/orders/{number}").text
    talk = {"both_confirmed": "是", "call_result": "需要办理", "talk_note": "请上门核查"}
    task = task_id("介绍并三方通话")
    seat.post(f"/tasks/{task}/claim")
    assert seat.send("POST", f"/tasks/{task}", {"values": talk}).status_code == 200
    assert seat.get(f"/orders/{number}/transfer").headers["HX-Refresh"] == "true"
    with app.app_context():
        for _ in range(2):
            jobs.run_due()
        [row] = db.session.scalars(select(TransferCall))
        assert (row.answered, row.unit, row.rings, row.result, row.topic) == (True, "BIZ-XF", 2, "需要办理", "食品")
        [ended] = db.session.scalars(select(ProcessInstance).join(ProcessDefinition).filter_by(key="warm_transfer"))
        assert ended.outcome == "continued"


def test_a_click_about_a_ring_that_is_over_is_told_so(call, person):
    number, seat = call(), person("clerk", unit="HO")
    seat.post(f"/orders/{number}/transfer", heard="declined:拒接", call=f"{number}/1")
    late = seat.post(f"/orders/{number}/transfer", heard="answered", call=f"{number}/1")
    assert late.status_code == 409 and "这次呼叫已经结束" in late.text
    assert "正在呼叫消费权益处" in seat.get(f"/orders/{number}").text


def test_a_citizen_who_hangs_up_is_called_back(app: Flask, call, person, task_id):
    number, seat = call(), person("clerk", unit="HO")
    seat.post(f"/orders/{number}/transfer", heard="hangup", call=f"{number}/1")
    assert task_id("回拨市民")
    assert "正在呼叫" not in seat.get(f"/orders/{number}").text


@pytest.mark.parametrize("heard", ["", "declined:", "declined:休息", "nothing"])
def test_what_nobody_can_hear_is_refused(call, person, heard: str):
    number, seat = call(), person("clerk", unit="HO")
    assert seat.post(f"/orders/{number}/transfer", heard=heard, call=f"{number}/1").status_code == 422


def test_only_the_seat_is_asked_what_it_heard(call, person):
    number = call()
    assert "正在呼叫" not in person("leader", unit="HO").get(f"/orders/{number}").text
    stranger = person("handler", unit="310101")
    assert stranger.post(f"/orders/{number}/transfer", heard="answered", call=f"{number}/1").status_code == 404


def test_what_the_department_answered_on_the_line_stands_on_the_order(app: Flask, call, person, task_id):
    number, seat = call(), person("clerk", unit="HO")
    seat.post(f"/orders/{number}/transfer", heard="answered", call=f"{number}/1")
    talk = {"both_confirmed": "是", "call_result": "当场解决", "talk_note": "按生产日期认定", "kb_missing": "是"}
    task = task_id("介绍并三方通话")
    seat.post(f"/tasks/{task}/claim")
    assert seat.send("POST", f"/tasks/{task}", {"values": talk}).status_code == 200
    with app.app_context():
        for _ in range(2):
            jobs.run_due()
    page = seat.get(f"/orders/{number}").text
    assert "食品安全处在通话中当场解决" in page and "按生产日期认定" in page
    assert task_id("补充知识库")


def test_a_call_that_nobody_answered_stands_on_the_order_in_words(app: Flask, call, person):
    number, seat = call(), person("clerk", unit="HO")
    for ring in (1, 2, 3):
        seat.post(f"/orders/{number}/transfer", heard="declined:占线", call=f"{number}/{ring}")
    with app.app_context():
        for _ in range(2):
            jobs.run_due()
    page = seat.get(f"/orders/{number}").text
    assert "未接通（占线），照常分派" in page
    assert page.count("（占线）") == 4 and "未接听：" in page, "each department that did not answer is named"
