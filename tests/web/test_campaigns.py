"""Campaigns on pages: the list, the report, the tags of an order, the register asked for one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine.db import db
from engine.hotline import campaigns, orders
from engine.hotline.models import Export

OILS = {"name": "非法加油点", "words": "加油点、黑加油车", "starts_on": "2020-01-01", "unit": "HO"}


@pytest.fixture
def office(person):
    return person("coordinator", unit="HO")


@pytest.fixture
def campaign(office) -> str:
    page = office.post("/campaigns/new", follow=True, **OILS).text
    return re.search(r"/campaigns/(\d+)/edit", page)[1]


def test_the_office_writes_campaigns_and_others_read_them(campaign, office, person):
    handler = person("handler", unit="310115")
    page = handler.get("/campaigns").text
    assert "非法加油点" in page and "加油点、黑加油车" in page and "新增专项" not in page
    assert handler.get("/campaigns/new").status_code == 403
    assert office.post("/campaigns/new", **OILS).status_code == 422  # the same name
    page = office.post(f"/campaigns/{campaign}/edit", follow=True, **{**OILS, "words": "柴油"}).text
    assert "标记词：柴油" in page


def test_an_order_tells_its_campaign_and_why_and_is_moved_by_hand(campaign, office, order):
    number = order("工地旁有黑加油车")
    place = f"/orders/{number}"
    assert f"/campaigns/{campaign}" in office.get(place).text and "黑加油车" in office.get(place).text
    assert f"/campaigns/{campaign}/remove" not in office.post(f"{place}/campaigns/{campaign}/remove", follow=True).text
    assert "手工归入" in office.post(f"{place}/campaigns", follow=True, campaign=campaign).text


def test_who_may_not_see_an_order_does_not_tag_it(campaign, order, person):
    number = order("退费")
    assert person("handler", unit="310151").post(f"/orders/{number}/campaigns", campaign=campaign).status_code == 404


def test_the_report_counts_and_the_register_shows_only_its_orders(app, campaign, office, order):
    tagged, other = order("这里有加油点", subject="有人卖油"), order("健身房退费")
    page = office.get(f"/campaigns/{campaign}").text
    assert "共 1 件" in page and "按单位" in page and "按周" in page and "尚无结果" in page
    register = office.get(f"/orders?campaign={campaign}").text
    assert tagged in register and other not in register and "清除条件" in register
    lines = office.get(f"/campaigns/{campaign}.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and tagged in lines[1] and "热线办" in lines[1]
    with app.app_context():
        assert [(e.kind, e.rows) for e in db.session.query(Export)] == [("campaign", 1)]


def test_without_orders_and_without_campaigns_the_pages_say_so(office, person):
    assert "还没有专项" in office.get("/campaigns").text
    page = office.post("/campaigns/new", follow=True, **OILS).text
    assert "还没有归入此专项的工单" in page
    assert office.get("/campaigns/99").status_code == 404
    assert person("admin").get("/campaigns").status_code == 403


def test_what_the_words_still_have_to_be_compared_with_is_told(app, office, order, monkeypatch):
    numbers = [order("这里有加油点") for _ in range(3)]
    monkeypatch.setattr(campaigns, "PAGE", 1)
    monkeypatch.setattr(orders, "GRACE", timedelta(0))
    page = office.post("/campaigns/new", follow=True, **OILS).text
    assert "已保存；其余已登记的工单（2 件）在后台逐批查看" in page and "还有 2 件" in page
    with app.app_context():
        campaigns.read_on()
    page = office.get(re.search(r"/campaigns/\d+", page)[0]).text
    assert "还有" not in page and f"共 {len(numbers)} 件" in page
