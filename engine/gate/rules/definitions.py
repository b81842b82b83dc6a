"""Messages, signals, errors and escalations that exist.

What. Every event and every receive or send task names the message, signal, error or escalation it means, and that is
defined in the file and has a name. (A catching error or escalation event without a reference catches all.) What is
thrown as an error or escalation has a code.
Why. An event without its message waits for nothing that can come; cases of other diagrams are reached by the name.
Mend. Choose or create the message in the properties panel, and give it a name.

消息、信号、错误、升级要有定义和名称：在属性面板里选择或新建；其他流程按名称与它对应。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import ELEMENTS
from engine.gate.finding import found
from engine.gate.model import Element, Node, local, ref, shown
from engine.gate.rules import extensions

KINDS = ("message", "signal", "error", "escalation")
CODES = {"error": "errorCode", "escalation": "escalationCode"}


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about references to messages, signals, errors and escalations."""
    named: set[Element] = set()
    for node in bundle.nodes:
        for kind, definition in node.definitions:
            if kind in KINDS:
                yield from _reference(node, definition, kind, _may_be_absent(node, kind), named)
            if kind == "compensate" and (name := ref(definition, "activityRef")):
                yield from _activity(node, name)
        connected = node.extension("connector") or extensions.needs(node)  # what its connector was is told there
        if node.tag == "receiveTask" or (node.tag == "sendTask" and not connected):
            yield from _reference(node, node.element, "message", False, named)


def _may_be_absent(node: Node, kind: str) -> bool:
    """A catching error or escalation event without a reference catches all; a connector sends without a message."""
    if kind in ("error", "escalation"):
        return node.tag in ("boundaryEvent", "startEvent")
    sends = node.tag in ("intermediateThrowEvent", "endEvent")
    connected = node.extension("connector") is not None or extensions.needs(node) is not None
    return kind == "message" and sends and connected


def _reference(node: Node, holder: Element, kind: str, may_be_absent: bool, named: set[Element]) -> Iterator[Finding]:
    zh, en = ELEMENTS[kind].zh, ELEMENTS[kind].en
    name = ref(holder, kind + "Ref")
    if not name:
        if not may_be_absent:
            yield found(
                "reference-missing",
                node,
                f"{{it}}没有指明哪一个{zh}",
                f"{{it}} does not say which {en} it means",
                f"在属性面板里选择或新建一个{zh}",
                f"choose or create the {en} in the properties panel",
            )
        return
    target = node.scope.process.diagram.by_id.get(name)
    if target is None or local(target) != kind:
        yield found(
            "reference-unknown",
            node,
            f"{{it}}引用的{zh}“{shown(name)}”不存在",
            f"the {en} “{shown(name)}” that {{it}} refers to does not exist",
            f"在属性面板里重新选择{zh}",
            f"choose the {en} again in the properties panel",
        )
    elif kind in CODES and node.tag in ("intermediateThrowEvent", "endEvent") and not ref(target, CODES[kind]):
        yield found(
            "code-missing",
            node,
            f"{{it}}抛出的{zh}没有代码，无人能按代码捕获",
            f"the {en} that {{it}} throws has no code: nobody can catch it by its code",
            f"给{zh}写上代码",
            f"give the {en} a code",
        )
    elif not (target.get("name") or "").strip() and target not in named:
        named.add(target)
        yield found(
            "reference-nameless",
            node,
            f"{{it}}的{zh}没有名称，将以编号“{shown(name)}”作名称",
            f"the {en} of {{it}} has no name; its id “{shown(name)}” is used as the name",
            f"在属性面板的“{zh}”里写上名称，其他流程和外部系统按名称对应",
            f"name the {en} in the properties panel: other processes and systems refer to it by name",
        )


def _activity(node: Node, name: str) -> Iterator[Finding]:
    target = node.scope.process.diagram.by_id.get(name)
    known = target is not None and any(
        target is other.element and other.is_activity for other in node.scope.process.nodes
    )
    if not known:
        yield found(
            "reference-unknown",
            node,
            f"{{it}}要补偿的活动“{shown(name)}”不存在",
            f"the activity “{shown(name)}” that {{it}} is to compensate does not exist",
            "重新选择要补偿的活动",
            "choose the activity again",
        )
