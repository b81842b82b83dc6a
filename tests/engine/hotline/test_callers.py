"""Who rings: earlier orders of a number, masked; looking is recorded, and nobody sees what is not theirs."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from engine.hotline import callers, orders, organisation, readings
from engine.hotline.roles import Viewer

CLERK = Viewer("wang", "HO", frozenset({"clerk"}))
NUMBER = "13800138000"


@pytest.fixture(autouse=True)
def units(app: Flask) -> None:
    organisation.seed()


def arrive(content: str, **fields: Any) -> str:
    filled = {"content": content, "name": "张三丰", "phone": NUMBER, **fields}
    return orders.register(filled, source="12345", actor="wang").order_no


def test_a_known_number_tells_its_orders_the_newest_first_masked_and_however_it_is_written() -> None:
    first, second = arrive("退款", received_at="2026-05-11 09:00"), arrive("退货", received_at="2026-05-12 09:00")
    arrive("别人", phone="13900139000")
    found = callers.caller("+86 138-0013-8000", CLERK)
    assert found is not None
    assert [row.order_no for row in found.orders] == [second, first]
    assert (found.name, found.count, found.open) == ("张**", 2, 2)
    assert found.number.endswith("8000") and "0013" not in found.number


def test_looking_is_recorded_for_each_order_that_is_shown() -> None:
    arrive("退款"), arrive("退货")
    callers.caller(NUMBER, CLERK)
    assert [(r.person, r.fields, r.reason) for r in readings.readings()] == [("wang", "phone", "来电弹屏")] * 2
    callers.caller("13900139000", CLERK)  # nobody's: nothing was read
    assert len(readings.readings()) == 2


def test_who_may_not_know_of_an_order_does_not_learn_of_it_by_ringing() -> None:
    arrive("退款")
    found = callers.caller(NUMBER, Viewer("it", "310151", frozenset({"operator"})))
    assert found is not None and (found.orders, found.name, found.count) == ([], None, 0)
    assert readings.readings() == []


def test_what_is_no_number_is_nobody() -> None:
    assert callers.caller("anonymous", CLERK) is None and callers.caller("12", CLERK) is None
