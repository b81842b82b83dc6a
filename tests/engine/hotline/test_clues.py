"""Clues are graded by the shipped table, for who may see the order, without a word of who complained."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from engine.clock import SHANGHAI
from engine.db import db, transaction
from engine.hotline import clues, exports, orders, organisation
from engine.hotline.incidents_mass.models import MassGroup, MassMember
from engine.hotline.models import Matter, Order
from engine.hotline.roles import Viewer

PROCESSES = Path(__file__).parents[3] / "processes"
OFFICE = Viewer("li", "HO", frozenset({"coordinator"}))
MAY = {"first": date(2026, 5, 1), "last": date(2026, 5, 31)}
Tipoff = Callable[..., str]


@pytest.fixture
def tipoff(app: Flask) -> Tipoff:
    """`tipoff(day=11, evidence="是", safety_tag=…)`: an order with one tip-off of it; the matter's number."""
    organisation.seed()

    def make(day: int = 11, *, evidence: str | None = None, unit: str = "310115", **fields: str) -> str:
        received = datetime(2026, 5, day, 9, tzinfo=SHANGHAI)
        said = {
            "content": "线索",
            "name": "张三丰",
            "phone": "13812345678",
            "received_at": received.isoformat(),
            **fields,
        }
        done = orders.register(said, source="12345", actor="li")
        with transaction() as session:
            session.add(
                Matter(
                    matter_no=f"{done.order_no}-R1",
                    order_no=done.order_no,
                    instance_id=done.order_id,
                    process="tipoff",
                    nature="举报",
                    unit=unit,
                    rule_version=121,
                    received_at=received,
                    dispatched_at=received,
                    state="in_progress",
                    clue_complete=evidence,
                )  # fmt: skip
            )
        return f"{done.order_no}-R1"

    return make


def found(viewer: Viewer = OFFICE, **asked: object) -> dict[str, clues.Clue]:
    return {clue.matter_no: clue for clue in clues.clues(viewer, PROCESSES, **MAY | asked)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "grade"),
    [
        ({"safety_tag": "食品药品", "evidence": "是"}, "A"),
        ({"safety_tag": "食品药品", "evidence": "否"}, "B"),
        ({"safety_tag": "食品药品"}, "B"),
        ({"evidence": "是"}, "B"),
        ({"evidence": "否"}, "C"),
        ({}, "C"),
    ],
)
def test_safety_and_evidence_grade_a_clue(tipoff: Tipoff, fields: dict[str, str], grade: str) -> None:
    number = tipoff(**fields)
    assert found()[number].grade == grade and found()[number].reason


def test_a_trader_that_is_named_again_weighs_more(tipoff: Tipoff) -> None:
    numbers = [tipoff(day, target_name="甲店", evidence="是") for day in range(10, 16)]
    other = tipoff(20, target_name="乙店", evidence="是")
    graded = found()
    assert [graded[number].repeats for number in numbers] == [0, 1, 2, 3, 4, 5]
    assert (graded[numbers[4]].grade, graded[numbers[5]].grade, graded[other].repeats) == ("B", "A", 0)


def test_many_people_weigh_more(tipoff: Tipoff) -> None:
    number = tipoff(target_name="丙店")
    with transaction() as session:
        at = datetime(2026, 5, 11, 9, tzinfo=SHANGHAI)
        session.query(MassMember).delete()
        session.add(MassGroup(id=77, label="丙店", opened_at=at, last_at=at, orders=11, words="{}"))
        session.flush()
        order_id = session.query(Order.id).scalar()
        for person in range(11):
            session.add(
                MassMember(
                    order_id=order_id + person,
                    group_id=77,
                    at=at,
                    claimant=bytes([person % 10] * 32),
                    subject="丙店",
                    unlinked_at=at if person == 10 else None,
                )  # fmt: skip
            )
    assert (found()[number].people, found()[number].grade) == (10, "A")


def test_the_gravest_come_first_and_the_span_and_the_filters_hold(tipoff: Tipoff) -> None:
    light, grave = tipoff(12), tipoff(11, safety_tag="特种设备", evidence="是", domain="特种设备")
    assert list(found()) == [grave, light]
    assert clues.counts(found().values()) == {"A": 1, "B": 0, "C": 1}
    assert list(found(domain="特种设备")) == [grave]
    assert list(found(unit="310104")) == []
    assert list(found(first=date(2026, 5, 12))) == [light]
    assert list(found(last=date(2026, 5, 11))) == [grave]


def test_a_unit_sees_its_own(tipoff: Tipoff) -> None:
    mine, _theirs = tipoff(unit="310115-01"), tipoff(unit="310104")
    assert list(found(Viewer("wu", "310115", frozenset({"leader"})))) == [mine]
    assert found(Viewer("wu", "310115", frozenset({"admin"}))) == {}


def test_a_changed_table_grades_the_next_page(tipoff: Tipoff, tmp_path: Path) -> None:
    number = tipoff()
    shutil.copytree(PROCESSES / "clues", tmp_path / "clues")
    table = tmp_path / "clues" / "grade.dmn"
    assert clues.clues(OFFICE, tmp_path, **MAY)[0].grade == "C"
    table.write_text(table.read_text(encoding="utf-8").replace('"C"', '"B"'), encoding="utf-8")
    [clue] = clues.clues(OFFICE, tmp_path, **MAY)
    assert (clue.matter_no, clue.grade) == (number, "B")


def test_nothing_of_the_person_is_in_a_clue(tipoff: Tipoff) -> None:
    tipoff(subject="门店短斤缺两，电话13812345678")
    assert "张三丰" not in repr(found()) and "13812345678" not in repr(found())


# -- files ---------------------------------------------------------------------------------------------------------


def test_a_file_holds_texts_and_no_formulas() -> None:
    rows = [("=1+1", 3, None, datetime(2026, 5, 11, 9, tzinfo=SHANGHAI))]
    [head, row] = csv.reader(io.StringIO(exports.csv_file("甲乙丙丁", rows).decode("utf-8-sig")))
    assert (head, row) == (["甲", "乙", "丙", "丁"], ["'=1+1", "3", "", "2026-05-11 09:00"])
    sheet = openpyxl.load_workbook(io.BytesIO(exports.workbook("甲乙丙丁", rows))).worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["=1+1", 3, "", "2026-05-11 09:00"]
    assert sheet["A2"].data_type == "s"


def test_an_export_is_recorded_with_its_filter(app: Flask) -> None:
    exports.note("li", "clues", "csv", rows=7, unit="310115", domain=None)
    [row] = exports.exports(person="li")
    assert (row.kind, row.form, row.rows, row.filter) == ("clues", "csv", 7, "unit=310115")
    assert exports.exports(person="wu") == [] == exports.exports(since=datetime(2999, 1, 1, tzinfo=SHANGHAI))
    db.session.rollback()
