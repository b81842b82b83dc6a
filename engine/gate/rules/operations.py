"""Data of tasks that send, receive or call a service.

What. If such a task says what data it takes and gives (ioSpecification), it has one set and one data input for what it
sends, and one for what it receives, of the same item definition as the message (of the task or of its operation). The
input and output data a process binds to an operation (ioBinding) are those of the operation's messages.
Why. The message carries one item; a second one, or one of another type, could never be filled.
Mend. Let the data input or output have the item definition of the message; put several values into one structure.

收发消息和调用服务的任务，数据要与消息一致：只有一个输入（输出），其数据类型（itemDefinition）与消息相同。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import BPMN
from engine.gate.finding import found
from engine.gate.items import alike, children, item, target, texts
from engine.gate.model import At, Diagram, Element, Node, Process, bearer, ref

_SENDS = frozenset({"sendTask", "serviceTask"})
_RECEIVES = frozenset({"receiveTask", "serviceTask"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about data inputs and outputs that a message fills."""
    for process in bundle.running:
        yield from _bindings(process)
        for node in process.nodes:
            spec = node.element.find(BPMN + "ioSpecification")
            if spec is not None and node.tag in _SENDS | _RECEIVES:
                yield from _task(node, spec)


def _task(node: Node, spec: Element) -> Iterator[Finding]:
    sent, received = _messages(node)
    sides = (
        (node.tag in _SENDS, sent, "inputSet", "dataInput", "输入", "input"),
        (node.tag in _RECEIVES, received, "outputSet", "dataOutput", "输出", "output"),
    )
    many: list[tuple[str, str]] = []
    for concerned, message, set_tag, data_tag, zh, en in sides:
        if not concerned:
            continue
        data = children(spec, data_tag)
        if len(children(spec, set_tag)) > 1 or len(data) > 1:
            many.append((zh, en + "s"))
        elif data and message is not None:
            yield from _same(node.scope.process.diagram, node, data[0], message)
    if many:
        yield found(
            "message-data-several",
            node,
            f"{{it}}有多个数据{'和'.join(zh for zh, _ in many)}，而一条消息只带一项数据",
            f"{{it}} has several data {' and '.join(en for _, en in many)}, but a message carries one item",
            "用一键修正：数据只作说明；传给外部系统的值写在“传出的数据”里",
            "use the fix that keeps data as documentation; write what is sent to other systems in “Inputs”",
        )


def _messages(node: Node) -> tuple[Element | None, Element | None]:
    """What the task sends and what it receives."""
    diagram = node.scope.process.diagram
    own, operation = (
        target(diagram, ref(node.element, "messageRef")),
        target(diagram, ref(node.element, "operationRef")),
    )
    going, coming = _of_operation(diagram, operation)
    return (own if node.tag == "sendTask" else going), (own if node.tag == "receiveTask" else coming)


def _of_operation(diagram: Diagram, operation: Element | None) -> tuple[Element | None, Element | None]:
    """The messages that go into an operation and come out of it."""
    if operation is None:
        return None, None
    going, coming = (next(texts(operation, tag), "") for tag in ("inMessageRef", "outMessageRef"))
    return target(diagram, going), target(diagram, coming)


def _bindings(process: Process) -> Iterator[Finding]:
    diagram = process.diagram
    for binding in children(process.element, "ioBinding"):
        going, coming = _of_operation(diagram, target(diagram, ref(binding, "operationRef")))
        for attribute, message in (("inputDataRef", going), ("outputDataRef", coming)):
            data = target(diagram, ref(binding, attribute))
            if data is not None and message is not None:
                yield from _same(diagram, At(process.file, bearer(data)), data, message)


def _same(diagram: Diagram, thing: Node | At, data: Element, message: Element) -> Iterator[Finding]:
    if not alike(item(diagram, data), item(diagram, message)):
        name = message.get("name") or ""
        what_zh, what_en = (
            (f"消息“{name[:40]}”", f"the message “{name[:40]}”") if name else ("它收发的消息", "its message")
        )
        yield found(
            "message-data-type",
            thing,
            f"{{it}}的数据类型与{what_zh}的不同",
            f"the data of {{it}} have another type than {what_en}",
            "用一键修正：数据只作说明；要保留类型的，在画图的工具里给两处选同一个数据类型（itemDefinition）",
            "use the fix that keeps data as documentation; to keep the types, give both the same type in the tool"
            " that drew them (itemDefinition)",
        )
