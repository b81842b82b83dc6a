"""The obvious way to run a diagram with SpiffWorkflow: load JSON, step, save JSON, commit. What we compare ourselves with.

It is given what it lacks to run the shipped diagram at all: expressions by our compiled FEEL (cached), a converter for
service tasks, and the diagram parsed once. Everything else is SpiffWorkflow as its documentation shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine import feel, registry

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


class Feel(TaskDataEnvironment):
    """Expressions are FEEL, as the shipped diagrams write them."""

    functions = {f.name: f.call for f in registry.FUNCTIONS.values()}

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        value = feel.compile(expression, functions=self.functions)(context)
        return value.isoformat() if isinstance(value, datetime) else value


class Naive:
    """One process, run the obvious way."""

    def __init__(self, diagram: bytes, process: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(plain(diagram)))
        self.functions = {f.name: f.call for f in registry.FUNCTIONS.values()}
        self.spec = parser.get_spec(process)
        self.subprocesses = parser.get_subprocess_specs(process)
        self.serializer = BpmnWorkflowSerializer()
        self.engine = PythonScriptEngine(Feel())
        self.engine.environment.functions = self.functions

    def start(self, message: str, payload: dict[str, Any]) -> str:
        flow = BpmnWorkflow(self.spec, self.subprocesses, script_engine=self.engine)
        flow.do_engine_steps()
        flow.send_event(BpmnEvent(MessageEventDefinition(message), payload))
        for task in flow.get_tasks(state=TaskState.READY):
            task.data.update(payload)
        flow.do_engine_steps()
        return self.serializer.serialize_json(flow)

    def waiting(self, state: str) -> list[str]:
        flow = self._load(state)
        return [t.task_spec.bpmn_id for t in flow.get_tasks(state=TaskState.READY, manual=True)]

    def step(self, state: str, element: str, submission: dict[str, Any]) -> str:
        """Load, complete one user task, run on, save."""
        flow = self._load(state)
        task = next(t for t in flow.get_tasks(state=TaskState.READY, manual=True) if t.task_spec.bpmn_id == element)
        task.data.update(submission)
        task.run()
        flow.do_engine_steps()
        return self.serializer.serialize_json(flow)

    def _load(self, state: str) -> BpmnWorkflow:
        flow = self.serializer.deserialize_json(state)
        flow.script_engine = self.engine
        return flow


def plain(diagram: bytes) -> bytes:
    """The diagram without what plain SpiffWorkflow cannot take: send tasks of a connector become tasks that pass.

    Our own attributes are dropped too; they would only cost it time.
    """
    root = etree.fromstring(diagram)
    for node in root.iter(BPMN + "sendTask", BPMN + "serviceTask"):
        node.tag = BPMN + "scriptTask"
        etree.SubElement(node, BPMN + "script").text = "pass"
    for node in list(root.iter(BPMN + "extensionElements")):
        node.getparent().remove(node)
    for node in root.iter(BPMN + "intermediateThrowEvent"):
        if not any(child.tag.endswith("EventDefinition") for child in node if isinstance(child.tag, str)):
            continue
    return etree.tostring(root)
