"""The obvious way to run a diagram with SpiffWorkflow: load JSON, step, save JSON. What we compare ourselves with.

It is given what it lacks to run the shipped diagram at all: expressions by our compiled FEEL (cached), a converter for
service tasks, and the diagram parsed once. Everything else is SpiffWorkflow as its documentation shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

import engine.hotline  # noqa: F401  (registers the functions that diagrams call)
from engine import feel, registry

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


FUNCTIONS = {f.name: f.call for f in registry.FUNCTIONS.values()}


class Feel(TaskDataEnvironment):
    """Expressions are FEEL, as the shipped diagrams write them."""

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        value = feel.compile(expression, functions=FUNCTIONS)(context)
        return value.isoformat() if isinstance(value, datetime) else value


class Naive:
    """One process, run the obvious way."""

    def __init__(self, diagram: bytes, process: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(plain(diagram)))
        self.spec = parser.get_spec(process)
        self.subprocesses = parser.get_subprocess_specs(process)
        self.serializer = BpmnWorkflowSerializer()
        self.engine = PythonScriptEngine(Feel())

    def start(self, variables: dict[str, Any]) -> str:
        flow = BpmnWorkflow(self.spec, self.subprocesses, script_engine=self.engine)
        flow.task_tree.data.update(variables)
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
    """The diagram without what plain SpiffWorkflow cannot take; each omission saves it work.

    Send tasks of a connector pass at once, event sub-processes go (it starts them with the process, before there is any
    data), a message start becomes a plain one, and our own attributes and elements are dropped.
    """
    root = etree.fromstring(diagram)
    for node in root.iter(BPMN + "sendTask", BPMN + "serviceTask"):
        node.tag = BPMN + "scriptTask"
        etree.SubElement(node, BPMN + "script").text = "pass"
    gone = [*root.iter(BPMN + "extensionElements")]
    gone += [e for e in root.iter(BPMN + "subProcess") if e.get("triggeredByEvent") == "true"]
    gone += root.findall(f".//{BPMN}startEvent/{BPMN}messageEventDefinition")
    for node in gone:
        node.getparent().remove(node)
    return etree.tostring(root)
