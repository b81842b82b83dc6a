"""Posts with their days: who leads, who spoke for a unit before, who is in the leading group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask

from engine import clock, errors
from engine.clock import SHANGHAI
from engine.hotline import organisation, posts

JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    organisation.seed()
    with clock.virtual(datetime(2026, 5, 11, 10, tzinfo=SHANGHAI)):
        yield


def appoint(kind: str, person: str, since: date = JANUARY, unit: str = "310104", **more: str) -> None:
    posts.appoint(unit, kind, person, since, actor="admin", **more)


def test_a_new_chief_ends_the_one_before_and_both_are_kept() -> None:
    appoint("chief", "陈建国")
    appoint("chief", "林晓燕", MARCH)
    assert [row.person for row in posts.held("310104")] == ["林晓燕"]
    [before] = posts.past("310104")
    assert (before.person, before.until) == ("陈建国", date(2026, 2, 28))
    assert [row.person for row in posts.held("310104", date(2026, 2, 1))][0] == "陈建国"


def test_there_may_be_two_liaisons_and_one_leaves() -> None:
    appoint("liaison", "陈建国")
    appoint("liaison", "林晓燕", MARCH, phone="021-12345678")
    [first, second] = posts.held("310104")
    posts.end(first.id, date(2026, 4, 30), actor="admin")
    assert [(unit.code, row.person, row.phone) for unit, row in posts.liaisons()] == [
        ("310104", second.person, "021-12345678")
    ]
    with pytest.raises(errors.NotFound):
        posts.end(first.id, date(2026, 4, 30), actor="admin")
    with pytest.raises(errors.FormInvalid):
        posts.end(second.id, JANUARY, actor="admin")


def test_the_directory_is_searched_by_unit_or_person_and_knows_no_future_ones() -> None:
    appoint("liaison", "陈建国")
    appoint("liaison", "林晓燕", unit="310101")
    appoint("liaison", "黄文杰", date(2026, 6, 1), unit="310105")
    assert [row.person for _unit, row in posts.liaisons()] == ["林晓燕", "陈建国"]
    assert [row.person for _unit, row in posts.liaisons("徐汇")] == ["陈建国"]
    assert [row.person for _unit, row in posts.liaisons("林晓燕")] == ["林晓燕"]


def test_the_leading_group_is_the_city_bureaus() -> None:
    appoint("group_head", "陈建国", unit="SH")
    with pytest.raises(errors.FormInvalid):
        appoint("group_head", "陈建国")
    assert "group_head" not in posts.kinds("310104")


def test_what_a_unit_lacks_is_told() -> None:
    appoint("chief", "陈建国")
    assert posts.lacking({"310104", "310101"}) == {
        "310104": ["deputy", "liaison", "operator"],
        "310101": ["chief", "deputy", "liaison", "operator"],
    }


@pytest.mark.parametrize(("kind", "person"), [("king", "陈建国"), ("chief", " ")])
def test_a_post_needs_a_kind_and_a_name(kind: str, person: str) -> None:
    with pytest.raises(errors.FormInvalid):
        appoint(kind, person)


def test_nobody_follows_before_the_one_before_began() -> None:
    appoint("chief", "陈建国", MARCH)
    with pytest.raises(errors.FormInvalid):
        appoint("chief", "林晓燕", JANUARY)
    with pytest.raises(errors.NotFound):
        appoint("chief", "林晓燕", unit="NOWHERE")
