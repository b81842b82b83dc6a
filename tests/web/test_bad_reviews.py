"""A bad review comes by the API and is found on its page."""

from __future__ import annotations

import pytest
from flask import Flask

from engine import definitions
from engine.hotline.models import Order
from tests.processes import play
from web import accounts

REVIEW = {
    "item": "企业开办",
    "channel": "窗口",
    "stars": 1,
    "text": "排队两小时",
    "name": "李四",
    "phone": "13900139000",
}


@pytest.fixture
def send(app: Flask, person):
    """Send a bad review as 一网通办 does."""
    person("coordinator", unit="HO")
    with app.app_context():
        files = definitions.read_bundle(play.ROOT / "processes" / "bad_review", play.ROOT / "forms")
        definitions.deploy(files, author="ann")
        token = accounts.issue_token("coordinator-HO", "一网通办")

    def post(**change):
        body = {"name": "review.bad", "correlation": "R-1", "payload": REVIEW | change}
        return app.test_client().post("/api/v1/messages", json=body, headers={"Authorization": f"Bearer {token}"})

    return post


def test_a_bad_review_becomes_an_order_with_a_matter_of_its_nature(app: Flask, send, person):
    answer = send()
    assert answer.status_code == 200 and len(answer.json["started"]) == 1
    assert send().json["started"] == []  # the same number again
    coordinator = person("coordinator", unit="HO")
    page = coordinator.get("/bad-reviews").text
    assert "企业开办" in page and "窗口" in page and "办理中" in page and "李四" not in page
    with app.app_context():
        [order] = Order.query.all()
    page = coordinator.get(f"/orders/{order.order_no}").text
    assert "差评" in page and "差评当日联系" not in page and "差评办结" in page and "13900139000" not in page


def test_a_good_review_is_no_order(app: Flask, send):
    answer = send(stars=5)
    assert answer.status_code == 422 and "stars" in answer.json["errors"]
    with app.app_context():
        assert Order.query.count() == 0
