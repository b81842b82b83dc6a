"""Reads one process or sub-process into its spec.

Replaces the walk of SpiffWorkflow's ProcessParser along the flows by two flat passes: first every node, then every
flow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser

from .elements.catching import Catching
from .elements.compensation import HANDLERS, CompensationSpec
from .elements.event_gateway import EventGateway
from .elements.joins import InclusiveJoin, reachable_before
from .elements.process import ProcessSpec
from .node_parser import NodeParser, parser_for
from .normalise import BPMN, NODES, OF
from .outcomes import side_ends
from .report import text_of

if TYPE_CHECKING:
    from .parser import Diagram

ID = re.compile(r"^[^\W\d][\w.-]*$")  # an XML name


class ScopeParser(ProcessParser):
    """Parses one process or sub-process. `name` is unique in the bundle, whatever ids other files use."""

    def __init__(self, diagram: Diagram, node: etree._Element, name: str, lane: str | None = None) -> None:
        super().__init__(diagram, node, diagram.namespaces, {}, filename=diagram.report.file, lane=lane)
        self.diagram, self.report, self.events = diagram, diagram.report, diagram.events
        self.form_keys, self.calls = diagram.form_keys, diagram.calls
        self.name = name
        self.starts: list[Any] = []
        self.listeners: list[Any] = []
        self.element: str = node.get(OF, node.get("id", ""))

    def parse(self) -> ProcessSpec:
        """Build the spec, nested ones included."""
        self.spec = ProcessSpec(self.name, self.element, self.get_name(), self.filename)
        self.diagram.specs[self.name] = self.spec
        self.spec.is_event_subprocess = self.node.get("triggeredByEvent") == "true"
        self._completion()
        built = self._nodes()
        self._boundary_events(built)
        self._flows(built)
        CompensationSpec(self.spec, HANDLERS, subworkflow_spec=None)
        self.spec.starts, self.spec.listeners = tuple(self.starts), tuple(self.listeners)
        self._seal()
        if self.node.tag == BPMN + "process":
            self.spec.side_ends = side_ends(self.spec, self.diagram.specs)
        return self.spec

    def nested(self, parser: NodeParser) -> ProcessSpec:
        """Parse the sub-process of a node."""
        return ScopeParser(self.diagram, parser.node, f"{self.name}/{parser.bpmn_id}", parser.lane).parse()

    def _nodes(self) -> dict[str, NodeParser]:
        built: dict[str, NodeParser] = {}
        for node in self.node:
            if node.tag not in NODES:
                continue
            if not ID.match(node.get("id", "")) or node.get("id") in built:
                self._refuse(
                    "id", "有元素缺少 id、id 重复或含有不允许的字符", "an element has no proper id of its own", node
                )
                continue
            built[node.get("id")] = parser_for(self, node)
        for parser in built.values():
            parser.build()
        if not built:
            self._refuse("empty", f"“{self.element}”里没有可执行的元素", f"{self.element} holds nothing to run")
        return built

    def _boundary_events(self, built: dict[str, NodeParser]) -> None:
        for parser in built.values():
            if parser.node.tag != BPMN + "boundaryEvent":
                continue
            activity = built.get(parser.node.get("attachedToRef"))
            if activity is None or activity.task.arms:
                self._refuse(
                    "boundary",
                    f"边界事件“{parser.element}”没有附着在活动上",
                    f"{parser.element} stands on no activity",
                    parser.node,
                )
            else:
                activity.task.boundary += (parser.task,)

    def _flows(self, built: dict[str, NodeParser]) -> None:
        for flow in self.node.findall(BPMN + "sequenceFlow"):
            source, target = flow.get("sourceRef"), flow.get("targetRef")
            if source not in built or target not in built:
                self._refuse(
                    "flow",
                    f"顺序流“{flow.get('id')}”的两端不都在“{self.element}”内",
                    f"the ends of the flow {flow.get('id')} are not both in {self.element}",
                    flow,
                )
                continue
            parser, spec = built[source], built[target].task
            parser.connect_to(spec, flow, flow.get("id") == parser.node.get("default"))
            if flow.get(OF) is None:
                parser.task.flows = {**parser.task.flows, spec.name: flow.get("id")}

    def _completion(self) -> None:
        condition = self.node.find(BPMN + "completionCondition")
        if condition is not None and text_of(condition):
            formula = self.report.formula(text_of(condition), self.element, condition.get("language"))
            if formula is not None:
                self.spec.completion = formula, self.node.get("cancelRemainingInstances") != "false"

    def _seal(self) -> None:
        """What is worked out once all flows are known."""
        specs = self.spec.task_specs
        for spec in specs.values():
            spec.targets = tuple(specs[name] for name in spec._outputs)
            if isinstance(spec, InclusiveJoin):
                spec.before = reachable_before(spec)
            if isinstance(spec, EventGateway):
                self._event_gateway(spec)
        for listener in self.listeners:
            listener.polled = any(part.polled for part in listener.parts)

    def _event_gateway(self, gateway: EventGateway) -> None:
        parts: list[Any] = []
        branches: list[Any] = []
        target: Any
        for target in gateway.targets:
            if not isinstance(target, Catching) or not target.parts or target.parallel or len(target._inputs) > 1:
                self._refuse(
                    "event-gateway",
                    f"事件网关“{gateway.element}”之后的“{target.element}”应是只由它引入的捕获事件",
                    f"{target.element} behind the gateway {gateway.element} must be a catch event reached only from it",
                )
                continue
            parts += target.parts
            branches += [target] * len(target.parts)
        gateway.parts, gateway.branches = tuple(parts), tuple(branches)
        gateway.polled = any(part.polled for part in parts)
        for target in branches:
            target.parts, target.polled = (), False

    def _refuse(self, rule: str, zh: str, en: str, node: etree._Element | None = None) -> None:
        element = node.get("id") if node is not None else self.element
        self.report.refuse(element or self.element, rule, zh, en)
