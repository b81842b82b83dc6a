"""What the decision tables say, row by row where a rule of law or of the bureau is behind it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from engine import dmn, feel
from tests.processes.play import ROOT


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
