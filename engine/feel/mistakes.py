"""Typical mistakes of people who come from other languages or keyboards, and the mend for each."""

from __future__ import annotations

import re
from collections.abc import Callable

from .errors import NOTHING, Say
from .foreign import FOREIGN, OPERATORS
from .written import day_hint, duration_hint, iso_hint

FULL_WIDTH = {
    "，": ",", "、": ",", "；": ",", "：": ":", "（": "(", "）": ")", "【": "[", "】": "]", "［": "[", "］": "]",
    "｛": "{", "｝": "}", "“": '"', "”": '"', "„": '"', "「": '"', "」": '"', "《": "<", "》": ">", "‘": '"', "’": '"',
    "＝": "=", "＞": ">", "＜": "<", "≥": ">=", "≤": "<=", "≠": "!=", "＋": "+", "－": "-", "—": "-", "–": "-",
    "×": "*", "÷": "/", "＊": "*", "／": "/", "。": ".", "．": ".", "！": "not(…)", "？": "?", "＂": '"', "＆": "and",
    "｜": "or", "％": "/ 100",
}  # fmt: skip

__all__ = ["AT_CHARACTER", "FOREIGN", "FULL_WIDTH", "hint_at", "iso_hint"]

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
    (re.compile(r"[“‘「《＂”]([^”’」》＂\"\n]*)[”’」》＂\"]"), _quoted),
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


_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
_COMMA = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+),(\d{1,2})(?!\d)")  # 1.000,50 and 1000,50
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
_UNIT = re.compile(r"(\d+(?:\.\d+)?)\s*([万亿千百])?(元|块|天|日|小时|分钟|个月|月|年)?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2})?)?|\d{1,2}:\d{2}(?::\d{2})?")
_FACTOR = {"万": "10000", "亿": "100000000", "千": "1000", "百": "100"}
_SPACED = re.compile(r"\d{1,3}( \d{3})+(?!\d)")
_CASED = re.compile(r"\b(?:if|then|else|for|return|some|every|satisfies|in|between|and|or)\b", re.IGNORECASE)
_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"')


_WORD = re.compile(r"[^\W\d]+")


def hint_at(text: str, place: int) -> Say:
    """The mend for a token that cannot stand at `place`, or NOTHING."""
    found = _WORD.match(text, place)
    word = found[0] if found else ""
    if word in OPERATORS:
        return OPERATORS[word]
    for hint in (_at_start, _of_number, _of_sign, _of_case):
        if (told := hint(text, place, word))[0]:
            return told
    return NOTHING


def _at_start(text: str, place: int, word: str) -> Say:
    """An expression that begins with an operator."""
    if text[:place].strip():
        return NOTHING
    if re.match(r"=(?![=<>])", text[place:]):
        return "表达式前面不写等号", "an expression has no leading ="
    if re.match(r"[<>]=?|!=", text[place:]):
        return (
            "写出左边要比较的值，例如 x > 5；只有决策表的单元格才省略它",
            "write what is compared, as in x > 5; only cells of a decision table leave it out",
        )
    if word in ("and", "or", "in", "between"):
        return f"{word} 的左边缺少内容", f"something is missing to the left of {word}"
    return NOTHING


def _of_number(text: str, place: int, word: str) -> Say:
    """A number, date or time that is written in another way."""
    for moment in _MOMENT.finditer(text):
        if moment.start() <= place <= moment.end():
            kind = "date and time" if moment[1] else "time" if ":" in moment[0] else "date"
            shown = moment[0] if kind == "date" or moment[0].count(":") == 2 else f"{moment[0]}:00"
            shown = f'{kind}("{shown if kind != "time" else shown.zfill(8)}")'
            return f"请写成 {shown}", f"write {shown}"
    begin = place
    if word or text[place : place + 1].isdigit():
        while begin > 0 and text[begin - 1] == " ":
            begin -= 1
    while begin > 0 and (text[begin - 1].isdigit() or text[begin - 1] in ".,"):
        begin -= 1
    if match := _DOTTED.match(text, begin):
        return day_hint(match[3], match[2], match[1])
    if match := _CHINESE_DAY.match(text, begin):
        return day_hint(*match.groups())
    if match := _COMMA.match(text, begin):
        plain = f"{match[1].replace('.', '')}.{match[2]}"
        return f"小数点写成 .，不分节：写成 {plain}", f"write a decimal point and no separators: {plain}"
    if (match := _GROUPED.match(text, begin) or _SPACED.match(text, begin)) and match.end() > place:
        plain = match[0].replace(",", "").replace(" ", "")
        return f"数字不要分节：写成 {plain}", f"write numbers without separators: {plain}"
    if begin < place and (match := _UNIT.match(text, begin)) and (match[2] or match[3]):
        if match[2]:
            return f"请写成 {match[1]} * {_FACTOR[match[2]]}", f"write {match[1]} * {_FACTOR[match[2]]}"
        duration = duration_hint(f"{match[1]}{match[3]}")
        return duration if duration[0] else (f"只写数字 {match[1]}，不带单位", f"write the bare number {match[1]}")
    return NOTHING


def _of_sign(text: str, place: int, word: str) -> Say:
    """Signs of other languages."""
    before = len(text[:place].rstrip()) - 1
    for begin in (place, before):
        for pattern, hint in _NEXT:
            match = pattern.match(text, begin) if begin >= 0 else None
            if match and match.end() > place:
                return hint(match)
    if text.startswith("..", place):
        return (
            "区间要有括号：[1..5] 含两端，(1..5) 不含",
            "a range stands in brackets: [1..5], or (1..5) without its ends",
        )
    if text[max(0, place - 2) : place] == '""' or text.startswith('""', place):
        return '文本只用一对双引号，文本里的引号写成 \\"', 'a text has one pair of quotes; write \\" for a quote in it'
    if text.startswith("{", place) and text[:place].endswith("{"):
        return "变量直接写名称，不要写 {{…}}", "write the bare name of the variable, not {{…}}"
    return NOTHING


def _of_case(text: str, place: int, word: str) -> Say:
    """IF, Then, ELSE: a key word with capitals is taken for a name, and the mistake shows later."""
    written = _QUOTES.sub(lambda match: " " * len(match[0]), text)
    for match in _CASED.finditer(written):
        if match[0] != match[0].lower() and match.start() <= place:
            return f"{match[0]} 请写小写 {match[0].lower()}", f"write lower-case {match[0].lower()}"
    return NOTHING
