"""The history in words: what was filled in as the form says it, and how long a clock was extended."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.hotline import organisation
from web import words

FORMS = Path(__file__).parents[2] / "forms"


def told(form: str, **values) -> dict[str, str]:
    found: dict[str, words.Field] = {}
    words._collect(json.loads((FORMS / f"{form}.json").read_text(encoding="utf-8"))["components"], found)
    return dict(words._answers(SimpleNamespace(said={"values": values}), found))


@pytest.fixture(autouse=True)
def _page(app):
    with app.test_request_context():
        organisation.seed()
        yield


def test_a_time_that_was_filled_in_is_told_on_the_wall_of_shanghai():
    said = told("complaint/first_contact", contact_at="2026-05-11T01:18:00Z", contact_tries=3)
    assert said == {"最近一次联系": "2026-05-11 09:18", "联系次数": "3"}
    assert told("joint_review/record_minutes", review_deadline="2026-06-01") == {"办理期限": "2026-06-01"}
    assert told("joint_review/hold_meeting", meeting_at="2026-05-11T10:00:00+08:00") == {"会议时间": "2026-05-11 10:00"}


def test_a_choice_is_told_by_its_label_and_a_unit_by_its_name():
    said = told("complaint/sign", return_reason="23", proposed_unit="310115")
    assert said == {"退单理由": "23 非本单位辖区", "建议承办单位": "浦东新区局"}
    field = words.Field("改派单位", "select", {})
    assert words._said(["310115", "BIZ-SP"], field) == "浦东新区局、食品安全处"


def test_numbers_of_people_stay_masked():
    assert "13700137000" not in told("complaint/first_contact", contact_note="打了 13700137000")["联系情况"]


def test_an_extension_says_by_what_it_is_counted():
    assert words._longer("C03", 15) == "+15 个工作日"
    assert words._longer("C99", 15) == "+15"
