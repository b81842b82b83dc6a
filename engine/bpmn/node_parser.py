"""Reads one flow node into its task spec.

Subclasses SpiffWorkflow's TaskParser for lanes, names and documentation; replaces its walk along the flows, which
recurses once per element and never sees what no flow leads to.
"""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from . import extensions
from .elements import activities, catching, gateways, subprocesses, throwing
from .elements.boundary import BoundaryEvent
from .elements.event_gateway import EventGateway
from .elements.event_subprocesses import Listener
from .elements.events import Cancel, Error
from .loop_parser import wrap
from .normalise import ALWAYS, BPMN, COMPENSATES, OF, OPTIONAL, QUANTITY, definitions
from .report import text_of
from .scripts import ALWAYS_TRUE

NO_EVENT = NoneEventDefinition()


class NodeParser(TaskParser):
    """Parses one node; `scope` is the parser of the process or sub-process it stands in."""

    def __init__(self, scope: Any, spec_class: Any, node: etree._Element) -> None:
        super().__init__(scope, spec_class, node, scope.nsmap)
        own_lane: str | None = self._get_lane()
        self.lane = own_lane or scope.lane
        self.scope, self.report = scope, scope.report
        self.element: str = node.get(OF, node.get("id", ""))
        self.said = extensions.read(node, self.report)

    def build(self) -> Any:
        """The task spec: for a looping activity the shell around it."""
        self.task = task = self.make()
        helper = self.node.get(OF) is not None
        task.element, task.path_id = self.element, None if helper else self.bpmn_id
        task.extensions, task.clocks = self.said, self.said.clocks
        task.copies_in = self._copies("dataInputAssociation")
        task.copies_out = self._copies("dataOutputAssociation")
        if self.node.get("completionQuantity", "1").isdigit():
            task.completion_quantity = int(self.node.get("completionQuantity", "1"))
        self.task = wrap(self, task)
        return self.task

    def make(self) -> Any:
        """The bare task spec."""
        kind = self.spec_class
        if kind is activities.BusinessRuleTask and self.said.decision is None:
            kind = activities.ServiceTask  # no decision of ours: somebody outside decides
        task = kind(self.spec, self.bpmn_id, **self.bpmn_attributes)
        if isinstance(task, activities.Offered):
            task.form_keys = self.scope.form_keys.get(self.said.form or "", frozenset())
        return task

    def connect_to(self, target: Any, flow: etree._Element, default: bool) -> None:
        self.task.connect(target)

    # -- data -----------------------------------------------------------------------------------------------------
    def parse_incoming_data_references(self) -> list[Any]:
        return []  # read by _copies

    def parse_outgoing_data_references(self) -> list[Any]:
        return []

    def _copies(self, kind: str) -> tuple[tuple[str, str], ...]:
        """What the data associations copy between differently named variables."""
        pairs = []
        for association in self.node.findall(BPMN + kind):
            names = [self._variable(text_of(association.find(BPMN + end))) for end in ("sourceRef", "targetRef")]
            if all(names) and names[0] != names[1]:
                pairs.append((names[0], names[1]))
        return tuple(pairs)

    def _variable(self, reference: str) -> str:
        """A data object's own id for a reference to it. Stores and unknown targets are documentation."""
        node = self.scope.get_node_by_id(reference) if reference else None
        if node is not None and node.tag == BPMN + "dataObjectReference":
            return node.get("dataObjectRef", "")
        known = ("dataObject", "dataInput", "dataOutput", "property")
        return reference if node is not None and str(node.tag)[len(BPMN) :] in known else ""


class GatewayParser(NodeParser):
    """Exclusive, inclusive and complex gateways."""

    def make(self) -> Any:
        if self.node.get(QUANTITY):
            gate = gateways.QuantityGate(self.spec, self.bpmn_id)
            gate.quantity = int(self.node.get(QUANTITY, "1"))
            return gate
        task = super().make()
        if isinstance(task, gateways.InclusiveGateway):
            task.optional = self.node.get(OPTIONAL) == "true"
            activation = self.node.find(BPMN + "activationCondition")
            if activation is not None and text_of(activation):
                task.activation = self.report.formula(text_of(activation), self.element, activation.get("language"))
        return task

    def connect_to(self, target: Any, flow: etree._Element, default: bool) -> None:
        task: Any = self.task
        if not isinstance(task, gateways.Choosing):
            task.connect(target)
            return
        condition = flow.find(BPMN + "conditionExpression")
        text = text_of(condition)
        if default or (not text and flow.get(ALWAYS) is None):
            self.task.connect(target)
        elif condition is None or not text:
            self.task.connect_outgoing_if(ALWAYS_TRUE, target)
        else:
            formula = self.report.formula(text, self.element, condition.get("language"))
            self.task.connect_outgoing_if(formula, target)


class ScriptParser(NodeParser):
    """Script tasks. An empty script does nothing."""

    def make(self) -> Any:
        text = text_of(self.node.find(BPMN + "script"))
        language = self.node.get("scriptFormat")
        script = self.report.formula(text, self.element, language, script=True) if text else None
        return activities.ScriptTask(self.spec, self.bpmn_id, script=script, **self.bpmn_attributes)


class SubProcessParser(NodeParser):
    """Embedded, event, ad-hoc and compensating sub-processes and transactions."""

    def make(self) -> Any:
        inside = self.scope.nested(self)
        task = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=inside.name, **self.bpmn_attributes)
        compensates = self.node.get(COMPENSATES)
        if compensates is not None:
            self.spec.compensation[compensates] = inside.name
        elif self.node.get("triggeredByEvent") == "true":
            self._listen(task)
        return task

    def _listen(self, task: Any) -> None:
        starts = self.node.findall(BPMN + "startEvent")
        if len(starts) != 1 or not definitions(starts[0]):
            self.report.refuse(
                self.element,
                "event-sub-process",
                f"事件子流程“{self.element}”需要恰好一个带触发条件的开始事件",
                f"the event sub-process {self.element} needs exactly one start event with a trigger",
                "为开始事件选择消息、定时、条件、错误等类型",
                "give the start event a type: message, timer, condition, error …",
            )
            return
        start = starts[0]
        interrupts = start.get("isInterrupting", "true") != "false"
        said = extensions.read(start, self.report)
        parts = self.scope.events.parts(start, start.get("id", ""), "eventSubProcessStart", said)
        if any(isinstance(part, Error) for part in parts):
            interrupts = True
        listener = Listener(self.spec, self.bpmn_id + ".listener", NO_EVENT, interrupts)
        listener.element, listener.parts = start.get("id"), parts
        listener.parallel = start.get("parallelMultiple") == "true"
        listener.connect(task)
        self.scope.listeners.append(listener)


class CallParser(NodeParser):
    """Call activities. That the called process exists is checked when the whole bundle has been read."""

    def make(self) -> Any:
        called = self.node.get("calledElement", "").split(":")[-1]
        self.scope.calls.append((self.element, called))
        return subprocesses.CallActivity(self.spec, self.bpmn_id, subworkflow_spec=called, **self.bpmn_attributes)


class EventNodeParser(NodeParser):
    """Events and message tasks."""

    def make(self) -> Any:
        boundary = self.spec_class is BoundaryEvent
        kwargs = self.bpmn_attributes
        if boundary:
            kwargs["cancel_activity"] = self.node.get("cancelActivity", "true") != "false"
        task = self.spec_class(self.spec, self.bpmn_id, event_definition=NO_EVENT, **kwargs)
        task.parts = self.scope.events.parts(self.node, self.element, self._position(), self.said)
        task.polled = any(part.polled for part in task.parts)
        task.parallel = self.node.get("parallelMultiple") == "true"
        if boundary:
            self._check_boundary(task)
        if self._position() == "startEvent" and task.parallel and len(task.parts) > 1:
            self.report.refuse(
                self.element,
                "event",
                f"开始事件“{self.element}”要求几个事件都发生才启动流程，本系统不支持",
                f"the start event {self.element} wants several events before the process starts, which is not run here",
                "由其中一个事件启动，在流程内等待其余事件",
                "start by one of them and wait for the others inside",
            )
        if not task.parts and definitions(self.node) == [] and self.spec_class in (catching.CatchEvent, BoundaryEvent):
            self.report.refuse(
                self.element,
                "event",
                f"事件“{self.element}”没有类型，不知在等什么",
                f"the event {self.element} has no type, so it waits for nothing",
                "为它选择消息、定时、信号等类型",
                "give it a type: message, timer, signal …",
            )
        return task

    def _position(self) -> str:
        tag = str(self.node.tag)[len(BPMN) :]
        if tag != "startEvent" or self.scope.node.tag == BPMN + "process":
            return tag
        return "subProcessStart"

    def _check_boundary(self, task: Any) -> None:
        attached = self.scope.get_node_by_id(self.node.get("attachedToRef"))
        if any(isinstance(part, Cancel) for part in task.parts) and (
            attached is None or attached.tag != BPMN + "transaction"
        ):
            self.report.refuse(
                self.element,
                "event",
                f"取消事件“{self.element}”只能附着在事务上",
                f"the cancel event {self.element} may only stand on a transaction",
                "改用其他类型的边界事件",
                "use another type of boundary event",
            )
        if any(isinstance(part, Error) for part in task.parts) and not task.cancel_activity:
            self.report.refuse(
                self.element,
                "event",
                f"错误边界事件“{self.element}”必然中断活动，不能设为非中断",
                f"the error event {self.element} always interrupts its activity",
                "改为中断型",
                "make it interrupting",
            )


class StartParser(EventNodeParser):
    """Start events. The trigger of an event sub-process is its listener's."""

    def make(self) -> Any:
        if self.scope.node.get("triggeredByEvent") == "true":
            task = self.spec_class(self.spec, self.bpmn_id, event_definition=NO_EVENT, **self.bpmn_attributes)
            self.said = extensions.Extensions(clocks=self.said.clocks)
        else:
            task = super().make()
        self.scope.starts.append(task)
        return task


class EventGatewayParser(NodeParser):
    """Event-based gateways; their parts come from their targets once the flows are known."""

    def make(self) -> Any:
        return EventGateway(self.spec, self.bpmn_id, event_definition=NO_EVENT, **self.bpmn_attributes)


PARSERS: dict[str, tuple[type[NodeParser], Any]] = {
    "task": (NodeParser, activities.PlainTask),
    "userTask": (NodeParser, activities.UserTask),
    "manualTask": (NodeParser, activities.ManualTask),
    "serviceTask": (NodeParser, activities.ServiceTask),
    "businessRuleTask": (NodeParser, activities.BusinessRuleTask),
    "scriptTask": (ScriptParser, activities.ScriptTask),
    "sendTask": (EventNodeParser, throwing.SendTask),
    "receiveTask": (EventNodeParser, catching.ReceiveTask),
    "callActivity": (CallParser, subprocesses.CallActivity),
    "subProcess": (SubProcessParser, subprocesses.EmbeddedSubProcess),
    "transaction": (SubProcessParser, subprocesses.Transaction),
    "exclusiveGateway": (GatewayParser, gateways.ExclusiveGateway),
    "inclusiveGateway": (GatewayParser, gateways.InclusiveGateway),
    "complexGateway": (GatewayParser, gateways.InclusiveGateway),
    "parallelGateway": (GatewayParser, gateways.ParallelGateway),
    "eventBasedGateway": (EventGatewayParser, EventGateway),
    "startEvent": (StartParser, catching.StartEvent),
    "endEvent": (EventNodeParser, throwing.EndEvent),
    "boundaryEvent": (EventNodeParser, BoundaryEvent),
    "intermediateCatchEvent": (EventNodeParser, catching.CatchEvent),
    "intermediateThrowEvent": (EventNodeParser, throwing.ThrowEvent),
}


def parser_for(scope: Any, node: etree._Element) -> NodeParser:
    """The parser of a flow node."""
    parser_class, spec_class = PARSERS[str(node.tag)[len(BPMN) :]]
    return parser_class(scope, spec_class, node)
