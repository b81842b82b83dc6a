"""What the decision tables say, row by row where a rule of law or of the bureau is behind it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from engine import dmn, feel
from tests.processes.play import ROOT, schema


@cache
def _table(path: str) -> dmn.Model:
    return dmn.load((ROOT / "processes" / path).read_bytes(), {})


def ask(path: str, **variables: Any) -> Any:
    return feel.to_json(dmn.decide(_table(path), path.split("/")[1].removesuffix(".dmn"), variables).value)


@pytest.mark.parametrize(
    ("domain", "district", "nature", "unit"),
    [
        ("药械化", "310115", "投诉", "YJ"),
        ("商标IP", "310115", "举报", "ZC"),
        ("登记信用", "310115", "咨询", "BIZ-DJ"),
        ("标准", None, "咨询", "BIZ-JL"),
        ("食品", "310112", "投诉", "310112"),  # 121 art. 13: actual place of business
        ("食品", "310112", "举报", "310112"),  # 121 art. 29: place of the act
        ("消费权益", "LG", "投诉", "LG"),
        ("竞争", "310112", "举报", "ZFZD"),
        ("消费权益", "NA", "投诉", "XBW"),
        ("食品", "NA", "举报", "HO"),
    ],
)
def test_routing_proposes_a_unit(domain: str, district: str | None, nature: str, unit: str) -> None:
    assert ask("intake/routing.dmn", domain=domain, district=district, nature=nature) == unit


@pytest.mark.parametrize(
    ("emergency", "tag", "domain", "given", "priority"),
    [
        ("是", "无", "价格", 1, 0),
        ("否", "安全类", "特种设备", 1, 0),
        ("否", "安全类", "价格", 1, 2),
        ("否", "群体性", "消费权益", 1, 2),
        ("否", "无", "食品", 2, 2),
        ("否", "无", "食品", 0, 0),
        ("否", "无", "食品", None, 1),
    ],
)
def test_priority_puts_safety_first(emergency: str, tag: str, domain: str, given: int | None, priority: int) -> None:
    found = ask("intake/priority.dmn", emergency=emergency, safety_tag=tag, domain=domain, priority=given)
    assert found == priority


@pytest.mark.parametrize(
    ("version", "real_name", "decision", "law", "notice"),
    [
        (20, "实名", "不予立案", "无", "立案告知"),  # Order 20 art. 31
        (20, "匿名", "立案", "食品安全法", "无"),
        (121, "实名", "立案", "无", "无"),  # Order 121 art. 36: only where a law says so
        (121, "实名", "不予立案", "反不正当竞争法", "结果告知"),
        (121, "匿名", "立案", "反不正当竞争法", "无"),
    ],
)
def test_an_informant_is_told_what_the_rule_of_the_case_demands(
    version: int, real_name: str, decision: str, law: str, notice: str
) -> None:
    found = ask(
        "tipoff/must_notify.dmn", rule_version=version, real_name=real_name, file_decision=decision, notify_law=law
    )
    assert found == notice


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({}, False),
        ({"priority": 0}, True),
        ({"fact_finding": "不属实"}, True),
        ({"citizen_reaction": "不满意"}, True),
        ({"contacted": "未联"}, True),
        ({"order_id": 40}, True),
        ({"order_id": None}, False),
    ],
)
def test_a_revisit_is_certain_for_some_and_a_sample_of_the_rest(change: dict[str, Any], asked: bool) -> None:
    usual = {"priority": 1, "fact_finding": "属实", "citizen_reaction": "满意", "contacted": "已联", "order_id": 41}
    assert ask("supervise/sampling.dmn", **{**usual, **change}) is asked


REPORT = {
    "fact_finding": "属实", "claim_finding": "合理合法", "onsite": "是", "onsite_at": "2026-05-13T10:00+08:00",
    "contacted": "已联", "contact_at": "2026-05-11T15:00+08:00", "result": "实际解决",
    "summary": "浦东新区局5月13日到现场核查，商家当场同意退款。",
    "reply_points": "浦东新区局5月13日已现场核查并组织调解，商家十日内退款。",
}  # fmt: skip
EMPTY = {"fact_note": None, "claim_note": None, "source": "12345", "signed_file": None}
DENIED = {"fact_finding": "不属实", "result": "解释说明"}


@pytest.mark.parametrize(
    ("change", "rules", "score", "passed"),
    [
        ({}, [], 100, True),
        (
            {"reply_points": "浦东新区局5月13日已核查，可致电13800138000。"},
            ["R01"],
            80,
            False,
        ),  # enough points, but red
        (DENIED | {"fact_note": "没有"}, ["R02"], 75, False),
        (DENIED | {"fact_note": "反映不属实"}, ["R02", "R03"], 75, False),  # a group loses no more than it has
        (DENIED | {"fact_note": "现场未见所称商品，有照片。"}, [], 100, True),
        (DENIED | {"fact_note": "商家否认，没有去看。", "onsite": "否"}, ["R13"], 85, True),
        (DENIED | {"fact_note": "现场未见所称商品。", "result": "实际解决"}, ["R14"], 90, False),
        (DENIED | {"fact_note": REPORT["summary"]}, ["R18"], 75, False),
        ({"claim_finding": "诉求过高", "claim_note": REPORT["reply_points"], "result": "解释说明"}, ["R18"], 75, False),
        ({"claim_finding": "诉求过高", "claim_note": "诉求过高", "result": "解释说明"}, ["R04", "R05"], 85, True),
        ({"claim_finding": "诉求过高", "claim_note": "所求为实际损失的十倍。"}, ["R16"], 90, True),
        ({"summary": "已处理"}, ["R06", "R07"], 70, False),
        ({"reply_points": "浦东新区局将处理"}, ["R08", "R10"], 80, True),
        ({"summary": REPORT["reply_points"]}, ["R11"], 90, True),
        ({"onsite_at": "2026-05-11T09:00+08:00"}, ["R12"], 90, False),
        ({"onsite": "无实际现场", "onsite_at": None}, [], 100, True),
        ({"contacted": "未联"}, ["R15"], 90, True),
        ({"source": "superior", "signed_file": "否"}, ["R17"], 80, False),
        ({"source": "superior", "signed_file": "是"}, [], 100, True),
    ],
)
def test_a_report_loses_points_by_the_rules_and_red_lines_fail_it(
    change: dict[str, Any], rules: list[str], score: int, passed: bool
) -> None:
    found = ask("report_quality/report_quality.dmn", **{**EMPTY, **REPORT, **change})
    assert [defect["rule"] for defect in found["defects"]] == rules
    assert (found["score"], found["passed"]) == (score, passed)
    assert all(defect["kind"] in ("勾选不准确", "报告不规范") and defect["source"] for defect in found["defects"])


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        ({}, False),
        ({"return_count": 1}, True),
        ({"is_repeat": True}, True),
        ({"district_opinion": "退回补证"}, True),
        ({"order_id": 40}, True),
        ({"return_count": None, "is_repeat": None}, False),
    ],
)
def test_an_unfounded_matter_is_recognised_by_the_office_for_sure_or_by_sample(
    change: dict[str, Any], needed: bool
) -> None:
    usual = {"return_count": 0, "is_repeat": False, "district_opinion": "确认不属实", "order_id": 41}
    found = dmn.decide(_table("unfounded/recognition.dmn"), "recognition", {**usual, **change})
    assert found.value is needed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "受理"),
        ({"past_urge": True}, "已过80%时点"),
        ({"days_left": 0}, "距到期不足一个工作日"),
        ({"days_left": 1}, "受理"),
        ({"difficult_count": 1}, "特殊疑难只能延期一次"),
        ({"difficult_count": 1, "extension_reason": "法定时限"}, "受理"),
    ],
)
def test_an_extension_is_admitted_early_and_once_for_hard_cases(change: dict[str, Any], said: str) -> None:
    usual = {"past_urge": False, "days_left": 3, "extension_reason": "特殊疑难", "difficult_count": 0}
    assert ask("extension/admission.dmn", **{**usual, **change}) == said


@pytest.mark.parametrize(
    ("used", "days", "approver", "city"),
    [(29, "15", "热线办", "否"), (29, "30", "热线办", "是"), (30, "15", "负责人", "否"), (30, "30", "负责人", "是")],
)
def test_the_quota_decides_who_approves_and_the_days_whether_the_city_is_asked(
    used: int, days: str, approver: str, city: str
) -> None:
    limit = ask("extension/quota.dmn", unit="310112")
    found = ask("extension/approval.dmn", quota_used=used, quota_limit=limit, extension_days=days)
    assert found == {"approver": approver, "city": city}


def test_every_topic_of_a_three_party_call_ends_at_the_duty_of_the_hotline_office() -> None:
    topics = next(field for field in schema("actions/transfer")["components"] if field["key"] == "topic")["values"]
    for topic in topics:
        desks = ask("warm_transfer/desks.dmn", topic=topic["value"])
        assert desks[-1] == "HO" and len(desks) > 1
