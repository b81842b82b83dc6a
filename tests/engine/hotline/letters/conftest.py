"""An order with a complaint and one with a tip-off, as intake leaves them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from engine import clock
from engine.db import transaction
from engine.hotline import orders, organisation
from engine.hotline.models import Matter

NOW = datetime(2026, 5, 12, 2, tzinfo=UTC)
ORDER = {
    "content": "买的电水壶漏水，请联系13800138000", "subject": "电水壶漏水", "request": "退款", "name": "张三丰",
    "phone": "13800138000", "address": "南京西路100号", "target_name": "好水商店", "target_address": "福州路9号",
    "received_at": "2026-05-11 09:00",
}  # fmt: skip

MakeMatter = Callable[..., str]


@pytest.fixture
def matter(app: Flask, intake: object) -> MakeMatter:
    """`matter("投诉", unit="310115")`: an order with one matter; the matter's number."""
    organisation.seed()

    def make(nature: str = "投诉", *, unit: str = "310115", rule_version: int = 121, **fields: str) -> str:
        registered = orders.register({**ORDER, **fields}, source="12345", actor="li")
        number = f"{registered.order_no}-{'R' if nature == '举报' else 'C'}1"
        with transaction() as session:
            session.add(
                Matter(
                    matter_no=number, order_no=registered.order_no, instance_id=registered.order_id,
                    process="complaint", nature=nature, unit=unit, rule_version=rule_version,
                    received_at=NOW, dispatched_at=NOW, state="in_progress",
                )
            )  # fmt: skip
        return number

    with clock.virtual(NOW):
        yield make  # type: ignore[misc]
