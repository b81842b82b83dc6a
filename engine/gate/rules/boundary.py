"""Boundary events that hang on something and lead somewhere.

What. A boundary event is attached to an activity of its own scope, has an outgoing flow (a compensation event: one
association to one compensation activity) and interrupts where its trigger demands it (error, cancel).
Why. Detached from its activity an event is never armed; without a way out the interrupted case ends in silence.
Mend. Drag the event onto the edge of its activity and draw a flow from it.

边界事件附着得当：贴在同一流程内的活动边缘，有出线（补偿事件则用关联连到唯一的补偿活动）；错误、取消事件只能是中断型。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Node, local, ref, shown


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about boundary events and compensation activities."""
    for node in bundle.nodes:
        if node.tag == "boundaryEvent":
            yield from _event(node)
        elif node.is_compensation_handler and node.is_activity and not _undoes(node):
            yield found(
                "compensation-handler",
                node,
                "{it}标为补偿活动，但没有补偿事件关联到它",
                "{it} is marked for compensation, but no compensation event is associated with it",
                "从补偿边界事件画一条关联到它，或去掉补偿标记",
                "draw an association from a compensation boundary event to it, or unmark it",
            )


def _event(node: Node) -> Iterator[Finding]:
    name = ref(node.element, "attachedToRef")
    host = node.scope.by_id.get(name)
    if host is None or not host.is_activity:
        where = f"“{shown(name)}”" if name else ""
        yield found(
            "boundary-detached",
            node,
            f"{{it}}所附着的活动{where}不在这里",
            f"the activity {where} that {{it}} is attached to is not here".replace("  ", " "),
            "把事件拖到活动的边缘上",
            "drag the event onto the edge of an activity",
        )
    if "compensate" in node.triggers:
        yield from _compensation(node)
    elif not node.outgoing:
        yield found(
            "boundary-leads-nowhere",
            node,
            "{it}没有出线，触发后案件无处可去",
            "{it} has no outgoing flow: once it fires the case leads nowhere",
            "从事件画一条连线到后续步骤或结束事件",
            "draw a flow from it to the next step or an end event",
        )
    if node.element.get("cancelActivity") == "false" and {"error", "cancel", "compensate"} & set(node.triggers):
        yield found(
            "boundary-interrupts",
            node,
            "{it}由错误、取消或补偿触发，不能是非中断型",
            "{it} is triggered by an error, a cancellation or a compensation and cannot be non-interrupting",
            "用扳手菜单改成中断型的边界事件",
            "change it to an interrupting boundary event by the wrench menu",
        )


def _compensation(node: Node) -> Iterator[Finding]:
    handlers = [target for source, target in _associations(node) if source == node.id]
    found_nodes = [node.scope.by_id[name] for name in handlers if name in node.scope.by_id]
    if len(handlers) != 1 or len(found_nodes) != 1 or not found_nodes[0].is_compensation_handler or node.outgoing:
        yield found(
            "compensation-handler",
            node,
            "{it}须用一条关联连到唯一的补偿活动，且没有出线",
            "{it} must be associated with exactly one activity marked for compensation, and have no outgoing flow",
            "用“关联”工具连到标了补偿标记的活动",
            "join it by an association to one activity that bears the compensation marker",
        )


def _undoes(node: Node) -> bool:
    """Whether a compensation event points here, or the scope itself is a compensation's event sub-process."""
    events = {n.id for n in node.scope.nodes if n.tag == "boundaryEvent" and "compensate" in n.triggers}
    if any(source in events and target == node.id for source, target in _associations(node)):
        return True
    return any("compensate" in start.triggers for start in node.scope.starts)


def _associations(node: Node) -> Iterator[tuple[str, str]]:
    for child in node.scope.element:
        if local(child) == "association":
            yield ref(child, "sourceRef"), ref(child, "targetRef")
