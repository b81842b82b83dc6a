"""A small world in which every kind of command has something to do, and the commands.

Time stands still and ids leave no gaps, so that the same command always leaves the same rows, hashes and all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select

from engine import clock, definitions, ids, incidents, instances, jobs, messages, registry, scheduler, tasks, timers
from engine.db import db
from engine.errors import DiagramFault
from engine.hotline import orders
from engine.models import Incident, ProcessDefinition, ProcessInstance, UserTask
from tests.engine import kit

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday, 8 o'clock in Shanghai
NOON = BEGIN + timedelta(hours=4)
ready = True  # what the connector and the forks of the drill need


@registry.function("drill_ready", (), "演练", "Drill")
def _is_ready() -> bool:
    return ready


@registry.connector("drill_points", "演练", "Drill")
def _call(_payload: dict[str, Any], job_id: int) -> dict[str, Any]:
    if not ready:
        raise OSError("not ready")
    return {"said": job_id}


@dataclass(frozen=True, slots=True)
class Command:
    """A kind of command. `run` says what its caller is told; asked again it says the same, or raises `refused`."""

    name: str
    run: Callable[[], Any]
    at: datetime = NOON
    ready: bool = True
    refused: str = ""  # the error that tells a caller who asks again that it is done
    again: Callable[[], Any] | None = None  # who asks again, if not the caller: that nothing happened is right, too
    swept: bool = False  # leaves something to the worker's sweeps when it is killed


def make(hand: clock.Virtual) -> None:
    """Fill an empty database. Needs an app context and virtual time at BEGIN."""
    global ready
    ids.BLOCK = ids.GROWTH = 1
    jobs.LEASE = timedelta()
    orders.GRACE = timedelta(seconds=-1)
    _deploy("first")
    for case in ("fresh", "claimed", "held", "due", "failing", "failed", "asked"):
        _start(case)
    tasks.claim(_task("claimed"), actor="ann")
    instances.suspend(_instance("held"), actor="ann")
    tasks.save_draft(_task("fresh"), "ann", {"note": "half"})
    ready = False
    _start("stuck task", "fork_task")
    _start("task to be stuck", "fork_task")
    with suppress(DiagramFault):
        tasks.complete(_task("stuck task"), {"note": "n"}, actor="ann")
    _start("stuck timer", "fork_timer")
    _start("stuck message", "fork_message")
    messages.send("forked", "stuck message", {}, actor="ann")
    messages.send("begun", "stuck start", {}, actor="ann")
    tasks.complete(_task("failed"), {"note": "n"}, actor="ann")
    _pass(hand, jobs.ATTEMPTS)
    tasks.complete(_task("failing"), {"note": "n"}, actor="ann")
    _pass(hand, jobs.ATTEMPTS - 1)
    ready = True
    tasks.complete(_task("asked"), {"note": "n"}, actor="ann")
    _pass(hand, 1)
    tasks.complete(_task("due"), {"note": "n"}, actor="ann")
    messages.send("noted", "later", {"note": "kept"}, actor="ann")
    _start("listening", "listener")
    _start("missed", "listener")
    instances.suspend(_instance("missed"), actor="ann")
    messages.send("noted", "missed", {"note": "kept"}, actor="ann")
    instances.resume(_instance("missed"), actor="ann")


def commands() -> list[Command]:
    """Every kind of command."""

    def retry(kind: str) -> Command:
        return Command(f"retry a {kind}", lambda: incidents.retry(_incident(kind), actor="ann"), refused="Conflict")

    return [
        Command("start", lambda: _start("new", key="k")),
        Command("start that takes a kept message", lambda: _start("later", "listener", key="k")),
        Command("timers, and a start by the clock", _fire, NOON + timedelta(hours=24)),
        Command("timer that fails", _fire, NOON + timedelta(hours=24), ready=False),
        Command("claim", lambda: tasks.claim(_task("fresh"), actor="ann")),
        Command("release", lambda: tasks.release(_task("claimed"), actor="ann")),
        Command("delegate", lambda: tasks.delegate(_task("claimed"), "bob", actor="ann")),
        Command("complete", lambda: _complete("fresh")),
        Command("complete into a fault", lambda: _complete("task to be stuck"), ready=False),
        Command("save a draft", lambda: tasks.save_draft(_task("claimed"), "ann", {"note": "half"})),
        Command("drop a draft", lambda: tasks.drop_draft(_task("fresh"), "ann")),
        Command("jobs", _work),
        Command("jobs that fail", _work, ready=False),
        Command("message to one who waits", lambda: _send("noted", "listening")),
        Command("message that starts", lambda: _send("asked", "new")),
        Command("message into a fault", lambda: _send("begun", "new"), ready=False),
        Command("message that is kept", lambda: _send("noted", "nobody")),
        Command("message that was missed", _match),
        Command("messages that expire", _expire, NOON + timedelta(days=40)),
        Command("signal", lambda: messages.signal("go", {"how": "fast"}, actor="ann", key="k")),
        Command("suspend", lambda: instances.suspend(_instance("fresh"), actor="ann"), refused="NotRunning"),
        Command("resume", lambda: instances.resume(_instance("held"), actor="ann"), refused="Conflict"),
        Command("cancel", lambda: instances.cancel(_instance("fresh"), actor="ann", reason="r"), refused="Conflict"),
        *(retry(kind) for kind in ("task", "timer", "message", "start", "job")),
        Command("resolve", lambda: incidents.resolve(_incident("job"), actor="ann", note="n"), refused="Conflict"),
        Command("deploy", lambda: _deploy("second")),
        Command("retire", lambda: definitions.retire(_definition(), actor="ann"), refused="Conflict"),
        Command("order", _register, swept=True),
        Command("order nobody asks for again", _register, again=sweep, swept=True),
    ]


# -- how the commands are given; what is told must not hold what a second look tells otherwise, such as a count


def _start(case: str, process: str = "case", key: str | None = None) -> Any:
    return instances.start(process, {"nr": case}, business_key=case, actor="ann", key=key)


def _complete(case: str) -> Any:
    return tasks.complete(_task(case), {"note": "n"}, actor="ann", key="k")


def _send(name: str, case: str) -> Any:
    return messages.send(name, case, {"note": "n", "nr": case}, actor="ann", key="k")


def _fire() -> None:
    timers.fire_due()


def _work() -> None:
    jobs.run_due()


def _match() -> None:
    messages.match_kept()


def _expire() -> None:
    messages.drop_expired()


def sweep() -> None:
    """What the worker does now and then, but for the kept message, which is another command's."""
    for heal in scheduler.sweeps:
        if heal is not messages.match_kept:
            heal()


def _register() -> str:
    order = {"ext_no": "e-1", "subject": "演练工单", "content": "演练", "received_at": "2026-01-05T08:00:00+08:00"}
    return orders.register(order, source="12345", actor="ann").order_no


def _pass(hand: clock.Virtual, rounds: int) -> None:
    """Let time pass and do what falls due, so many times."""
    for _ in range(rounds):
        hand.move_to(hand.at + timedelta(minutes=3))
        timers.fire_due()
        jobs.run_due()


# -- what is there


def _instance(case: str) -> int:
    return db.session.scalars(select(ProcessInstance.id).where(ProcessInstance.business_key == case)).one()


def _task(case: str) -> int:
    query = select(UserTask.id).join(UserTask.instance).where(ProcessInstance.business_key == case)
    return db.session.scalars(query.where(UserTask.element == "a")).one()


def _incident(kind: str) -> int:
    return db.session.scalars(select(Incident.id).where(Incident.kind == kind).order_by(Incident.id).limit(1)).one()


def _definition() -> int:
    return db.session.scalars(select(ProcessDefinition.id).where(ProcessDefinition.key == "nightly")).one()


# -- the diagrams


def _deploy(name: str) -> None:
    number = 'banjie:correlation="nr"'
    told = '<banjie:input name="nr" value="nr"/>'
    call = '<bpmn:serviceTask id="sync" name="sync" banjie:connector="drill_points" banjie:result="said"/>'
    case = kit.process(
        "case",
        kit.start(),
        kit.user("a").replace('name="a"', f'name="{name}"'),
        kit.boundary("remind", "a", kit.timer("PT10H"), interrupts=False),
        call,
        kit.throw("ask", kit.message("asked"), number, told),
        kit.catch("hear", kit.message("answered"), number),
        kit.user("b"),
        kit.end(),
        kit.end("reminded"),
        kit.line("s", "a", "sync", "ask", "hear", "b", "e") + kit.line("remind", "reminded"),
    )
    echo = kit.process(
        "echo",
        kit.start("s", kit.message("asked")),
        kit.catch("wait", kit.signal("go")),
        kit.throw("tell", kit.message("answered"), number, told),
        kit.end(),
        kit.line("s", "wait", "tell", "e"),
    )
    noted = kit.catch("note", kit.message("noted"), number)
    listener = kit.process("listener", kit.start(), noted, kit.user("b"), kit.end(), kit.line("s", "note", "b", "e"))
    daily = kit.timer("R/2026-01-06T09:00:00+08:00/P1D", "timeCycle")
    nightly = kit.process("nightly", kit.start("s", daily), kit.user("n"), kit.end(), kit.line("s", "n", "e"))
    received = kit.start("s", kit.message("order.received"))
    intake = kit.process("intake", received, kit.user("i"), kit.end(), kit.line("s", "i", "e"))
    forks = (
        _fork("task", kit.user("a")),
        _fork("timer", kit.catch("a", kit.timer("PT1M"))),
        _fork("message", kit.catch("a", kit.message("forked"), number)),
        _fork("start", kit.script("a", "{at: now()}"), kit.message("begun")),
    )
    messages = ("asked", "answered", "noted", "forked", "begun", "order.received")
    files = {  # each in a file of its own: ids are used once in a file
        f"{order}.bpmn": kit.diagram(drawn, messages=messages, signals=("go",))
        for order, drawn in enumerate((case, echo, listener, nightly, intake, *forks))
    }
    definitions.deploy(files | {"forms/test/note.json": orjson.dumps(kit.FORM)}, author="ann")


def _fork(kind: str, node: str, begun: str = "") -> str:
    """A process that, after this node, cannot go on while the drill is not ready."""
    fork = '<bpmn:exclusiveGateway id="g" name="好了吗"/>'
    ways = kit.flow("g", "b", "drill_ready() = true") + kit.flow("g", "e", 'nr = "nobody"')
    rest = (kit.user("b"), kit.end(), kit.line("s", "a", "g"), kit.line("b", "e"))
    return kit.process(f"fork_{kind}", kit.start("s", begun), node, fork, ways, *rest)
