"""Who does the work of a task or a throwing event in another product, and which connector of ours that is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.gate.elements import BPMN, NODES
from engine.gate.fixes import translate, vendor
from engine.gate.fixes.desk import Names
from engine.gate.fixes.page import Page
from engine.gate.foreign import NEEDED, VENDORS
from engine.gate.model import Element, Node, local, ref

_TAGS = frozenset({"serviceTask", "sendTask", "intermediateThrowEvent", "endEvent"})
_WAIT = frozenset({"receiveTask", "startEvent", "intermediateCatchEvent", "boundaryEvent"})
_NEEDED = frozenset(name for name, needed in NEEDED.items() if needed.instead == "connector")
_SUFFIX = re.compile(r"(Java)?(Delegate|Service|Worker|Adapter|Handler|Task|Bean)$")


def asks(node: Node) -> bool:
    """Whether a connector may stand here and none does."""
    return node.tag in _TAGS and not node.extension("connector") and (not node.triggers or "message" in node.triggers)


def said(node: Node) -> str:
    """What does the work in another product; "" when nothing is said."""
    return next((found for holder in _holders(node) if (found := _said(holder))), "")


def registered(node: Node, names: Names) -> str | None:
    """The registered connector that has the worker's name, or one like it."""
    words = said(node)
    plain = translate.unwrapped(words) or words
    return names.connector(plain) or names.connector(_SUFFIX.sub("", plain.rpartition(".")[2]))


def result(node: Node) -> str:
    """The variable for the worker's answer; "" when none is named."""
    operators = (child.get("resultVariable") or "" for child in vendor.children(node.element, "serviceTaskOperator"))
    words = vendor.attribute(node.element, "resultVariable", "resultVariableName") or next(operators, "")
    return translate.variable(words)


def rule(node: Node) -> str | None:
    """The gate's finding where nobody does the work."""
    if node.tag == "serviceTask":
        return "service-connector"
    if unheard(node):
        return "reference-missing"
    return "foreign-needed" if any(True for _ in statements(node)) else None


def unheard(node: Node) -> bool:
    """Whether a send task says neither what it sends nor who sends it, and nothing in its diagram would hear it: no
    message flow leads to a step, and no step that waits has its name. Only a person can say what is meant."""
    if node.tag != "sendTask" or node.extension("connector") or said(node) or ref(node.element, "messageRef"):
        return False
    diagram, label = node.scope.process.diagram, _label(node.element)
    for flow in diagram.root.iter(BPMN + "messageFlow"):
        target = diagram.by_id.get(ref(flow, "targetRef"))
        if ref(flow, "sourceRef") == node.id and target is not None and local(target) in NODES:
            return False
    waiting = (one for process in diagram.processes for one in process.nodes if one.tag in _WAIT)
    return not any(label and label in (_label(one.element), *_heard(one)) for one in waiting)


def _heard(node: Node) -> Iterator[str]:
    """The names of the messages that a step waits for."""
    for holder in _holders(node):
        target = node.scope.process.diagram.by_id.get(ref(holder, "messageRef").rpartition(":")[2])
        if target is not None:
            yield _label(target)


def _label(element: Element) -> str:
    return " ".join((element.get("name") or "").split())


def forget(page: Page, node: Node) -> None:
    """Take away what another product says of the worker."""
    for holder, name in statements(node):
        if isinstance(name, str):
            page.set(holder, name, None)
        else:
            page.remove(name)


def statements(node: Node) -> Iterator[tuple[Element, str | Element]]:
    """What names a worker: attributes and extension elements, with the element they stand at."""
    for holder in _holders(node):
        for key in map(str, holder.attrib):
            uri, _, name = key.removeprefix("{").rpartition("}")
            if uri in VENDORS and name in _NEEDED:
                yield holder, key
        for child in vendor.children(holder, *_NEEDED):
            yield holder, child


def _holders(node: Node) -> list[Element]:
    return [node.element, *(one for kind, one in node.definitions if kind == "message")]


def _said(holder: Element) -> str:
    if topic := vendor.attribute(holder, "topic"):
        return topic
    for child in vendor.children(holder, "taskDefinition"):
        return (child.get("type") or "").strip()
    for child in vendor.children(holder, "serviceTaskOperator"):
        return (child.get("id") or "").strip()
    if found := vendor.attribute(holder, "delegateExpression", "class"):
        return found
    kind = vendor.attribute(holder, "type")
    return vendor.attribute(holder, "expression") if kind in ("", "external") else kind
