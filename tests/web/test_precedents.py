"""The page of precedents: found by words, minutes only for who may see the order."""

from __future__ import annotations

import pytest

from engine.db import transaction
from engine.hotline.models import Order, Review
from tests.engine.hotline.test_projections import START


@pytest.fixture
def precedent(app, order) -> str:
    """A decided review about an order of the office, and an open one."""
    number = order()
    with app.app_context(), transaction() as session:
        order_id = session.query(Order.id).filter_by(order_no=number).scalar()
        common = {"matter_no": f"{number}-C1", "order_no": number, "opened_at": START}
        session.add_all(
            [
                Review(
                    instance_id=order_id, state="decided", question="关门健身房由谁承办", line="由经营地区局承办",
                    basis="第13条", tags="预付卡 管辖", owner="310104", minutes="三家到会", trigger="二次退单",
                    decided_at=START, **common,
                ),
                Review(instance_id=order_id + 1, state="open", question="网店住所不明由谁承办", **common),
            ]
        )  # fmt: skip
    return number


def test_a_precedent_is_found_by_its_words_and_read_by_everybody(precedent: str, person):
    handler = person("handler", unit="310151")
    page = handler.get("/precedents?q=经营地 预付卡").text
    assert "由经营地区局承办" in page and "徐汇区局" in page and "第13条" in page
    assert "三家到会" not in page and f"/orders/{precedent}" not in page  # the order is not theirs
    assert "没有符合条件的口径" in handler.get("/precedents?q=广告").text


def test_who_may_see_the_order_reads_the_minutes_and_sees_open_reviews(precedent: str, person):
    office = person("coordinator", unit="HO")
    assert "三家到会" in office.get("/precedents").text
    assert "网店住所不明" in office.get("/precedents?state=open").text
    assert "网店住所不明" not in person("handler", unit="310151").get("/precedents?state=open").text


def test_without_any_the_page_says_so_and_the_navigation_leads_to_it(person):
    page = person("handler", unit="310151").get("/precedents").text
    assert "还没有会商定下的口径" in page and 'href="/precedents"' in page
    assert person("admin").get("/precedents").status_code == 403
