"""The tree of an expression: one frozen class per construct. Positions do not count when trees are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    value: str


@dataclass(frozen=True, slots=True)
class Boolean(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class Null(Node):
    pass


@dataclass(frozen=True, slots=True)
class Temporal(Node):
    """`@"2026-01-01"`: a date, time, date-time or duration."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`names` is empty for positional arguments, else one name per argument."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`+ - * / **` and the comparisons `= != < <= > >=`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in test` or `value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Test(Node):
    """`< 5` without a left side: a unary test, or, in brackets, a half-open range."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Interval(Node):
    start: Node
    end: Node
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list literal."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entries(Node):
    """A context literal."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """`name in source`, or `name in source..end`."""

    name: str
    source: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some … satisfies …` or `every … satisfies …`."""

    every: bool
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Type(Node):
    """A type by name, or `list`, `range`, `function`, `context` with its parts."""

    name: str
    parts: tuple[Type, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    name: str
    type: Type | None = None


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    """`function(a: number) body`; `external` ones keep their text but cannot be called."""

    parameters: tuple[Parameter, ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """A decision-table cell: `-`, `not(…)` or tests; an empty tuple is `-`."""

    tests: tuple[Node, ...]
    negated: bool = False


def parts(node: Any) -> Iterator[Node]:
    """An expression and all expressions within it."""
    todo: list[Any] = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, tuple | list):
            todo.extend(reversed(part))
        elif isinstance(part, Node):
            yield part
            todo.extend(getattr(part, slot) for slot in reversed(type(part).__slots__))


def calls(node: Node) -> Iterator[tuple[str, Call]]:
    """The calls within an expression whose function has a name."""
    for part in parts(node):
        if isinstance(part, Call) and isinstance(part.function, Name):
            yield part.function.name, part
