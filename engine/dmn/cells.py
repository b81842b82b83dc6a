"""What can be said of a cell without running it."""

from __future__ import annotations

from typing import Any

from engine.feel import tree

MAKERS = frozenset({"date", "time", "date and time", "duration"})
LITERALS = (tree.Number, tree.Text, tree.Boolean, tree.Null, tree.Temporal)


def is_plain(node: Any, makers: frozenset[str] = MAKERS) -> bool:
    """Is the cell made of comparisons with constants only? `makers` are functions that may make one."""
    if isinstance(node, LITERALS):
        return True
    if isinstance(node, tree.Call):
        named = isinstance(node.function, tree.Name) and node.function.name in makers
        return named and all(isinstance(argument, LITERALS) for argument in node.arguments)
    if isinstance(node, (tree.Tests, tree.Items)):
        return all(is_plain(part, makers) for part in (node.tests if isinstance(node, tree.Tests) else node.items))
    if isinstance(node, tree.Test):
        return is_plain(node.operand, makers)
    return isinstance(node, tree.Interval) and is_plain(node.start, makers) and is_plain(node.end, makers)
