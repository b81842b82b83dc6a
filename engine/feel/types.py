"""Types as values: what `instance of` asks and what decisions check their inputs and outputs against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from . import tree
from .far import FarDate, FarDateTime
from .values import Function, Range, Value, YearMonth


@dataclass(frozen=True, slots=True)
class Type:
    """`kind` is a basic type's name, or list, context, range, function, any, null; `allowed` narrows the values."""

    kind: str
    element: Type | None = None
    entries: tuple[tuple[str, Type], ...] = ()
    parameters: tuple[Type, ...] | None = None
    name: str = ""
    allowed: Callable[[Value], bool] | None = None


ANY = Type("any")
BASIC: dict[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({date, FarDate}),
    "time": frozenset({time}),
    "date and time": frozenset({datetime, FarDateTime}),
    "days and time duration": frozenset({timedelta}),
    "years and months duration": frozenset({YearMonth}),
}
_ALIAS = {
    "Any": "any",
    "Null": "null",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}


def basic(name: str) -> Type | None:
    """The built-in type of this name."""
    name = _ALIAS.get(name, name)
    if name in BASIC or name in ("any", "null"):
        return Type(name)
    if name in ("list", "context", "range", "function"):
        return Type(name)
    return None


def build(node: tree.Type, types: Mapping[str, Type] | None = None) -> Type | None:
    """The type a tree means; `types` are the named ones of a model. None when a name is unknown."""
    if not node.parts and not node.keys:
        found = types.get(node.name) if types else None
        return found or basic(node.name)
    parts = [build(part, types) for part in node.parts]
    if any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    if node.name == "context":
        return Type("context", entries=tuple(zip(node.keys, known, strict=True)))
    if node.name == "function":
        return Type("function", element=known[-1], parameters=tuple(known[:-1]))
    return Type(node.name, element=known[0])


def conforms(value: Value, type_: Type, narrow: bool = True, depth: int = 0) -> bool:
    """Does the value belong to the type? Null belongs to every type. `narrow` also asks the allowed values."""
    if value is None:
        return True
    if depth > 60 or not _kind(value, type_, narrow, depth):
        return False
    return not narrow or type_.allowed is None or type_.allowed(value)


def is_instance(value: Value, type_: Type) -> bool:
    """`value instance of type`: null is an instance of nothing but Null, allowed values do not matter."""
    return type_.kind == "null" if value is None else conforms(value, type_, False)


def _kind(value: Value, type_: Type, narrow: bool, depth: int) -> bool:
    kind = type_.kind
    if kind == "any":
        return True
    if kind in BASIC:
        return type(value) in BASIC[kind]
    if kind == "list":
        if type(value) is not list:
            return False
        element = type_.element
        return element is None or all(conforms(item, element, narrow, depth + 1) for item in value)
    if kind == "context":
        if type(value) is not dict:
            return False
        return all(key in value and conforms(value[key], part, narrow, depth + 1) for key, part in type_.entries)
    if kind == "range":
        if type(value) is not Range:
            return False
        bounds = (bound for bound in (value.start, value.end) if bound is not None)
        return type_.element is None or all(conforms(bound, type_.element, narrow, depth + 1) for bound in bounds)
    return kind == "function" and type(value) is Function and _function(value, type_)


def _function(value: Function, type_: Type) -> bool:
    if type_.parameters is None:
        return True
    if value.parameters is None or len(value.parameters) != len(type_.parameters):
        return False
    declared = value.types or (None,) * len(type_.parameters)
    pairs = zip(type_.parameters, declared, strict=False)
    if not all(mine is None or subtype(wanted, mine) for wanted, mine in pairs):
        return False
    return value.result is None or type_.element is None or subtype(value.result, type_.element)


def subtype(a: Type, b: Type) -> bool:
    """May every value of `a` stand where `b` is asked for?"""
    if b.kind == "any":
        return True
    if a.kind != b.kind:
        return a.kind == "null"
    if b.kind in ("list", "range"):
        return b.element is None or (a.element is not None and subtype(a.element, b.element))
    if b.kind == "context":
        mine = dict(a.entries)
        return all(key in mine and subtype(mine[key], part) for key, part in b.entries)
    if b.kind == "function" and b.parameters is not None:
        if a.parameters is None or len(a.parameters) != len(b.parameters):
            return False
        if not all(subtype(theirs, mine) for mine, theirs in zip(a.parameters, b.parameters, strict=True)):
            return False
        return a.element is None or b.element is None or subtype(a.element, b.element)
    return True


def coerce(value: Value, type_: Type | None) -> Value:
    """The value as the type asks for it by the standard's implicit conversions; None when it does not conform."""
    if type_ is None or value is None or conforms(value, type_):
        return value
    if type_.kind == "list" and type(value) is not list:
        return coerce([value], type_) if type_.element is None or conforms(value, type_.element) else None
    if type_.kind != "list" and type(value) is list and len(value) == 1 and conforms(value[0], type_):
        return value[0]
    if type_.kind == "date and time" and type(value) in BASIC["date"]:
        from .builtins.dates import date_time_from_day

        return coerce(date_time_from_day(value), type_)
    return None
