"""Timer events.

Replaces SpiffWorkflow's timer event definitions, which look at the machine's clock whenever anything completes and
fire by themselves. Here the due instant is worked out once, when the wait begins, and kept in the state; the store
decides that it has come, and only `fire` makes it happen. A repeating timer skips the rounds that were missed instead
of replaying them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine import clock, errors

from .. import times
from ..effects import Wait
from ..program import Start
from ..scripts import Formula
from ..task import Token
from .events import Part

DATE, DURATION, CYCLE = "timeDate", "timeDuration", "timeCycle"
NEVER = "9999-01-01T00:00:00+00:00"  # when a timer goes off whose clock stands still


class Timer(Part, TimerEventDefinition):
    """`expression` is the ISO text itself, or the formula that yields it."""

    expression: str | Formula

    def __init__(self, name: str, kind: str, expression: str | Formula) -> None:
        super().__init__(name, expression)
        self.kind = kind
        self.cycles = kind == CYCLE

    def start(self, element: str) -> Start:
        text = self.expression.text if isinstance(self.expression, Formula) else self.expression
        return Start(element, "timer", expression=text)

    @property
    def clocks(self) -> frozenset[str]:
        """The clocks this instant hangs on."""
        return self.expression.clocks if self.kind == DATE and isinstance(self.expression, Formula) else frozenset()

    def begin(self, token: Token) -> dict[str, Any]:
        state, ends = self.first(token.data), token.workflow.top_workflow.ends
        if ends and (moved := self.clocks & ends.keys()):
            state["due"] = ends[min(moved)] or NEVER
        return state

    def first(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The first instant, with what is left of a repetition. Raises DiagramFault when there is none."""
        value = self.expression(variables) if isinstance(self.expression, Formula) else self.expression
        try:
            return self._begin(value)
        except times.NotATime as problem:
            raise errors.DiagramFault(
                self.element,
                f"the timer of “{self.element}” has no time: {problem.en}",
                zh=f"“{self.element}”的定时器算不出时间：{problem.zh}",
            ) from problem

    def _begin(self, value: Any) -> dict[str, Any]:
        now = clock.now()
        if self.kind == DATE:
            return {"due": times.instant(value).isoformat()}
        if self.kind == DURATION:
            return {"due": times.duration(value).after(now).isoformat()}
        cycle = times.cycle(value)
        first = cycle.first if cycle.first is not None else times.duration(cycle.period).after(now)
        return {"due": first.isoformat(), "left": cycle.times, "period": cycle.period}

    def again(self, token: Token, state: dict[str, Any]) -> dict[str, Any] | None:
        return self.following(state)

    def following(self, state: Mapping[str, Any]) -> dict[str, Any] | None:
        """The next round after now. Rounds missed count as used, as their instants are fixed by the repetition."""
        if not self.cycles:
            return None
        period, due, left = times.duration(state["period"]), times.parse_instant(state["due"]), state["left"]
        now, used = clock.now(), 0
        while True:
            due, used = period.after(due), used + 1
            if left is not None and used >= left:
                return None
            if due > now:
                break
            if not period.months:  # jump over a long pause at once
                missed = (now - due) // period.rest
                due, used = due + missed * period.rest, used + missed
        return {**state, "due": due.isoformat(), "left": left - used if left is not None else None}

    def wait(self, token: Token, state: dict[str, Any]) -> Wait:
        return Wait(token.id, self.element, "timer", due=times.parse_instant(state["due"]))

    def __eq__(self, other: object) -> bool:
        return self is other


def check(kind: str, text: str) -> None:
    """Raise times.NotATime unless `text` is a plain time of this kind."""
    if kind == DATE:
        times.instant(text)
    elif kind == DURATION:
        times.duration(text)
    else:
        times.cycle(text)
