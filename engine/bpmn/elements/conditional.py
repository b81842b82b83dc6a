"""Conditional events.

Replaces SpiffWorkflow's ConditionalEventDefinition, which is asked once and then never again. Here a condition that
waits is asked after every element that has run, anywhere in the instance, and fires when it becomes true (or is true
when the wait begins). A non-interrupting one must become false before it can fire again.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition

from ..program import Start
from ..scripts import Formula
from ..task import Token
from .events import Part


class Conditional(Part, ConditionalEventDefinition):
    """A condition over the variables of the scope."""

    repeats = polled = True
    expression: Formula

    def start(self, element: str) -> Start:
        return Start(element, "conditional", expression=self.expression.text)

    def begin(self, token: Token) -> dict[str, Any]:
        return {"held": False}

    def rises(self, token: Token, state: dict[str, Any]) -> bool:
        """Whether the condition has become true since it was last asked."""
        held, state["held"] = state["held"], self.expression.holds(token.data)
        return state["held"] and not held

    def __eq__(self, other: object) -> bool:
        return self is other
