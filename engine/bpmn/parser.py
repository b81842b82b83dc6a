"""Reads the diagrams of a bundle into programs.

Subclasses SpiffWorkflow's BpmnParser (names of messages, signals, errors; lanes) and ProcessParser; replaces their walk
along the flows by two flat passes: first every node, then every flow. Everything wrong is collected in one report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine import errors, xml

from . import shorthand
from .elements.catching import Catching
from .elements.compensation import HANDLERS, CompensationSpec
from .elements.event_gateway import EventGateway
from .elements.joins import InclusiveJoin, reachable_before
from .elements.process import ProcessSpec
from .elements.subprocesses import CallActivity
from .event_parser import EventParser
from .node_parser import NodeParser, parser_for
from .normalise import BPMN, NODES, OF, prepare
from .program import Element, Program, Start, elements_of
from .report import Report, text_of
from .scripts import Language, Languages

Files = Mapping[str, bytes]
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


class Diagram(BpmnParser):
    """Parses one file."""

    def __init__(self, root: etree._Element, report: Report, form_keys: Mapping[str, frozenset[str]]) -> None:
        super().__init__()
        self.report, self.form_keys = report, form_keys
        self.specs: dict[str, ProcessSpec] = {}
        self.calls: list[tuple[str, str]] = []
        prepare(root, report)
        self.elements = elements_of(root)
        shorthand.expand(root, report)
        self.root = root
        self.events = EventParser(self, report)
        self._add_diagram_indexes(root)
        self._add_messages(root)
        self._add_signals(root)
        self._add_errors(root)
        self._add_escalations(root)

    def processes(self) -> list[tuple[etree._Element, ProcessSpec]]:
        """Every process of the file, parsed."""
        return [
            (node, ScopeParser(self, node, node.get("id", "")).parse()) for node in self.root.iter(BPMN + "process")
        ]


def load(
    files: Files,
    *,
    functions: Mapping[str, Callable[..., Any]],
    decide: Callable[[str, Mapping[str, Any]], Mapping[str, Any]] | None,
    form_keys: Mapping[str, frozenset[str]],
    languages: Mapping[str, Language] | None = None,
) -> dict[str, Program]:
    """The startable processes of a bundle, by process id.

    `files`: name -> bytes of every diagram of the bundle; other names are passed over. `functions`: what expressions
    may call. `decide(name, variables)`: {"value", "rules", "inputs", "outputs"} of a decision. `form_keys`: form ->
    its data keys. `languages`: languages besides FEEL, by the name diagrams use. Raises errors.DiagramRefused with
    all findings.
    """
    report = Report(Languages(functions, languages))
    specs: dict[str, ProcessSpec] = {}
    elements: dict[str, dict[str, Element]] = {}
    calls: list[tuple[str, str, str]] = []
    programs: dict[str, Program] = {}
    for name, data in sorted(files.items()):
        if not name.lower().endswith((".bpmn", ".bpmn2", ".bpmn20.xml")):
            continue
        report.file = name
        diagram = _read(data, report, form_keys)
        if diagram is None:
            continue
        _merge(diagram, specs, programs, report)
        for element in diagram.elements.values():
            elements.setdefault(element.process, {})[element.id] = element
        calls += [(name, element, called) for element, called in diagram.calls]
    _check_calls(calls, specs, report)
    _check_decisions(elements, decide, report)
    if not programs and not report.findings:
        report.refuse(
            None, "executable", "没有可执行的流程", "no process is executable", "勾选“可执行”", "tick “executable”"
        )
    report.close()
    compensating = any(spec.compensation for spec in specs.values())
    for program in programs.values():
        program.specs, program.decide, program.compensating = specs, decide, compensating
        for process in reversed(_called_by(program.key, specs)):  # its own elements last: they win
            program.elements.update(elements.get(process, {}))
    return programs


def _read(data: bytes, report: Report, form_keys: Mapping[str, frozenset[str]]) -> Diagram | None:
    try:
        root = xml.parse(data)
        if root.tag != BPMN + "definitions":
            raise errors.Invalid("this is no BPMN 2.0 diagram", zh="不是 BPMN 2.0 流程图")
        report.default_language = root.get("expressionLanguage")
        return Diagram(root, report, form_keys)
    except errors.Invalid as problem:
        mend = problem.details.get("mend", ("", ""))
        report.refuse(None, "xml", problem.zh, str(problem), *mend)
    except SpiffWorkflowException as problem:
        report.refuse(None, "bpmn", f"流程图无法读取：{problem}", f"the diagram cannot be read: {problem}")
    return None


def _merge(diagram: Diagram, specs: dict[str, ProcessSpec], programs: dict[str, Program], report: Report) -> None:
    for node, spec in diagram.processes():
        key = node.get("id", "")
        if not ID.match(key) or key in specs:
            zh, en = (
                f"流程 id“{key}”缺失、重复或含有不允许的字符",
                f"the process id {key!r} is missing, used twice or no XML name",
            )
            report.refuse(key or None, "process-id", zh, en)
            continue
        specs.update({name: s for name, s in diagram.specs.items() if name == key or name.startswith(key + "/")})
        if node.get("isExecutable", "true") == "true":
            programs[key] = Program(key, node.get("name") or key, _starts(spec), {}, spec)


def _starts(spec: ProcessSpec) -> tuple[Start, ...]:
    found = []
    for start in spec.starts:
        found += [part.start(start.element) for part in start.parts] or [Start(start.element, "none")]
    return tuple(found)


def _check_calls(calls: list[tuple[str, str, str]], specs: dict[str, ProcessSpec], report: Report) -> None:
    for file, element, called in calls:
        if called not in specs or "/" in called:
            report.file = file
            report.refuse(
                element,
                "call-activity",
                f"调用活动“{element}”要调用的流程“{called}”不在本包内",
                f"{element} calls the process {called!r}, which is not in the bundle",
                "填写被调用流程的 id，并把它的图放进同一个包",
                "give the id of the called process and put its diagram into the bundle",
            )


def _called_by(process: str, specs: dict[str, ProcessSpec]) -> list[str]:
    """A process and all it calls, directly or not, nearest first."""
    found = [process]
    for key in found:
        scopes = [spec for name, spec in specs.items() if name == key or name.startswith(key + "/")]
        calls = [task.spec for scope in scopes for task in scope.task_specs.values() if isinstance(task, CallActivity)]
        found += [called for called in dict.fromkeys(calls) if called not in found]
    return found


def _check_decisions(elements: dict[str, dict[str, Element]], decide: Any, report: Report) -> None:
    if decide is not None:
        return
    for process in elements.values():
        for element in process.values():
            if element.decision is not None:
                report.refuse(
                    element.id,
                    "decision",
                    f"“{element.id}”引用决策“{element.decision}”，但本包没有决策表",
                    f"{element.id} asks the decision {element.decision}, but the bundle holds no decisions",
                    "把 .dmn 文件放进同一个包",
                    "put the .dmn file into the bundle",
                )
