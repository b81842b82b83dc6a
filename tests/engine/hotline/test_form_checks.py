"""What a form cannot check by itself."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.hotline import form_checks, orders


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
