"""Which end events only end a side branch, and so do not tell how a case has ended.

A reminder beside the work (a boundary event or event sub-process that does not interrupt) has end events of its own.
They may be reached long after the work has ended, and must not hide its outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .elements.boundary import BoundaryEvent
from .elements.events import Error, Terminate
from .elements.process import ProcessSpec
from .elements.throwing import EndEvent


def side_ends(process: ProcessSpec, specs: Mapping[str, ProcessSpec]) -> frozenset[str]:
    """The end events of a process, and of its event sub-processes, that only side branches reach.

    An end that ends the whole process (terminate, error) is never one of them.
    """
    found: set[Any] = {end.element for end in _beside(process) if not _throws(end, Terminate)}
    for listener in process.listeners:
        for activity in listener.targets:
            inside = specs[_itself(activity).spec]
            found |= {end.element for end in (_beside(inside) if listener.interrupting else _ends(inside))}
    return frozenset(found)


def _itself(activity: Any) -> Any:
    """The activity within the shell of its loop marker."""
    return activity._wf_spec.task_specs[activity.task_spec] if activity.loops else activity


def _beside(scope: ProcessSpec) -> Iterator[EndEvent]:
    """The ends that neither the flow from a start nor an interruption leads to."""
    reached: set[str] = set()
    todo = [*scope.starts, *(listener for listener in scope.listeners if listener.interrupting)]
    while todo:
        spec = todo.pop()
        if spec.name not in reached:
            reached.add(spec.name)
            todo += spec.targets
            todo += [event for event in spec.boundary if not isinstance(event, BoundaryEvent) or event.cancel_activity]
    return (end for end in _ends(scope) if end.name not in reached)


def _ends(scope: ProcessSpec) -> Iterator[EndEvent]:
    return (spec for spec in scope.task_specs.values() if isinstance(spec, EndEvent) and not _throws(spec, Error))


def _throws(end: EndEvent, kind: type[Any]) -> bool:
    return any(isinstance(part, kind) for part in end.parts)
