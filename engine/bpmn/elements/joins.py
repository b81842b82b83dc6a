"""Joins by tokens.

Replaces SpiffWorkflow's UnstructuredJoin. It counts tasks in the tree, so that a parallel join inside a loop fires
early on the second pass, surplus tokens are lost, and an inclusive join deadlocks or fires too soon. Here every
arrival waits as its own token until the join takes it, and a token knows which flow it came by.
"""

from __future__ import annotations

from typing import Any

from ..scripts import Formula
from ..task import WAITING, Token


class TokenJoin:
    """Takes the arrivals that belong together into one token, once they are complete."""

    name: str
    _inputs: list[str]

    def _update_hook(self, token: Token) -> bool:
        if len(self._inputs) < 2 and not self.always():
            return True
        if token._state != WAITING:
            token._set_state(WAITING)
        arrivals = [t for t in token.workflow.tasks.values() if t.task_spec is self and t._state == WAITING]
        taken = self.take(token, arrivals)
        if not taken or token not in taken:
            return False
        for other in taken:
            if other is not token:
                other.absorb()
        return True

    def always(self) -> bool:
        """Whether to join even what comes by a single flow."""
        return False

    def take(self, token: Token, arrivals: list[Token]) -> list[Token] | None:
        """The arrivals to join now, or None to go on waiting."""
        raise NotImplementedError

    def first_per_input(self, arrivals: list[Token]) -> dict[str, Token]:
        first: dict[str, Token] = {}
        for token in arrivals:
            first.setdefault(token.origin or "", token)
        return first


class ParallelJoin(TokenJoin):
    """One token from every input."""

    def take(self, token: Token, arrivals: list[Token]) -> list[Token] | None:
        first = self.first_per_input(arrivals)
        return list(first.values()) if len(first) >= len(set(self._inputs)) else None


class InclusiveJoin(TokenJoin):
    """Waits while a token elsewhere can still reach an empty input, unless it can reach a filled one too (BPMN 13.4.3).

    With an activation condition it is a complex gateway: it fires once when the condition holds (`activationCount` is
    the number of arrivals) and swallows later arrivals until every input has given one.
    """

    waits_as_join = True
    activation: Formula | None = None
    before: dict[str, frozenset[str]] = {}  # input -> specs from which it can be reached without passing this gateway

    def take(self, token: Token, arrivals: list[Token]) -> list[Token] | None:
        if self.activation is not None:
            return self._take_complex(token, arrivals, self.activation)
        first = self.first_per_input(arrivals)
        empty = set(self._inputs) - set(first)
        if empty:
            before_empty = frozenset().union(*(self.before[name] for name in empty))
            before_filled = frozenset().union(*(self.before[name] for name in first if name in self.before))
            for other in token.workflow.tasks.values():
                name = other.task_spec.name
                if other.task_spec is not self and name in before_empty and name not in before_filled:
                    return None
        return list(first.values())

    def _take_complex(self, token: Token, arrivals: list[Token], activation: Formula) -> list[Token] | None:
        consumed = token.workflow.consumed.setdefault(self.name, [])
        if consumed:
            self._consume(consumed, arrivals)
            return None
        if not activation.holds({**token.data, "activationCount": len(arrivals)}):
            return None
        consumed.append(token.origin)
        self._consume(consumed, [t for t in arrivals if t is not token])
        return [token]

    def _consume(self, consumed: list[Any], arrivals: list[Token]) -> None:
        for token in arrivals:
            consumed.append(token.origin)
            token.absorb()
        if set(consumed) >= set(self._inputs):
            consumed.clear()


class QuantityJoin(TokenJoin):
    """As many tokens as the activity behind it wants to start with."""

    quantity = 1

    def always(self) -> bool:
        return True

    def take(self, token: Token, arrivals: list[Token]) -> list[Token] | None:
        return arrivals[: self.quantity] if len(arrivals) >= self.quantity else None


def reachable_before(gateway: Any) -> dict[str, frozenset[str]]:
    """For each input of a gateway, the specs from which it can be reached without passing the gateway."""
    specs = gateway._wf_spec.task_specs
    activity = {event.name: [spec.name] for spec in specs.values() for event in spec.boundary}
    found: dict[str, frozenset[str]] = {}
    for source in set(gateway._inputs):
        seen: set[str] = set()
        todo = [source]
        while todo:
            name = todo.pop()
            if name not in seen and name != gateway.name:
                seen.add(name)
                todo.extend(activity.get(name, specs[name]._inputs))
        found[source] = frozenset(seen)
    return found
