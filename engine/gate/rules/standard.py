"""Drawn as bpmnlint recommends.

What. The recommended rules of bpmnlint, the standard checker of the BPMN world, as far as the gate's own rules do not
say the same more exactly (the table OFF tells which do): labels where a reader needs one and none where it says
nothing, no flow drawn twice, no branching without a gateway, no gateway or terminate end without an effect, no shapes
on top of each other.
Why. Such a diagram runs, but its readers misunderstand it: a branch without a question, a flow hidden under another, a
gateway that decides nothing.
Mend. Name or delete what the finding shows; draw a gateway where the way divides.

按 bpmnlint 推荐规则绘图：该有名称的有名称，没有重复的连线、多余的网关和终止事件，分支处画网关，图形不重叠。只作警告，不
妨碍部署。
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from bpmn_io.bpmn_moddle import BpmnModdle
from bpmn_io.lint.linter import Linter
from bpmn_io.lint.resolver import NodeResolver
from bpmn_io.lint.test_rule import test_rule
from lxml import etree

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import BPMN
from engine.gate.finding import found
from engine.gate.model import At, Element, local

MAX_ELEMENTS = 3_000  # XML elements of a file: beyond it reading takes the linter too long
MAX_TOLD = 50  # of one bundle; these are hints, they must not crowd out the rest

# bpmnlint's rules that stay silent, and why
OFF = {
    "ad-hoc-sub-process": "ad_hoc, triggers",
    "conditional-flows": "gateways: gateway-condition, gateway-default, default-unsaid",
    "end-event-required": "reach: a case without a way to an end is refused; ends not drawn are legal BPMN",
    "event-based-gateway": "event_gateways: event-gateway-few, event-gateway-condition",
    "event-sub-process-typed-start-event": "triggers: event-sub-process-start",
    "fake-join": "soundness: runs-twice, where a step really runs more than once; else it is a plain merge",
    "global": "definitions: reference-nameless, where a name matters; an unused message harms nobody",
    "link-event": "links: link-broken",
    "no-bpmndi": "engine/gate/layout.py, which draws a diagram without a drawing when it is opened",
    "no-complex-gateway": "soundness; the engine runs it as BPMN says",
    "no-disconnected": "reach: unreachable, dead-end",
    "no-gateway-join-fork": "gateways, soundness: such a gateway runs as BPMN says; loops are drawn with it",
    "no-implicit-end": "reach: dead-end, no-way-out",
    "no-implicit-start": "reach: unreachable",
    "no-inclusive-gateway": "soundness; the engine runs it as BPMN says",
    "single-blank-start-event": "triggers: start-several",
    "single-event-definition": "triggers, elements: several triggers run as BPMN says",
    "start-event-required": "executable, reach: what cannot be started is refused; starts not drawn are legal BPMN",
    "sub-process-blank-start-event": "triggers: trigger-misplaced",
}

# bpmnlint's rules that speak: the code of the finding, what it says and how it is mended, in Chinese and English
SAID: dict[str, tuple[str, str, str, str, str]] = {
    "label-required": (
        "label-missing",
        "{it}没有名称",
        "{it} has no label",
        "写上名称：步骤写“动词+宾语”，判断写成问句，带条件的连线写答案",
        "name it: a step by verb and object, a decision as a question, a flow with a condition as its answer",
    ),
    "superfluous-label": (
        "label-superfluous",
        "{it}有名称却没有条件，读图的人会以为这里在作判断",
        "{it} has a label but no condition: readers take it for a decision",
        "删去名称，或从判断网关引出这条线并写上条件",
        "delete the label, or let the flow leave a deciding gateway and give it a condition",
    ),
    "no-duplicate-sequence-flows": (
        "flow-double",
        "{it}与另一条连线起点、终点和条件都相同，后续步骤会执行两次",
        "{it} repeats another flow with the same ends and condition; what follows runs twice",
        "删去其中一条",
        "delete one of them",
    ),
    "no-implicit-split": (
        "split-implicit",
        "{it}引出几条无条件的连线，它们会同时走，图上却看不出来",
        "several flows without a condition leave {it}; all are taken at once, and the diagram does not show it",
        "在它后面画一个并行网关（同时走）或排他网关（选一条）",
        "draw a parallel gateway (all at once) or an exclusive one (one of them) after it",
    ),
    "superfluous-gateway": (
        "gateway-superfluous",
        "{it}只有一条进线和一条出线，什么也不决定",
        "one flow enters and one leaves {it}: it decides nothing",
        "删去网关，直接连线",
        "delete the gateway and join its flows",
    ),
    "superfluous-termination": (
        "terminate-superfluous",
        "{it}是唯一的结束，没有别的步骤可终止",
        "{it} is the only end: there is nothing else to terminate",
        "改为普通结束事件",
        "make it a plain end event",
    ),
    "no-overlapping-elements": (
        "shapes-overlap",
        "{it}在图上与别的图形重叠或画在所属框外",
        "{it} is drawn over another shape, or outside of what it belongs to",
        "把图形移开，放进所属的框里",
        "move the shape to a free place within what it belongs to",
    ),
}
_CONFIG = {"extends": "bpmnlint:recommended", "rules": dict.fromkeys(OFF, "off")}


class _Linter(Linter):
    """bpmnlint's linter; a rule of its that fails has nothing to say."""

    def apply_rule(self, moddle_root: Any, rule_definition: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            return test_rule(moddle_root, rule_definition["rule"])
        except Exception:
            return []


def check(bundle: Bundle) -> Iterator[Finding]:
    """bpmnlint's findings in the house's words."""
    told = 0
    for diagram in bundle.diagrams:
        idle = {process.id for process in diagram.processes if not process.runs}
        if sum(1 for _ in diagram.root.iter()) > MAX_ELEMENTS:
            continue
        for rule, ident in _lint(_plain(diagram.root)):
            element = diagram.by_id.get(ident)
            if element is None or local(element) == "userTask" and rule == "label-required":  # names: name-missing
                continue
            if rule == "no-duplicate-sequence-flows" and local(element) != "sequenceFlow":
                continue
            if any(local(above) == "process" and above.get("id") in idle for above in element.iterancestors()):
                continue
            if (told := told + 1) > MAX_TOLD:
                return
            yield found(SAID[rule][0], At(diagram.file, element), *SAID[rule][1:])


def _plain(root: Element) -> str:
    """The diagram as BPMN alone: what its extensions say is no matter of these rules, and reading them takes time."""
    plain = copy.deepcopy(root)
    etree.strip_elements(plain, BPMN + "extensionElements", BPMN + "documentation", with_tail=False)
    return etree.tostring(plain, encoding="unicode")


@lru_cache(maxsize=64)
def _lint(source: str) -> tuple[tuple[str, str], ...]:
    """What bpmnlint finds in a diagram, as (rule, id); nothing when the diagram is not to its liking."""
    try:
        read = BpmnModdle().from_xml(source)
        _list_flows(read.elements_by_id.values())
        # made anew: some of its rules remember the last file
        linter = _Linter(config=_CONFIG, resolver=NodeResolver(require=_no_plugin))  # type: ignore[arg-type]
        reports = linter.lint(read.root_element)  # type: ignore[arg-type]
    except Exception:
        return ()
    pairs = [(rule, str(report.get("id") or "")) for rule, found_ in reports.items() for report in found_]
    return tuple(dict.fromkeys(pairs))


def _no_plugin(path: str) -> Any:
    """The rules are bpmnlint's own; looking for plugins would read the description of every package installed."""
    raise ModuleNotFoundError(path)


def _list_flows(elements: Any) -> None:
    """The lists of flows that some tools do not write, and the linter goes by."""
    flows = [element for element in elements if element.type_ == "bpmn:SequenceFlow"]
    ends = [(flow, flow.get("sourceRef"), flow.get("targetRef")) for flow in flows]
    for _, source, target in ends:
        for end in (source, target):
            if hasattr(end, "type_"):
                end.incoming, end.outgoing = [], []
    for flow, source, target in ends:
        if hasattr(source, "type_") and hasattr(target, "type_"):
            source.outgoing.append(flow)
            target.incoming.append(flow)
