"""The five old lines: an order keeps which one it came by, and its class there becomes ours by a table."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select

from engine import errors
from engine.db import db
from engine.hotline import clues, old_lines, orders, queries
from engine.hotline.models import Order
from engine.hotline.roles import Viewer
from tests.engine.hotline.conftest import Intake

OFFICE = Viewer("li", "HO", frozenset({"coordinator"}))


def only() -> Order:
    return db.session.scalars(select(Order)).one()


def test_every_class_of_the_table_has_a_line_a_field_and_its_source() -> None:
    found = old_lines.topics()
    assert {topic.line for topic in found} == set(old_lines.LINES)
    assert {topic.domain for topic in found} <= set(clues.DOMAINS)
    assert all(topic.category and topic.source for topic in found)
    assert len({(topic.line, topic.code) for topic in found}) == len(found) == len({(t.line, t.name) for t in found})


@pytest.mark.parametrize("said", ["12331", "12331热线", "食品药品", " 1 2331"])
def test_a_line_is_known_by_its_number_and_its_name(said: str) -> None:
    assert old_lines.line_of(said) == "12331"


@pytest.mark.parametrize("said", ["S03", "s03 ", "餐饮服务"])
def test_a_class_becomes_ours_by_code_or_name(intake: Intake, said: str) -> None:
    orders.register({"content": "饭店后厨有老鼠", "line": "12331", "line_code": said}, source="transfer", actor="li")
    order = only()
    assert (order.line, order.line_code, order.category, order.domain) == ("12331", said.strip(), "食品/餐饮", "食品")


def test_what_the_order_says_itself_stands(intake: Intake) -> None:
    fields = {"content": "甲", "line": "12358", "line_code": "J02", "domain": "消费权益"}
    orders.register(fields, source="import", actor="li")
    assert (only().domain, only().category) == ("消费权益", "价格/价格欺诈")


def test_an_order_of_12315_came_by_12315(intake: Intake) -> None:
    orders.register({"content": "甲"}, source="12315", actor="li")
    assert only().line == "12315"


def test_an_unknown_line_is_refused_with_those_there_are(app: Flask) -> None:
    with pytest.raises(errors.FormInvalid) as refused:
        orders.register({"content": "甲", "line": "12369"}, source="import", actor="li")
    assert "12358" in refused.value.errors["line"][0]


def test_a_file_of_an_old_line_is_read_and_unknown_classes_are_named(intake: Intake) -> None:
    file = "编号,内容,原热线,原分类代码\n1,缺斤短两,12365,Z03\n2,甲,12365,Z99\n3,乙,12365,Z99\n4,丙,,J01\n"
    report = orders.import_file(io.BytesIO(file.encode()), source="import", actor="li")
    assert (report.new, report.bad, report.ignored) == (4, [], [])
    [warning] = report.warnings
    assert "12365 Z99（2 行）" in warning and "未注明热线 J01（1 行）" in warning and "Z03" not in warning
    domains = db.session.scalars(select(Order.domain).order_by(Order.id)).all()
    assert domains == ["计量", None, None, None]


def test_the_register_is_filtered_by_line(intake: Intake, app: Flask) -> None:
    for number, line in enumerate(("12331", "12358", None)):
        orders.register({"content": "甲", "line": line, "ext_no": str(number)}, source="import", actor="li")
    assert len(queries.register(OFFICE, line="12358").rows) == 1
    assert len(queries.register(OFFICE).rows) == 3
