"""`range("[1..10]")`: only literals may be its ends, so that a text from outside can never compute anything."""

from __future__ import annotations

from . import tree
from .errors import FeelError
from .values import Range, less_or_equal

_LITERALS = (tree.Number, tree.Text, tree.Temporal, tree.Boolean)
_MAKERS = frozenset({"date", "time", "date and time", "duration"})


def parse_range(text: str) -> Range | None:
    """The range a text says, None when it says none. An end may be left out: `[1..)`."""
    from .expression import compile as compile_
    from .parser import parse

    body = text.strip()
    if body[1:].lstrip().startswith(".."):
        body = body[:1] + "null" + body[1:].lstrip()
    if body[:-1].rstrip().endswith(".."):
        body = body[:-1].rstrip() + "null" + body[-1:]
    try:
        node = parse(body)
    except FeelError:
        return None
    if not isinstance(node, tree.Interval) or not (_literal(node.start) and _literal(node.end)):
        return None
    if isinstance(node.start, tree.Null) and isinstance(node.end, tree.Null):
        return None
    value = compile_(body)({})
    if not isinstance(value, Range) or type(value.start) is bool or type(value.end) is bool:
        return None
    both = value.start is not None and value.end is not None
    return None if both and less_or_equal(value.start, value.end) is not True else value


def _literal(node: tree.Node) -> bool:
    if isinstance(node, tree.Call):
        named = isinstance(node.function, tree.Name) and node.function.name in _MAKERS
        return named and all(isinstance(argument, _LITERALS) for argument in node.arguments)
    return isinstance(node, (*_LITERALS, tree.Null))
