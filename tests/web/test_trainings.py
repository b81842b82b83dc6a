"""The register of trainings on pages."""

from __future__ import annotations

import pytest

from engine.clock import now
from engine.db import db, transaction
from engine.hotline.models import Defect, Export

HELD = {
    "topic": "办结报告怎么写", "held_on": "2026-05-10", "unit": "310104", "trainer": "李伟民", "rule": "R02",
    "people": "王芳\n=1+1",
}  # fmt: skip


@pytest.fixture
def flawed(app) -> None:
    """Three defects of rule R02 in 徐汇."""
    with app.app_context(), transaction() as session:
        for number in range(3):
            session.add(
                Defect(
                    instance_id=1, seq=1, number=number, matter_no="M", unit="310104", kind="报告不规范", rule="R02",
                    at=now(),
                )
            )  # fmt: skip


def test_a_unit_with_defects_and_no_training_leads_to_the_form_with_both_filled_in(flawed, person):
    office = person("coordinator", unit="HO")
    page = office.get("/trainings").text
    assert "需要培训的单位" in page and "/trainings/new?unit=310104&amp;rule=R02" in page
    form = office.get("/trainings/new?unit=310104&rule=R02").text
    assert 'selected value="310104"' in form and 'selected value="R02"' in form


def test_a_training_is_entered_listed_and_exported_and_the_export_is_recorded(app, flawed, person):
    office = person("coordinator", unit="HO")
    page = office.post("/trainings/new", follow=True, **HELD).text
    assert HELD["topic"] in page and "2 人" in page
    answer = office.get("/trainings.csv?unit=310104")
    assert answer.mimetype == "text/csv"
    [head, line] = answer.data.decode("utf-8-sig").splitlines()
    assert "参训人员" in head and "徐汇区局" in line and "王芳、=1+1" in line
    with app.app_context():
        assert [(e.person, e.kind, e.rows) for e in db.session.query(Export)] == [(office.username, "trainings", 1)]


def test_a_unit_enters_its_own_only_and_readers_none(flawed, person):
    district = person("operator", unit="310115")
    assert district.post("/trainings/new", **HELD).status_code == 422
    assert "需要培训的单位" not in district.get("/trainings").text
    handler = person("handler", unit="310104")
    assert 'href="/trainings"' in handler.get("/trainings").text
    assert handler.get("/trainings/new").status_code == 403
    assert person("admin").get("/trainings").status_code == 403


def test_what_is_wrong_comes_back_to_its_field(person):
    answer = person("coordinator", unit="HO").post("/trainings/new", topic="写报告", held_on="", unit="", rule="")
    assert answer.status_code == 422 and "请填写日期" in answer.text and "请选择单位" in answer.text
