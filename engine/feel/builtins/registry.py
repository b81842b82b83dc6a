"""Declaring built-ins: `@builtin("substring", "string: string, start position: number, length?: number")`.

A parameter is `name: kind`; `?` makes it optional, `*` (only the last) takes the rest. A value of another kind makes
the call null, as the standard says; before that a one-element list is taken for its element and, where a list is
wanted, a single value for a list of it. Kind `any` takes everything, also null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from ..far import FarDate, FarDateTime
from ..limits import Run
from ..values import Function, Range, Value, YearMonth

KINDS: dict[str, frozenset[type]] = {
    "string": frozenset({str}),
    "number": frozenset({Decimal}),
    "boolean": frozenset({bool}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "date": frozenset({date, FarDate}),
    "time": frozenset({time}),
    "date and time": frozenset({datetime, FarDateTime}),
    "day": frozenset({date, datetime, FarDate, FarDateTime}),
    "days duration": frozenset({timedelta}),
    "months duration": frozenset({YearMonth}),
    "duration": frozenset({timedelta, YearMonth}),
    "range": frozenset({Range}),
    "function": frozenset({Function}),
    "point": frozenset({Decimal, str, date, datetime, time, timedelta, YearMonth, FarDate, FarDateTime}),
}


class _Missing:
    __slots__ = ()


MISSING = _Missing()


def fit(value: Value, kinds: frozenset[type] | None) -> Value:
    """The value as one of these kinds, or MISSING when it cannot be."""
    if kinds is None or type(value) in kinds:
        return value
    if list in kinds:
        return MISSING if value is None else [value]
    if type(value) is list and len(value) == 1 and type(value[0]) in kinds:
        return value[0]
    return MISSING


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function. `call` gets the fitted arguments, and the run first when `needs_run`."""

    names: tuple[str, ...]
    kinds: tuple[frozenset[type] | None, ...]
    required: int
    variadic: bool
    call: Callable[..., Value]
    needs_run: bool
    nullable: tuple[bool, ...]
    text: str  # as declared: `name: kind`, `?` optional, `*` any number

    def takes(self, count: int) -> bool:
        """May it be called with `count` positional arguments?"""
        return self.required <= count and (self.variadic or count <= len(self.names))

    def bind(self, arguments: list[Value]) -> list[Value] | None:
        """The arguments fitted to the kinds, or None."""
        if not self.takes(len(arguments)):
            return None
        fitted = []
        last = len(self.kinds) - 1
        for index, value in enumerate(arguments):
            place = index if index < last else last
            value = value if value is None and self.nullable[place] else fit(value, self.kinds[place])
            if value is MISSING:
                return None
            fitted.append(value)
        return fitted

    def order(self, names: tuple[str, ...]) -> list[int] | None:
        """For named arguments: which goes to each parameter, -1 for one left out; None when the names do not fit."""
        if any(name not in self.names for name in names) or len(set(names)) != len(names):
            return None
        places = [names.index(name) if name in names else -1 for name in self.names]
        if any(place < 0 for place in places[: self.required]):
            return None
        while places and places[-1] < 0:
            places.pop()
        return places


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in with all its signatures."""

    name: str
    signatures: list[Signature]

    def invoke(self, run: Run, arguments: list[Value]) -> Value:
        """Call with positional arguments; null when no signature takes them."""
        for signature in self.signatures:
            fitted = signature.bind(arguments)
            if fitted is not None:
                return signature.call(run, *fitted) if signature.needs_run else signature.call(*fitted)
        run.warn(f"{self.name}(…) cannot take these arguments")
        return None

    def value(self) -> Function:
        """The built-in as a value that can be passed on."""
        names = self.signatures[0].names
        return Function(self.name, None if self.signatures[0].variadic else names, self.invoke)


BUILTINS: dict[str, Builtin] = {}


def catalogue() -> list[dict[str, Any]]:
    """All built-ins with their ways to be called, as JSON data for an editor."""
    return [
        {"name": name, "signatures": [f"{name}({signature.text})" for signature in builtin.signatures]}
        for name, builtin in sorted(BUILTINS.items())
    ]


def builtin(name: str, signature: str = "", run: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the decorated function under `name`; several registrations of one name are tried in their order."""
    names: list[str] = []
    kinds: list[frozenset[type] | None] = []
    nullable: list[bool] = []
    required = 0
    variadic = False
    for part in filter(None, (part.strip() for part in signature.split(","))):
        label, _, kind = (piece.strip() for piece in part.partition(":"))
        variadic = variadic or label.endswith("*")
        if not label.endswith(("?", "*")):
            required += 1
        names.append(label.rstrip("?*"))
        nullable.append(kind.endswith("?"))
        kinds.append(None if kind == "any" else KINDS[kind.rstrip("?")])

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        entry = BUILTINS.setdefault(name, Builtin(name, []))
        made = Signature(tuple(names), tuple(kinds), required, variadic, call, run, tuple(nullable), signature)
        entry.signatures.append(made)
        return call

    return register
