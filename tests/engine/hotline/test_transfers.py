"""The record of three-party calls: what counts as answered, and that a repeated job counts once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine.db import db
from engine.hotline import transfers
from engine.hotline.models import TransferCall

BUSY = {"unit": "BIZ-SP", "state": "未接", "reason": "占线"}
SILENT = {"unit": "HO", "state": "无人接听", "reason": "无人接听"}
ANSWERED = {"unit": "BIZ-XF", "state": "接通", "reason": None}


@pytest.mark.parametrize(
    ("rings", "unit", "said"),
    [
        ([BUSY, ANSWERED], "BIZ-XF", (True, "BIZ-XF", 2, None)),
        ([BUSY, SILENT], None, (False, "HO", 2, "无人接听")),
        (None, None, (False, None, 0, "市民挂断")),
    ],
)
def test_an_attempt_is_kept_once_with_how_it_went(
    app: Flask, rings: Any, unit: str | None, said: tuple[bool, str | None, int, str | None]
) -> None:
    payload = {"order_no": "SH20260511-000001", "topic": "食品", "unit": unit, "rings": rings, "result": None}
    for _ in range(2):
        transfers.record(payload, 7)
    [row] = db.session.scalars(select(TransferCall))
    assert (row.answered, row.unit, row.rings, row.reason) == said
