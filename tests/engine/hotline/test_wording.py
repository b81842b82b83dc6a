"""Texts are compared by stretches of characters, without the talk around them."""

from __future__ import annotations

from engine.hotline import wording


def test_the_longest_stretches_in_common_are_told_once_and_talk_is_not() -> None:
    known = wording.pairs("小餐饮临时备案指南：到街道办事处备案")
    assert wording.shared("请问小餐饮临时备案怎么办理，备案要多久，备案", known) == ["小餐饮临时备案", "备案"]


def test_latin_words_and_numbers_are_one_whole() -> None:
    known = wording.pairs("拨打12315，办CCC认证")
    assert wording.shared("1231是什么，12315呢，ccc认证和CC", known) == ["12315", "ccc", "认证"]


def test_nothing_in_common_is_nothing() -> None:
    assert wording.shared("健身房退费", wording.pairs("计量器具检定")) == []
    assert wording.shared("", frozenset()) == []
