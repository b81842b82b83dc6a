"""A program: one startable process of a bundle, ready to run, and what the gate and the pages ask about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from .extensions import BANJIE
from .normalise import BPMN, NODES, SCOPES


@dataclass(frozen=True, slots=True)
class Start:
    """One way to start the process. `name` is the message's or signal's; `expression` is the timer's text."""

    element: str
    kind: str  # none, message, signal, timer, conditional
    name: str | None = None
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node as it is drawn. `type` is its BPMN tag; `scope` the process or sub-process it stands in."""

    id: str
    name: str
    type: str
    process: str
    scope: str
    lane: str | None = None
    form: str | None = None
    role: str | None = None
    connector: str | None = None
    decision: str | None = None
    documentation: str | None = None


@dataclass(slots=True)
class Program:
    """Shared by all instances and threads of a process; nothing may write to it once `load` has returned it.

    `elements` holds the flow nodes of the process and of the processes it calls, by id.
    """

    key: str
    name: str
    starts: tuple[Start, ...]
    elements: dict[str, Element]
    spec: Any
    specs: Mapping[str, Any] = field(default_factory=dict)  # every scope of the bundle, by name
    decide: Callable[[str, Mapping[str, Any]], Mapping[str, Any]] | None = None
    compensating: bool = False


def elements_of(root: etree._Element) -> dict[str, Element]:
    """The flow nodes of a diagram as they are drawn, by id."""
    lanes = {
        (reference.text or "").strip(): lane.get("name") or lane.get("id")
        for lane in root.iter(BPMN + "lane")
        for reference in lane.findall(BPMN + "flowNodeRef")
    }
    found: dict[str, Element] = {}
    for process in root.iter(BPMN + "process"):
        _collect(process, process.get("id", ""), lanes, None, found)
    return found


def _collect(
    scope: etree._Element, process: str, lanes: dict[str, str | None], lane: str | None, found: dict[str, Element]
) -> None:
    for node in scope:
        if node.tag not in NODES:
            continue
        id, own_lane = node.get("id", ""), lanes.get(node.get("id", ""), lane)
        documentation = node.find(BPMN + "documentation")
        found[id] = Element(
            id=id,
            name=node.get("name", ""),
            type=str(node.tag)[len(BPMN) :],
            process=process,
            scope=scope.get("id", ""),
            lane=own_lane,
            form=node.get(BANJIE + "form"),
            role=node.get(BANJIE + "role"),
            connector=node.get(BANJIE + "connector"),
            decision=node.get(BANJIE + "decision"),
            documentation=documentation.text if documentation is not None else None,
        )
        if node.tag in SCOPES:
            _collect(node, process, lanes, own_lane, found)
