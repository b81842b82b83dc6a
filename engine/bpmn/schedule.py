"""When the clock starts a process: the instants of a timer start event, while there is no instance yet.

A schedule is a small JSON value, {"due": ISO instant, …}, to be kept by the caller and handed back for the next round.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import clock, errors

from . import times
from .elements.timers import DATE, Timer
from .program import Program

Schedule = Mapping[str, Any]


def first(program: Program, element: str) -> dict[str, Any] | None:
    """When this start event happens first from now on; None when its only instant, or all its rounds, are over.

    An instant that has passed does not happen again with every new version; of a repetition only the missed rounds
    are left out. Raises DiagramFault when the expression yields no time.
    """
    timer = _timer(program, element)
    schedule = timer.first({})
    if times.parse_instant(schedule["due"]) > clock.now():
        return schedule
    return None if timer.kind == DATE else timer.following(schedule)


def following(program: Program, element: str, schedule: Schedule) -> dict[str, Any] | None:
    """The round after this one; None when it was the last."""
    timer = _timer(program, element)
    return timer.following(schedule) if timer.cycles else None


def _timer(program: Program, element: str) -> Timer:
    for start in program.spec.starts:
        for part in start.parts if start.element == element else ():
            if isinstance(part, Timer):
                return part
    raise errors.NotFound(f"{program.key} has no timer start {element}", zh=f"流程没有定时开始事件“{element}”")
