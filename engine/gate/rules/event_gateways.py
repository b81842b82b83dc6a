"""Event gateways that wait for events.

What. An event gateway has at least two outgoing flows, each to a catch event (message, timer, signal, condition) or a
receive task that nothing else leads to.
Why. The gateway waits for whichever event comes first; a step that waits for nothing would win at once.
Mend. Put a catch event behind each flow, and the work behind the event.

事件网关等的是事件：至少两条出线，每条直接连到捕获事件（消息、定时、信号、条件）或接收任务，且该事件没有其他入线。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Node

_CATCH = {"message", "timer", "signal", "conditional"}


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about event-based gateways."""
    for node in bundle.nodes:
        if node.tag != "eventBasedGateway":
            continue
        if len(node.outgoing) < 2:
            yield found(
                "event-gateway-few",
                node,
                "{it}的出线少于两条，没有可选的事件",
                "{it} has fewer than two outgoing flows: there is no choice of events",
                "画出每种可能的事件，或直接用捕获事件",
                "draw each event it may wait for, or use a plain catch event",
            )
        for flow in node.outgoing:
            if flow.condition is not None:
                yield found(
                    "event-gateway-condition",
                    flow,
                    "{it}离开事件网关，不能带条件",
                    "{it} leaves an event gateway and may have no condition",
                    "删去条件，把判断画在事件之后",
                    "delete the condition and decide behind the event",
                )
            if flow.target is not None and (problem := _problem(flow.target)):
                yield found("event-gateway-target", flow.target, *problem)


def _problem(target: Node) -> tuple[str, str, str, str] | None:
    catches = target.tag == "intermediateCatchEvent" and bool(target.triggers) and set(target.triggers) <= _CATCH
    if not catches and target.tag != "receiveTask":
        return (
            "{it}跟在事件网关后面，但它不是捕获事件",
            "{it} follows an event gateway but is no catch event",
            "在它前面画一个消息、定时、信号或条件事件",
            "draw a message, timer, signal or conditional event before it",
        )
    if len(target.incoming) > 1:
        return (
            "{it}跟在事件网关后面，不能再有其他入线",
            "{it} follows an event gateway and may have no other incoming flow",
            "把汇合画在事件之后",
            "merge the flows behind the event",
        )
    if target.boundary:
        return (
            "{it}跟在事件网关后面，不能带边界事件",
            "{it} follows an event gateway and may have no boundary events",
            "把边界事件改为网关的另一条出线",
            "make the boundary event another branch of the gateway",
        )
    return None
