"""Compensation.

SpiffWorkflow has none: boundary events of this kind are refused, throws are silent no-ops. Here every scope keeps a log
of finished activities that have a handler; a compensate throw runs the handlers, the activity finished last first. A
handler sees the data its activity left behind, but for what earlier handlers of the same throw have written; what it
writes goes into the scope. A handler is wrapped into a sub-process of its own when the diagram is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from ..task import Token
from .events import Part
from .subprocesses import SubProcess

Entry = dict[str, Any]  # activity, handler, nested (the log of its inside), data


class Compensate(Part, EventDefinition):
    """Thrown only; `activity` names the one to compensate, None means all of the scope."""

    def __init__(self, activity: str | None = None) -> None:
        super().__init__()
        self.activity = activity


class Compensation(SubProcess):
    """Runs one handler under the throw event that asked for it."""

    def sub_spec(self, token: Token) -> str:
        return token.internal_data["handler"]

    def leave(self, token: Token) -> None:
        super().leave(token)
        own, then = token.internal_data["local"], token.internal_data["then"]
        written = {k: v for k, v in own.items() if k not in then or then[k] != v}
        token.workflow.variables.update(written)
        thrower = token.parent
        if thrower is not None:
            thrower.internal_data.setdefault("written", []).extend(written)

    def spawn(self, token: Token) -> None:
        thrower = token.parent
        if thrower is not None:
            thrower.task_spec.compensated(thrower)


class CompensationSpec(Compensation, defaults.SubWorkflowTask):
    """One per scope, connected to nothing."""


def start_next(thrower: Token) -> None:
    """Run the next handler of the thrower's plan."""
    entry = thrower.internal_data["plan"].pop(0)
    written = thrower.internal_data.get("written", ())
    then = {name: value for name, value in entry["data"].items() if name not in written}
    memory = {"handler": entry["handler"], "local": dict(then), "then": then}
    workflow = thrower.workflow
    workflow.plant(workflow.spec.task_specs[HANDLERS], parent=thrower, memory=memory)


HANDLERS = "compensation handlers"  # the name of a scope's CompensationSpec


def log(token: Token) -> None:
    """Note a finished activity that can be compensated, or that holds such activities."""
    spec, workflow = token.task_spec, token.workflow
    if spec.loops or isinstance(spec, Compensation):
        return
    handler = workflow.spec.compensation.get(spec.element) or token.internal_data.get("own")
    nested = token.internal_data.get("nested", [])
    if handler or nested:
        entry = {"activity": spec.element, "handler": handler, "nested": nested, "data": dict(token.data)}
        _holder(workflow).done.append(entry)


def plan(workflow: Any, activity: str | None) -> list[Entry]:
    """The handlers to run, last finished activity first; each can be taken once."""
    workflow = _holder(workflow)
    chosen = [entry for entry in workflow.done if activity in (None, entry["activity"])]
    workflow.done[:] = [entry for entry in workflow.done if not any(entry is c for c in chosen)]
    return list(_in_reverse(chosen))


def _holder(workflow: Any) -> Any:
    """The scope that keeps the log: an event sub-process shares that of the scope it belongs to."""
    while workflow.spec.is_event_subprocess:
        workflow = workflow.parent_workflow
    return workflow


def _in_reverse(entries: list[Entry]) -> Iterator[Entry]:
    for entry in reversed(entries):
        if entry["handler"]:
            yield {"handler": entry["handler"], "data": entry["data"]}
        else:
            yield from _in_reverse(entry["nested"])
