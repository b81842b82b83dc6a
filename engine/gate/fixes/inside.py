"""Send a message inside only.

What. A send task or throwing message event whose worker is no registered connector sends its message to other cases in
this system only: what another product says of the worker goes, and a message that is not named yet is called after the
step. A person chooses this, or a connector, or somebody to do it by hand.
Why. Without a connector nothing leaves this system, but cases that wait for the message go on.
Before. `<endEvent name="Paid"><messageEventDefinition camunda:topic="mail"/>`
After. `<endEvent name="Paid"><messageEventDefinition messageRef="Message_end"/>`

只在系统内发消息：没有对应连接器的发送任务、消息抛出事件改为只发给系统内的其他办件。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.gate.fixes import message, workers
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, Node, ref

KIND = "inside"


def find(desk: Desk) -> Iterator[Fix]:
    """Senders whose worker nothing registered is."""
    for page, node in desk.nodes:
        if node.tag == "serviceTask" or not workers.asks(node) or workers.registered(node, desk.names):
            continue
        holders = [node.element] if node.tag == "sendTask" else [one for kind, one in node.definitions]
        if (any(True for _ in workers.statements(node)) or workers.unheard(node)) and len(holders) == 1:
            yield from _fix(page, node, holders[0])


def _fix(page: Page, node: Node, holder: Element) -> Iterator[Fix]:
    new = None if ref(holder, "messageRef") else message.meant(node, "message")
    if not ref(holder, "messageRef") and new is None:
        return

    def edit() -> None:
        workers.forget(page, node)
        if new is not None:
            message.name(page, node, "message", holder, *new)

    yield fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh="{it}只在系统内发消息，不调用外部系统",
        en="let {it} send its message inside only, to no outside system",
        before=workers.said(node),
        after=f'messageRef="{new[0]}"' if new else "",
        rule=workers.rule(node),
        part="message",
        pick=("只在系统内发消息", "send the message inside only"),
    )
