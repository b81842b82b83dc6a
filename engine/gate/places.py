"""Every place of a diagram where an expression stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.gate import panel
from engine.gate.bundle import Bundle
from engine.gate.elements import BANJIE, BPMN
from engine.gate.model import At, Element, Node, local, shown, text

TIMERS = ("timeDate", "timeDuration", "timeCycle")
FORMULAS = ("unit", "assignee", "due", "priority", "correlation", "collection", "collectItem")
ISO = re.compile(r"R\d*/|[-+]?P[\dT]|\d{4}-\d\d")  # the begin of a time written plainly
_CONDITIONS = {
    "loopCondition": ("循环条件", "loop condition"),
    "loopCardinality": ("循环基数", "loop cardinality"),
    "completionCondition": ("完成条件", "completion condition"),
    "activationCondition": ("激活条件", "activation condition"),
    "condition": ("条件", "condition"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """An expression: where it stands, its text and the language it claims (None: the default)."""

    at: At  # the flow or node that owns it
    name: str  # condition, loopCondition, due, input, script, timer, … as the file says it
    what: tuple[str, str]  # what people call it
    text: str
    language: str | None
    optional: bool = False  # whether an empty text means "not said"
    script: bool = False


def expressions(bundle: Bundle) -> Iterator[Place]:
    """All expressions of what runs, except timer values."""
    for scope in bundle.scopes:
        default = _default_language(scope.process.diagram.root)
        for flow in scope.flows:
            element = flow.element.find(BPMN + "conditionExpression")
            if element is not None:
                at = At(flow.file, flow.element)
                yield Place(at, "condition", ("条件", "condition"), text(element), element.get("language") or default)
        for node in scope.nodes:
            yield from _conditions(node, default)
            yield from _script(node, default)
            yield from _extensions(node)


def timers(bundle: Bundle) -> Iterator[tuple[Node, str, Place]]:
    """The values of timers: the event, the kind of value, and the text."""
    for scope in bundle.scopes:
        default = _default_language(scope.process.diagram.root)
        for node in scope.nodes:
            for _, definition in (d for d in node.definitions if d[0] == "timer"):
                for child in definition:
                    if (tag := local(child)) in TIMERS:
                        at = At(node.file, node.element)
                        place = Place(at, "timer", ("时间", "time"), text(child), child.get("language") or default)
                        yield node, tag, place


def meant(bundle: Bundle) -> Iterator[Place]:
    """The expressions over a process's variables: not what an output reads of an answer, and no plain times."""
    for place in expressions(bundle):
        output = place.name == "output" and local(place.at.element) != "callActivity"
        if place.text and not output and local(place.at.element) != "startEvent":
            yield place
    for _, _, place in timers(bundle):
        if place.text and not ISO.match(place.text):
            yield place


def owners(node: Node) -> Iterator[Element]:
    """The elements whose extensions speak for a node: itself, its event definitions and its multi-instance marker."""
    yield node.element
    for child in node.element:
        if local(child).endswith("EventDefinition") or local(child) == "multiInstanceLoopCharacteristics":
            yield child


def mappings(node: Node) -> Iterator[Element]:
    """The `<banjie:input>` and `<banjie:output>` elements of a node."""
    for owner in owners(node):
        for child in owner.findall(BPMN + "extensionElements/*"):
            if child.tag in (BANJIE + "input", BANJIE + "output"):
                yield child


def _default_language(root: Element) -> str | None:
    return root.get("expressionLanguage")


def _conditions(node: Node, default: str | None) -> Iterator[Place]:
    at = At(node.file, node.element)
    holders = [node.element, *(definition for _, definition in node.definitions)]
    holders += [child for child in node.element if local(child).endswith("LoopCharacteristics")]
    for holder in holders:
        for child in holder:
            if (tag := local(child)) in _CONDITIONS:
                language = child.get("language") or default
                yield Place(at, tag, _CONDITIONS[tag], text(child), language, optional=tag != "condition")


def _script(node: Node, default: str | None) -> Iterator[Place]:
    if node.tag == "scriptTask":
        code, language = text(node.element.find(BPMN + "script")), node.element.get("scriptFormat") or default
        yield Place(
            At(node.file, node.element), "script", ("脚本", "script"), code, language, optional=True, script=True
        )


def _extensions(node: Node) -> Iterator[Place]:
    at = At(node.file, node.element)
    for owner in owners(node):
        for name in FORMULAS:
            value = (owner.get(BANJIE + name) or "").strip()
            yield Place(at, name, (panel.WORDS[name][0], panel.WORDS[name][1].lower()), value, "feel", optional=True)
    for child in mappings(node):
        name, entry = str(child.tag)[len(BANJIE) :], shown(child.get("name") or "")
        zh, en = panel.WORDS[name]
        what = (f"{zh} {entry} ", f"{en.lower()} entry {entry}") if entry else (zh, en.lower())
        yield Place(at, name, what, (child.get("value") or "").strip(), "feel")
