"""Process instances: start, suspend, resume, cancel, look inside."""

from __future__ import annotations

from typing import Any

from engine import bpmn, store
from engine.errors import Conflict
from engine.live import Live
from engine.making import subscription_key, timer_key
from engine.store import Command
from engine.work import Work


def start(
    process: str,
    variables: dict[str, Any],
    *,
    business_key: str | None = None,
    element: str | None = None,
    actor: str,
    key: str | None = None,
) -> dict[str, Any]:
    """Start the newest active version of a process, at a start `element` that need not wait for its event.

    Returns `instance`, its open tasks, and whether it `completed`.

    Raises NotFound (no active version) and DiagramFault (it could not even begin; nothing is stored).
    """

    def run(work: Work) -> dict[str, Any]:
        live = work.start(process, variables, business_key, element)
        work.settle()  # the answer tells where this has led
        return {"instance": live.id, "next": list(live.tasks), "completed": live.status == "completed"}

    body = ["start", process, business_key, variables, *([element] if element else [])]
    answer: dict[str, Any] = store.call(Command(run, actor, key, body))
    return answer


def suspend(instance_id: int, *, actor: str, reason: str = "") -> None:
    """Hold an instance: its tasks cannot be completed, its timers and messages wait until it is resumed."""

    def run(work: Work) -> None:
        live = work.live(instance_id)
        live.status = "suspended"
        _hold(work, live, True)
        work.event(live, "instance.suspended", None, {"reason": reason})

    store.call(Command(run, actor, instance=instance_id))


def resume(instance_id: int, *, actor: str) -> None:
    """Let a suspended instance go on; what became due meanwhile fires now."""

    def run(work: Work) -> None:
        live = work.live(instance_id, running=False)
        if live.status != "suspended":
            raise Conflict(f"instance {instance_id} is {live.status}", zh="该实例未处于挂起状态")
        live.status = "running"
        _hold(work, live, False)
        work.event(live, "instance.resumed", None, {})

    store.call(Command(run, actor, instance=instance_id))


def cancel(instance_id: int, *, actor: str, reason: str) -> None:
    """End an instance for good: tasks, timers and subscriptions go, the history stays."""

    def run(work: Work) -> None:
        live = work.live(instance_id, running=False)
        if live.status not in ("running", "suspended"):
            raise Conflict(f"instance {instance_id} is {live.status}", zh="该实例已经结束")
        effects = bpmn.cancel(live.flow)
        live.status = "cancelled"
        work.apply(live, effects, "instance.cancelled", None, {"reason": reason})

    store.call(Command(run, actor, instance=instance_id))


def variables(instance_id: int, *, actor: str = "system") -> dict[str, Any]:
    """The variables of an instance as JSON, for an admin's eyes."""

    def run(work: Work) -> dict[str, Any]:
        return bpmn.variables(work.live(instance_id, running=False).flow)

    found: dict[str, Any] = store.call(Command(run, actor, instance=instance_id))
    return found


def _hold(work: Work, live: Live, held: bool) -> None:
    """Due timers of a held instance are not looked at, and messages for it are kept instead of delivered."""
    for wait in bpmn.waits(live.flow).values():
        if wait.kind == "timer":
            work.rows.timers.hold(timer_key(live, wait), held)
        elif wait.kind in ("message", "signal"):
            work.rows.subscriptions.hold(subscription_key(live, wait), held)
