"""Diagrams a person can still read.

What. Sub-processes nest at most ten deep, and at most thirty flows leave one node.
Why. Beyond that nobody can check what the diagram does, and every level and branch costs the engine at each start.
Mend. Move the inner part into a process of its own (call activity), or the many branches into a decision table.

图要看得懂：子流程嵌套不超过 10 层，一个节点的出线不超过 30 条；内层改为调用活动，多分支改为决策表。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found

MAX_NESTING = 10
MAX_FLOWS = 30


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about size."""
    for scope in bundle.scopes:
        if scope.depth == MAX_NESTING + 1:
            yield found(
                "nesting-deep",
                scope,
                f"{{it}}在第 {scope.depth} 层，超过 {MAX_NESTING} 层",
                f"{{it}} is {scope.depth} sub-processes deep, more than {MAX_NESTING}",
                "把内层改成单独的流程，用调用活动相连",
                "make the inner part a process of its own and call it",
            )
        for node in scope.nodes:
            if len(node.outgoing) > MAX_FLOWS:
                yield found(
                    "fan-out",
                    node,
                    f"{{it}}有 {len(node.outgoing)} 条出线，超过 {MAX_FLOWS} 条",
                    f"{{it}} has {len(node.outgoing)} outgoing flows, more than {MAX_FLOWS}",
                    "用决策表先算出去向，或改用多实例",
                    "compute the way by a decision table first, or use a multi-instance activity",
                )
