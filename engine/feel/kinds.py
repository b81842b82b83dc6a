"""Kinds of values in words, and what to say when two of them do not go together."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from . import tree
from .errors import NOTHING, Say
from .far import FarDate, FarDateTime
from .printing import print_tree
from .texts import parse_duration, print_value
from .values import Function, Range, Value, YearMonth

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
MAKERS = frozenset({"date", "time", "date and time", "duration"})
ZH = {
    "number": "数字",
    "string": "文本",
    "boolean": "真假值",
    "date": "日期",
    "date and time": "日期时间",
    "time": "时间",
    "duration": "期间",
    "list": "列表",
    "context": "一组数据",
    "range": "区间",
    "function": "函数",
    "null": "空",
}
_OF_TYPE: dict[type, str] = {
    type(None): "null", bool: "boolean", Decimal: "number", str: "string", date: "date", FarDate: "date",
    datetime: "date and time", FarDateTime: "date and time", time: "time", timedelta: "duration",
    YearMonth: "duration", list: "list", dict: "context", Range: "range", Function: "function",
}  # fmt: skip
_OF_LITERAL = {tree.Number: "number", tree.Text: "string", tree.Boolean: "boolean", tree.Items: "list"}
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_RESULTS = {
    "number": "string length|count|mean|median|product|stddev|floor|ceiling|decimal|round up|round down"
    "|round half up|round half down|modulo|sqrt|log|exp|number|day of year|week of year|last day of month",
    "string": "string|substring|upper case|lower case|substring before|substring after|replace|string join"
    "|day of week|month of year",
    "boolean": "contains|starts with|ends with|matches|not|list contains|odd|even|all|any|is",
    "date": "date|today",
    "date and time": "date and time|now",
    "time": "time",
    "duration": "duration|years and months duration",
}
_RESULT = {name: kind for kind, names in _RESULTS.items() for name in names.split("|")}


def kind_of(node: tree.Node) -> str | None:
    """The kind of value a tree certainly gives, where it can be told (the value may still be null)."""
    if isinstance(node, tree.Call) and isinstance(node.function, tree.Name):
        return _RESULT.get(node.function.name)
    if isinstance(node, tree.Binary):
        if node.operator in COMPARISONS:
            return "boolean"
        sides = (kind_of(node.left), kind_of(node.right))
        return "number" if sides == ("number", "number") else None
    if isinstance(node, (tree.And, tree.Or, tree.Between, tree.In, tree.Quantified, tree.InstanceOf)):
        return "boolean"
    return _OF_LITERAL.get(type(node))


def kind_of_value(value: Value) -> str:
    """The kind of a value, by the name the language has for it."""
    return _OF_TYPE.get(type(value), "null")


def shown(node: tree.Node, other: str = "x") -> str:
    """A tree as text, where it is short enough to stand in a sentence."""
    text = print_tree(node)
    return text if len(text) <= 40 else other


def described(value: Value) -> Say:
    """A value with its kind: 文本 "10000"."""
    kind = kind_of_value(value)
    if kind in ("null", "function"):
        return ZH[kind], kind
    text = print_value(value)
    text = text if len(text) <= 40 else text[:40] + "…"
    return f"{ZH[kind]} {text}", f"the {kind} {text}"


def clash(operator: str, left: str, right: str) -> bool:
    """Do two different kinds certainly give null under an operator?"""
    if operator in COMPARISONS:
        return left != right
    temporal = {left, right} & {"date", "date and time", "time"}
    if operator in ("+", "-"):
        return not (temporal and "duration" in (left, right)) and not (operator == "-" and len(temporal) == 2)
    return "duration" not in (left, right)


def mismatch(operator: str, left: str, right: str) -> Say:
    """Two kinds that an operator cannot take together."""
    zh, en = (ZH[left], ZH[right]), (_a(left), _a(right))
    if operator in COMPARISONS:
        return f"{zh[0]}不能与{zh[1]}比较", f"{en[0]} cannot be compared with {en[1]}"
    if operator == "+":
        return f"{zh[0]}与{zh[1]}不能相加", f"{en[0]} and {en[1]} cannot be added"
    return f"{zh[0]}与{zh[1]}不能作 {operator} 运算", f"{en[0]} and {en[1]} cannot take part in `{operator}`"


def _a(kind: str) -> str:
    return f"a {kind}"


def mend(operator: str, left: tuple[str, tree.Node], right: tuple[str, tree.Node]) -> Say:
    """How to bring the two sides of an operator together, each a kind and its tree."""
    nodes = dict((left, right))
    kinds = set(nodes)
    if "string" in kinds:
        other = next(iter(kinds - {"string"}), "")
        return _text_mend(operator, nodes["string"], other, nodes.get(other, nodes["string"]))
    if kinds == {"date", "date and time"}:
        made = f"date({shown(nodes['date and time'])})"
        return f"日期时间请先取日期：{made}", f"take the date of it: {made}"
    if "number" in kinds and kinds & {"date", "date and time"} and operator in ("+", "-"):
        days = nodes["number"]
        made = f'duration("P{days.value}D")' if isinstance(days, tree.Number) else 'duration("P5D")'
        return f"天数请写成期间：{made}", f"write the days as a duration: {made}"
    return NOTHING


def _text_mend(operator: str, text: tree.Node, other: str, beside: tree.Node) -> Say:
    """A text meets a value of another kind."""
    literal = text.value if isinstance(text, tree.Text) else None
    if literal is not None and (_NUMBER.fullmatch(literal) if other == "number" else literal in ("true", "false")):
        return f"去掉引号：{literal}", f"leave the quotes out: {literal}"
    if operator == "+" and literal is not None and other in MAKERS and parse_duration(literal) is not None:
        return f'期间请写成 duration("{literal}")', f'write duration("{literal}")'
    if operator == "+" and other != "duration":
        made = f"string({shown(beside)})"
        return f"连接文本请写成 {made}", f"turn the other side into a text with {made}"
    if other == "number" and literal is None:
        made = f"number({shown(text)})"
    elif other in MAKERS:
        made = f"{other if operator in COMPARISONS or other != 'duration' else 'date'}({shown(text)})"
    else:
        return NOTHING
    return f"文本请先写成 {made}", f"turn the text into a value: {made}"


def logic_operand(node: Any, place: int, kind: str, told: Say = NOTHING) -> tuple[Say, Say]:
    """What is wrong with a part of `and` or `or` that is no truth value, and the mend. `told` describes the value."""
    word = "and" if isinstance(node, tree.And) else "or"
    zh, en = told if told[0] else (ZH[kind], _a(kind))
    expected = (
        f"{word} 的第 {place + 1} 个条件须为真假值，却是{zh}",
        f"part {place + 1} of `{word}` must be true or false, but is {en}",
    )
    part, first = node.parts[place], node.parts[0]
    sign = "=" if word == "or" else "!="
    if place and isinstance(first, tree.Binary) and first.operator == sign and kind in ("string", "number"):
        values = [first.right, *(p for p in node.parts[1:] if type(p) is type(part))]
        made = f"{shown(first.left)} in ({', '.join(shown(value, '…') for value in values)})"
        made = made if word == "or" else f"not({made})"
        return expected, (f"请写成 {made}", f"write {made}")
    if kind == "number":
        made = f"{shown(part)} > 0"
    elif kind == "string":
        made = f'{shown(part)} = "…"'
    else:
        made = f"{shown(part)} != null"
    return expected, (f"请写成比较，例如 {made}", f"write a comparison, such as {made}")


def no_entry(node: tree.Filter, position: Any, count: int | None = None) -> tuple[Say, Say]:
    """Why a list has no entry at a position, and the mend."""
    source = shown(node.source, "…")
    first = f"第一项写 {source}[1]，最后一项写 {source}[-1]", f"the first is {source}[1], the last {source}[-1]"
    if position == 0:
        return ("列表从 1 数起，没有第 0 项", "lists count from 1: there is no entry 0"), first
    if count is not None and position == int(position):
        return (
            f"列表只有 {count} 项，没有第 {position} 项",
            f"the list has {count} entries, none at {position}",
        ), NOTHING
    return (f"列表的位置须为整数，却是 {position}", f"a position must be a whole number, but is {position}"), first
