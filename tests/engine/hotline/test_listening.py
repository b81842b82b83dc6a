"""The mode of listening decides which office takes an order in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask

from engine import clock, errors
from engine.clock import SHANGHAI
from engine.db import db
from engine.hotline import listening, orders, organisation, unit_files
from engine.hotline.models import Order

PREFECTURES = b"""code,name,short,level,parent,kind,district,always_on,active
3301,Hangzhou,\xe6\x9d\xad\xe5\xb7\x9e,3,SH,bureau,,0,1
HZO,Hangzhou office,\xe6\x9d\xad\xe5\xb7\x9e\xe7\x83\xad\xe7\xba\xbf\xe5\x8a\x9e,3,3301,office,,1,1
330106,Xihu,\xe8\xa5\xbf\xe6\xb9\x96,4,3301,district,330106,0,1
"""
TODAY = date(2026, 5, 11)


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    organisation.seed()
    with clock.virtual(datetime(2026, 5, 11, 10, tzinfo=SHANGHAI)):
        yield


def receiver(district: str | None) -> str:
    given = {"content": "办卡后店铺关门", "subject": "退费", "received_at": clock.now(), "district": district}
    number = orders.register({k: v for k, v in given.items() if v}, source="12345", actor="clerk").order_no
    return db.session.query(Order).filter_by(order_no=number).one().unit


def test_the_province_answers_for_all_until_something_else_is_entered() -> None:
    assert (listening.mode(TODAY), receiver("310104"), receiver(None)) == ("province", "HO", "HO")


def test_in_the_prefectures_mode_each_answers_for_its_districts() -> None:
    unit_files.load(PREFECTURES)
    assert listening.answers("330106", TODAY) == "HO"
    listening.enter(TODAY, "prefecture", "沪市监〔2026〕1号", actor="admin")
    assert listening.answers("330106", TODAY) == "HZO"
    assert listening.answers(None, TODAY) == "HO"
    assert receiver("310104") == "HO"  # a municipality has no prefectures: the next level above answers


def test_a_mode_holds_from_its_day_and_what_was_before_is_kept() -> None:
    listening.enter(date(2026, 6, 1), "prefecture", "沪市监〔2026〕1号", actor="admin")
    listening.enter(date(2026, 9, 1), "province", "沪市监〔2026〕2号", actor="admin")
    modes = [listening.mode(day) for day in (TODAY, date(2026, 6, 1), date(2026, 8, 31), date(2026, 9, 1))]
    assert modes == ["province", "prefecture", "prefecture", "province"]
    assert [row.source for row in listening.history()] == ["沪市监〔2026〕2号", "沪市监〔2026〕1号"]


@pytest.mark.parametrize(
    ("since", "mode", "source", "field"),
    [
        (date(2026, 5, 10), "province", "沪市监〔2026〕1号", "since"),
        (TODAY, "county", "沪市监〔2026〕1号", "mode"),  # counties have no line of their own
        (TODAY, "province", " ", "source"),
    ],
)
def test_what_cannot_be_is_refused(since: date, mode: str, source: str, field: str) -> None:
    with pytest.raises(errors.FormInvalid) as refused:
        listening.enter(since, mode, source, actor="admin")
    assert set(refused.value.errors) == {field}
