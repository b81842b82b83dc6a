"""Scopes and the instance: where tokens live, how they are found, and the engine's loop.

SpiffWorkflow finds tasks by walking its tree on every completion, polls timers, keeps finished tasks for ever and
stops silently at a depth of a thousand. Here a scope knows its live tokens only, the instance keeps indexes of what
may move, and the loop has a budget.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow

from . import limits
from .effects import Effects, Mark
from .elements import ad_hoc, compensation
from .scripts import ScriptEngine
from .task import COMPLETED, FINISHED, FUTURE, READY, WAITING, Token

_ENGINE = ScriptEngine()


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


class SubInstance(Scope, BpmnSubWorkflow):
    """A running sub-process, call activity or event sub-process."""

    def __init__(self, spec: Any, parent_token: Token, variables: MutableMapping[str, Any]) -> None:
        self.begin_empty(variables, parent_token)
        super().__init__(spec, parent_token.id, parent_token.workflow.top_workflow, deserializing=True)

    @property
    def parent_workflow(self) -> Scope:
        assert self.parent_token is not None
        return self.parent_token.workflow

    def _calculate_depth(self) -> int:
        return self.parent_workflow.depth + 1  # type: ignore[attr-defined]


class Instance(Scope, BpmnWorkflow):
    """A process instance. `program` is what it runs; `effects` collects what the step in progress does."""

    def __init__(self, program: Any, variables: dict[str, Any]) -> None:
        self.begin_empty(variables, None)
        self.program = program
        self.next_id, self.alive = 1, 0
        self.ready: deque[Token] = deque()
        self.listening: dict[int, Token] = {}  # wait for events
        self.polled: dict[int, Token] = {}  # wait for conditions
        self.open: dict[int, Token] = {}  # have begun to wait in this step
        self.renewed: list[tuple[Token, int]] = []  # waits of one part that began anew in this step
        self.running: Token | None = None
        self.outcome: str | None = None
        self.effects = Effects()
        self.compensating = program.compensating
        super().__init__(program.spec, program.specs, _ENGINE, deserializing=True)

    @property
    def depth(self) -> int:
        return 0

    def family(self) -> Iterator[Scope]:
        """The instance and its running sub-processes, outer before inner."""
        yield self
        yield from self.subprocesses.values()

    def token(self, id: int) -> Token | None:
        """A live token by its id."""
        for scope in self.family():
            if id in scope.tasks:
                return scope.tasks[id]
        return None

    def create_subprocess(self, my_task: Token, spec_name: str) -> SubInstance:
        if my_task.workflow.depth >= limits.MAX_DEPTH:  # type: ignore[attr-defined]
            raise limits.too_deep(my_task.element)
        inside = SubInstance(self.subprocess_specs[spec_name], my_task, my_task.task_spec.variables(my_task))
        self.subprocesses[my_task.id] = inside
        return inside

    # -- events -------------------------------------------------------------------------------------------------
    def broadcast(self, name: str, payload: Mapping[str, Any]) -> None:
        """Let everybody in the instance hear a signal."""
        for token in list(self.listening.values()):
            self.hear(token, name, payload)

    def hear(self, token: Token, name: str, payload: Mapping[str, Any]) -> None:
        for slot, part in enumerate(token.task_spec.parts):
            if token._state != WAITING:
                return
            if part.hears(name) and token.internal_data["open"][slot] is not None:
                token.task_spec.trigger(token, slot, payload)
                return

    def poll(self) -> None:
        """Ask every condition that waits."""
        for token in list(self.polled.values()):
            if token._state == WAITING:
                token.task_spec.poll(token)

    # -- waits --------------------------------------------------------------------------------------------------
    def shut(self, token: Token) -> None:
        """A token has ceased to wait: its waits are closed, unless they began in this very step."""
        if self.open.pop(token.id, None) is None:
            self.effects.closed.extend(token.task_spec.waits(token, full=False))

    def close(self, token: Token, slot: int) -> None:
        """One part of a token's wait has ended."""
        if token.id not in self.open:
            wait = token.task_spec.parts[slot].wait(token, token.internal_data["open"][slot])
            if wait is not None:
                self.effects.closed.append(wait)

    def renew(self, token: Token, slot: int) -> None:
        """One part of a token's wait has begun anew."""
        if token.id not in self.open:
            self.renewed.append((token, slot))

    # -- the loop -----------------------------------------------------------------------------------------------
    def run(self) -> None:
        """Run automatic elements until everything that is left waits."""
        ready, steps = self.ready, 0
        while ready:
            token = ready.popleft()
            if token._state != READY:
                continue
            self.running = token
            steps += 1
            if steps > limits.MAX_STEPS:
                raise limits.too_many_steps(token.element)
            token.run()
        self.running = None

    def settle(self) -> Effects:
        """Close the step's record and hand it out."""
        effects = self.effects
        for token in self.open.values():
            effects.opened.extend(token.task_spec.waits(token))
        for token, slot in self.renewed:
            state = token.internal_data["open"][slot] if token._state == WAITING else None
            if state is not None and token.id not in self.open:
                effects.opened.append(token.task_spec.parts[slot].wait(token, state))
        effects.outcome = self.outcome
        effects.stuck = not self.completed and not self.waiting()
        self.open.clear()
        self.renewed.clear()
        self.effects = Effects()
        return effects

    def waiting(self) -> bool:
        """Whether anything is waited for at all."""
        return any(
            token.task_spec.waits(token, full=False) for scope in self.family() for token in scope.tasks.values()
        )
