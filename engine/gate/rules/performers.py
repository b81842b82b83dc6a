"""People named in one way.

What. A performer, potential owner or resource role names a resource (resourceRef) or gives an expression that finds the
people (resourceAssignmentExpression), not both.
Why. BPMN lets one of them decide; with both drawn, two readers of the diagram expect different people.
Mend. Keep the one that is meant. (Here neither decides who does the work: that is banjie:role, unit or assignee.)

人员只用一种方式指定：resourceRef 与 resourceAssignmentExpression 不能同时写。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.items import children
from engine.gate.model import At, local, semantic

_ROLES = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about resource roles."""
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            if local(element) not in _ROLES or not children(element, "resourceAssignmentExpression"):
                continue
            if children(element, "resourceRef", "resourceParameterBinding"):
                yield found(
                    "performer-both",
                    At(diagram.file, element),
                    "{it}既指定了资源又写了分派表达式",
                    "{it} both names a resource and gives an expression",
                    "只留一个",
                    "keep one of them",
                )
