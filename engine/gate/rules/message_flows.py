"""Message flows that carry something.

What. A message flow drawn between two processes that run leaves a step that sends (a send task, a throwing or ending
message event), reaches a step that waits (a receive task, a catching, boundary or starting message event), and both
name the same message. What waits within a case says by its correlation value which message is its own, and so does the
step that sends.
Why. A message flow is a picture: what is sent and heard is what the steps at its ends say. One between others looks
like an exchange and brings nothing, and the case that waits for it waits for ever.
Mend. Draw the flow from a sending step to a waiting one, choose the same message at both, and give both the correlation
value. Flows to and from pools that do not run are documentation and are not looked at.

消息流要真能传到：从会发送的步骤画到会等待的步骤，两端选同一个消息，并填写同一关联值；与不执行的泳池之间的消息流只作说明。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import BANJIE, BPMN
from engine.gate.finding import found
from engine.gate.model import At, Diagram, Element, Node, Process, local, ref, say, shown

_SENDS = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})
_WAITS = frozenset({"receiveTask", "startEvent", "intermediateCatchEvent", "boundaryEvent"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about message flows, one for each."""
    for diagram in bundle.diagrams:
        nodes = {node.id: node for process in diagram.processes if process.runs for node in process.nodes}
        for flow in diagram.root.iterfind(f"{BPMN}collaboration/{BPMN}messageFlow"):
            ends = [_end(diagram, nodes, ref(flow, name)) for name in ("sourceRef", "targetRef")]
            if None in ends:
                continue  # a pool that does not run, or nothing at all, which another rule tells
            if wrong := _wrong(*ends):
                zh, en, mend_zh, mend_en = wrong
                yield found("message-flow-idle", At(diagram.file, flow), zh, en, mend_zh, mend_en)


def _end(diagram: Diagram, nodes: dict[str, Node], name: str) -> Node | Process | None:
    """The step or the running process at an end of a flow."""
    if name in nodes:
        return nodes[name]
    pool = diagram.by_id.get(name)
    process = ref(pool, "processRef") if pool is not None and local(pool) == "participant" else name
    return next((one for one in diagram.processes if one.id == process and one.runs), None)


def _wrong(source: Node | Process | None, target: Node | Process | None) -> tuple[str, str, str, str] | None:
    """Why nothing is carried, and how to mend it, in (zh, en, zh, en)."""
    assert source is not None and target is not None
    (from_zh, from_en), (to_zh, to_en) = say(source.element), say(target.element)
    if not isinstance(source, Node) or not _sends(source):
        return (
            f"{{it}}不起作用：{from_zh}不发送消息",
            f"{{it}} has no effect: {from_en} sends no message",
            "从发送任务、消息抛出事件或消息结束事件画起，或删去这条消息流",
            "let it begin at a send task or a throwing or ending message event, or delete the flow",
        )
    if not isinstance(target, Node) or not _waits(target):
        return (
            f"{{it}}不起作用：{to_zh}不等待消息",
            f"{{it}} has no effect: {to_en} waits for no message",
            "画到接收任务或消息开始、捕获、边界事件，或删去这条消息流",
            "lead it to a receive task or a starting, catching or boundary message event, or delete the flow",
        )
    if _said(source, "connector"):
        return (
            f"{{it}}不起作用：{from_zh}用连接器发给外部系统，不发给{to_zh}",
            f"{{it}} has no effect: {from_en} sends to an outside system by its connector, not to {to_en}",
            "要发给系统内的流程，清空“连接器”并选择同一个消息；否则删去这条消息流",
            "to send to a process here, empty “Connector” and choose the same message; else delete the flow",
        )
    sent, heard = _message(source), _message(target)
    if not sent or not heard:
        return None  # a step without its message is another rule's to tell
    if sent != heard:
        return (
            f"{{it}}传不到：{from_zh}发送“{shown(sent)}”，{to_zh}等的是“{shown(heard)}”",
            f"{{it}} does not arrive: {from_en} sends “{shown(sent)}”, {to_en} waits for “{shown(heard)}”",
            "两端选择同一个消息",
            "choose the same message at both ends",
        )
    within = target.tag != "startEvent" or target.scope.node is not None
    if within and _said(target, "correlation") and not _said(source, "correlation"):
        return (
            f"{{it}}传不到：{to_zh}按关联值认领消息，{from_zh}没有填写关联值",
            f"{{it}} does not arrive: {to_en} knows its message by a correlation value, and {from_en} gives none",
            "在发送的步骤上填写“关联值”，与等待一方的值相同",
            "fill in “Correlation value” of the step that sends, the same as of the one that waits",
        )
    return None


def _sends(node: Node) -> bool:
    return node.tag in _SENDS and (node.tag == "sendTask" or "message" in node.triggers)


def _waits(node: Node) -> bool:
    return node.tag in _WAITS and (node.tag == "receiveTask" or "message" in node.triggers)


def _holders(node: Node) -> list[Element]:
    return [node.element, *(element for kind, element in node.definitions if kind == "message")]


def _said(node: Node, name: str) -> bool:
    return any((holder.get(BANJIE + name) or "").strip() for holder in _holders(node))


def _message(node: Node) -> str:
    """The name of what a step sends or waits for."""
    for holder in _holders(node):
        if ident := ref(holder, "messageRef").rpartition(":")[2]:
            target = node.scope.process.diagram.by_id.get(ident)
            return ((target.get("name") if target is not None else "") or ident).strip()
    return ""
