"""Events that are thrown: intermediate throw events, end events, send tasks.

Replaces SpiffWorkflow's ThrowingEvent and EndEvent hooks: signal end and compensation events are silent no-ops there, a
multiple event throws only one kind, and a terminate event leaves running sub-processes alone.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from ..task import FINISHED, READY, Token
from .compensation import Compensate, start_next
from .events import Cancel
from .node import Node


class Throwing(Node):
    """Throws its parts in order. Compensate and cancel events first run the handlers of finished activities."""

    def _run_hook(self, token: Token) -> bool | None:
        if "plan" not in token.internal_data:
            plan = self._plan(token)
            if plan:
                token.internal_data["plan"] = plan
                start_next(token)
                return None
        for part in self.parts:
            part.throw(token)
            if token._state & FINISHED:
                break
        return True

    def _plan(self, token: Token) -> list[dict[str, Any]]:
        for part in self.parts:
            if isinstance(part, (Compensate, Cancel)):
                return token.workflow.compensation_plan(getattr(part, "activity", None))
        return []

    def compensated(self, token: Token) -> None:
        """One handler has ended: start the next, or go on with the throw."""
        if token.internal_data["plan"]:
            start_next(token)
        else:
            token._set_state(READY)


class ThrowEvent(Throwing, defaults.IntermediateThrowEvent):
    """An intermediate throw event."""


class SendTask(Throwing, defaults.SendTask):
    """A send task."""


class EndEvent(Throwing, defaults.EndEvent):
    """An end event. The one reached last in the process, or in one of its event sub-processes, tells the outcome.

    The end of a side branch (see `outcomes`) tells it only while no other end has been reached.
    """

    def leave(self, token: Token) -> None:
        scope, instance = token.workflow, token.workflow.top_workflow
        if scope is not instance and not (scope.spec.is_event_subprocess and scope.parent_workflow is instance):
            return
        side = instance.spec.side_ends
        if self.element not in side or instance.outcome is None or instance.outcome in side:
            instance.outcome = self.element
