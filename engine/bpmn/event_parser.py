"""Reads the event definitions of an event into the parts it waits for or throws.

Replaces SpiffWorkflow's event parsers, which turn what they do not know (signal ends, links, compensation,
references) into none events, so that the diagram runs on as if nothing stood there. Here what cannot be run is
refused by name.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from . import times
from .elements import timers
from .elements.compensation import Compensate
from .elements.conditional import Conditional
from .elements.events import Cancel, Error, Escalation, Message, Part, Signal, Terminate
from .extensions import Extensions
from .normalise import BPMN, definitions
from .report import Report, text_of

ALLOWED = {
    "startEvent": {"message", "signal", "timer", "conditional"},
    "subProcessStart": set(),
    "eventSubProcessStart": {"message", "signal", "timer", "conditional", "error", "escalation"},
    "intermediateCatchEvent": {"message", "signal", "timer", "conditional"},
    "boundaryEvent": {"message", "signal", "timer", "conditional", "error", "escalation", "cancel"},
    "intermediateThrowEvent": {"message", "signal", "escalation", "compensate"},
    "endEvent": {"message", "signal", "error", "escalation", "cancel", "terminate", "compensate"},
    "receiveTask": {"message"},
    "sendTask": {"message"},
}
_ISO = re.compile(r"^(R\d*/|P\d|PT\d|\d{4}-\d\d)")  # meant as ISO 8601, so not a formula
THROWING = {"intermediateThrowEvent", "endEvent", "sendTask"}


class EventParser:
    """Parses the events of one diagram. `names` holds SpiffWorkflow's tables of messages, signals, errors and so on."""

    def __init__(self, names: Any, report: Report) -> None:
        self.names, self.report = names, report

    def parts(self, node: etree._Element, element: str, position: str, said: Extensions) -> tuple[Part, ...]:
        """The parts of an event at a position (a key of ALLOWED). Findings are noted; what is wrong is left out."""
        found = []
        for definition in definitions(node):
            kind = str(definition.tag)[len(BPMN) :].removesuffix("EventDefinition")
            if kind in ALLOWED[position]:
                part = self.part(definition, kind, element, position in THROWING, said)
                if part is not None:
                    found.append(part)
            else:
                self._misplaced(element, kind)
        if position in ("receiveTask", "sendTask") and not found:
            message = self._message(node, element, position in THROWING, said)
            found += [message] if message is not None else []
        for part in found:
            part.element, part.extensions = element, said
        return tuple(found)

    def part(self, definition: etree._Element, kind: str, element: str, throws: bool, said: Extensions) -> Part | None:
        """One part; None when it is wrong."""
        if kind == "message":
            return self._message(definition, element, throws, said)
        if kind == "signal":
            name = self._named(definition, element, "signal", self.names.signals)
            return Signal(name) if name is not None else None
        if kind == "error":
            return self._coded(definition, element, Error, "errorRef", self.names.errors, "error_code")
        if kind == "escalation":
            return self._coded(
                definition, element, Escalation, "escalationRef", self.names.escalations, "escalation_code"
            )
        if kind == "timer":
            return self._timer(definition, element)
        if kind == "conditional":
            return self._conditional(definition, element)
        if kind == "compensate":
            return Compensate(definition.get("activityRef"))
        return Cancel() if kind == "cancel" else Terminate()

    def _message(self, node: etree._Element, element: str, throws: bool, said: Extensions) -> Part | None:
        if throws and said.connector is not None and not node.get("messageRef"):
            return Message(said.connector)
        name = self._named(node, element, "message", self.names.messages)
        return Message(name) if name is not None else None

    def _named(self, node: etree._Element, element: str, kind: str, table: dict[str, str]) -> str | None:
        reference = node.get(kind + "Ref")
        if reference in table:
            return table[reference]
        words = {"message": "消息", "signal": "信号"}[kind]
        self.report.refuse(
            element,
            "reference",
            f"“{element}”没有指明{words}" if not reference else f"“{element}”引用的{words}“{reference}”不存在",
            f"{element} names no {kind}"
            if not reference
            else f"{element} refers to the {kind} {reference}, which is missing",
            f"在属性面板中选择一个{words}",
            f"choose a {kind} in the properties panel",
        )
        return None

    def _coded(
        self, definition: etree._Element, element: str, kind: Any, attribute: str, table: dict[str, Any], code: str
    ) -> Part | None:
        reference = definition.get(attribute)
        if not reference:
            return kind("any", None)
        if reference in table:
            entry = table[reference]
            return kind(entry["name"], entry[code] or entry["name"])
        self.report.refuse(
            element,
            "reference",
            f"“{element}”引用的“{reference}”不存在",
            f"{element} refers to {reference}, which is missing",
            "在属性面板中重新选择",
            "choose again in the properties panel",
        )
        return None

    def _conditional(self, definition: etree._Element, element: str) -> Part | None:
        condition = definition.find(BPMN + "condition")
        text = text_of(condition)
        if not text or condition is None:
            self._empty(element, "条件", "condition")
            return None
        formula = self.report.formula(text, element, condition.get("language"))
        return Conditional(formula) if formula is not None else None

    def _timer(self, definition: etree._Element, element: str) -> Part | None:
        for kind in (timers.DATE, timers.DURATION, timers.CYCLE):
            child = definition.find(BPMN + kind)
            text = text_of(child)
            if child is None or not text:
                continue
            literal = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
            try:
                timers.check(kind, literal)
                return timers.Timer(element, kind, literal)
            except times.NotATime as problem:
                if literal is not text or _ISO.match(text) or problem.negative:
                    self._wrong_time(element, problem)
                    return None
            formula = self.report.formula(text, element, child.get("language"))
            return timers.Timer(element, kind, formula) if formula is not None else None
        self._empty(element, "时间", "time")
        return None

    def _wrong_time(self, element: str, problem: times.NotATime) -> None:
        self.report.refuse(
            element,
            "timer",
            f"“{element}”的定时器：{problem.zh}",
            f"the timer of {element}: {problem.en}",
            "写成 PT2H、P2D、R3/PT1H、2026-01-01T09:00:00 或 FEEL 表达式",
            "write PT2H, P2D, R3/PT1H, 2026-01-01T09:00:00 or a FEEL expression",
        )

    def _empty(self, element: str, what_zh: str, what: str) -> None:
        self.report.refuse(
            element,
            "event",
            f"“{element}”没有填写{what_zh}",
            f"{element} gives no {what}",
            f"填写{what_zh}",
            f"fill the {what} in",
        )

    def _misplaced(self, element: str, kind: str) -> None:
        self.report.refuse(
            element,
            "event",
            f"“{element}”处不能使用 {kind} 类型的事件",
            f"an event of the kind {kind} cannot stand at {element}",
            "按 BPMN 选用该位置允许的事件类型",
            "use a kind of event that BPMN allows there",
        )
