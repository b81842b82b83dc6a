"""The page of clues, its files, the credit feed, and the record of what was exported."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from engine.clock import now
from engine.db import transaction
from engine.hotline import orders
from engine.hotline.models import Matter
from web import accounts

DECISION = {"case_no": "案1", "decision": "行政处罚", "decided_at": "2026-05-20T10:00:00+08:00"}


@pytest.fixture
def clue(app: Flask) -> str:
    """A filed tip-off of 310115; its order's number."""
    with app.app_context():
        done = orders.register(
            {"content": "后厨有老鼠，我叫张三丰", "subject": "后厨有老鼠", "name": "张三丰", "phone": "13800138000",
             "target_name": "甲店", "safety_tag": "食品药品", "domain": "食品"},
            source="12345", actor="li",
        )  # fmt: skip
        with transaction() as session:
            at = now() - timedelta(hours=1)
            session.add(
                Matter(
                    matter_no=f"{done.order_no}-R1",
                    order_no=done.order_no,
                    instance_id=1,
                    process="tipoff",
                    nature="举报",
                    unit="310115",
                    rule_version=121,
                    received_at=at,
                    dispatched_at=at,
                    state="in_progress",
                    clue_complete="是",
                    file_decision="立案",
                    filed_at=at,
                )  # fmt: skip
            )
    return done.order_no


def test_the_page_grades_filters_and_says_that_the_grades_are_ours(clue: str, person):
    office = person("coordinator", unit="HO")
    page = office.get("/clues").text
    assert "后厨有老鼠" in page and "甲店" in page and "安全类，线索和事实依据齐全" in page and "本系统拟定" in page
    assert clue in office.get("/clues?grade=A&domain=食品&unit=310115").text
    for query in ("grade=C", "domain=价格", "unit=310104", "last=2020-01-01"):
        assert "没有线索" in office.get(f"/clues?{query}").text, query


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_recorded_for_the_auditor_and_names_no_person(clue: str, person, kind: str):
    answer = person("section", unit="HO").get(f"/clues/file.{kind}?grade=A")
    assert answer.status_code == 200 and f".{kind}" in answer.headers["Content-Disposition"]
    if kind == "csv":
        text = answer.data.decode("utf-8-sig")
        assert f"{clue}-R1" in text and "浦东新区局" in text and "张三丰" not in text and "13800138000" not in text
    page = person("auditor").get("/readings").text
    assert "section-HO 的姓名" in page and "案源线索" in page and "grade=A" in page
    assert "案源线索 (" not in person("auditor").get("/readings?person=somebody").text


def test_who_may_read_may_not_always_export(clue: str, person):
    officer = person("case_officer", unit="310115")
    assert clue in officer.get("/clues").text and "clues/file" not in officer.get("/clues").text
    assert officer.get("/clues/file.csv").status_code == 403
    assert officer.get("/clues/credit.csv").status_code == 403
    assert person("coordinator", unit="HO").get("/clues/file.pdf").status_code == 404
    assert person("handler", unit="310115").get("/clues").status_code == 403


def _token(app: Flask, person, *roles: str) -> dict[str, str]:
    name = person(*roles, unit="HO").username
    with app.app_context():
        return {"Authorization": f"Bearer {accounts.issue_token(name, 'test')}"}


def test_the_credit_platform_reads_filed_and_decided_cases(clue: str, app: Flask, person):
    office = _token(app, person, "coordinator")
    client = app.test_client()
    message = {"name": "case.decided", "correlation": f"{clue}-R1", "payload": DECISION}
    assert client.post("/api/v1/messages", json=message, headers=office).json["delivered"] == [1]
    [trader] = client.get("/api/v1/credit", headers=office).json["traders"]
    [case] = trader["cases"]
    assert (trader["name"], trader["uscc"], case["decision"], case["case_no"]) == ("甲店", None, "行政处罚", "案1")
    assert case["decided_at"] == "2026-05-20T10:00:00+08:00" and "张三丰" not in str(trader)
    text = client.get("/api/v1/credit?format=csv&first=2026-05-20&last=2026-05-20", headers=office).data.decode(
        "utf-8-sig"
    )
    assert "甲店" in text and "案1" in text
    assert "甲店" in person("coordinator", unit="HO").get("/clues/credit.csv").data.decode("utf-8-sig")
    assert person("auditor").get("/readings").text.count("信用监管数据 (") == 3


def test_the_feed_has_a_permission_of_its_own(clue: str, app: Flask, person):
    handler = _token(app, person, "handler")
    assert app.test_client().get("/api/v1/credit", headers=handler).status_code == 403
    assert app.test_client().get("/api/v1/credit").status_code == 401
    wrong = app.test_client().get("/api/v1/credit?format=pdf", headers=_token(app, person, "coordinator"))
    assert wrong.status_code == 422
