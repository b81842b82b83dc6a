"""Messages, signals, errors, escalations, cancels and terminations: the parts of an event.

Replaces how SpiffWorkflow's event definitions are thrown and caught: payloads are deep copies of all data, a message
reaches every waiting task, correlation is guessed. A message leaves the instance with its name and correlation value
and comes back to exactly one token through `deliver`; a signal is heard inside the instance at once and then leaves
it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import CancelEventDefinition, TerminateEventDefinition

from .. import extensions
from ..effects import Job, Thrown, Uncaught, Wait
from ..program import Start
from ..task import Token
from .climbing import climb
from .node import NOTHING


class Part:
    """One event definition of an element."""

    repeats = False  # may a non-interrupting event of this kind happen again?
    cycles = False  # does it come round by itself?
    polled = False  # must it be looked at when data has changed?
    element: str = ""  # the diagram element that carries it
    extensions: extensions.Extensions = NOTHING

    def begin(self, token: Token) -> dict[str, Any]:
        """What to remember when the wait begins."""
        return {}

    def again(self, token: Token, state: dict[str, Any]) -> dict[str, Any] | None:
        """What to remember after it has happened and the wait goes on; None when there is no next time."""
        return state if self.repeats else None

    def take(self, token: Token, payload: Mapping[str, Any] | None) -> None:
        """Bring the payload in: by the outputs if any are given, else entry by entry."""
        if payload is not None:
            outputs = self.extensions.outputs
            token.data.update(extensions.evaluate(outputs, payload) if outputs else payload)

    def wait(self, token: Token, state: dict[str, Any]) -> Wait | None:
        """The wait the outside must know of, if any."""
        return None

    def start(self, element: str) -> Start:
        """How a process starts by it."""
        raise NotImplementedError

    def hears(self, signal: str) -> bool:
        """Whether it is a wait for this signal."""
        return False

    def throw(self, token: Token) -> None:
        """Throw it."""


class Message(Part, MessageEventDefinition):
    """A message. With a connector it leaves as an outgoing job, without one it goes to another instance."""

    repeats = True

    def start(self, element: str) -> Start:
        return Start(element, "message", self.name)

    def begin(self, token: Token) -> dict[str, Any]:
        return {"key": _key(self.extensions, token)}

    def wait(self, token: Token, state: dict[str, Any]) -> Wait:
        return Wait(token.id, self.element, "message", name=self.name, correlation=state["key"])

    def throw(self, token: Token) -> None:
        said, effects = self.extensions, token.workflow.top_workflow.effects
        payload = extensions.evaluate(said.inputs, token.data)
        if said.connector is not None:
            effects.jobs.append(Job(said.connector, payload, self.element))
        else:
            effects.messages.append(Thrown(self.name, _key(said, token), payload, self.element))


class Signal(Part, SignalEventDefinition):
    """A signal: heard by everybody who waits for it."""

    repeats = True

    def start(self, element: str) -> Start:
        return Start(element, "signal", self.name)

    def hears(self, signal: str) -> bool:
        return self.name == signal

    def wait(self, token: Token, state: dict[str, Any]) -> Wait:
        return Wait(token.id, self.element, "signal", name=self.name)

    def throw(self, token: Token) -> None:
        payload = extensions.evaluate(self.extensions.inputs, token.data)
        instance = token.workflow.top_workflow
        instance.effects.signals.append(Thrown(self.name, None, payload, self.element))
        instance.broadcast(self.name, payload)


class Error(Part, ErrorEventDefinition):
    """An error ends the scope that catches it. Uncaught it ends the instance."""

    def throw(self, token: Token) -> None:
        if not climb(token, self):
            instance = token.workflow.top_workflow
            instance.effects.uncaught.append(Uncaught("error", self.name, self.code, self.element))
            instance.terminate(token)


class Escalation(Part, EscalationEventDefinition):
    """An escalation calls attention; uncaught it changes nothing."""

    repeats = True

    def throw(self, token: Token) -> None:
        if not climb(token, self):
            effects = token.workflow.top_workflow.effects
            effects.uncaught.append(Uncaught("escalation", self.name, self.code, self.element))


class Cancel(Part, CancelEventDefinition):
    """Cancels the transaction around it."""

    def throw(self, token: Token) -> None:
        if not climb(token, self):
            token.workflow.terminate(token)


class Terminate(Part, TerminateEventDefinition):
    """Ends every other token of the scope."""

    def throw(self, token: Token) -> None:
        token.workflow.terminate(token)


def _key(said: extensions.Extensions, token: Token) -> str | None:
    return plain_text(said.correlation(token.data)) if said.correlation is not None else None


def plain_text(value: Any) -> str | None:
    """A correlation value as text, the same for 7, 7.0 and "7"."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)
