"""Messages that know their case.

What. A case that waits for a message (a catching or boundary event, a receive task, the start of an event sub-process)
says by `banjie:correlation` which value the message must carry.
Why. Without one, every case that waits gets every message of that name.
Mend. Write an expression whose value only this case has, such as order_no; leave it out where all cases are meant.

等待消息的步骤要写关联值：没有关联值时，每个等待中的实例都会收到同名的每一条消息。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import BANJIE
from engine.gate.finding import found
from engine.gate.model import Element, Node


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about waits for messages."""
    for node in bundle.nodes:
        said = node.extension("correlation")
        if any(not said and not holder.get(BANJIE + "correlation") for holder in _waits(node)):
            yield found(
                "correlation-missing",
                node,
                "{it}等待消息，却没有关联值：每个等待中的实例都会收到",
                "{it} waits for a message and has no correlation value: every case that waits gets it",
                "填写“关联值”，如 order_no；确实要让所有实例都收到时，可以不写",
                "fill in “Correlation value”, such as order_no; leave it out if all cases are to get it",
            )


def _waits(node: Node) -> list[Element]:
    """What waits within a case; the start of a process has no case yet."""
    if node.tag == "receiveTask":
        return [] if node.element.get("instantiate") == "true" else [node.element]
    if node.tag not in ("intermediateCatchEvent", "boundaryEvent", "startEvent"):
        return []
    if node.tag == "startEvent" and node.scope.node is None:
        return []
    return [element for kind, element in node.definitions if kind == "message"]
