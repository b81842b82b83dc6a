"""The obvious way to run a diagram with SpiffWorkflow: load JSON, step, save JSON. What we compare ourselves with.

It is given what it lacks to run the shipped diagram at all: expressions by our compiled FEEL (cached), a converter for
service tasks, and the diagram parsed once. Everything else is SpiffWorkflow as its documentation shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import time_machine
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import create_engine

import engine.hotline  # noqa: F401  (registers the functions that diagrams call)
from engine import clock, feel, registry
from tests.benchmarks.cases import CASES, MOMENT

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
        return self.serializer.serialize_json(self.begin(variables))

    def begin(self, variables: dict[str, Any]) -> BpmnWorkflow:
        flow = BpmnWorkflow(self.spec, self.subprocesses, script_engine=self.engine)
        flow.task_tree.data.update(variables)
        flow.do_engine_steps()
        return flow

    def step(self, state: str, element: str, submission: dict[str, Any]) -> str:
        """Load, complete one user task, run on, save."""
        flow = self.serializer.deserialize_json(state)
        flow.script_engine = self.engine
        self.complete(flow, element, submission)
        return self.serializer.serialize_json(flow)

    @staticmethod
    def complete(flow: BpmnWorkflow, element: str, submission: dict[str, Any]) -> None:
        task = next(t for t in flow.get_tasks(state=TaskState.READY, manual=True) if t.task_spec.bpmn_id == element)
        task.data.update(submission)
        task.run()
        flow.do_engine_steps()


class NaiveSide:
    """A fleet of cases in one process: a step reads a row, writes it and one of history, and commits."""

    tables = (
        "CREATE TABLE naive (id integer PRIMARY KEY, ver integer, state text)",
        "CREATE TABLE naive_history (id integer, element text, at text)",
    )

    def __init__(self, url: str, case: str, number: int, part: int) -> None:
        self.url, self.name, self.number, self.part = url, case, number, part

    def prepare(self) -> None:
        self.case = CASES[self.name]
        self.engine = create_engine(self.url)
        self.raw = self.engine.raw_connection()
        self.cursor = self.raw.cursor()
        self.numbers = range(self.part * self.number, (self.part + 1) * self.number)
        # SpiffWorkflow's timers read the machine's clock, what is lent of ours reads the house's
        with clock.virtual(MOMENT), time_machine.travel(MOMENT):
            self.begin()
        self.raw.commit()

    def run(self) -> int:
        with clock.virtual(MOMENT), time_machine.travel(MOMENT):
            for element, values in self.case.steps:
                for number in self.numbers:
                    self.step(number, element, values)
                    self.raw.commit()
        return self.number * len(self.case.steps)

    def close(self) -> None:
        self.raw.close()
        self.engine.dispose()

    def execute(self, statement: str, values: tuple[Any, ...]) -> Any:
        """A statement with `?` for each value."""
        self.cursor.execute(statement if self.engine.dialect.name == "sqlite" else statement.replace("?", "%s"), values)
        return self.cursor

    def begin(self) -> None:
        """Store the cases, started."""
        self.runner = Naive(self.case.diagram("python"), self.case.process)
        for number in self.numbers:
            self.execute("INSERT INTO naive VALUES (?, 0, ?)", (number, self.runner.start(self.case.variables)))

    def step(self, number: int, element: str, values: dict[str, Any]) -> None:
        """Load, complete one user task, save."""
        ver, state = self.execute("SELECT ver, state FROM naive WHERE id = ?", (number,)).fetchone()
        state = self.runner.step(state, element, values)
        changed = (ver + 1, state, number, ver)
        self.execute("UPDATE naive SET ver = ?, state = ? WHERE id = ? AND ver = ?", changed)
        self.execute("INSERT INTO naive_history VALUES (?, ?, ?)", (number, element, str(MOMENT)))


def install(url: str, tables: tuple[str, ...]) -> None:
    """Make a rival's tables."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in tables:
            connection.exec_driver_sql(table)
    engine.dispose()


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
