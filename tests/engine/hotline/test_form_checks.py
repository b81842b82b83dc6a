"""What a form cannot check by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from engine import clock, registry
from engine.hotline import form_checks, orders
from tests.engine.hotline.test_projections import World


@pytest.mark.parametrize("number", ["胡说", "SH20991231-000001", "SH20991231-000001-C1"])
def test_an_order_cannot_repeat_one_that_does_not_exist(app: Flask, number: str) -> None:
    assert "没有编号" in form_checks.same_fact({"duplicate_of": number}, {"order_no": "SH1"})["duplicate_of"][0]


def test_an_order_cannot_repeat_itself(app: Flask) -> None:
    for own in ("SH1", "SH1-C1"):
        assert form_checks.same_fact({"duplicate_of": own}, {"order_no": "SH1"})


def test_an_order_may_repeat_one_that_is_known_or_none(app: Flask) -> None:
    known = orders.register({"content": "商家拒绝退款", "ext_no": "A1"}, source="12345", actor="ann").order_no
    assert form_checks.same_fact({"duplicate_of": known}, {"order_no": "SH1"}) == {}
    assert form_checks.same_fact({}, {"order_no": "SH1"}) == {}


def test_a_result_is_not_asked_for_before_today(app: Flask) -> None:
    with clock.virtual(datetime(2026, 5, 11, 9)):
        assert form_checks.report_later({"report_by": "2026-05-10"}, {})["report_by"]
        assert form_checks.report_later({"report_by": "2026-05-11"}, {}) == {} == form_checks.report_later({}, {})


PERSON = {"content": "商家拒绝退款", "name": "钱小桥", "phone": "13900139000", "address": "南码头路 1 号"}


@pytest.mark.parametrize("form", (*form_checks.REPORTS, *form_checks.SIGNED))
@pytest.mark.parametrize(
    ("summary", "reply", "refused"),
    [
        ("已向钱小桥说明", "已退款", ["summary"]),
        ("已致电 139 0013 9000", "已告知南码头路1号", ["reply_points", "summary"]),
        ("已向市民说明", "已退款", []),
    ],
)
def test_a_report_names_nobody(app: Flask, form: str, summary: str, reply: str, refused: list[str]) -> None:
    world = World()
    world.order_no = orders.register(PERSON, source="12345", actor="li").order_no
    world.follow(world.started(1))
    check = registry.FORM_CHECKS[form]
    said = check({"summary": summary, "reply_points": reply}, {"matter_no": f"{world.order_no}-C1"})
    assert sorted(said) == refused
    assert all("钱小桥" not in sentence for sentences in said.values() for sentence in sentences)


def test_a_report_of_an_unknown_matter_is_left_alone(app: Flask) -> None:
    assert form_checks.unnamed({"summary": "已办"}, {"matter_no": "SH0-C1"}) == {}


@pytest.mark.parametrize("form", form_checks.SIGNED)
def test_a_report_goes_back_twice_and_is_then_mended_by_who_signs(app: Flask, form: str) -> None:
    check, back = registry.FORM_CHECKS[form], {"approve_decision": "退回修改", "summary": "已致电钱小桥"}
    assert check(back, {}) == {} == check(back, {"approve_rounds": 1})
    assert "直接修改后签发" in check(back, {"approve_rounds": 2})["approve_decision"][0]
    assert check({"approve_decision": "通过", "summary": "已办"}, {"approve_rounds": 2, "matter_no": "SH0-C1"}) == {}


def test_minutes_say_what_the_leader_has_ruled() -> None:
    check = registry.FORM_CHECKS["joint_review/record_minutes"]
    assert check({"review_option": "乙方案"}, {}) == {} == check({"review_option": "另定"}, {"leader_option": "另定"})
    assert "甲方案" in check({"review_option": "乙方案"}, {"leader_option": "甲方案"})["review_option"][0]


def test_a_supervision_is_assessed_at_once_only_when_its_matter_is_closed(app: Flask) -> None:
    world = World()
    world.order_no = orders.register({"content": "商家拒绝退款"}, source="12345", actor="li").order_no
    world.follow(world.started(1))
    check, known = registry.FORM_CHECKS["supervise/open_supervision"], {"matter_no": f"{world.order_no}-C1"}
    assert "尚未办结" in check({"matter_closed": "是"}, known)["matter_closed"][0]
    assert check({"matter_closed": "否"}, known) == {}
    world.follow(world.ended(1))
    assert check({"matter_closed": "是"}, known) == {}


@pytest.mark.parametrize("form", form_checks.REPORTS)
def test_a_report_does_not_solve_what_it_says_is_unfounded(app: Flask, form: str) -> None:
    check = registry.FORM_CHECKS[form]
    assert "解释说明" in check({"fact_finding": "不属实", "result": "实际解决"}, {})["result"][0]
    assert check({"fact_finding": "不属实", "result": "解释说明"}, {}) == {}
    assert check({"fact_finding": "属实", "result": "实际解决"}, {}) == {}


@pytest.mark.parametrize(
    ("domain", "how", "law", "refused"),
    [
        ("食品", "实名", "无", True),
        ("食品", "实名", "食品安全法", False),
        ("食品", "匿名", "无", False),
        ("药械化", "实名", "无", True),
        ("药械化", "实名", "化妆品监督管理条例", False),
        ("标准", "实名", "无", True),
        ("计量", "实名", "无", False),
    ],
)
def test_who_informs_by_name_is_told_where_a_law_demands_it(domain: str, how: str, law: str, refused: bool) -> None:
    for decision in ("立案", "不予立案"):
        said = registry.FORM_CHECKS["tipoff/decide_filing"](
            {"file_decision": decision, "notify_law": law}, {"domain": domain, "real_name": how}
        )
        assert list(said) == (["notify_law"] if refused else [])


@pytest.mark.parametrize("form", form_checks.REPORTS)
def test_what_is_unfounded_earns_no_reward(app: Flask, form: str) -> None:
    check = registry.FORM_CHECKS[form]
    for said, known in (({"fact_finding": "不属实"}, {}), ({}, {"bound_finding": "不属实"})):
        assert check(said | {"reward_applies": "是"}, known)["reward_applies"]
        assert check(said | {"reward_applies": "否"}, known) == {}
    assert check({"fact_finding": "属实", "reward_applies": "是"}, {}) == {}


def test_what_has_been_found_is_not_decided_away() -> None:
    check = registry.FORM_CHECKS["tipoff/decide_filing"]
    for finding, code, refused in (("属实", "19-1", True), ("部分属实", "2", False), (None, "19-1", False)):
        assert bool(check({"notfile_code": code}, {"bound_finding": finding})) is refused


def test_the_finding_of_minutes_is_that_of_their_option() -> None:
    check = registry.FORM_CHECKS["joint_review/record_minutes"]
    known = {"finding_a": "不属实", "finding_b": "部分属实"}
    for option, finding in (("甲方案", "不属实"), ("乙方案", "部分属实"), ("另定", "属实")):
        assert check({"review_option": option, "review_finding": finding}, known) == {}
    for option, finding in (("甲方案", "属实"), ("乙方案", "属实"), ("另定", "部分属实")):
        assert check({"review_option": option, "review_finding": finding}, known)["review_finding"]
    assert registry.FORM_CHECKS["joint_review/open_review"]({"finding_b": "不属实"}, {"finding_a": "不属实"})
    assert registry.FORM_CHECKS["joint_review/open_review"]({"finding_b": "属实"}, {"finding_a": "不属实"}) == {}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("tipoff/approve_report", "approve_decision"),
        ("complaint/approve_report", "approve_decision"),
        ("tipoff/reply", "reply_mode"),
        ("complaint/reply", "reply_mode"),
        ("consult/reply", "reply_mode"),
    ],
)
def test_a_matter_waits_for_the_joint_review_about_it(app: Flask, form: str, field: str) -> None:
    world = World()
    world.order_no = orders.register({"content": "商家拒绝退款"}, source="12345", actor="li").order_no
    number = f"{world.order_no}-C1"
    world.follow(world.started(1))
    check, known = registry.FORM_CHECKS[form], {"matter_no": number}
    said = {"approve_decision": "通过", "reply_mode": "电话"}
    assert check(said, known) == {}
    asked = world.change(7, "instance.started", process="joint_review", values={"question": "退费算不算属实"})
    world.follow(replace(asked, business_key=number))
    assert "退费算不算属实" in check(said, known)[field][0]
    assert check({"approve_decision": "退回修改"}, known) == {} or field == "reply_mode"
    world.follow(replace(world.ended(7, "decided", process="joint_review"), business_key=number))
    assert check(said, known) == {}


@pytest.mark.parametrize(("form", "field"), form_checks.OWN_UNIT.items())
def test_what_a_unit_returns_does_not_go_to_it_again(form: str, field: str) -> None:
    check = registry.FORM_CHECKS[form]
    assert "申请退单的单位" in check({field: "310115"}, {"unit": "310115"})[field][0]
    assert check({field: "310104"}, {"unit": "310115"}) == {} == check({}, {"unit": "310115"})


def test_an_order_is_not_sent_off_while_its_citizen_is_on_the_line(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    check, spoken = registry.FORM_CHECKS["intake/dispatch"], ["SH1"]
    monkeypatch.setattr(form_checks.transfers, "on_the_line", lambda number: number in spoken)
    assert "三方通话" in check({"handling_unit": "310115"}, {"order_no": "SH1"})["handling_unit"][0]
    assert check({"handling_unit": "310115"}, {"order_no": "SH2"}) == {}


@pytest.mark.parametrize("form", ["complaint/sign", "tipoff/sign"])
def test_what_was_sent_down_under_supervision_is_not_returned(form: str) -> None:
    said = {"sign_decision": "退单", "proposed_unit": "310104"}
    assert "督办件不得退单" in registry.judge(form, said, {"order_kind": "督办"})["sign_decision"][0]
    assert registry.judge(form, said, {"order_kind": "转办"}) == {}
    assert registry.judge(form, {"sign_decision": "接单"}, {"order_kind": "督办"}) == {}
