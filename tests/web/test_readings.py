from __future__ import annotations

import pytest


@pytest.fixture
def read(order, person) -> str:
    """A clerk has read the personal data of an order, for a reason."""
    number = order()
    person("clerk", unit="HO").post(f"/orders/{number}/unmask", reason="回电核实诉求")
    return number


def test_the_auditor_sees_who_read_what_when_and_why(read, person):
    page = person("auditor").get("/readings").text
    assert "clerk-HO 的姓名" in page and "回电核实诉求" in page and f"/orders/{read}" in page
    assert "姓名、" in page or "电话" in page
    assert "13800138000" not in page and "张三丰" not in page


def test_readings_are_filtered_by_order_person_and_day(read, person):
    auditor = person("auditor")
    for query in (f"order_no={read}", "person=clerk-HO", "since=2020-01-01", "since=nonsense"):
        assert "回电核实诉求" in auditor.get(f"/readings?{query}").text, query
    for query in ("order_no=SH1", "person=somebody", "since=2999-01-01"):
        assert "没有符合条件的记录" in auditor.get(f"/readings?{query}").text, query


def test_without_readings_the_page_says_so(person):
    assert "还没有人查看过原文" in person("auditor").get("/readings").text


def test_only_the_auditor_finds_it(person):
    assert 'href="/readings"' in person("auditor").get("/orders").text
    admin = person("admin")
    assert 'href="/readings"' not in admin.get("/definitions").text
    assert admin.get("/readings").status_code == 403
