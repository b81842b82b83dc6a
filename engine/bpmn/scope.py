"""A scope: the process, or a sub-process, in which tokens live.

SpiffWorkflow keeps finished tasks for ever, walks its tree on every completion to find what may move, and stops
silently at a depth of a thousand. Here a scope holds its live tokens only; a finished one is forgotten at once, so
that there is no history to prune when the instance is stored.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from . import limits
from .effects import Mark
from .elements import ad_hoc, compensation
from .task import COMPLETED, FINISHED, FUTURE, READY, WAITING, Token

if TYPE_CHECKING:
    from .workflow import Instance


class Scope:
    """What the instance and its sub-processes have in common."""

    spec: Any
    tasks: dict[int, Token]
    completed: bool
    top_workflow: Instance
    variables: MutableMapping[str, Any]
    parent_token: Token | None

    def begin_empty(self, variables: MutableMapping[str, Any], parent_token: Token | None) -> None:
        """Set what SpiffWorkflow's constructors do not know; to be called before them."""
        self.variables, self.parent_token = variables, parent_token
        self.joins: dict[int, Token] = {}  # tokens at inclusive joins, to be looked at again
        self.done: list[dict[str, Any]] = []  # finished activities that can be compensated
        self.consumed: dict[str, list[Any]] = {}  # complex gateways: inputs swallowed since they fired

    # -- tokens -----------------------------------------------------------------------------------------------
    def begin(self, start: Any = None) -> None:
        """Plant the start event and the listeners. A none start event is preferred, else the first to happen wins."""
        starts = (start,) if start is not None else self.spec.starts
        none = [spec for spec in starts if not spec.parts]
        for spec in none[:1] or starts:
            self.plant(spec, memory={"seen": [0]} if start is not None else None)
        for spec in self.spec.listeners:  # last: one that fires at once finds something to interrupt
            self.plant(spec)

    def plant(
        self, spec: Any, parent: Token | None = None, origin: str | None = None, memory: dict[str, Any] | None = None
    ) -> Token:
        """Let a token arrive at `spec`; arm the boundary events of an activity."""
        instance = self.top_workflow
        instance.alive += 1
        if instance.alive > limits.MAX_TOKENS:
            raise limits.too_many_tokens(spec.element)
        token = Token(self, spec, parent, origin, memory)
        spec._update(token)
        for event in spec.boundary:
            if not token._state & FINISHED:
                self.plant(event, parent=token, origin=spec.name)
        return token

    def moved(self, token: Token, old: int, new: int) -> None:
        """Keep the indexes and the record when a token changes its state."""
        instance, spec = self.top_workflow, token.task_spec
        if old == WAITING:
            self._unlist(token)
        if (old == WAITING and spec.parts) or (old == READY and spec.manual):
            instance.shut(token)
        if new == READY and not spec.manual:
            instance.ready.append(token)
        elif new == READY or (new == WAITING and spec.parts):
            instance.open[token.id] = token
        if new == WAITING:
            self.index(token)
        self._record(token, old, new)

    def index(self, token: Token) -> None:
        """List a waiting token where it will be looked for."""
        spec = token.task_spec
        if spec.waits_as_join:
            self.joins[token.id] = token
        elif spec.parts:
            self.top_workflow.listening[token.id] = token
            if spec.polled:
                self.top_workflow.polled[token.id] = token

    def _unlist(self, token: Token) -> None:
        self.joins.pop(token.id, None)
        self.top_workflow.listening.pop(token.id, None)
        self.top_workflow.polled.pop(token.id, None)

    def forget(self, token: Token) -> None:
        """Drop a finished token."""
        if self.tasks.pop(token.id, None) is not None:
            self.top_workflow.alive -= 1
            self._unlist(token)
            token.detach()

    # -- the record -------------------------------------------------------------------------------------------
    def _record(self, token: Token, old: int, new: int) -> None:
        if token.task_spec.arms:
            if new == READY:
                self.note(token, "entered")
            elif new == COMPLETED or (new & FINISHED and old == READY):
                self.note(token, "left" if new == COMPLETED else "cancelled")
        elif old == FUTURE:
            self.note(token, "entered")
            if new == COMPLETED:
                self.note(token, "left")
        elif new & FINISHED:
            self.note(token, "left" if new == COMPLETED else "cancelled")

    def note(self, token: Token, what: str) -> None:
        """Write into the path, and strike the clocks that hang on the element."""
        spec, effects = token.task_spec, self.top_workflow.effects
        if spec.path_id is not None:
            effects.path.append([spec.path_id, what])
        for code, action in spec.clocks:
            if _STRIKES[action](what):
                effects.clocks.append(Mark(code, action, spec.element))
                if action in ("start", "stop"):
                    self.top_workflow.ends.pop(code, None)  # a new run is reckoned anew

    # -- after a token has left ---------------------------------------------------------------------------------
    def left(self, token: Token) -> None:
        """Everything that may have to be looked at again, and whether the scope has come to its end."""
        instance = self.top_workflow
        if instance.compensating:
            compensation.log(token)
        self.forget(token)
        if self.completed:
            return
        if self.spec.completion is not None:
            ad_hoc.check(token)
        if self.joins:
            self._look_at_joins()
        if instance.polled:
            instance.poll()
        if not self.completed and not any(map(_keeps_alive, self.tasks.values())):
            self.finish()

    def _look_at_joins(self) -> None:
        first = {id(token.task_spec): token for token in reversed(self.joins.values())}
        for token in first.values():
            if token._state == WAITING:
                token.task_spec._update(token)

    def finish(self) -> None:
        """No token is left but listeners: the scope ends."""
        self.completed = True
        for token in list(self.tasks.values()):
            token.cancel()
        if self.parent_token is None:
            self.top_workflow.effects.completed = True
        else:
            self.parent_token.task_spec.inside_done(self.parent_token, self)

    def terminate(self, thrower: Token) -> None:
        """Cancel every token of the scope but, if it is one of them, the thrower."""
        for token in list(self.tasks.values()):
            if token is not thrower:
                token.cancel()
        if thrower.workflow is not self and not self.completed and not self.tasks:
            self.finish()

    def cancel(self, success: bool = False) -> list[Token]:
        """End the scope and everything in it."""
        self.success, self.completed = success, True
        tokens = list(self.tasks.values())
        for token in tokens:
            token.cancel()
        return tokens

    def compensation_plan(self, activity: str | None) -> list[dict[str, Any]]:
        return compensation.plan(self, activity)


def _keeps_alive(token: Token) -> bool:
    """A listener that waits does not keep its scope alive."""
    return not (token.task_spec.listens and token._state == WAITING)


_STRIKES = {
    "start": lambda what: what == "entered",
    "pause": lambda what: what == "entered",
    "stop": lambda what: what == "left",
    "resume": lambda what: what in ("left", "cancelled"),  # a pause must not outlive the token that caused it
}
