"""A tree as text: `parse(print_tree(tree)) == tree`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import tree
from .names import is_simple
from .parser import ADDITION, AND, COMPARISON, INSTANCE, MINUS, OR, POWER, PRODUCT
from .texts import number_text, quoted

POSTFIX = INSTANCE + 1
_LEVEL = {"+": ADDITION, "-": ADDITION, "*": PRODUCT, "/": PRODUCT, "**": POWER}


def print_tree(node: tree.Node) -> str:
    """The text of an expression or of a decision-table cell."""
    return _PRINT[type(node)](node)


def _level(node: tree.Node) -> int:
    """How strongly the node's outermost operator binds; 0 for one that reaches as far as it can."""
    kind = type(node)
    if kind is tree.Binary:
        return _LEVEL.get(node.operator, COMPARISON)  # type: ignore[attr-defined]
    if kind is tree.Number:
        return MINUS if node.value.is_signed() else POSTFIX  # type: ignore[attr-defined]
    return {
        tree.Or: OR, tree.And: AND, tree.Between: COMPARISON, tree.In: COMPARISON, tree.Negation: MINUS,
        tree.InstanceOf: INSTANCE, tree.If: 0, tree.For: 0, tree.Quantified: 0, tree.Lambda: 0,
    }.get(kind, POSTFIX)  # fmt: skip


def _at(node: tree.Node, level: int) -> str:
    """The node where an operand of this level is asked for."""
    text = print_tree(node)
    return text if _level(node) >= level else f"({text})"


def _key(name: str) -> str:
    return name if is_simple(name) else quoted(name)


def _binary(node: tree.Binary) -> str:
    level = _level(node)
    return f"{_at(node.left, level)} {node.operator} {_at(node.right, level + 1)}"


def _call(node: tree.Call) -> str:
    if node.names:
        arguments = [
            f"{_key(name)}: {print_tree(value)}" for name, value in zip(node.names, node.arguments, strict=True)
        ]
    else:
        arguments = [print_tree(value) for value in node.arguments]
    return f"{_at(node.function, POSTFIX)}({', '.join(arguments)})"


def _interval(node: tree.Interval) -> str:
    ends = f"{_at(node.start, 0)}..{_at(node.end, ADDITION)}"
    return ("[" if node.start_included else "(") + ends + ("]" if node.end_included else ")")


def _in(node: tree.In) -> str:
    tests = ", ".join(_test(test) for test in node.tests)
    return f"{_at(node.value, COMPARISON)} in ({tests})"


def _test(node: tree.Node) -> str:
    return _bare(node) if isinstance(node, tree.Test) else print_tree(node)


def _bare(node: tree.Test) -> str:
    return f"{node.operator} {_at(node.operand, ADDITION)}"


def _entries(node: tree.Entries) -> str:
    return "{" + ", ".join(f"{_key(key)}: {print_tree(value)}" for key, value in node.entries) + "}"


def _iterations(node: Any) -> str:
    parts = []
    for one in node.iterations:
        end = f"..{_at(one.end, ADDITION)}" if one.end is not None else ""
        parts.append(f"{one.name} in {_at(one.source, ADDITION)}{end}")
    return ", ".join(parts)


def print_type(node: tree.Type) -> str:
    """The text of a type."""
    if node.name == "function" and node.parts:
        return f"function<{', '.join(map(print_type, node.parts[:-1]))}> -> {print_type(node.parts[-1])}"
    if node.name == "context" and node.keys:
        return (
            f"context<{', '.join(f'{_key(k)}: {print_type(p)}' for k, p in zip(node.keys, node.parts, strict=True))}>"
        )
    return f"{node.name}<{', '.join(map(print_type, node.parts))}>" if node.parts else node.name


def _lambda(node: tree.Lambda) -> str:
    parameters = (p.name + (f": {print_type(p.type)}" if p.type else "") for p in node.parameters)
    return f"function({', '.join(parameters)}) {'external ' if node.external else ''}{print_tree(node.body)}"


def _tests(node: tree.Tests) -> str:
    if not node.tests:
        return "-"
    tests = ", ".join(_test(test) for test in node.tests)
    return f"not({tests})" if node.negated else tests


_PRINT: dict[type, Callable[[Any], str]] = {
    tree.Number: lambda n: number_text(n.value),
    tree.Text: lambda n: quoted(n.value),
    tree.Boolean: lambda n: "true" if n.value else "false",
    tree.Null: lambda n: "null",
    tree.Temporal: lambda n: "@" + quoted(n.text),
    tree.Name: lambda n: n.name,
    tree.Path: lambda n: f"{_at(n.source, POSTFIX)}.{n.name}",
    tree.Filter: lambda n: f"{_at(n.source, POSTFIX)}[{print_tree(n.condition)}]",
    tree.Call: _call,
    tree.Negation: lambda n: f"-{_at(n.operand, INSTANCE)}",
    tree.Binary: _binary,
    tree.And: lambda n: " and ".join(_at(part, COMPARISON) for part in n.parts),
    tree.Or: lambda n: " or ".join(_at(part, AND) for part in n.parts),
    tree.Between: lambda n: f"{_at(n.value, COMPARISON)} between {_at(n.low, ADDITION)} and {_at(n.high, ADDITION)}",
    tree.In: _in,
    tree.Test: lambda n: f"({_bare(n)})",
    tree.Interval: _interval,
    tree.Items: lambda n: "[" + ", ".join(map(_test, n.items)) + "]",
    tree.Entries: _entries,
    tree.If: lambda n: f"if {print_tree(n.condition)} then {print_tree(n.then)} else {print_tree(n.otherwise)}",
    tree.For: lambda n: f"for {_iterations(n)} return {print_tree(n.body)}",
    tree.Quantified: lambda n: f"{'every' if n.every else 'some'} {_iterations(n)} satisfies {print_tree(n.condition)}",
    tree.Lambda: _lambda,
    tree.InstanceOf: lambda n: f"{_at(n.value, INSTANCE)} instance of {print_type(n.type)}",
    tree.Tests: _tests,
}
