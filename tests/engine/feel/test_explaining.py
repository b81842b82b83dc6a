"""What is null says why, with place and mend; the value stays what the standard says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel

CASE = {
    "金额": 12000, "类别": "药品", "紧急": True, "空": None, "列表": [4, 8], "收单日": "2026-03-02",
    "单": {"区域": "浦东", "市": None},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "zh", "en"),
    [
        ("金额 and 紧急", 0, "却是数字 12000。请写成比较，例如 金额 > 0", "part 1 of `and` must be true or false"),
        ('类别 = "食品" or 类别', 13, "or 的第 2 个条件须为真假值", '类别 in ("食品", 类别)'),
        ("列表[5]", 2, "列表只有 2 项，没有第 5 项", "2 entries"),
        ("列表[空]", 0, "", ""),
        ('列表["a"]', 3, "须为条件或位置", "a condition or a position"),
        ('金额 > "10000"', 3, "去掉引号：10000", "leave the quotes out: 10000"),
        ("类别 > 5", 3, "number(类别)", "number(类别)"),
        ("收单日 < today()", 4, "date(收单日)", "date(收单日)"),
        ("today() - 收单日", 8, "date(收单日)", "date(收单日)"),
        ("类别 + 金额", 3, "string(金额)", "string(金额)"),
        ('紧急 = "true"', 3, "去掉引号：true", "leave the quotes out: true"),
        ("空 > 5", 0, "空 为空，得不到结果。可先判断 空 != null", "ask 空 != null before"),
        ("空 and 紧急", 0, "空 为空", "空 is null"),
        ("单.市 > 5", 0, "单.市 为空", "单.市 is null"),
        ("单.区", 1, "是否指 区域？", "did you mean 区域?"),
        ("单.区 > 5", 1, "是否指 区域？", "did you mean 区域?"),
        ("date(收单日).weekdya", 9, "是否指 weekday", "weekday"),
        ("if 金额 then 1 else 2", 3, "if 的条件须为真假值", "must be true or false"),
        ("if 空 then 1 else 2", 3, "条件 空 为空，按不成立处理", "counts as false"),
        ('contains(金额, "1")', 9, "第 1 个参数须为文本，却是数字 12000。请先写成 string(金额)", "string(金额)"),
        ("day of week(收单日)", 12, "须为日期或日期时间", "write date(收单日)"),
        ("contains(类别, 空)", 13, "第 2 个参数须为文本，却是空", "argument 2"),
        ("date(类别)", 0, '对文本 "药品"没有结果', "has no result"),
        ("金额 / 0", 3, "不能除以 0", "division by 0"),
        ('金额 between "a" and "b"', 3, "不能与", "cannot be compared"),
        ('金额 in ("a", "b")', 3, "数字不能与文本比较", "a number cannot be compared with a string"),
        ("类别 in [1..5]", 3, "number(类别)", "number(类别)"),
        ("-类别", 0, "负号后面须为数字或期间", "a minus takes a number"),
        ("for x in 空 return x", 9, "空 为空", "空 is null"),
        ('some x in 列表 satisfies x > "a"', 25, "数字不能与文本比较", "the number 4"),
        ('{甲: 1, 乙: 甲 > "x"}.乙', 12, "数字不能与文本比较", "cannot be compared"),
    ],
)
def test_what_is_null_says_why(text: str, place: int, zh: str, en: str) -> None:
    found = feel.explain(text, CASE)
    if not zh:
        assert not found.mistakes and not found.remarks
        return
    assert not found.mistakes
    assert [remark.position for remark in found.remarks] == [place]
    assert zh in found.remarks[0].zh and en in found.remarks[0].en


@pytest.mark.parametrize(
    "text",
    ["金额 > 5", "空 = null", "空 != null and 空 > 5", "if 空 = null then 0 else 空", "空", "单.市", "列表[item > 9]"],
)
def test_what_is_as_it_should_be_has_no_remark(text: str) -> None:
    found = feel.explain(text, CASE)
    assert (found.mistakes, found.remarks) == ([], [])


def test_a_mistake_that_needs_no_values_is_told_once() -> None:
    found = feel.explain('类别 = "食品" or "药品"', CASE)
    assert (found.value, len(found.mistakes), found.remarks) == (None, 1, [])
    assert feel.explain("1 = 1", {}).mistakes == []  # trying constants is no mistake


def test_a_failing_function_is_told_at_its_place_with_its_cause() -> None:
    def broken(x: object) -> None:
        raise OSError("no line")

    with pytest.raises(feel.FeelError) as caught:
        feel.explain("1 + broken(2)", {}, {"broken": broken})
    assert caught.value.position == 10 and isinstance(caught.value.__cause__, OSError)


def test_a_long_chain_of_nulls_is_explained_soon() -> None:
    found = feel.explain("空" + " + 1" * 140, CASE)
    assert [remark.position for remark in found.remarks] == [0]


parts = st.sampled_from(
    ["金额", "空", "类别", "列表", "单.市", "1", '"a"', "true", "列表[1]", "date(收单日)", "not(空)"]
)
signs = st.sampled_from(["+", "-", "=", "<", "and", "or", "in", "*"])


@given(parts, signs, parts, signs, parts)
@settings(max_examples=150, deadline=None)
def test_watching_changes_no_value(a: str, sign: str, b: str, other: str, c: str) -> None:
    text = f"({a} {sign} {b}) {other} {c}"
    assert feel.explain(text, CASE).value == feel.compile(text, frozenset(CASE))(CASE)
