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
    ('date("2024-12-31") > "2024-12-30"', '写成 date("2024-12-30")', 'value: date("2024-12-30")'),
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
    ('"a" + 5', "string(5)", "string(5)"),
    ('string length(类别) > "5"', "去掉引号：5", "leave the quotes out: 5"),
    ('time("9:00")', 'time("09:00:00")', 'time("09:00:00")'),
    ('@"2026-1-5"', '"2026-01-05"', '"2026-01-05"'),
    ('1 > 2 or "a" = "b"', "永远不变", "never depends"),
    ("{甲: 1, 甲: 2}", "出现两次", "given twice"),
    ("(1, 2)", "[a, b]", "[a, b]"),
    ("= 金额 > 5", "不写等号", "no leading ="),
    ("> 5", "写出左边", "write what is compared"),
    ("(金额 > 5", "第 1 个字符处的 ( 没有配对", "`(` at character 1 is not closed"),
    ("金额 > 5)", "没有配对的左括号", "nothing opens"),
    ("sum(列表", "第 4 个字符处的 (", "`(` at character 4"),
    ("{甲: [1, 2}", "第 5 个字符处的 [", "`[` at character 5"),
    ("列表[1", "第 3 个字符处的 [", "`[` at character 3"),
    ("金额 > 1 且 金额 < 5", "请写 and", "write and"),
    ("金额 > 1 或 列表", "请写 or", "write or"),
    ("非 列表", "请写成 not(列表)", "write not(列表)"),
    ("not 列表", "请写成 not(列表)", "write not(列表)"),
    ("金额 not in (1, 2)", "not(x in (1, 2))", "not(x in (1, 2))"),
    ("if 金额 = 1 THEN 1 ELSE 2", "THEN 请写小写 then", "lower-case then"),
    ("If 金额 = 1 then 1 else 2", "If 请写小写 if", "lower-case if"),
    ("if 金额 = 1 then 1 ELSE 2", "ELSE 请写小写 else", "lower-case else"),
    ("金额 > 10 000", "写成 10000", "10000"),
    ('类别 = "食品”', '请用半角引号："食品"', 'half-width quotes: "食品"'),
    ('类别 = “食品"', '写成 "食品"', 'write "食品"'),
    ('类别 = ""食品""', "一对双引号", "one pair of quotes"),
    ("{{金额}} > 5", "直接写名称", "bare name"),
    ("金额 in 1..5", "[1..5]", "[1..5]"),
    ("金额 between 1 to 5", "之间写 and", "and between the bounds"),
    ("金额 5", "缺少运算符", "operator is missing"),
    ("金额 > 1 and", "补上", "add"),
    ("PT2H", 'duration("PT2H")', '@"PT2H"'),
    ("收单时间 + P5D", 'duration("P5D")', '@"P5D"'),
    ("2026-01-31T10:00 > 收单时间", 'date and time("2026-01-31T10:00:00")', 'date and time("2026-01-31T10:00:00")'),
    ("金额 > 9:30", 'time("09:30:00")', 'time("09:30:00")'),
    ('date("2026-02-30")', "2026 年 2 月只有 28 天", "2026-02 has 28 days"),
    ('@"2024-02-30"', "2024 年 2 月只有 29 天", "2024-02 has 29 days"),
    ('date("2026-13-01")', "月份只有 01 到 12", "months go from 01 to 12"),
    ('date and time("2026-01-31T25:00:00")', "小时为 00 到 23", "hours go from 00 to 23"),
    ('duration("P1M2D")', "不能写在同一个期间里", "do not go into one duration"),
    ('duration("5天")', 'duration("P5D")', 'duration("P5D")'),
    ('类别 = "食品" or "药品"', '类别 in ("食品", "药品")', '类别 in ("食品", "药品")'),
    ('类别 != "食品" and "药品"', 'not(类别 in ("食品", "药品"))', 'not(类别 in ("食品", "药品"))'),
    ("金额 > 1.000,50", "写成 1000.50", "1000.50"),
    ("金额 > 1000,5", "写成 1000.5", "1000.5"),
    ("列表[0]", "列表[1]，最后一项写 列表[-1]", "count from 1"),
    ("today() - 5", 'duration("P5D")', 'duration("P5D")'),
    ("now > 收单时间", "now()", "now()"),
    ("contains 类别", "contains(…)", "contains(…)"),
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
        "sort(列表, function(a, b) a < b)",
        "金额 = null or 列表",
        'date(收单时间) - date("2026-01-01")',
        'now() - duration("PT2H") < date and time(收单时间)',
        '"P" + 类别',
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
