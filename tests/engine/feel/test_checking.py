"""Twenty typical mistakes, each answered with its mend; and what the checks leave alone."""

from __future__ import annotations

import pytest

from engine import feel

NAMES = frozenset({"金额", "类别", "收单时间", "列表"})
MISTAKES = [
    ("金额 == 5", "一个等号 =", "single ="),
    ("金额 > 1 && 金额 < 5", "写成 and", "write `and`"),
    ("金额 > 1 || 金额 < 5", "写成 or", "write `or`"),
    ("!列表", "not(…)", "not(…)"),
    ("类别 = 食品", '加双引号："食品"', 'put it in quotes: "食品"'),
    ("类别 = “食品”", '写成 "食品"', 'write "食品"'),
    ("类别 = '食品'", '写成 "食品"', 'write "食品"'),
    ('类别 in ("食品"，"药品")', "半角字符 ,", "half-width character ,"),
    ("（金额 + 1）", "半角字符 (", "half-width character ("),
    ("金额 ＞ 5", "半角字符 >", "half-width character >"),
    ("收单时间 > 31.12.2024", 'date("2024-12-31")', 'date("2024-12-31")'),
    ("收单时间 > 2024-12-31", 'date("2024-12-31")', 'date("2024-12-31")'),
    ("收单时间 > 2024年12月31日", 'date("2024-12-31")', 'date("2024-12-31")'),
    ('收单时间 > date("31.12.2024")', 'date("2024-12-31")', 'date("2024-12-31")'),
    ("收单时间 > new Date()", "now()", "now()"),
    ("LocalDate.now()", "today()", "today()"),
    ('date("2024-12-31") > "2024-12-30"', 'date("…")', 'date("…")'),
    ("金额 := 5", "不能赋值", "no assignment"),
    ("金额 > 10,000", "写成 10000", "10000"),
    ("金额 > 10万", "10 * 10000", "10 * 10000"),
    ("金额 > 5元", "不带单位", "bare number 5"),
    ("收单时间 + 5天", 'duration("P5D")', 'duration("P5D")'),
    ("金额 > 5 AND 金额 < 9", "请写小写 and", "lower-case and"),
    ("金额 大于 5", "请写 >", "write >"),
    ("金额 is null", "请写 =", "write ="),
    ('类别 like "食%"', "contains(文本, 片段)", "contains(text, part)"),
    ("金额 > 5 元", "不带单位", "bare number 5"),
    ('类别.contains("食")', "请写成 contains(类别, …)", "write contains(类别, …)"),
    ('类别.startsWith("食")', "请写 starts with(…)", "use starts with(…)"),
    ("金鄂 > 5", "没有名为“金鄂”的变量", "no variable `金鄂`"),
    ("列表长度(列表) > 5", "没有名为“列表长度”的函数", "no function `列表长度`"),
    ("len(列表) > 5", "count(…)", "count(…)"),
    ("substring(类别)", "start position", "start position"),
    ("金额 > 5 ? 1 : 2", "if 条件 then 值 else 值", "if condition then value else value"),
    ("if 金额 > 5 then 1", "else", "else"),
    ('类别 = "食品', "补上", "closing"),
    ("金额 <> 5", "!=", "!="),
    ("金额 => 5", ">=", ">="),
    ("金额 AND 列表", "运算符", "operator"),
    ("True", "true", "true"),
    ("${金额} > 5", "直接写名称", "bare name"),
    ("金额 % 2 = 0", "modulo(a, b)", "modulo(a, b)"),
    ('"a" + 5', "string(…)", "string(…)"),
    ('string length(类别) > "5"', "数字不加引号", "without quotes"),
    ('time("9:00")', 'time("09:00:00")', 'time("09:00:00")'),
    ('@"2026-1-5"', '"2026-01-05"', '"2026-01-05"'),
    ('1 > 2 or "a" = "b"', "永远不变", "never depends"),
    ("{甲: 1, 甲: 2}", "出现两次", "given twice"),
    ("(1, 2)", "[a, b]", "[a, b]"),
]


@pytest.mark.parametrize(("text", "zh", "en"), MISTAKES, ids=[text for text, _, _ in MISTAKES])
def test_a_mistake_is_answered_with_its_mend(text: str, zh: str, en: str) -> None:
    found = feel.check(text, NAMES)
    assert found, "nothing was found"
    assert any(zh in error.zh for error in found), [error.zh for error in found]
    assert any(en in error.en for error in found), [error.en for error in found]


@pytest.mark.parametrize(
    "text",
    [
        '金额 > 10000 and 类别 in ("食品", "药品")',
        "count(列表[x > 5 and item.y = 金额]) > 0",
        "for 项 in 列表 return 项.单价 * 金额",
        "{甲: 1, 乙: 甲 + 金额}",
        "(function(x) x + 金额)(1)",
        'date(收单时间) + duration("P5D")',
        "if 金额 = null then 0 else 金额",
        "true",
        '"P2D"',
        'duration("P2D")',
    ],
)
def test_sound_expressions_pass(text: str) -> None:
    assert feel.check(text, NAMES) == []


def test_the_place_of_the_mistake_is_told() -> None:
    assert [error.position for error in feel.check("金额 > 1 and 未知 > 2", NAMES)] == [11]
    with pytest.raises(feel.FeelError) as caught:
        feel.compile("金额 >")
    assert caught.value.position == 4 and "结束" in caught.value.zh and "ends here" in str(caught.value)


def test_a_near_name_is_offered() -> None:
    assert "收单时间" in feel.check("收单时 > 1", NAMES)[0].hint[0]


def test_registered_functions_are_known_and_cells_are_checked() -> None:
    def deadline(code: str, start: object, version: object = None) -> None: ...

    functions = {"deadline": deadline}
    assert feel.check('deadline("C08", 收单时间)', NAMES, functions) == []
    assert feel.check('deadline(start: 收单时间, code: "C08")', NAMES, functions) == []
    assert "deadline(code, start, version)" in feel.check('deadline("C08")', NAMES, functions)[0].en
    assert feel.check('deadline(clock: "C08", start: 收单时间)', NAMES, functions)
    assert feel.check('"食品", "药品"', NAMES, unary=True) == []
    assert feel.check("> 限额", NAMES, unary=True)


def test_without_names_no_name_is_unknown() -> None:
    assert feel.check("anything > 5") == []
