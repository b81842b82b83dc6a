"""Data of events.

What. If an event says what data it throws or catches (data inputs or outputs), there is one for each of its triggers
that carries an item (message, signal, error, escalation), of the same item definition.
Why. The data of an event is what its trigger carries, and nothing else can fill it.
Mend. Give the event one data input or output per trigger, with the trigger's item definition; or delete them.

事件的数据与触发内容一致：消息、信号、错误、升级各带一项数据，事件的数据输入（输出）须逐一对应、类型相同。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.items import alike, children, item, target
from engine.gate.model import Node, ref

_THROWS = frozenset({"intermediateThrowEvent", "endEvent"})
_CARRY = ("message", "signal", "error", "escalation")


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about data inputs and outputs of events."""
    for node in bundle.nodes:
        if node.is_event:
            yield from _event(node)


def _event(node: Node) -> Iterator[Finding]:
    diagram = node.scope.process.diagram
    data = children(node.element, "dataInput" if node.tag in _THROWS else "dataOutput")
    carriers = (target(diagram, ref(element, kind + "Ref")) for kind, element in node.definitions if kind in _CARRY)
    carried = [found_item for found_item in (item(diagram, carrier) for carrier in carriers) if found_item is not None]
    declared = [item(diagram, element) for element in data]
    if not data or not carried:
        return
    if len(data) < len(carried):
        yield found(
            "event-data-missing",
            node,
            f"{{it}}的触发内容有 {len(carried)} 项数据，却只写了 {len(data)} 项",
            f"the triggers of {{it}} carry {len(carried)} items, but it declares {len(data)}",
            "用一键修正：数据只作说明；或每个触发各写一项数据",
            "use the fix that keeps data as documentation, or declare one for each trigger",
        )
    elif not all(any(alike(one, other) for other in carried) for one in declared) or not all(
        any(alike(one, other) for other in declared) for one in carried
    ):
        yield found(
            "event-data-type",
            node,
            "{it}的数据类型与触发内容的不同",
            "the data of {it} have another type than what its trigger carries",
            "用一键修正：数据只作说明；要保留类型的，在画图的工具里给两处选同一个数据类型（itemDefinition）",
            "use the fix that keeps data as documentation; to keep the types, give both the same type in the tool"
            " that drew them (itemDefinition)",
        )
