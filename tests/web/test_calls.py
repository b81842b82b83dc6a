"""The page the exchange opens at the ring of a call."""

from __future__ import annotations

import pytest

from engine.hotline import readings
from tests.web.conftest import PASSWORD

NUMBER = "13800138000"


@pytest.fixture
def clerk(person):
    return person("clerk", unit="HO")


def test_a_ring_leaves_the_address_shows_who_it_is_and_leads_to_a_form_that_knows_the_number(app, clerk, order):
    number = order()
    answer = clerk.get(f"/calls/ring?number={NUMBER}&line=12315")
    assert answer.status_code == 303 and NUMBER not in answer.headers["Location"]
    page = clerk.get("/calls/ring").text
    assert f"/orders/{number}" in page and "张**" in page and "此前 1 件" in page and NUMBER not in page
    form = clerk.get("/orders/new?call=1").text
    assert f'value="{NUMBER}"' in form and 'selected value="12315">12315 消费者投诉举报' in form
    assert 'selected value="12315">12315 热线' in form, "what comes by the line is not passed on by 12345"
    assert NUMBER not in clerk.get("/orders/new").text
    with app.app_context():
        assert [r.reason for r in readings.readings()] == ["来电弹屏"]


def test_a_number_nobody_knows_one_that_is_none_and_one_withheld_are_told_apart(clerk):
    for number, said in (("13900139000", "此前没有工单"), ("12", "不是可以识别的电话号码"), ("", "没有显示号码")):
        page = clerk.get(f"/calls/ring?number={number}", follow_redirects=True).text
        assert said in page and "登记工单" in page


def test_without_a_call_the_page_says_so_and_only_who_registers_orders_opens_it(clerk, person):
    assert "现在没有来电" in clerk.get("/calls/ring").text
    assert person("handler", unit="310115").get("/calls/ring").status_code == 403
    asked = person().get(f"/calls/ring?number={NUMBER}")
    assert asked.status_code == 302 and "/login" in asked.headers["Location"]


def test_a_call_that_rang_for_somebody_else_at_the_same_browser_is_not_shown(clerk, person):
    clerk.get(f"/calls/ring?number={NUMBER}")
    clerk.post("/logout")
    person("operator", unit="HO")
    clerk.post("/login", username="operator-HO", password=PASSWORD)
    assert "现在没有来电" in clerk.get("/calls/ring").text


def test_the_page_speaks_english(clerk, order):
    order()
    clerk.get("/language/en")
    page = clerk.get(f"/calls/ring?number={NUMBER}", follow_redirects=True).text
    assert "Earlier orders" in page and "此前" not in page
