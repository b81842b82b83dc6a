"""A form of the office is read as a whole: every field that is wrong is told, in both languages."""

from __future__ import annotations

import pytest
from flask import Flask

from engine import errors
from engine.hotline import organisation
from engine.hotline.roles import Viewer
from engine.hotline.sheets import Sheet, keeps

OFFICE = Viewer("he", "HO", frozenset({"coordinator"}))
DISTRICT = Viewer("she", "310104", frozenset({"operator"}))


@pytest.fixture(autouse=True)
def units(app: Flask) -> None:
    organisation.seed()


def test_all_that_is_wrong_is_told_at_once_in_both_languages() -> None:
    sheet = Sheet({"title": "", "body": "请拨13800138000", "note": "x" * 9, "day": "昨天", "unit": "310115"})
    sheet.text("title", 10, needed=True)
    sheet.text("body", 100)
    sheet.text("note", 5)
    sheet.day("day")
    sheet.day("until", needed=True)
    sheet.unit("unit", DISTRICT)
    with pytest.raises(errors.FormInvalid) as refused:
        sheet.done()
    assert set(refused.value.errors) == {"title", "body", "note", "day", "until", "unit"}
    assert set(refused.value.en) == set(refused.value.errors)
    assert refused.value.errors != refused.value.en


def test_words_are_parted_by_any_comma_and_kept_once() -> None:
    assert Sheet({"tags": " 加油 、柴油，加油;油罐 "}).words("tags", 50) == "加油 柴油 油罐"
    assert Sheet({}).words("tags", 50) is None


def test_numbers_of_offices_may_stand_in_a_text() -> None:
    sheet = Sheet({"body": "咨询 12315 或 021-64220000"})
    assert sheet.text("body", 50) == "咨询 12315 或 021-64220000"
    sheet.done()


def test_the_office_keeps_every_list_and_a_unit_its_own_and_those_below() -> None:
    assert keeps(OFFICE, "310115") and keeps(OFFICE, None)
    assert keeps(DISTRICT, "310104") and keeps(DISTRICT, "310104-01")
    assert not keeps(DISTRICT, "310115") and not keeps(DISTRICT, None) and not keeps(DISTRICT, "nowhere")
