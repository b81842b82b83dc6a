"""The house's own BPMN attributes and elements: one namespace, read here and nowhere else.

An attribute or element this module does not know is refused: a typing error in an assignment or a deadline would
otherwise be silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from .report import Report
from .scripts import Formula, Variables

URI = "urn:banjie:bpmn:1"
BANJIE = "{" + URI + "}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

TEXTS = ("form", "role", "connector", "result", "decision", "item", "collect")
FORMULAS = ("unit", "assignee", "due", "priority", "correlation", "collection", "collectItem")
CLOCK_ACTIONS = ("start", "pause", "resume", "stop")
_NAME = re.compile(r"^[^\W\d]\w*$")

Pairs = tuple[tuple[str, Formula], ...]


@dataclass(slots=True)
class Extensions:
    """What one element says in the house's namespace; None or empty where it says nothing."""

    form: str | None = None
    role: str | None = None
    connector: str | None = None
    result: str | None = None
    decision: str | None = None
    item: str | None = None
    collect: str | None = None
    unit: Formula | None = None
    assignee: Formula | None = None
    due: Formula | None = None
    priority: Formula | None = None
    correlation: Formula | None = None
    collection: Formula | None = None
    collect_item: Formula | None = None
    inputs: Pairs = ()
    outputs: Pairs = ()
    clocks: tuple[tuple[str, str], ...] = field(default=())


def read(node: etree._Element, report: Report) -> Extensions:
    """The extensions of a BPMN element and of its own event definitions."""
    found: dict[str, Any] = {}
    for owner in _owners(node):
        _attributes(owner, node.get("id"), found, report)
        for element in owner.findall(BPMN + "extensionElements/*"):
            if isinstance(element.tag, str) and element.tag.startswith(BANJIE):
                _element(element, node.get("id"), found, report)
    said = Extensions()
    for name, value in found.items():
        setattr(said, name, tuple(value) if isinstance(value, list) else value)
    return said


def evaluate(pairs: Pairs, variables: Variables) -> dict[str, Any]:
    """The values of `<banjie:input>` or `<banjie:output>` elements."""
    return {name: formula(variables) for name, formula in pairs}


def _owners(node: etree._Element) -> list[etree._Element]:
    inner = [
        e
        for e in node
        if isinstance(e.tag, str) and e.tag.endswith(("EventDefinition", "multiInstanceLoopCharacteristics"))
    ]
    return [node, *inner]


def _attributes(owner: etree._Element, element: str | None, found: dict[str, Any], report: Report) -> None:
    for key, value in owner.attrib.items():
        if not str(key).startswith(BANJIE):
            continue
        name, value = str(key)[len(BANJIE) :], str(value).strip()
        if name in TEXTS:
            found[name] = value or None
        elif name in FORMULAS and value:
            found["collect_item" if name == "collectItem" else name] = report.formula(value, element, "feel")
        elif name not in FORMULAS:
            _unknown(element, f"banjie:{name}", report)


def _element(child: etree._Element, element: str | None, found: dict[str, Any], report: Report) -> None:
    name = str(child.tag)[len(BANJIE) :]
    if name in ("input", "output"):
        variable, value = child.get("name", "").strip(), child.get("value", "").strip()
        formula = report.formula(value, element, "feel") if value else None
        if _NAME.match(variable) and formula is not None:
            found.setdefault(name + "s", []).append((variable, formula))
        elif not (value and _NAME.match(variable)):
            _incomplete(element, f"banjie:{name}", "name, value", report)
    elif name == "clock":
        code, action = child.get("code", "").strip(), child.get("action", "").strip()
        if code and action in CLOCK_ACTIONS:
            found.setdefault("clocks", []).append((code, action))
        else:
            _incomplete(element, "banjie:clock", "code, action=" + "|".join(CLOCK_ACTIONS), report)
    else:
        _unknown(element, f"banjie:{name}", report)


def _unknown(element: str | None, name: str, report: Report) -> None:
    report.refuse(
        element,
        "extension",
        f"“{element}”上的 {name} 不是本系统的扩展属性",
        f"{element} says {name}, which is no extension known here",
        "检查拼写",
        "check the spelling",
    )


def _incomplete(element: str | None, name: str, wanted: str, report: Report) -> None:
    report.refuse(
        element,
        "extension",
        f"“{element}”的 {name} 不完整，应有：{wanted}",
        f"{name} of {element} is incomplete; it needs {wanted}",
        "补全属性；变量名以字母或下划线开头",
        "fill the attributes in; a variable's name begins with a letter or an underscore",
    )
