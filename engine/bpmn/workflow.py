"""The instance and its running sub-processes: how tokens are found, what the step tells, and the engine's loop.

Replaces SpiffWorkflow's workflow classes in so far as they search: the instance keeps indexes of what may move,
timers are never polled, and the loop has a budget.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow

from . import limits
from .effects import Effects
from .scope import Scope
from .scripts import ScriptEngine
from .task import READY, WAITING, Token

_ENGINE = ScriptEngine()


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
        self.ends: dict[str, str | None] = {}  # clocks that end otherwise than the diagram reckons; None: stands still
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
