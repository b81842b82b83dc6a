"""A row per task, as spiff-arena keeps its processes, in the least work we could do it with: plain SQL, no ORM.

A row for the instance, one for each task that is more than a prediction, and the data of tasks once per content, by its
SHA-256. A step reads all rows of its instance, the data only of tasks that are not over and of their parents, builds
the workflow, and writes the rows of the tasks that changed. The real thing also writes events and people's tasks.
"""

from __future__ import annotations

import copy
import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import SimpleTaskConverter
from SpiffWorkflow.bpmn.workflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from tests.benchmarks.naive import Naive, NaiveSide

OVER = TaskState.COMPLETED | TaskState.ERROR | TaskState.CANCELLED
UPSERT = (
    "INSERT INTO row_task VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (guid) DO UPDATE "
    "SET state = excluded.state, properties = excluded.properties, data = excluded.data"
)


class RowsSide(NaiveSide):
    """The same fleet as the naive side's, stored in rows."""

    tables = (
        "CREATE TABLE row_instance (id integer PRIMARY KEY, properties text)",
        "CREATE TABLE row_task (guid text PRIMARY KEY, instance integer, process text, state integer,"
        " properties text, data text)",
        "CREATE INDEX row_task_instance ON row_task (instance)",
        "CREATE TABLE row_data (sha256 text PRIMARY KEY, data text)",
    )

    def begin(self) -> None:
        self.runner = Naive(self.case.diagram("python"), self.case.process)
        self.serializer = BpmnWorkflowSerializer(
            BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, Task: SimpleTaskConverter})
        )
        for number in self.numbers:
            flow = self.runner.begin(self.case.variables)
            if number == self.numbers[0]:
                whole = self.serializer.to_dict(flow)
                self.specs = {name: whole[name] for name in ("spec", "subprocess_specs")}
            self.save(number, flow, 0)

    def step(self, number: int, element: str, values: dict[str, Any]) -> None:
        flow, since = self.load(number), time.time()
        self.runner.complete(flow, element, values)
        self.save(number, flow, since)

    def load(self, number: int) -> BpmnWorkflow:
        """The instance from its rows; what was only predicted is predicted anew."""
        query = "SELECT properties FROM row_instance WHERE id = ?"
        whole = json.loads(self.execute(query, (number,)).fetchone()[0])
        query = "SELECT guid, process, state, properties, data FROM row_task WHERE instance = ?"
        rows = {guid: rest for guid, *rest in self.execute(query, (number,)).fetchall()}
        tasks = {guid: json.loads(row[2]) for guid, row in rows.items()}
        alive = {guid for guid, row in rows.items() if not row[1] & OVER}
        alive |= {tasks[guid]["parent"] for guid in alive} & rows.keys()
        data = self._data({rows[guid][3] for guid in alive})
        for guid, (process, _state, _properties, digest) in rows.items():
            task = tasks[guid]
            task["data"] = json.loads(data[digest]) if guid in alive else {}
            task["children"] = [child for child in task["children"] if child in tasks]
            home = whole["subprocesses"][process] if process else whole
            home["tasks"][guid] = task
        flow = self.serializer.from_dict({**whole, **copy.deepcopy(self.specs), "bpmn_events": []})
        flow.script_engine = self.runner.engine
        for part in (flow, *flow.subprocesses.values()):
            for task in [t for t in part.tasks.values() if t.has_state(TaskState.DEFINITE_MASK)]:
                task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
        return flow

    def _data(self, digests: set[str]) -> dict[str, str]:
        marks = ", ".join("?" * len(digests))
        query = f"SELECT sha256, data FROM row_data WHERE sha256 IN ({marks})"
        return dict(self.execute(query, tuple(digests)).fetchall())

    def save(self, number: int, flow: BpmnWorkflow, since: float) -> None:
        """Write the rows of what has changed since then."""
        rows, data = [], {}
        for process, task in self._changed(flow, since):
            properties = self.serializer.to_dict(task)
            text = json.dumps(properties.pop("data"), sort_keys=True)
            digest = hashlib.sha256(text.encode()).hexdigest()
            data[digest] = text
            rows.append((str(task.id), number, process, task.state, json.dumps(properties), digest))
        self._many("INSERT INTO row_data VALUES (?, ?) ON CONFLICT DO NOTHING", list(data.items()))
        self._many(UPSERT, rows)
        whole = self._part(flow) | {"subprocesses": {str(id): self._part(p) for id, p in flow.subprocesses.items()}}
        changed = (number, json.dumps(whole))
        upsert = (
            "INSERT INTO row_instance VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET properties = excluded.properties"
        )
        self.execute(upsert, changed)

    @staticmethod
    def _changed(flow: BpmnWorkflow, since: float) -> Iterator[tuple[str, Task]]:
        for process, part in (("", flow), *((str(id), p) for id, p in flow.subprocesses.items())):
            for task in part.tasks.values():
                if task.last_state_change >= since and not task.has_state(TaskState.PREDICTED_MASK):
                    yield process, task

    def _part(self, part: Any) -> dict[str, Any]:
        """A process or sub-process without its tasks and specifications."""
        found = {
            "typename": type(part).__name__,
            "root": str(part.task_tree.id),
            "last_task": str(part.last_task.id) if part.last_task else None,
            "success": part.success,
            "completed": part.completed,
            "correlations": part.correlations,
            "data": self.serializer.registry.convert(part.data),
            "tasks": {},
        }
        if isinstance(part, BpmnSubWorkflow):
            found |= {"parent_task_id": str(part.parent_task_id), "spec": part.spec.name}
        return found

    def _many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        mark = statement if self.engine.dialect.name == "sqlite" else statement.replace("?", "%s")
        self.cursor.executemany(mark, rows)
