"""Reads the diagrams of a bundle into programs.

Subclasses SpiffWorkflow's BpmnParser for the names of messages, signals and errors and for lanes. Everything wrong in a
bundle is collected in one report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine import errors, xml

from . import shorthand
from .elements.process import ProcessSpec
from .elements.subprocesses import CallActivity
from .event_parser import EventParser
from .normalise import BPMN, prepare
from .program import Element, Program, Start, elements_of
from .report import Report
from .scope_parser import ID, ScopeParser
from .scripts import Language, Languages

Files = Mapping[str, bytes]


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

    def _add_diagram_indexes(self, bpmn: etree._Element) -> None:
        """Lanes only: where a shape is drawn means nothing here, whatever a modeler has written for numbers."""
        lanes = {ref.text: ref.getparent().get("name") for ref in bpmn.iter(BPMN + "flowNodeRef") if ref.text}
        self.document_lanes[self._document_key(bpmn)] = lanes

    def parse(self, node: etree._Element) -> ProcessSpec:
        """One process of the file, with its sub-processes."""
        return ScopeParser(self, node, node.get("id", "")).parse()


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
    diagrams: dict[str, Diagram] = {}
    for name, data in sorted(files.items()):
        if name.lower().endswith((".bpmn", ".bpmn2", ".bpmn20.xml")):
            report.file = name
            if (read := _read(data, report, form_keys)) is not None:
                diagrams[name] = read
    runs = _running(diagrams.values())
    for name, diagram in diagrams.items():
        report.file = name
        _merge(diagram, runs, specs, programs, report)
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


def _running(diagrams: Iterable[Diagram]) -> set[str]:
    """The processes that will ever run: the executable ones and what they call. The others are documentation."""
    drawn: dict[str, etree._Element] = {}
    for diagram in diagrams:
        for node in diagram.root.iter(BPMN + "process"):
            drawn.setdefault(node.get("id", ""), node)
    found = [key for key, node in drawn.items() if node.get("isExecutable", "true") == "true"]
    for key in found:
        for call in drawn[key].iter(BPMN + "callActivity"):
            called = (call.get("calledElement") or "").strip().rpartition(":")[2]
            if called in drawn and called not in found:
                found.append(called)
    return set(found)


def _merge(
    diagram: Diagram, runs: set[str], specs: dict[str, ProcessSpec], programs: dict[str, Program], report: Report
) -> None:
    for node in diagram.root.iter(BPMN + "process"):
        key = node.get("id", "")
        if ID.match(key) and key not in runs:
            continue
        spec = diagram.parse(node)
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
