"""Events that are waited for: start events, intermediate catch events, receive tasks.

Replaces SpiffWorkflow's CatchingEvent cycle and its MultipleEventDefinition. An event may have several parts (message
or signal; several timers at one gateway); SpiffWorkflow keeps one memory for all of them, so that two timers share
one due time. Here every part has its own slot in the token's memory:

    internal_data["open"]  one entry per part: what the part remembers while it waits, None once it has happened
    internal_data["seen"]  the indexes of the parts that have happened, in order
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from ..effects import Wait
from ..task import WAITING, Token
from .node import Node


class Catching(Node):
    """Waits until one of its parts has happened, or all of them when `parallel`."""

    parallel = False
    _inputs: list[str]

    def _update_hook(self, token: Token) -> bool:
        if "seen" in token.internal_data or not self.parts:  # let through by a token that goes on waiting; a none event
            return True
        token.internal_data["seen"] = []
        token.internal_data["open"] = [part.begin(token) for part in self.parts]
        token._set_state(WAITING)
        self.poll(token)
        return False

    def poll(self, token: Token) -> None:
        """Look at the conditions among the parts."""
        if self.polled:
            for slot, part in enumerate(self.parts):
                state = token.internal_data["open"][slot]
                if part.polled and state is not None and part.rises(token, state) and token._state == WAITING:
                    self.trigger(token, slot)

    def trigger(self, token: Token, slot: int, payload: Mapping[str, Any] | None = None) -> None:
        """The part at `slot` has happened."""
        part, waiting = self.parts[slot], token.internal_data["open"]
        part.take(token, payload)
        instance = token.workflow.top_workflow
        if self.goes_on(part):
            before, after = waiting[slot], part.again(token, waiting[slot])
            if after is not before:
                instance.close(token, slot)
                waiting[slot] = after
                if after is not None:
                    instance.renew(token, slot)
            if any(state is not None for state in waiting):
                self.let_through(token, slot)
                return
        else:
            instance.close(token, slot)
            waiting[slot] = None
        token.internal_data["seen"].append(slot)
        if not self.parallel or len(token.internal_data["seen"]) == len(self.parts):
            token._ready()

    def goes_on(self, part: Any) -> bool:
        """Whether the token keeps waiting for more of this part. A cycle timer in the flow sends a token per round."""
        return part.cycles and not self.parallel

    def let_through(self, token: Token, slot: int) -> Token:
        """Send a token on while this one goes on waiting."""
        return token.workflow.plant(self, origin=token.origin, memory={"seen": [slot]})

    def leave(self, token: Token) -> None:
        token.internal_data.pop("open", None)

    def waits(self, token: Token, full: bool = True) -> list[Wait]:
        found = []
        for slot, state in enumerate(token.internal_data.get("open", ())):
            wait = self.parts[slot].wait(token, state) if state is not None else None
            if wait is not None:
                found.append(wait)
        return found


class StartEvent(Catching, defaults.StartEvent):
    """Of several start events the first that happens begins the scope; the others are then withdrawn."""

    def _on_ready_hook(self, token: Token) -> None:
        for other in list(token.workflow.tasks.values()):
            rival = isinstance(other.task_spec, StartEvent) and other.task_spec is not self
            if rival and other._state == WAITING:
                other.cancel()


class CatchEvent(Catching, defaults.IntermediateCatchEvent):
    """An intermediate catch event."""


class ReceiveTask(Catching, defaults.ReceiveTask):
    """A receive task."""
