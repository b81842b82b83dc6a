"""Typical mistakes of people who come from other languages or keyboards, and the mend for each."""

from __future__ import annotations

import re
from collections.abc import Callable

from .errors import NOTHING, Say

FULL_WIDTH = {
    "，": ",", "、": ",", "；": ",", "：": ":", "（": "(", "）": ")", "【": "[", "】": "]", "［": "[", "］": "]",
    "｛": "{", "｝": "}", "“": '"', "”": '"', "„": '"', "「": '"', "」": '"', "《": '"', "》": '"', "‘": '"', "’": '"',
    "＝": "=", "＞": ">", "＜": "<", "≥": ">=", "≤": "<=", "≠": "!=", "＋": "+", "－": "-", "—": "-", "–": "-",
    "×": "*", "÷": "/", "＊": "*", "／": "/", "。": ".", "．": ".", "！": "not(…)", "？": "?", "＂": '"', "＆": "and",
    "｜": "or", "％": "/ 100",
}  # fmt: skip

Hint = Callable[[re.Match[str]], Say]


def _fixed(zh: str, en: str) -> Hint:
    return lambda match: (zh, en)


def _quoted(match: re.Match[str]) -> Say:
    return f'文本要用半角双引号：写成 "{match.group(1)}"', f'texts stand in double quotes: write "{match.group(1)}"'


# Where no token can begin.
AT_CHARACTER: tuple[tuple[re.Pattern[str], Hint], ...] = (
    (re.compile(r"&&?"), _fixed("“并且”请写成 and", "write `and`")),
    (re.compile(r"\|\|?"), _fixed("“或者”请写成 or", "write `or`")),
    (re.compile(r"!(?!=)"), _fixed("“非”请写成 not(…)", "write `not(…)`")),
    (re.compile(r"'([^'\n]*)'?"), _quoted),
    (re.compile(r"[“‘「《]([^”’」》\n]*)[”’」》]"), _quoted),
    (re.compile(r"`([^`\n]*)`?"), _quoted),
    (re.compile(r";"), _fixed("表达式不以分号结尾；列表用逗号分隔", "no semicolons: lists are separated by commas")),
    (
        re.compile(r"%"),
        _fixed("取余请写成 modulo(a, b)；百分数请写成小数，例如 0.05", "write modulo(a, b), or a percentage as 0.05"),
    ),
    (re.compile(r"[$#]\{?"), _fixed("变量直接写名称，不要写 ${…}", "write the bare name of the variable, not ${…}")),
    (re.compile(r"[¥￥€]"), _fixed("金额只写数字，不带货币符号", "write amounts as bare numbers")),
    (re.compile(r"\^"), _fixed("乘方请写成 **", "write ** for a power")),
    (re.compile(r"~"), _fixed("正则匹配请写成 matches(文本, 模式)", "write matches(text, pattern)")),
    (re.compile(r"\\"), _fixed("反斜杠只能用在文本里面", "a backslash may only stand inside a text")),
)

_NEXT: tuple[tuple[re.Pattern[str], Hint], ...] = (
    (re.compile(r"=\s*="), _fixed("相等请写一个等号 =", "write a single = for equality")),
    (
        re.compile(r":\s*="),
        _fixed(
            "表达式不能赋值；相等请写 =，产生变量请写 {名称: 值}",
            "no assignment: write = to compare, {name: value} to make variables",
        ),
    ),
    (re.compile(r"=\s*>"), _fixed("大于等于请写成 >=", "write >= for greater or equal")),
    (re.compile(r"=\s*<"), _fixed("小于等于请写成 <=", "write <= for less or equal")),
    (re.compile(r"<\s*>"), _fixed("不等请写成 !=", "write != for unequal")),
    (re.compile(r"!==|===|=\s*="), _fixed("请写 = 或 !=", "write = or !=")),
    (re.compile(r"\+\+|[-+*/]="), _fixed("表达式不能改变变量，只能得出新值", "an expression changes no variable")),
    (re.compile(r"\?"), _fixed("请写成 if 条件 then 值 else 值", "write if condition then value else value")),
)  # fmt: skip


def _iso(day: str, month: str, year: str) -> Say:
    text = f'date("{year}-{int(month):02}-{int(day):02}")'
    return f"日期请写成 {text}", f"write the date as {text}"


def iso_hint(text: str) -> Say:
    """How to write a date, time or duration that somebody wrote in another way."""
    if match := _ANY_DAY.search(text):
        year, month, day = match[1], match[2], match[3]
        if len(day) == 4:
            year, day = day, year
            if int(month) > 12:
                month, day = day, month
        return _iso(day, month, year)
    if re.fullmatch(r"\d{1,2}:\d{2}", text):
        return f'时间要有秒：time("{text:0>5}:00")', f'a time has seconds: time("{text:0>5}:00")'
    if re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?", text):
        return "日期与时间之间用 T：2026-01-31T09:00:00", "a T stands between date and time: 2026-01-31T09:00:00"
    return (
        '日期写 "2026-01-31"，时间写 "09:00:00"，日期时间写 "2026-01-31T09:00:00"，期间写 "P5D"、"PT2H" 或 "P1Y6M"',
        'write a date as "2026-01-31", a time as "09:00:00", both as "2026-01-31T09:00:00", '
        'a duration as "P5D", "PT2H" or "P1Y6M"',
    )


_ANY_DAY = re.compile(r"\b(\d{4}|\d{1,2})[-./年](\d{1,2})[-./月](\d{4}|\d{1,2})日?(?![\d:T ])")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
_UNIT = re.compile(r"(\d+(?:\.\d+)?)\s*([万亿千百])?(元|块|天|日|小时|分钟|个月|月|年)?")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FACTOR = {"万": "10000", "亿": "100000000", "千": "1000", "百": "100"}
_DURATION = {"天": "P{}D", "日": "P{}D", "小时": "PT{}H", "分钟": "PT{}M", "个月": "P{}M", "月": "P{}M", "年": "P{}Y"}


# Words that people write where an operator should be.
_OPERATOR: dict[str, Say] = {
    "AND": ("请写小写 and", "write lower-case and"),
    "OR": ("请写小写 or", "write lower-case or"),
    "并且": ("请写 and", "write and"),
    "或者": ("请写 or", "write or"),
    "等于": ("请写 =", "write ="),
    "不等于": ("请写 !=", "write !="),
    "大于": ("请写 >", "write >"),
    "小于": ("请写 <", "write <"),
    "is": ("请写 =，例如 x = null", "write =, as in x = null"),
    "IS": ("请写 =，例如 x = null", "write =, as in x = null"),
    "like": (
        "请写 contains(文本, 片段) 或 matches(文本, 模式)",
        "write contains(text, part) or matches(text, pattern)",
    ),
    "LIKE": (
        "请写 contains(文本, 片段) 或 matches(文本, 模式)",
        "write contains(text, part) or matches(text, pattern)",
    ),
    "mod": ("取余请写成 modulo(a, b)", "write modulo(a, b)"),
}
_WORD = re.compile(r"[^\W\d]+")


def hint_at(text: str, place: int) -> Say:
    """The mend for a token that cannot stand at `place`, or NOTHING."""
    if (word := _WORD.match(text, place)) and word[0] in _OPERATOR:
        return _OPERATOR[word[0]]
    begin = place
    if word:
        while begin > 0 and text[begin - 1] == " ":
            begin -= 1
    while begin > 0 and (text[begin - 1].isdigit() or text[begin - 1] in ".,"):
        begin -= 1
    if match := _DOTTED.match(text, begin):
        return _iso(*match.groups())
    if match := _CHINESE_DAY.match(text, begin):
        return _iso(match[3], match[2], match[1])
    if match := _ISO_DAY.match(text, begin):
        return f'日期请写成 date("{match[0]}")', f'write the date as date("{match[0]}")'
    if match := _GROUPED.match(text, begin):
        plain = match[0].replace(",", "")
        return f"数字不要用逗号分节：写成 {plain}", f"write numbers without separators: {plain}"
    if begin < place and (match := _UNIT.match(text, begin)) and (match[2] or match[3]):
        if match[2]:
            return f"请写成 {match[1]} * {_FACTOR[match[2]]}", f"write {match[1]} * {_FACTOR[match[2]]}"
        if match[3] in _DURATION:
            amount = _DURATION[match[3]].format(match[1])
            return f'期间请写成 duration("{amount}")', f'write duration("{amount}")'
        return f"只写数字 {match[1]}，不带单位", f"write the bare number {match[1]}"
    for begin in (place, place - 1):
        for pattern, hint in _NEXT:
            match = pattern.match(text, begin) if begin >= 0 else None
            if match and match.end() > place:
                return hint(match)
    return NOTHING


# Names people bring along from other languages: what to write instead.
FOREIGN: dict[str, Say] = {
    "AND": ("请写小写 and", "write lower-case and"),
    "OR": ("请写小写 or", "write lower-case or"),
    "NOT": ("请写小写 not(…)", "write lower-case not(…)"),
    "True": ("请写小写 true", "write lower-case true"),
    "False": ("请写小写 false", "write lower-case false"),
    "TRUE": ("请写小写 true", "write lower-case true"),
    "FALSE": ("请写小写 false", "write lower-case false"),
    "None": ("空值请写 null", "write null"),
    "NULL": ("空值请写 null", "write null"),
    "nil": ("空值请写 null", "write null"),
    "undefined": ("空值请写 null", "write null"),
    "len": ("文本长度用 string length(…)，列表用 count(…)", "use string length(…) for texts, count(…) for lists"),
    "length": ("文本长度用 string length(…)，列表用 count(…)", "use string length(…) for texts, count(…) for lists"),
    "size": ("列表个数用 count(…)", "use count(…)"),
    "str": ("请写 string(…)", "use string(…)"),
    "int": ("请写 number(…)", "use number(…)"),
    "float": ("请写 number(…)", "use number(…)"),
    "toString": ("请写 string(…)", "use string(…)"),
    "toUpperCase": ("请写 upper case(…)", "use upper case(…)"),
    "toLowerCase": ("请写 lower case(…)", "use lower case(…)"),
    "startsWith": ("请写 starts with(…)", "use starts with(…)"),
    "endsWith": ("请写 ends with(…)", "use ends with(…)"),
    "indexOf": ("请写 index of(…)", "use index of(…)"),
    "new": ("没有 new；当前时刻用 now()，今天用 today()", "there is no new; use now() or today()"),
    "new Date": ("当前时刻用 now()，今天用 today()", "use now() or today()"),
    "LocalDate": ('日期用 date("2026-01-31") 或 today()', 'use date("2026-01-31") or today()'),
    "LocalDateTime": ("用 date and time(…) 或 now()", "use date and time(…) or now()"),
    "Date": ("用 date(…) 或 today()", "use date(…) or today()"),
    "datetime": ("用 date and time(…) 或 now()", "use date and time(…) or now()"),
    "dateTime": ("用 date and time(…)", "use date and time(…)"),
    "是": ("真值请写 true", "write true"),
    "否": ("假值请写 false", "write false"),
    "真": ("真值请写 true", "write true"),
    "假": ("假值请写 false", "write false"),
    "并且": ("请写 and", "write and"),
    "或者": ("请写 or", "write or"),
    "如果": ("请写 if … then … else …", "write if … then … else …"),
}  # fmt: skip
