"""People named in one way.

What. A performer, potential owner or resource role names a resource (resourceRef) or gives an expression that finds the
people (resourceAssignmentExpression), not both.
Why. BPMN lets one of them decide; with both drawn, two readers of the diagram expect different people.
Mend. Keep the one that is meant. (Here neither decides who does the work: that is the role, the unit or the assignee.)

人员只用一种方式指定：resourceRef 与 resourceAssignmentExpression 不能同时写。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.items import children
from engine.gate.model import At, Element, bearer, local, semantic

_ROLES = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about resource roles."""
    for diagram in bundle.diagrams:
        holders: dict[Element, None] = {}
        for element in semantic(diagram.root):
            several = children(element, "resourceRef", "resourceParameterBinding")
            if local(element) in _ROLES and several and children(element, "resourceAssignmentExpression"):
                holders[bearer(element)] = None
        for holder in holders:
            yield found(
                "performer-both",
                At(diagram.file, holder),
                "{it}写的办理人既指定了资源，又写了分派表达式",
                "{it} names people both by a resource and by an expression",
                "在 XML 里只留一个；由谁办理，以“角色”、“承办单位”、“办理人”为准",
                "keep one of them in the XML; who does it is said by “Role”, “Unit” and “Assignee”",
            )
