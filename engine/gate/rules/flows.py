"""Flows that lead somewhere.

What. A sequence flow joins two nodes of the same process or sub-process; none leads into a start event or a boundary
event, none leaves an end event, and none touches an event sub-process or a compensation handler.
Why. A flow that leads nowhere loses the case; one across the edge of a pool or sub-process has no meaning in BPMN.
Mend. Draw the flow again between nodes of one scope; between pools use messages.

连线有去处：顺序流连接同一流程（或同一子流程）内的两个节点；不进入开始事件和边界事件，不离开结束事件；跨泳池用消息。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Flow, Scope, ref, shown

_REDRAW = ("在建模工具中重新连线", "draw the flow again in the modeler")


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about sequence flows."""
    for scope in bundle.scopes:
        for flow in scope.flows:
            ends = (("sourceRef", flow.source, "来源", "source"), ("targetRef", flow.target, "去向", "target"))
            for attribute, node, zh, en in ends:
                if node is None:
                    yield _lost(scope, flow, attribute, zh, en)
            yield from _direction(flow)


def _lost(scope: Scope, flow: Flow, attribute: str, zh: str, en: str) -> Finding:
    name = ref(flow.element, attribute)
    if not name or name not in scope.process.diagram.by_id:
        what = f"“{shown(name)}”" if name else ""
        return found(
            "flow-nowhere",
            flow,
            f"{{it}}的{zh}{what}不存在",
            f"the {en} {what} of {{it}} does not exist".replace("  ", " "),
            *_REDRAW,
        )
    return found(
        "flow-across",
        flow,
        f"{{it}}的{zh}“{shown(name)}”不在同一个流程或子流程里",
        f"the {en} “{shown(name)}” of {{it}} is not in the same process or sub-process",
        "顺序流不能跨越泳池或子流程的边界：跨泳池用消息流，跨子流程连到子流程本身",
        "a sequence flow may not cross the edge of a pool or sub-process: use messages, or join the sub-process itself",
    )


def _direction(flow: Flow) -> Iterator[Finding]:
    source, target = flow.source, flow.target
    if source is not None and source.tag == "endEvent":
        yield _wrong(flow, "从结束事件出发", "leaves an end event")
    if target is not None and target.tag in ("startEvent", "boundaryEvent"):
        zh, en = ("开始事件", "a start event") if target.tag == "startEvent" else ("边界事件", "a boundary event")
        yield _wrong(flow, f"进入{zh}", f"leads into {en}")
    for node in (source, target):
        if node is not None and (node.is_event_sub_process or node.is_compensation_handler):
            zh, en = (
                ("事件子流程", "an event sub-process")
                if node.is_event_sub_process
                else ("补偿活动", "a compensation activity")
            )
            yield _wrong(flow, f"连着{zh}，而它只由事件启动", f"touches {en}, which only its event starts")


def _wrong(flow: Flow, zh: str, en: str) -> Finding:
    return found(
        "flow-direction", flow, "{it}" + zh, "{it} " + en, "删去或改画这条连线", "delete this flow or draw it elsewhere"
    )
