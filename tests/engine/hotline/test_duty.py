"""The roster: who is on duty for what, files of it, and what diagrams are told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from engine import clock, errors, registry
from engine.clock import SHANGHAI
from engine.hotline import duty, organisation, substitutes
from engine.hotline.duty import Shift

MONDAY = date(2026, 5, 11)
PEOPLE = {"li", "wu", "wang"}


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=SHANGHAI)


def shift(who: str, begin: datetime, end: datetime, **more: object) -> Shift:
    return Shift("HO", who, clock.aware(begin), clock.aware(end), **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def units(app: Flask) -> None:
    organisation.seed()


def enter(*shifts: Shift) -> int:
    return duty.enter(shifts, people=PEOPLE, actor="admin")


def test_who_is_on_duty_is_who_the_roster_names_at_that_instant() -> None:
    enter(shift("li", at(11, 9), at(11, 17)), shift("wu", at(11, 17), at(12, 9)))
    asked = [(at(11, 8), []), (at(11, 9), ["li"]), (at(11, 17), ["wu"]), (at(12, 8), ["wu"]), (at(12, 9), [])]
    for instant, expected in asked:
        assert organisation.on_duty("HO", None, instant) == expected
    assert organisation.on_duty("BIZ-SP", None, at(11, 10)) == []


def test_who_knows_the_topic_is_called_first_then_by_rank() -> None:
    enter(
        shift("li", at(11, 9), at(11, 17), rank=2),
        shift("wu", at(11, 9), at(11, 17)),
        shift("wang", at(11, 9), at(11, 17), topic="食品"),
    )
    assert organisation.on_duty("HO", "食品", at(11, 10)) == ["wang", "wu", "li"]
    assert organisation.on_duty("HO", "价格", at(11, 10)) == ["wu", "li"]
    assert organisation.on_duty("HO", None, at(11, 10)) == ["wu", "li"]


def test_for_who_is_away_comes_who_stands_in() -> None:
    enter(shift("li", at(11, 9), at(11, 17)), shift("wu", at(11, 9), at(11, 17), rank=2))
    with clock.virtual(at(11, 8)):
        substitutes.appoint("li", "wu", MONDAY, MONDAY, actor="li")
    assert organisation.on_duty("HO", None, at(11, 10)) == ["wu"]


def test_a_diagram_asks_by_name() -> None:
    ask = registry.FUNCTIONS["on_duty"].call
    enter(shift("li", at(11, 9), at(11, 17)))
    with clock.virtual(at(11, 10)):
        assert ask("HO") == ask("HO", "食品") == ["li"]
    with clock.virtual(at(11, 18)):
        assert ask("HO") == []


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (shift("nobody", at(11, 9), at(11, 17)), "1.account"),
        (shift("li", at(11, 17), at(11, 9)), "1.ends"),
        (shift("li", at(11, 9), at(20, 9)), "1.ends"),
        (shift("li", at(11, 9), at(11, 17), rank=0), "1.rank"),
        (Shift("NOWHERE", "li", at(11, 9), at(11, 17)), "1.unit"),
    ],
)
def test_a_bad_shift_is_refused_and_none_of_the_others_is_entered(bad: Shift, field: str) -> None:
    with pytest.raises(errors.FormInvalid) as refused:
        enter(bad, shift("wu", at(11, 9), at(11, 17)))
    assert set(refused.value.errors) == {field}
    assert organisation.on_duty("HO", None, at(11, 10)) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_taken_and_the_same_again_changes_nothing(encoding: str) -> None:
    lines = ("HO,li,2026/05/11 09:00,2026-05-11 17:00,,", "HO,wu,2026-05-11 09:00,2026-05-11 17:00,食品,2", "", "")
    text = "\n".join(("单位,人员,开始,结束,主题,顺序", *lines))
    shifts = duty.read(text.encode(encoding))
    assert (enter(*shifts), enter(*shifts)) == (2, 0)
    assert organisation.on_duty("HO", "食品", at(11, 10)) == ["wu", "li"]
    assert enter(*duty.read(text.replace("17:00,,", "18:00,,").encode(encoding))) == 1  # longer now, not a second one
    assert organisation.on_duty("HO", None, at(11, 17)) == ["li"]


@pytest.mark.parametrize("text", ["单位,人员\nHO,li\n", "unit,account,begins,ends\nHO,li,morgen,2026-05-11 17:00\n"])
def test_a_file_without_columns_or_times_is_refused(text: str) -> None:
    with pytest.raises(errors.FormInvalid):
        duty.read(text.encode())


def test_a_bad_line_is_called_by_its_number_in_the_file() -> None:
    with pytest.raises(errors.FormInvalid) as refused:
        duty.read("单位,人员,开始,结束\n\n\nHO,li,morgen,2026-05-11 17:00\n".encode())
    assert [text[:5] for text in refused.value.errors["4"]] == ["第 4 行"]


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(errors.FormInvalid) as refused:
        duty.read("单位,人员,开始,结束\n".encode() + b"HO,\xff\xfe\xff,2026-05-11 09:00,2026-05-11 17:00\n")
    assert refused.value.errors == {"file": ["文件不是文本"]}


def test_a_week_has_its_shifts_and_its_gaps() -> None:
    enter(
        shift("li", at(10, 20), at(12, 9)),
        shift("wu", at(12, 9), at(17, 12)),
        shift("wang", at(17, 12), at(18, 12), topic="食品"),
    )
    days = duty.week("HO", MONDAY)
    assert [[each.account for each in shifts] for _day, shifts in days] == [
        ["li"], ["li", "wu"], ["wu"], ["wu"], ["wu"], ["wu"], ["wu", "wang"],
    ]  # fmt: skip
    assert duty.gaps("HO", MONDAY) == [(at(17, 12), at(18, 0))]  # food alone is not everything
    [number] = {each.id for _day, shifts in days for each in shifts if each.account == "wu"}
    duty.remove(number)
    assert duty.gaps("HO", MONDAY) == [(at(12, 9), at(18, 0))]
    with pytest.raises(errors.NotFound):
        duty.remove(number)


def test_the_roster_is_told_who_is_away() -> None:
    with clock.virtual(at(11, 8)):
        substitutes.appoint("li", "wu", MONDAY + timedelta(days=2), MONDAY + timedelta(days=3), actor="li")
    assert set(duty.away({"li", "wang"}, MONDAY)) == {"li"}
    assert duty.away({"li"}, MONDAY + timedelta(days=7)) == {}
