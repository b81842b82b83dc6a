"""Events with the triggers they may have.

What. Which triggers an event may carry depends on where it stands (the table below is BPMN 2.0, table 10.93). Catch
events, boundary events and the start of an event sub-process need one; the start of a plain sub-process has none.
Why. A misplaced trigger is never fired or never heard: the case waits for ever, or does not wait at all.
Mend. Change the event's type in the modeler, or move the event to where its trigger has a meaning.

事件与触发方式相配：每种事件只能带规定的触发方式；捕获事件、边界事件、事件子流程的开始事件必须有触发方式，普通子流程的
开始事件不能有。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import BPMN, ELEMENTS
from engine.gate.finding import found
from engine.gate.model import At, Node, Scope, local, shown, text

NO_CONDITIONAL_START = (  # how a process can begin instead
    "改为消息、信号或定时开始事件（扳手菜单）；启动后才等条件的，用空开始事件，后面画条件捕获事件",
    "start by a message, a signal or a timer (wrench menu); to wait once begun, draw a plain start event and a"
    " conditional catch event behind it",
)
_CATCH = {"message", "timer", "signal", "conditional"}
_IN_SUB = _CATCH | {"error", "escalation", "compensate"}
ALLOWED: dict[str, set[str]] = {
    "startEvent": _CATCH,
    "intermediateCatchEvent": _CATCH | {"link"},
    "intermediateThrowEvent": {"message", "signal", "escalation", "compensate", "link"},
    "endEvent": {"message", "signal", "error", "escalation", "compensate", "terminate", "cancel"},
    "boundaryEvent": _IN_SUB | {"cancel"},
}


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about event definitions and about the starts of scopes."""
    for scope in bundle.scopes:
        for node in scope.nodes:
            if node.is_event:
                yield from _event(node)
            elif node.element.get("instantiate") == "true" and node.incoming:
                yield found(
                    "instantiate-reached",
                    node,
                    "{it}标为启动流程（instantiate），却有入线",
                    "{it} is said to start the process (instantiate) but has an incoming flow",
                    "删去入线，或去掉 instantiate",
                    "delete the flow, or unset instantiate",
                )
        yield from _starts(scope)


def _event(node: Node) -> Iterator[Finding]:
    yield from _unknown_references(node)
    allowed = _IN_SUB if _starts_event_sub_process(node) else ALLOWED[node.tag]
    for kind, definition in node.definitions:
        if kind == "conditional" and not text(definition.find(BPMN + "condition")):
            begins = node.tag == "startEvent" and node.scope.node is None
            yield found(
                "trigger-condition",
                node,
                "{it}没有写明条件" + ("；由条件触发的流程，没有实例时没有变量，写了也不会成立" if begins else ""),
                "{it} gives no condition"
                + ("; nor would one help: without an instance there are no variables" if begins else ""),
                *(
                    NO_CONDITIONAL_START
                    if begins
                    else ("填写“条件”，如 amount > 10", "fill in “Condition”, such as amount > 10")
                ),
            )
    for kind in node.triggers:
        trigger = ELEMENTS.get(kind + "EventDefinition")
        zh, en = (trigger.zh, trigger.en) if trigger else (kind, kind)
        if node.tag == "startEvent" and node.scope.node is not None and not _starts_event_sub_process(node):
            yield found(
                "trigger-misplaced",
                node,
                f"{{it}}在普通子流程里，不能带{zh}",
                f"{{it}} starts a plain sub-process and may not have the {en}",
                "改为空开始事件，或把子流程改成事件子流程",
                "make it a plain start event, or the sub-process an event sub-process",
            )
        elif kind not in allowed or (kind == "cancel" and not _in_transaction(node)):
            yield found(
                "trigger-misplaced",
                node,
                f"{{it}}不能带{zh}",
                f"{{it}} may not have the {en}",
                "在建模工具中换一种事件类型；取消事件只用于事务子流程",
                "choose another type of event; cancel events belong to transactions only",
            )
    if not node.triggers and node.tag in ("intermediateCatchEvent", "boundaryEvent"):
        yield found(
            "trigger-missing",
            node,
            "{it}没有触发方式，不知道在等什么",
            "{it} has no trigger: nothing says what it waits for",
            "在建模工具中把它改为消息、定时、信号或条件事件",
            "make it a message, timer, signal or conditional event",
        )


def _unknown_references(node: Node) -> Iterator[Finding]:
    for child in node.element:
        if local(child) != "eventDefinitionRef":
            continue
        target = node.scope.process.diagram.by_id.get(text(child).rpartition(":")[2])
        if target is None or not local(target).endswith("EventDefinition"):
            yield found(
                "trigger-unknown",
                At(node.file, node.element),
                f"{{it}}引用的触发方式“{shown(text(child))}”不存在",
                f"the event definition “{shown(text(child))}” of {{it}} does not exist",
                "把触发方式直接画在事件上",
                "put the event definition into the event itself",
            )


def _starts(scope: Scope) -> Iterator[Finding]:
    starts = scope.starts
    if scope.node is not None and scope.node.is_event_sub_process:
        yield from _event_sub_process(scope.node, starts)
    plain = [node for node in starts if not node.triggers]
    for node in plain[1:]:
        yield found(
            "start-several",
            node,
            "{it}：这里已有一个空开始事件，启动时只用第一个",
            "{it}: there is a plain start event already; only the first one is used",
            "只留一个空开始事件",
            "keep one plain start event",
        )


def _event_sub_process(node: Node, starts: list[Node]) -> Iterator[Finding]:
    if len(starts) != 1 or not starts[0].triggers:
        yield found(
            "event-sub-process-start",
            node,
            "{it}是事件子流程，须恰有一个带触发方式的开始事件",
            "{it} is an event sub-process: it needs exactly one start event, with a trigger",
            "画一个带触发方式（如消息、定时）的开始事件",
            "draw one start event with a trigger such as a message or a timer",
        )
        return
    start = starts[0]
    if start.element.get("isInterrupting") == "false" and {"error", "compensate"} & set(start.triggers):
        yield found(
            "trigger-interrupts",
            start,
            "{it}由错误或补偿触发，只能是中断型",
            "{it} is started by an error or a compensation and can only interrupt",
            "用扳手菜单改成中断型的开始事件",
            "change it to an interrupting start event by the wrench menu",
        )


def _starts_event_sub_process(node: Node) -> bool:
    return node.tag == "startEvent" and node.scope.node is not None and node.scope.node.is_event_sub_process


def _in_transaction(node: Node) -> bool:
    """A cancel end stands inside a transaction (at any depth), a cancel boundary event on one."""
    if node.tag == "boundaryEvent":
        return any(node in host.boundary and host.tag == "transaction" for host in node.scope.nodes)
    holder = node.scope.node
    while holder is not None and holder.tag != "transaction":
        holder = holder.scope.node
    return holder is not None
