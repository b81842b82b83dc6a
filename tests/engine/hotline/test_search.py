from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text

from engine.db import db
from engine.hotline import orders, search
from engine.hotline.models import Order

RECEIVED = "2026-05-11T09:00:00+08:00"
SUBJECTS = ("商家拒绝退款", "预付卡退款难", "100% 退款保证_虚假", "ABC 牌电梯停运")


@pytest.fixture
def numbers(app: Flask) -> list[str]:
    many = [{"ext_no": f"城-{n}", "subject": s, "content": s, "received_at": RECEIVED} for n, s in enumerate(SUBJECTS)]
    return [each.order_no for each in orders.register_all(many, source="12345", actor="ann")]


def found(word: str) -> list[str]:
    return list(db.session.scalars(select(Order.order_no).where(search.holds(word)).order_by(Order.id)))


def test_words_are_found_wherever_they_stand(numbers: list[str]) -> None:
    assert found("退款") == numbers[:3]
    assert found("款") == numbers[:3]  # one character is no piece, and is found all the same
    assert found("拒绝退款") == numbers[:1]
    assert found("abc") == found("ABC 牌") == numbers[3:]
    assert found("城-2") == numbers[2:3]
    assert found(numbers[1]) == numbers[1:2]
    assert found("退款电梯") == []


def test_what_looks_like_a_pattern_is_none(numbers: list[str]) -> None:
    assert found("0%") == found("证_") == numbers[2:3]
    assert found("退_") == found("%%") == []


def test_postgresql_looks_by_index(numbers: list[str]) -> None:
    if db.session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite looks at every order")
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    query = select(Order.id).where(search.holds("退款")).compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = "\n".join(db.session.scalars(text("EXPLAIN " + str(query).replace(":", "\\:"))))
    assert "ix_work_order_pieces" in plan
