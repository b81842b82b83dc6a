"""Opinions are counted as the office's rule says; decisions can be found again as precedents."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from engine import feel
from engine.db import transaction
from engine.hotline import casefile, orders, reviews
from engine.hotline.models import Matter, Review
from engine.hotline.reviews import tally, unit_name
from engine.hotline.roles import Viewer
from tests.engine.hotline.test_projections import START


def opinions(votes: str) -> list[dict[str, str]]:
    stances = {"a": reviews.A, "b": reviews.B, "-": reviews.ABSTAIN, "r": reviews.RECUSED}
    return [{"unit": "310104", "stance": stances[vote]} for vote in votes]


@pytest.mark.parametrize(
    ("votes", "invited", "decided", "majority"),
    [
        ("", 3, False, False),
        ("a", 3, False, False),  # one of three is no quorum
        ("aa", 3, True, True),  # the third cannot turn it
        ("ab", 3, False, False),
        ("aa", 5, False, False),  # quorum of five is four
        ("aaa", 5, False, False),  # more than half of five, but no quorum
        ("aaab", 5, True, True),
        ("aab-", 5, False, True),  # most of those given agree, the fifth could still turn it
        ("aab-b", 5, False, False),
        ("arr", 3, True, True),  # who recuses is not counted as invited
        ("rrr", 3, False, False),  # nobody is left
        ("---", 3, False, False),
        ("bbb", 4, True, True),
    ],
)
def test_a_side_wins_by_quorum_and_more_than_half(votes: str, invited: int, decided: bool, majority: bool) -> None:
    found = tally(opinions(votes), invited)
    assert (found["decided"], found["majority"]) == (decided, majority)


def test_the_count_is_told_with_who_said_what_and_who_has_said_nothing() -> None:
    said = [("310104", reviews.A), ("310115", reviews.RECUSED), ("BIZ-FG", reviews.ABSTAIN)]
    given = [{"unit": unit, "stance": stance} for unit, stance in said]
    found = tally(given, ["310104", "310115", "BIZ-FG", "310106"])
    assert found["told"] == (
        "应参加 3 家（回避的不计），已收 2 家，定足数 2 家，已达到。甲方案 1 家（徐汇区局）；乙方案 0 家；"
        "弃权 1 家（法规处）；回避 1 家（浦东新区局）；未出具 1 家（静安区局）。较多的是甲方案。"
    )
    assert found["leading"] == "甲方案" and tally(opinions("ab"), 2)["leading"] is None


def test_no_opinion_yet_is_counted_as_none_and_nonsense_is_refused() -> None:
    assert tally(None, 3)["received"] == 0
    with pytest.raises(feel.Refusal):
        tally([], None)


def test_a_unit_is_called_by_its_short_name_and_an_unknown_one_by_its_code() -> None:
    assert (unit_name("310104"), unit_name("X1")) == ("徐汇区局", "X1")


@pytest.fixture
def order_no(app: Flask) -> str:
    """An order with one decided, one open and one needless review; the receiving office is HO."""
    number = orders.register({"content": "健身房退费"}, source="12345", actor="li").order_no
    with transaction() as session:
        for instance, state, line in ((1, "decided", "由经营地区局承办"), (2, "open", None), (3, "cancelled", None)):
            session.add(
                Review(
                    instance_id=instance, matter_no=f"{number}-C1", order_no=number, state=state, line=line,
                    question="健身房退费归谁承办", tags="预付卡 管辖" if line else None,
                    opened_at=START + timedelta(hours=instance),
                )
            )  # fmt: skip
    return number


def seen(viewer: Viewer, **asked: str) -> list[int]:
    return [review.instance_id for review in reviews.reviews(viewer, **asked)]


def test_a_precedent_is_found_by_any_word_of_it(order_no: str) -> None:
    office = Viewer("he", "HO", frozenset({"coordinator"}))
    assert seen(office) == [3, 2, 1]
    assert seen(office, search="预付卡 经营地") == [1]
    assert seen(office, search=order_no, state="open") == [2]
    assert seen(office, search="广告") == []


def test_everybody_knows_precedents_but_open_reviews_only_who_sees_the_order(order_no: str) -> None:
    assert seen(Viewer("gu", "310151", frozenset({"handler"}))) == [1]
    assert seen(Viewer("she", "310151", frozenset({"admin"}))) == [1]


def test_a_decided_review_binds_the_matter_and_no_other(order_no: str) -> None:
    assert reviews.bound(Matter(matter_no=f"{order_no}-C1"))
    assert not reviews.bound(Matter(matter_no=f"{order_no}-R1"))


def test_who_handles_the_matter_finds_the_decision_with_the_order(order_no: str) -> None:
    with transaction() as session:
        session.add(
            Matter(
                matter_no=f"{order_no}-C1", order_no=order_no, instance_id=9, process="complaint", nature="投诉",
                unit="HO", rule_version=121, received_at=START, dispatched_at=START, state="in_progress",
            )
        )  # fmt: skip
    [ruling] = casefile.order(order_no, Viewer("he", "HO", frozenset({"coordinator"}))).rulings
    assert (ruling.matter_no, ruling.line) == (f"{order_no}-C1", "由经营地区局承办")
