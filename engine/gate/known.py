"""What can be said of a value before any case comes: its kind, and, where all are listed, the values it can have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from engine import dmn
from engine.feel import checking, tree
from engine.feel.types import Type

# What a form's date field gives, ISO text without seconds, and how a value is made of it.
DATE_TEXTS = {
    "date text": "date({})",
    "date-time text": 'date and time(substring({}, 1, 16) + ":00+08:00")',
    "time text": 'time(substring({}, 1, 5) + ":00")',
}
DAY_OF = "date(substring({}, 1, 10))"
KINDS = {
    "number": ("数字", "a number"),
    "string": ("文本", "a text"),
    "boolean": ("真假值", "true or false"),
    "date": ("日期", "a date"),
    "date and time": ("日期时间", "a date-time"),
    "time": ("时间", "a time"),
    "duration": ("时长", "a duration"),
    "list": ("列表", "a list"),
    "context": ("一组数据", "a context"),
    "date text": ("文本形式的日期", "a date as text"),
    "date-time text": ("文本形式的日期时间", "a date-time as text"),
    "time text": ("文本形式的时间", "a time as text"),
}
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T|$)|\d\d:\d\d")
_OF_FIELD = {"number": "number", "textfield": "string", "textarea": "string", "checkbox": "boolean"}
_OF_DATE = {"date": "date text", "time": "time text", "datetime": "date-time text"}
_PYTHON: dict[type, str] = {str: "string", bool: "boolean", int: "number", float: "number", Decimal: "number"}


@dataclass(frozen=True, slots=True)
class Known:
    """`kind` is FEEL's name of the type; `values` all there can be besides null; `entries` those of a context."""

    kind: str | None = None
    values: frozenset[Any] | None = None
    entries: Mapping[str, Known] | None = field(default=None, hash=False)
    items: frozenset[Any] | None = None  # of a list: all its items can be


NOTHING = Known()
NEVER = Known(values=frozenset())  # null, which says nothing


def joined(parts: Iterable[Known]) -> Known:
    """What is known of a value that comes from one of several places."""
    found = [part for part in parts if part is not NEVER]
    if not found:
        return NOTHING
    if len(found) == 1:
        return found[0]
    kinds = {part.kind for part in found}
    whole = all(part.values is not None for part in found)
    items = all(part.items is not None for part in found)
    return Known(
        found[0].kind if len(kinds) == 1 else None,
        frozenset(value for part in found for value in part.values or ()) if whole else None,
        None,
        frozenset(value for part in found for value in part.items or ()) if items else None,
    )


def of_value(value: Any) -> Known:
    """A constant."""
    return Known(_PYTHON.get(type(value)), frozenset((value,)) if isinstance(value, tuple(_PYTHON)) else None)


def of_node(node: tree.Node, variables: Mapping[str, Known], functions: Mapping[str, Any]) -> Known:
    """An expression, where `variables` are known."""
    if isinstance(node, tree.Number | tree.Text | tree.Boolean):
        return of_value(node.value)
    if isinstance(node, tree.Null):
        return NEVER
    if isinstance(node, tree.Name):
        return variables.get(node.name, NOTHING)
    if isinstance(node, tree.Path):
        source = of_node(node.source, variables, functions)
        return (source.entries or {}).get(node.name, NOTHING)
    if isinstance(node, tree.If):
        return joined(of_node(part, variables, functions) for part in (node.then, node.otherwise))
    if isinstance(node, tree.Items):
        return Known("list")
    if isinstance(node, tree.And | tree.Or | tree.Between | tree.In):
        return Known("boolean")
    if isinstance(node, tree.Call) and isinstance(node.function, tree.Name) and node.function.name in functions:
        return _of_kind(getattr(functions[node.function.name], "result", None))
    if isinstance(node, tree.Entries):
        return Known("context", None, {name: of_node(value, variables, functions) for name, value in node.entries})
    return _of_kind(checking.kind_of(node))


def of_field(component: Mapping[str, Any]) -> Known:
    """An answer of a form's field."""
    kind = component.get("type")
    if kind in ("select", "radio", "checklist", "taglist"):
        options = _options(component)
        if kind in ("checklist", "taglist"):
            return Known("list", None, None, options)
        kinds = {_PYTHON.get(type(option)) for option in options or ()}
        return Known(kinds.pop() if len(kinds) == 1 else None, options)
    if kind == "datetime":
        return Known(_OF_DATE.get(str(component.get("subtype") or "date")))
    if kind == "checkbox":
        return Known("boolean", frozenset((True, False)))
    if kind == "number" and component.get("serializeToString"):
        return Known("string")
    return Known(_OF_FIELD.get(str(kind)))


def _options(component: Mapping[str, Any]) -> frozenset[Any] | None:
    if component.get("valuesKey") or component.get("valuesExpression") or not component.get("values"):
        return None  # they come with the case
    options = component["values"]
    if not isinstance(options, list) or not all(isinstance(option, Mapping) for option in options):
        return None  # a broken form: another rule tells
    values = [option.get("value") for option in options]
    return frozenset(values) if all(isinstance(value, str | bool | int) for value in values) else None


def of_decision(table: dmn.Table | None, type_: Type | None) -> Known:
    """A decision's answer: `table` is its whole logic."""
    if table is None:
        return of_type(type_)
    if table.policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER"):
        return Known("list" if not table.aggregation else "number")
    columns = [_column(table, place) for place in range(len(table.outputs))]
    if len(columns) == 1:
        kind = columns[0].kind or of_type(type_).kind
        return Known(kind, columns[0].values)
    names = [output.name for output in table.outputs]
    return Known("context", None, dict(zip(names, columns, strict=True)))


def _column(table: dmn.Table, place: int) -> Known:
    """What a table may put out in one column."""
    output = table.outputs[place]
    expressions = [rule.outputs[place] for rule in table.rules] + ([output.default] if output.default else [])
    found = joined(of_node(expression.tree, {}, {}) for expression in expressions)
    declared = of_type(output.type).kind
    return Known(declared or found.kind, found.values if declared in (None, found.kind) else None)


def of_type(type_: Type | None) -> Known:
    """A value of a declared type."""
    return _of_kind(type_.kind if type_ is not None else None)


def _of_kind(kind: str | None) -> Known:
    return Known(kind) if kind in KINDS else NOTHING


def is_date(text: str) -> bool:
    """Whether a text says a date, a date-time or a time as ISO writes them, with or without seconds."""
    if not _ISO.match(text):
        return False
    for read in (datetime.fromisoformat, time.fromisoformat):
        try:
            read(text)
        except ValueError:
            continue
        return True
    return False
