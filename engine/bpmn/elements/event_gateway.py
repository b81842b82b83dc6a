"""Event-based gateways.

Replaces how SpiffWorkflow's EventBasedGateway keeps its events: by equality and with one memory, so that two timers
share a due time and a condition is never looked at. Here the gateway takes over the parts of its targets, in the
order of its flows, and the first part to happen chooses the flow.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from ..task import Token
from .catching import Catching


class EventGateway(Catching, defaults.EventBasedGateway):
    """`branches[i]` is the target that the part at index i leads to."""

    branches: tuple[Any, ...] = ()

    def connect(self, child: Any) -> None:
        """Connect without moving the event definition; the parser moves the parts when all flows are known."""
        self._outputs.append(child.name)
        child._connect_notify(self)

    def goes_on(self, part: Any) -> bool:
        return False

    def spawn(self, token: Token) -> None:
        self.follow(token, self.branches[token.internal_data["seen"][0]])
