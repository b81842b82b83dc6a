"""The roster's page: a week of a unit, shifts by hand and by file."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from engine import clock
from engine.hotline import duty, organisation

MONDAY = {"week": "2026-05-11"}
SHIFT = {"unit": "310115", "account": "handler-310115", "begins": "2026-05-12T09:00", "ends": "2026-05-12T17:30"}


@pytest.fixture
def head(person):
    person("handler", unit="310115")
    return person("operator", unit="310115")


def test_a_shift_is_entered_seen_by_all_and_taken_out(head, person):
    assert head.post("/duty", **SHIFT, topic="食品", rank="2").location == "/duty?unit=310115&week=2026-05-11"
    page = person("handler", unit="310101").get("/duty?unit=310115&week=2026-05-14").text
    assert "handler-310115 的姓名" in page and "09:00 – 17:30" in page and "食品" in page and "备班" in page
    assert "撤下" not in page
    assert person("operator", unit="310101").post("/duty/1/remove").status_code == 403
    assert head.post("/duty/1/remove").status_code == 303
    assert "09:00 – 17:30" not in head.get("/duty?unit=310115&week=2026-05-14").text


def test_ones_own_unit_comes_first_and_a_broken_address_is_forgiven(head):
    assert "浦东新区局" in head.get("/duty?week=never").text
    assert head.get("/duty?unit=NOWHERE").status_code == 200


@pytest.mark.parametrize("wrong", [{"account": "nobody"}, {"ends": "2026-05-12T08:00"}, {"begins": ""}, {"rank": "x"}])
def test_what_is_wrong_is_said(head, wrong):
    answer = head.post("/duty", **{**SHIFT, **MONDAY, **wrong})
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_nobody_enters_shifts_of_another_bureau(head, person):
    assert head.post("/duty", **{**SHIFT, "unit": "310101"}).status_code == 403
    assert person("handler", unit="310115").post("/duty", **SHIFT).status_code == 403


def test_a_file_is_taken_whole_or_not_at_all(app, head):
    def load(text: str):
        data = {"file": (BytesIO(text.encode("gb18030")), "roster.csv"), "csrf_token": head.token(), "unit": "310115"}
        return head.client.post("/duty/file", data=data | MONDAY, content_type="multipart/form-data")

    line = "310115,handler-310115,2026-05-12 09:00,2026-05-12 17:30"
    assert load(f"单位,人员,开始,结束\n{line}\n310115,nobody,2026-05-12 09:00,2026-05-12 17:30\n").status_code == 422
    assert load("单位\n310115\n").status_code == 422
    assert load(f"单位,人员,开始,结束\n{line.replace('310115,', '310101,', 1)}\n").status_code == 403
    assert "09:00" not in head.get("/duty?unit=310115&week=2026-05-11").text.split("<tbody>")[1].split("</tbody>")[0]
    assert load(f"单位,人员,开始,结束\n{line}\n").location == "/duty?unit=310115&week=2026-05-11"
    assert "09:00 – 17:30" in head.get("/duty?unit=310115&week=2026-05-11").text


def test_who_is_on_duty_now_is_told(app, head):
    assert "此刻没有排班" in head.get("/duty").text
    with app.app_context():
        now = clock.now()
        shift = duty.Shift("310115", "handler-310115", now - timedelta(hours=1), now + timedelta(hours=1))
        duty.enter([shift], people={"handler-310115"}, actor="admin")
        assert organisation.on_duty("310115", None, now) == ["handler-310115"]
    assert "此刻值班：handler-310115 的姓名" in head.get("/duty").text
