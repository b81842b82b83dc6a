"""The benches' view of the engine: `Engine.check`, `run` and `decide`, over the public functions only.

The host below is the smallest world an instance can live in: it completes user tasks and jobs, carries messages and
signals from instance to instance, lets virtual time pass, and stores and restores every instance at every stop.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from engine import bpmn, clock, dmn, errors, gate
from engine.dmn.deciding import load_closure

Files = list[tuple[str, bytes]]
KINDS = {"error": "ErrorEventDefinition", "escalation": "EscalationEventDefinition"}
EPOCH = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


# What the house asks of its own diagrams and BPMN does not.
HOUSE_RULES = {
    "task-role",
    "task-form",
    "service-connector",
    "script-empty",
    "rule-decision",
    "deadlock",
}


class StepLimit(Exception):
    """The diagram has run more elements than the bench allows."""


class Rejected(Exception):
    """The decision cannot be deployed."""


class Engine:
    """`parser` and `xsd` are other engines' switches and mean nothing here."""

    name = "banjie"

    def __init__(self, parser: str = "bpmn", xsd: bool = False) -> None:
        del parser, xsd

    def check(self, files: Files) -> SimpleNamespace:
        """Deploy, or raise. `ids` are the startable processes."""
        programs = load(files)
        found = [f for f in gate.check(dict(files), functions={}, connectors=(), roles=()).findings if _counts(f)]
        if found:
            raise errors.DiagramRefused(found)
        return SimpleNamespace(ids=list(programs), all_ids=list(programs), specs=programs)

    def run(
        self,
        files: Files,
        starts: list[tuple[str, dict[str, Any]]],
        fill: Any = None,
        manual: str = "complete",
        drive: bool = False,
        seconds: float = 0,
        max_steps: int = 3000,
        persist: bool = False,
        hooks: Any = None,
    ) -> dict[str, Any]:
        """Run instances to the end, or as far as they come; see the benches for the meaning of the options."""
        with clock.virtual(EPOCH) as now:
            return Host(load(files), now, fill, manual, drive, max_steps).execute(starts, seconds)

    def decide(self, files: Files, name: str, data: dict[str, Any], service: str | None = None) -> Any:
        """The value of a decision (or decision service) of the first file."""
        try:
            load_closure(tuple(files))
        except Exception as problem:
            raise Rejected(str(problem)) from problem
        return dmn.decide_files(files, name, data, service)


def _counts(finding: errors.Finding) -> bool:
    return finding.severity == "error" and finding.rule not in HOUSE_RULES


def load(files: Files) -> dict[str, bpmn.Program]:
    """The bundle as the product loads it."""
    return bpmn.load(dict(files), functions={}, decide=None, form_keys={}, languages=bpmn.LANGUAGES)


class Host:
    """One run: its instances, its virtual clock and what has been seen."""

    def __init__(
        self, programs: dict[str, bpmn.Program], now: clock.Virtual, fill: Any, manual: str, drive: bool, max_steps: int
    ) -> None:
        self.programs, self.now, self.fill, self.manual, self.drive = programs, now, fill, manual, drive
        self.max_steps = max_steps
        self.instances: list[bpmn.Instance] = []
        self.history: list[list[Any]] = []
        self.uncaught: list[list[Any]] = []
        self.given: set[Any] = set()
        self.mail: list[tuple[int, str, bpmn.Thrown]] = []
        self.steps = 0

    def execute(self, starts: list[tuple[str, dict[str, Any]]], seconds: float) -> dict[str, Any]:
        status, detail = None, None
        try:
            for key, data in starts:
                self.start(key, data)
                self.pump()
            self.let_time_pass(int(seconds))
        except StepLimit as problem:
            status, detail = "limit", str(problem)
        except errors.DiagramFault as problem:
            self.remember(len(self.instances), problem.details.get("path", []))
            status, detail = "error", str(problem)
        waiting = [] if status else self.waiting()
        if status is None:
            over = all(instance.completed for instance in self.instances)
            status = "completed" if over else "waiting" if waiting or self.manual != "complete" else "stuck"
        data = bpmn.variables(self.instances[0]) if self.instances else {}
        return {
            "status": status,
            "detail": detail,
            "history": self.history,
            "uncaught": self.uncaught,
            "waiting": sorted(waiting),
            "steps": self.steps,
            "persist_errors": [],
            "data": {key: repr(value)[:80] for key, value in data.items()},
        }

    # -- the world ------------------------------------------------------------------------------------------------
    def let_time_pass(self, ticks: int) -> None:
        drives = 0
        while not all(instance.completed for instance in self.instances):
            if self.drive and drives < 200:
                drives += 1
                if self.drive_once():
                    self.pump()
                    continue
                if drives > 40:
                    break
                self.advance(timedelta(days=1 if drives < 10 else 40))
                if not self.pump() and not self.waiting():
                    break
            elif ticks > 0:
                ticks -= 1
                self.advance(timedelta(seconds=1.001))
                self.pump()
            else:
                break

    def advance(self, step: timedelta) -> None:
        """Move the clock and fire what is due, in the order of due times."""
        self.now.move_to(self.now.at + step)
        while True:
            due = [
                (wait.due, index, wait)
                for index, instance in enumerate(self.instances)
                for wait in bpmn.waits(instance).values()
                if wait.kind == "timer" and wait.due is not None and wait.due <= self.now.at
            ]
            if not due:
                return
            _, index, wait = min(due, key=lambda entry: entry[:2])
            self.step(index, bpmn.fire(self.instances[index], wait.token, wait.element))
            self.pump()

    def pump(self) -> bool:
        """Everything that can move without time or outside events; whether anything has."""
        before = self.steps
        moving = True
        while moving:
            moving = self.carry_mail()
            for index in range(len(self.instances)):
                for wait in list(bpmn.waits(self.instances[index]).values()):
                    if wait.key in bpmn.waits(self.instances[index]) and self.handle(index, wait):
                        moving = True
        return self.steps > before

    def handle(self, index: int, wait: bpmn.Wait) -> bool:
        instance = self.instances[index]
        if wait.kind == "job":
            self.step(index, bpmn.finish_job(instance, wait.token, None))
        elif wait.kind == "task" and self.manual == "complete":
            self.step(index, bpmn.complete(instance, wait.token, self.fill(wait.element) if self.fill else {}))
        else:
            return False
        return True

    def drive_once(self) -> bool:
        """Hand one awaited message or signal in; what goes on listening gets it once."""
        for index, instance in enumerate(self.instances):
            for wait in bpmn.waits(instance).values():
                if wait.kind in ("message", "signal") and (index, wait.key) not in self.given:
                    self.hand(index, wait, {})
                    if wait.key in bpmn.waits(self.instances[index]):
                        self.given.add((index, wait.key))
                    return True
        return False

    def hand(self, index: int, wait: bpmn.Wait, payload: dict[str, Any]) -> None:
        effects = bpmn.deliver(self.instances[index], wait.token, payload, wait.element, wait.name)
        self.step(index, effects)

    def carry_mail(self) -> bool:
        """Carry thrown messages and signals to those who wait, or start the processes they start."""
        mail, self.mail = self.mail, []
        for sender, kind, thrown in mail:
            heard = False
            for index, instance in enumerate(self.instances):
                if kind == "signal" and index == sender:
                    continue  # heard inside the instance already
                for wait in bpmn.waits(instance).values():
                    if (wait.kind, wait.name) == (kind, thrown.name) and wait.correlation == thrown.correlation:
                        self.hand(index, wait, thrown.payload)
                        heard = True
                        break
                if heard and kind == "message":
                    break
            if not (heard and kind == "message"):
                heard = self.start_by(kind, thrown) or heard
            if not heard:
                self.uncaught.append([kind.capitalize() + "EventDefinition", thrown.name, None])
        return bool(mail)

    def start_by(self, kind: str, thrown: bpmn.Thrown) -> bool:
        running = {instance.program.key for instance in self.instances}
        started = False
        for key, program in self.programs.items():
            for start in program.starts:
                if key not in running and (start.kind, start.name) == (kind, thrown.name):
                    self.start(key, thrown.payload, start.element)
                    started = True
        return started

    # -- instances ------------------------------------------------------------------------------------------------
    def start(self, key: str, data: dict[str, Any] | None, element: str | None = None) -> None:
        instance, effects = bpmn.start(self.programs[key], data or {}, element=element)
        self.instances.append(instance)
        self.step(len(self.instances) - 1, effects)

    def step(self, index: int, effects: bpmn.Effects) -> None:
        """Take the effects in, and store and restore the instance."""
        self.remember(index, effects.path)
        self.uncaught += [[KINDS[u.kind], u.name, u.code] for u in effects.uncaught]
        self.mail += [(index, "message", thrown) for thrown in effects.messages]
        self.mail += [(index, "signal", thrown) for thrown in effects.signals]
        instance = self.instances[index]
        self.instances[index] = bpmn.decode(instance.program, bpmn.encode(instance))

    def remember(self, index: int, path: list[list[str]]) -> None:
        for element, what in path:
            if what == "left":
                self.steps += 1
                self.history.append([index, "", element])
        if self.steps > self.max_steps:
            raise StepLimit(f"StepLimit {self.max_steps}")

    def waiting(self) -> list[str]:
        return [
            f"{wait.kind}/{wait.element}"
            for instance in self.instances
            if not instance.completed
            for wait in bpmn.waits(instance).values()
        ]
