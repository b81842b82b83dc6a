"""Boundary events.

Replaces SpiffWorkflow's BoundaryEventSplit and BoundaryEventJoin. There an interrupting event stops a running
sub-process only when that next comes to rest, and a non-interrupting one is deaf after its first message. Here a
boundary event is a token that hangs on its activity's token: it interrupts at once and, when it does not interrupt,
goes on listening.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from ..task import Token
from .catching import Catching


class BoundaryEvent(Catching, defaults.BoundaryEvent):
    """Armed with its activity, disarmed when the activity ends."""

    arms = True

    def goes_on(self, part: Any) -> bool:
        return not self.cancel_activity and (part.repeats or part.cycles) and not self.parallel

    def _on_ready_hook(self, token: Token) -> None:
        activity = token.parent
        if activity is not None:
            token.detach()
            if self.cancel_activity:
                activity.cancel()
