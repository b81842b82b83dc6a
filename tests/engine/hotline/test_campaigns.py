"""Orders are tagged by the words of a campaign while it runs, and by hand; who took a tag off is obeyed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from engine import clock, errors
from engine.db import transaction
from engine.hotline import campaigns, orders, organisation
from engine.hotline import queries as hotline
from engine.hotline.models import Order
from engine.hotline.roles import Viewer

OFFICE = Viewer("he", "HO", frozenset({"coordinator"}))


@pytest.fixture(autouse=True)
def units(app: Flask) -> None:
    organisation.seed()


def write(number: int | None = None, **fields: Any) -> int:
    filled = {"name": "非法加油点", "words": "加油点 黑加油车", "starts_on": "2026-05-01", "unit": "HO", **fields}
    return campaigns.write(filled, OFFICE, number=number)


def arrive(content: str, received_at: str = "2026-05-11 09:00", **fields: Any) -> str:
    filled = {"content": content, "received_at": received_at, **fields}
    return orders.register(filled, source="12345", actor="li").order_no


def tags(order_no: str) -> list[tuple[str, str | None]]:
    number = hotline.order(order_no, OFFICE).order_id
    return [(each.name, tag.words) for each, tag in campaigns.of_order(number)]


def test_an_order_with_a_word_of_a_running_campaign_is_tagged_on_intake() -> None:
    write()
    write(name="已结束", words="加油", ends_on="2026-05-10")
    assert tags(arrive("工地旁有黑加油车，像是流动加油点", subject="有人卖油")) == [("非法加油点", "加油点 黑加油车")]
    assert tags(arrive("健身房不退费")) == []
    assert tags(arrive("加油点", received_at="2026-04-30 23:59")) == []


def test_orders_that_came_before_are_tagged_when_a_campaign_begins_or_its_words_change() -> None:
    before, other = arrive("深夜有黑加油车"), arrive("柴油味道很重")
    number = write()
    assert tags(before) == [("非法加油点", "黑加油车")] and tags(other) == []
    write(number, words="加油点 柴油")
    assert tags(other) == [("非法加油点", "柴油")]


def test_a_tag_taken_off_by_hand_is_not_put_on_again_by_words_but_by_hand() -> None:
    number, order = write(), arrive("加油点太少，希望增加")
    campaigns.untag(order, number, OFFICE)
    assert tags(order) == []
    write(number, note="再看一遍")
    assert tags(order) == []
    campaigns.tag(order, number, OFFICE)
    campaigns.tag(order, number, OFFICE)
    assert tags(order) == [("非法加油点", None)]


def test_nobody_tags_an_order_they_may_not_see() -> None:
    number, order = write(), arrive("加油点")
    stranger = Viewer("it", "310151", frozenset({"handler"}))
    for act in (campaigns.tag, campaigns.untag):
        with pytest.raises(errors.NotFound):
            act(order, number, stranger)
    with pytest.raises(errors.NotFound):
        campaigns.tag(order, number + 1, OFFICE)


def test_what_is_wrong_is_told_by_field() -> None:
    write()
    with pytest.raises(errors.FormInvalid) as refused:
        write(words="油", starts_on="2026-05-02", ends_on="2026-05-01")
    assert set(refused.value.errors) == {"name", "words", "ends_on"}


def test_the_first_and_the_last_day_are_in_it() -> None:
    found = campaigns.campaign(write(ends_on="2026-05-31"))
    days = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [campaigns.running(found, day) for day in days] == [False, True, True, False]


def test_what_a_crash_kept_from_being_tagged_is_tagged_by_the_worker_once(monkeypatch: pytest.MonkeyPatch) -> None:
    number = write()
    monkeypatch.setattr(orders, "_listeners", [])  # the process is killed between storing an order and showing it
    with clock.virtual(clock.now()) as hand:
        lost = arrive("深夜有黑加油车")
        assert tags(lost) == []
        hand.move_to(clock.now() + 2 * orders.GRACE)
        assert campaigns.read_on() == 1
        assert tags(lost) == [("非法加油点", "黑加油车")]
        campaigns.untag(lost, number, OFFICE)
        assert campaigns.read_on() == 0 and tags(lost) == []  # it stays read, and off


def test_an_order_that_is_still_being_registered_is_not_left_behind() -> None:
    write()
    with clock.virtual(clock.now()) as hand:
        arrive("健身房不退费")
        assert campaigns.read_on() == 0  # young: somebody may be storing its neighbours
        hand.move_to(clock.now() + 2 * orders.GRACE)
        assert campaigns.read_on() == 1


def test_saving_reads_one_page_and_the_worker_the_rest_and_says_how_many_are_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(campaigns, "PAGE", 2)
    with clock.virtual(clock.now()) as hand:
        came = [arrive(f"第{n}个黑加油车") for n in range(5)]
        before = arrive("黑加油车", received_at="2026-04-30 09:00")
        hand.move_to(clock.now() + 2 * orders.GRACE)
        number = write()
        assert [bool(tags(each)) for each in came] == [True, True, False, False, False]
        assert campaigns.left(campaigns.campaign(number)) == 3
        campaigns.read_on()
        assert all(tags(each) for each in came) and not tags(before)
        assert campaigns.left(campaigns.campaign(number)) == 0


def test_a_text_that_does_not_open_does_not_stop_the_reading() -> None:
    with clock.virtual(clock.now()) as hand:
        broken, good = arrive("内容", subject="黑加油车"), arrive("深夜有黑加油车")
        number = hotline.order(broken, OFFICE).order_id
        with transaction() as session:
            session.query(Order).filter_by(id=number).update({"content": b"broken"})
        hand.move_to(clock.now() + 2 * orders.GRACE)
        write()
        assert len(campaigns.of_order(number)) == 1 and tags(good)
