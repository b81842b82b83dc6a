"""The spec of a process or sub-process.

Replaces the start, end and end-join specs of SpiffWorkflow's BpmnProcessSpec. A scope here begins by planting its start
events and ends when no token is left, so no helper tasks are needed and no element id is taken by them.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from ..scripts import Formula


class ProcessSpec(BpmnProcessSpec):
    """`element` is the id of the process or sub-process in the diagram; `name` is unique in the bundle."""

    def __init__(self, name: str, element: str, description: str | None = None, filename: str | None = None) -> None:
        super().__init__(name=name, description=description, filename=filename)
        self.task_specs.clear()
        self.bpmn_start_events.clear()
        self.element = element
        self.starts: tuple[Any, ...] = ()  # specs of the start events
        self.listeners: tuple[Any, ...] = ()  # specs of the event sub-processes' triggers
        self.compensation: dict[str, str] = {}  # activity -> spec name of its handler; "" for this scope's own
        self.completion: tuple[Formula, bool] | None = None  # ad hoc: when to end, and whether to cancel the rest
        self.is_event_subprocess = False
        self.side_ends: frozenset[str] = frozenset()  # end events that do not tell the outcome
