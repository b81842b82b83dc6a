"""Trainings are entered for one's own units; a unit that errs on without one is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from engine import clock, errors
from engine.db import transaction
from engine.hotline import organisation, trainings
from engine.hotline.models import Defect
from engine.hotline.roles import Viewer

OFFICE = Viewer("he", "HO", frozenset({"coordinator"}))
DISTRICT = Viewer("she", "310104", frozenset({"operator"}))
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def units(app: Flask):
    with clock.virtual(NOW):
        organisation.seed()
        yield


def register(viewer: Viewer = OFFICE, accounts: dict[str, str] | None = None, **fields: Any) -> int:
    filled = {
        "topic": "办结报告怎么写", "held_on": "2026-11-10", "unit": "310104", "trainer": "热线办 李伟民", "rule": "R02",
        "people": "王芳", **fields,
    }  # fmt: skip
    return trainings.register(filled, viewer, accounts or {})


def defects(unit: str, rule: str, *days: date) -> None:
    with transaction() as session:
        for number, day in enumerate(days):
            session.add(
                Defect(
                    instance_id=int(unit) * 100 + int(rule[1:]), seq=number, number=0, matter_no="M", unit=unit,
                    kind="报告不规范", rule=rule, at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC),
                )
            )  # fmt: skip


def told(viewer: Viewer = OFFICE) -> list[tuple[str, str, int]]:
    return [(row.unit, row.rule, row.defects) for row in trainings.lacking(viewer)]


def test_people_are_kept_in_order_as_accounts_where_they_are_known() -> None:
    register(
        people="li-1\n王芳，赵敏、无名\n赵敏", accounts={"li-1": "李雷", "zhao": "赵敏", "w1": "王芳", "w2": "王芳"}
    )
    [row] = trainings.listed(OFFICE)
    assert [(t.person, t.account) for t in row.people] == [
        ("li-1", "li-1"), ("王芳", None), ("赵敏", "zhao"), ("无名", None),
    ]  # fmt: skip


def test_a_unit_enters_its_own_trainings_only_and_sees_only_those() -> None:
    register(DISTRICT)
    register(unit="310115")
    with pytest.raises(errors.FormInvalid) as refused:
        register(DISTRICT, unit="310115", people="", held_on="2026-12-01")
    assert set(refused.value.errors) == {"unit", "people", "held_on"}
    assert [row.training.unit for row in trainings.listed(DISTRICT)] == ["310104"]
    assert len(trainings.listed(OFFICE)) == 2
    assert trainings.listed(OFFICE, unit="310115", rule="R07") == []


def test_the_unit_with_the_most_defects_of_a_rule_stands_first_until_it_is_trained() -> None:
    day = date(2026, 11, 1)
    defects("310104", "R02", day, day, day)
    defects("310115", "R02", day, day)
    defects("310115", "R07", day)  # one is a slip
    assert told() == [("310104", "R02", 3), ("310115", "R02", 2)]
    assert told(DISTRICT) == [("310104", "R02", 3)]
    register(rule="R02", held_on="2026-11-10")
    assert told() == [("310115", "R02", 2)]


def test_a_training_against_another_rule_or_before_the_defects_does_not_count() -> None:
    defects("310104", "R02", date(2026, 11, 12), date(2026, 11, 13))
    register(rule="R07", held_on="2026-11-14")
    register(rule="R02", held_on="2026-11-11")
    [row] = trainings.lacking(OFFICE)
    assert (row.defects, row.trained_on) == (2, date(2026, 11, 11))


def test_defects_of_more_than_a_year_ago_are_forgotten() -> None:
    long_ago = (NOW - timedelta(days=400)).date()
    defects("310104", "R02", long_ago, long_ago)
    assert told() == []
    assert trainings.rules() == {"R02": "报告不规范"}
