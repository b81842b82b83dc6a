"""The steps of an instance: start, complete, deliver, fire, finish or fail a job, cancel; each to the next standstill.

After an error the instance in memory is worth nothing any more: the caller throws it away and decodes the stored one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import clock, errors, feel

from .effects import Effects, Key, Wait
from .elements.activities import Offered, ServiceTask
from .elements.climbing import climb
from .elements.events import Error
from .elements.timers import NEVER, Timer
from .extensions import evaluate
from .program import Program
from .task import READY, WAITING, Token
from .workflow import Instance


def start(program: Program, variables: Mapping[str, Any], *, element: str | None = None) -> tuple[Instance, Effects]:
    """A new instance. `element`: the start event that has happened (a message's, signal's or timer's).

    Then `variables` are its payload. Without it the none start event is used; a process that has none waits at its
    start events.
    """
    spec = None
    if element is not None:
        spec = next((s for s in program.spec.starts if s.element == element), None)
        if spec is None:
            raise errors.NotFound(f"{program.key} has no start event {element}", zh=f"流程没有开始事件“{element}”")
        outputs = spec.extensions.outputs
        variables = evaluate(outputs, variables) if outputs else variables
    instance = Instance(program, dict(variables))
    return instance, _step(instance, lambda: instance.begin(spec))


def complete(instance: Instance, token: int, submission: Mapping[str, Any]) -> Effects:
    """Complete a user task; the submission's entries become variables. Raises errors.TaskGone."""
    task = instance.token(token)
    if task is None or task._state != READY or not isinstance(task.task_spec, Offered):
        raise errors.TaskGone()

    def act() -> None:
        task.data.update(submission)
        _run(instance, task)

    return _step(instance, act)


def deliver(
    instance: Instance, token: int, payload: Mapping[str, Any], element: str | None = None, name: str | None = None
) -> Effects:
    """Hand over a message or signal the token waits for; `element` and `name` say which of several."""
    task, slot = _waiting(instance, token, ("message", "signal"), element, name)
    return _step(instance, lambda: _trigger(instance, task, slot, payload))


def fire(instance: Instance, token: int, element: str) -> Effects:
    """A timer the token waits for is due; the caller has decided so."""
    task, slot = _waiting(instance, token, ("timer",), element, None)
    return _step(instance, lambda: _trigger(instance, task, slot, None))


def finish_job(instance: Instance, token: int, result: Mapping[str, Any] | None) -> Effects:
    """The job a service task waits for has its answer."""
    task = instance.token(token)
    if task is None or task._state != READY or not isinstance(task.task_spec, ServiceTask):
        raise _not_waiting(token)
    spec = task.task_spec

    def act() -> None:
        instance.running = task
        spec.finish(task, result)
        _run(instance, task)

    return _step(instance, act)


def fail_job(instance: Instance, token: int, code: str | None, message: str) -> Effects | None:
    """The job a service task waits for has failed for good: throw the BPMN error `code` at the task.

    None, and nothing has happened, when no error boundary event or event sub-process of the diagram catches it: the
    task then still waits, and somebody has to look after the job. `code` None is caught by those that catch all.
    """
    task = instance.token(token)
    if task is None or task._state != READY or not isinstance(task.task_spec, ServiceTask):
        raise _not_waiting(token)
    caught = False

    def act() -> None:
        nonlocal caught
        instance.running = task
        caught = climb(task, Error(message, code))

    effects = _step(instance, act)
    return effects if caught else None


def cancel(instance: Instance) -> Effects:
    """End the instance and everything it waits for."""
    return _step(instance, instance.cancel)


def amend(instance: Instance, values: Mapping[str, Any]) -> Effects:
    """Set variables from outside, as an admin does; conditions that wait are asked again."""

    def act() -> None:
        instance.variables.update(values)
        instance.poll()

    return _step(instance, act)


def reschedule(instance: Instance, token: int, element: str, due: datetime | None = None) -> Effects:
    """Move a timer that waits: to `due`, or to what its expression yields now (a calendar or a variable has changed).

    The old wait is in the effects' `closed`, the new one in `opened`.
    """
    task, slot = _waiting(instance, token, ("timer",), element, None)
    part = task.task_spec.parts[slot]
    assert isinstance(part, Timer)

    def act() -> None:
        instance.running = task
        instance.close(task, slot)
        before = task.internal_data["open"][slot]
        after = part.begin(task) if due is None else {"due": clock.aware(due).isoformat()}
        task.internal_data["open"][slot] = {**before, "due": after["due"]}
        instance.renew(task, slot)

    return _step(instance, act)


def move_clocks(
    instance: Instance, ends: Mapping[str, datetime | None], values: Mapping[str, Any] | None = None
) -> Effects:
    """Let what hangs on these clocks end with them: timers and open tasks now, and those to come until a clock is
    started anew or stopped. A clock without an end stands still: its timers wait, its tasks are due at no time.

    `values` are variables to set besides, as `amend` does. Timers that moved stand in the effects' `closed` and
    `opened`, tasks in `redated`.
    """
    said = {code: None if due is None else clock.aware(due).isoformat() for code, due in ends.items()}

    def act() -> None:
        instance.ends.update(said)
        for scope in instance.family():
            for token in scope.tasks.values():
                _redate(instance, token, said)
        if values:
            instance.variables.update(values)
            instance.poll()

    return _step(instance, act)


def _redate(instance: Instance, token: Token, ends: Mapping[str, str | None]) -> None:
    """Move what a token waits for, if it hangs on one of the clocks."""
    spec = token.task_spec
    for slot, state in enumerate(token.internal_data.get("open", ())):
        part = spec.parts[slot]
        if state is not None and isinstance(part, Timer) and (moved := part.clocks & ends.keys()):
            instance.close(token, slot)
            token.internal_data["open"][slot] = {**state, "due": ends[min(moved)] or NEVER}
            instance.renew(token, slot)
    asked = spec.extensions.due if token._state == READY and isinstance(spec, Offered) else None
    if asked is not None and (moved := asked.clocks & ends.keys()):
        token.internal_data.setdefault("offer", {})["due"] = ends[min(moved)]
        instance.effects.redated.extend(spec.waits(token))


def clocks_of(instance: Instance, token: int, element: str) -> frozenset[str]:
    """The clocks that a waiting timer follows."""
    task, slot = _waiting(instance, token, ("timer",), element, None)
    part = task.task_spec.parts[slot]
    return part.clocks if isinstance(part, Timer) else frozenset()


def waits(instance: Instance, token: int | None = None) -> dict[Key, Wait]:
    """Everything the instance waits for now, or one of its tokens (beside three tasks in a tenth of the time)."""
    if token is None:
        tokens = [each for scope in instance.family() for each in scope.tasks.values()]
    else:
        tokens = [each for each in (instance.token(token),) if each is not None]
    return {wait.key: wait for each in tokens for wait in each.task_spec.waits(each)}


def variables(instance: Instance) -> dict[str, Any]:
    """The variables of the process as plain JSON."""
    return feel.to_json(feel.convert(dict(instance.variables)))


def standing(instance: Instance) -> dict[str, int]:
    """How many tokens stand on each element, for an overlay on the diagram."""
    found: dict[str, int] = {}
    for scope in instance.family():
        for token in scope.tasks.values():
            path_id = token.task_spec.path_id
            if path_id is not None and not token.task_spec.arms:
                found[path_id] = found.get(path_id, 0) + 1
    return found


# -- inside ---------------------------------------------------------------------------------------------------------
def _step(instance: Instance, act: Callable[[], Any]) -> Effects:
    """Do one thing, run to the standstill, hand out the effects.

    Every failure comes out as a DiagramFault whose details hold the `path` up to it.
    """
    path = instance.effects.path
    try:
        act()
        instance.run()
        return instance.settle()
    except errors.DiagramFault as fault:
        _told(fault, instance, path)
        raise
    except Exception as problem:
        element = instance.running.element if instance.running is not None else None
        what = getattr(problem, "zh", None) or str(problem) or type(problem).__name__
        fault = errors.DiagramFault(
            element, f"“{element}” failed: {type(problem).__name__}: {problem}", zh=f"“{element}”执行出错：{what}"
        )
        raise _told(fault, instance, path) from problem


def _told(fault: errors.DiagramFault, instance: Instance, path: list[list[str]]) -> errors.DiagramFault:
    """The fault with the path up to it, speaking of its element by the name that is drawn."""
    fault.details["path"] = path
    element = instance.program.elements.get(fault.element or "")
    if element is not None and (name := " ".join(element.name.split())):
        fault.call(element.id, name)
    return fault


def _run(instance: Instance, task: Token) -> None:
    instance.running = task
    task.run()


def _trigger(instance: Instance, task: Token, slot: int, payload: Mapping[str, Any] | None) -> None:
    instance.running = task
    task.task_spec.trigger(task, slot, payload)


def _waiting(
    instance: Instance, id: int, kinds: tuple[str, ...], element: str | None, name: str | None
) -> tuple[Token, int]:
    """The token and the part of it that waits for such an event; of several timers the one due first."""
    token = instance.token(id)
    found: list[tuple[Wait, int]] = []
    if token is not None and token._state == WAITING and "open" in token.internal_data:
        for slot, state in enumerate(token.internal_data["open"]):
            wait = token.task_spec.parts[slot].wait(token, state) if state is not None else None
            if wait is None or wait.kind not in kinds:
                continue
            if element in (None, wait.element) and name in (None, wait.name):
                found.append((wait, slot))
    if token is None or not found:
        raise _not_waiting(id)
    return token, min(found, key=lambda pair: (pair[0].due is not None and pair[0].due.timestamp(), pair[1]))[1]


def _not_waiting(token: int) -> errors.Conflict:
    return errors.Conflict(f"token {token} no longer waits for this", zh="流程已不再等待该事件")
