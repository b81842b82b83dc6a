"""Standing in for a colleague: which days, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask

from engine import clock, errors
from engine.clock import SHANGHAI
from engine.hotline import substitutes


def day(number: int) -> date:
    return date(2026, 5, number)


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    with clock.virtual(datetime(2026, 5, 11, 10, tzinfo=SHANGHAI)):
        yield


def test_it_holds_from_the_first_day_to_the_last() -> None:
    substitutes.appoint("li", "wu", day(11), day(13), reason="年休假", actor="li")
    for number, expected in [(11, ["li"]), (13, ["li"]), (14, [])]:
        with clock.virtual(datetime(2026, 5, number, 23, 59, tzinfo=SHANGHAI)):
            assert substitutes.stands_for("wu") == expected
    assert substitutes.stands_for("li") == []


def test_who_is_back_ends_it() -> None:
    row = substitutes.appoint("li", "wu", day(11), day(13), actor="li")
    substitutes.end(row.id, actor="li")
    assert substitutes.stands_for("wu") == []
    assert substitutes.one(row.id).ended_by == "li"
    with pytest.raises(errors.NotFound):
        substitutes.end(row.id, actor="li")


@pytest.mark.parametrize(
    ("absent", "substitute", "first", "last", "field"),
    [
        ("li", "li", 12, 13, "substitute"),
        ("li", "wu", 13, 12, "last"),
        ("li", "wu", 1, 10, "last"),  # over
        ("he", "wu", 13, 14, "first"),  # has somebody already
        ("wu", "he", 12, 12, "substitute"),  # is away as well
        ("sun", "wu", 12, 12, None),  # one may stand in for two
        ("zhu", "li", 12, 12, "absent"),  # stands in for somebody
        ("sun", "he", 12, 12, "substitute"),
    ],
)
def test_what_cannot_be_is_refused(absent: str, substitute: str, first: int, last: int, field: str | None) -> None:
    substitutes.appoint("he", "zhu", day(12), day(13), actor="admin")
    if field is None:
        substitutes.appoint(absent, substitute, day(first), day(last), actor="admin")
        return
    with pytest.raises(errors.FormInvalid) as refused:
        substitutes.appoint(absent, substitute, day(first), day(last), actor="admin")
    assert field in refused.value.errors


def test_nobody_who_stands_in_goes_away_on_these_days() -> None:
    substitutes.appoint("li", "wu", day(12), day(13), actor="li")
    with pytest.raises(errors.FormInvalid) as refused:
        substitutes.appoint("wu", "he", day(13), day(14), actor="wu")
    assert set(refused.value.errors) == {"absent"}


def test_three_months_are_no_leave() -> None:
    with pytest.raises(errors.FormInvalid):
        substitutes.appoint("li", "wu", day(12), date(2026, 9, 1), actor="li")


def test_the_list_is_everybodys_or_of_some() -> None:
    substitutes.appoint("li", "wu", day(12), day(13), actor="li")
    substitutes.appoint("he", "sun", day(20), day(21), actor="he")
    assert [row.absent for row in substitutes.listed()] == ["he", "li"]
    assert [row.absent for row in substitutes.listed({"wu"})] == ["li"]
