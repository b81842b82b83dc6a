"""Who does the work of a task or a throwing event in another product, and which connector of ours that is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.gate.fixes import translate, vendor
from engine.gate.fixes.desk import Names
from engine.gate.fixes.page import Page
from engine.gate.foreign import NEEDED, VENDORS
from engine.gate.model import Element, Node

_TAGS = frozenset({"serviceTask", "sendTask", "intermediateThrowEvent", "endEvent"})
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
    return "foreign-needed" if any(True for _ in statements(node)) else None


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
