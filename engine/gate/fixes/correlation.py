"""Say which case a message is for.

What. The correlation key that Camunda 8 keeps at a message (`zeebe:subscription`) becomes `banjie:correlation` of each
event and task that waits for this message.
Why. A message finds its case by the name and this value; without it every waiting case would be the same.
Before. `<message name="paid"><extensionElements><zeebe:subscription correlationKey="=orderId"/>`
After. `<intermediateCatchEvent … banjie:correlation="orderId">`

写明消息属于哪个案件：把消息上的关联键写成等待它的事件和任务的 banjie:correlation。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine import feel
from engine.gate.elements import BANJIE
from engine.gate.fixes import vendor
from engine.gate.fixes.desk import Desk, fix, ours
from engine.gate.fixes.offer import Fix
from engine.gate.model import Element, Node, ref

KIND = "correlation"


def find(desk: Desk) -> Iterator[Fix]:
    """Waits for messages whose key stands at the message."""
    for page, node in desk.nodes:
        for holder, name in _waits(node):
            message = node.scope.process.diagram.by_id.get(name)
            said = _key(message) if message is not None else ""
            value = vendor.formula(said) if said else None
            said_already = node.extension("correlation") or holder.get(BANJIE + "correlation")
            if value and not said_already and _reads(value):
                yield fix(
                    KIND,
                    node.file,
                    node.element,
                    partial(page.set_ours, holder, "correlation", value),
                    zh=f"给{{it}}填写“关联值”：{value}",
                    en=f"fill in the “Correlation value” of {{it}}: {value}",
                    before=said,
                    after=ours("correlation", value),
                    rule=None,
                    part="" if holder is node.element else ref(holder, "messageRef"),
                )


def _reads(value: str) -> bool:
    """Whether a key depends on the case: a constant would send every message to all that wait."""
    try:
        return bool(feel.compile(value).names)
    except feel.FeelError:
        return False


def _waits(node: Node) -> Iterator[tuple[Element, str]]:
    """What waits for a message within a case, and for which: the start of a process has no case yet."""
    if node.tag == "receiveTask":
        yield node.element, ref(node.element, "messageRef")
    starts_case = node.tag == "startEvent" and node.scope.node is None
    if node.tag in ("intermediateCatchEvent", "boundaryEvent", "startEvent") and not starts_case:
        messages = [one for kind, one in node.definitions if kind == "message"]
        for message in messages:
            yield node.element if len(messages) == 1 else message, ref(message, "messageRef")


def _key(message: Element) -> str:
    found = (child.get("correlationKey") or "" for child in vendor.children(message, "subscription"))
    return next(found, "").strip()
