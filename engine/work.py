"""One command at work: it moves instances in memory and stages the rows that say so.

A `Work` either ends whole, and its rows join the batch, or is undone, and nothing of it remains. What a step throws
to other instances is delivered in works of its own inside the same command: a fault over there is an incident over
there, not an error here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine import bpmn, clock, correlation, history, making, models, text
from engine.errors import DiagramFault, NotFound, NotRunning
from engine.ids import Ids
from engine.live import Cache, Live, OpenTask
from engine.registry import Change, Move
from engine.rows import Rows

MAX_CASCADE = 500  # messages one command may set off; more is two diagrams playing ball with each other
AT_ONCE = 50  # timers one command may fire; a loop of timers without a pause then goes on at the worker's pace

IDS = ("instance", "task", "job", "message", "incident")


class Shared:
    """What all works of a door share."""

    def __init__(self, cache: Cache, message_days: int) -> None:
        self.cache, self.message_days = cache, message_days
        self.ids = {name: Ids(name) for name in IDS}
        self.names = correlation.Names()
        self.starts: dict[tuple[str, str], list[tuple[int, str]]] = {}  # within one transaction

    def look_again(self) -> None:
        """A new transaction may see what others have deployed."""
        self.starts.clear()
        self.names.forget()
        self.cache.programs.look_again()


class Work:
    """A command's view of the engine. `before` are the rows staged earlier in the same transaction."""

    def __init__(self, shared: Shared, connection: Connection, actor: str, before: list[Rows]) -> None:
        self.shared, self.connection, self.actor, self.before = shared, connection, actor, before
        self.now: datetime = clock.now()
        self.rows = Rows()
        self.changes: list[Change] = []
        self.marks: dict[int, tuple[Live, Any]] = {}
        self.thrown: deque[tuple[str, bpmn.Thrown, int | None]] = deque()  # message or signal, and who threw it
        self.due: list[tuple[datetime, int, int, str]] = []  # timers armed too late: due, instance, token, element

    @property
    def staged(self) -> list[Rows]:
        """What this transaction will write, in order."""
        return [*self.before, self.rows]

    def id(self, kind: str) -> int:
        return self.shared.ids[kind].take(self.connection)

    # -- instances

    def live(self, number: int, *, running: bool = True) -> Live:
        """The instance, ready to be moved. Raises NotFound, and NotRunning unless `running` is False."""
        return self._touch(self.shared.cache.one(self.connection, number), running)

    def of_task(self, task: int) -> Live:
        """The instance a task belongs to, running or not. Raises NotFound."""
        number = self.shared.cache.tasks.get(task)
        if number is None:
            table = models.UserTask.__table__
            number = self.connection.scalar(select(table.c.instance_id).where(table.c.id == task))
        if number is None:
            raise NotFound(f"no task {task}", zh=f"没有任务 {task}")
        return self.live(number, running=False)

    def _touch(self, live: Live, running: bool) -> Live:
        if running and live.status != "running":
            raise NotRunning(f"instance {live.id} is {live.status}")
        if live.id not in self.marks:
            self.marks[live.id] = live, live.mark()
        return live

    def start(
        self, key_or_id: str | int, variables: dict[str, Any], business_key: str | None, element: str | None = None
    ) -> Live:
        """Start an instance of the newest active version of a process, or of the definition with this id."""
        programs = self.shared.cache.programs
        definition = (
            programs.newest(self.connection, key_or_id)
            if isinstance(key_or_id, str)
            else programs.get(self.connection, key_or_id)
        )
        flow, effects = bpmn.start(definition.program, variables, element=element)
        live = Live(self.id("instance"), definition, business_key)
        self.marks[live.id] = live, None
        live.flow = flow
        self.shared.cache.put(live)  # first: an incident of this very step looks its instance up
        self.apply(live, effects, "instance.started", element, variables)
        return live

    def apply(
        self,
        live: Live,
        effects: bpmn.Effects,
        kind: str,
        element: str | None,
        values: dict[str, Any],
        why: dict[str, Any] | None = None,
    ) -> None:
        """Turn what a step of the workflow did into rows, its event, and what other instances must hear of it."""
        for wait in effects.closed:
            self._close(live, wait)
        for wait in effects.opened:
            self._open(live, wait)
        for wait in effects.redated:
            task = live.task_of(wait.token)
            if task is not None:
                self.rows.tasks.change(task.id, due=wait.due)
        for job in effects.jobs:
            self._job(live, None, job.element, job.connector, job.payload)
        if effects.completed:
            live.status, live.outcome = "completed", effects.outcome
        live.blob = bpmn.encode(live.flow)
        said: dict[str, Any] = {"values": values, "path": effects.path, "decisions": effects.decisions, **(why or {})}
        if effects.uncaught:
            said["uncaught"] = [{"kind": u.kind, "name": u.name, "element": u.element} for u in effects.uncaught]
        clocks = tuple((m.code, m.action, m.element) for m in effects.clocks)
        if clocks:
            said["clocks"] = clocks
        self.event(live, kind, element, {k: v for k, v in said.items() if v}, values=values, clocks=clocks)
        self.thrown.extend(("message", t, live.id) for t in effects.messages)
        self.thrown.extend(("signal", t, live.id) for t in effects.signals)
        if effects.stuck:
            self._note_stuck(live)

    def move_clocks(self, move: Move) -> None:
        """Let what hangs on clocks go along with them, if the instance has not ended."""
        live = self.live(move.instance_id, running=False)
        if live.status not in ("running", "suspended"):
            return
        effects = bpmn.move_clocks(live.flow, move.ends, move.values)
        self.apply(live, effects, "clock.moved", None, dict(move.values), dict(move.said))
        if live.status == "suspended":
            for wait in effects.opened:
                self.rows.timers.hold(making.timer_key(live, wait), True)

    def event(
        self,
        live: Live,
        kind: str,
        element: str | None,
        said: dict[str, Any],
        *,
        values: dict[str, Any] | None = None,
        clocks: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        """Add to the instance's chain and stage its row as it stands now."""
        live.seq += 1
        row = {
            "instance_id": live.id,
            "seq": live.seq,
            "at": self.now,
            "actor": self.actor,
            "kind": kind,
            "element": element,
            "payload": text.dumps(said),
        }
        row["prev_hash"] = live.head
        row["hash"] = live.head = history.digest(live.head, row)
        self.rows.events.append(row)
        self.rows.save(making.instance(live, self.now), live.ver)
        self.changes.append(
            Change(
                live.id, live.definition.key, live.business_key, live.seq, self.now, self.actor, kind, element,
                values or {}, live.status, live.outcome, clocks,
            )
        )  # fmt: skip

    # -- waits

    def _open(self, live: Live, wait: bpmn.Wait) -> None:
        if wait.kind == "task":
            self._open_task(live, wait)
        elif wait.kind == "job":
            self._job(live, wait.token, wait.element, wait.connector or "", wait.payload or {})
        elif wait.kind == "timer":
            row = making.timer(live, wait)
            self.rows.timers.open(row)
            if row["due"] <= self.now:
                self.due.append((row["due"], live.id, wait.token, wait.element))
        else:
            self.rows.subscriptions.open(making.subscription(live, wait))
            if wait.kind == "message":
                self._take_kept(wait.name or "", wait.correlation)

    def _open_task(self, live: Live, wait: bpmn.Wait) -> None:
        row = making.task(self.id("task"), live, wait, self.now)
        self.rows.tasks.add(row)
        live.tasks[row["id"]] = OpenTask(row["id"], wait.token, wait.element, row["status"], row["assignee"])
        self.shared.cache.tasks[row["id"]] = live.id

    def _close(self, live: Live, wait: bpmn.Wait) -> None:
        if wait.kind == "task":
            task = live.task_of(wait.token)
            if task is not None:
                self.end_task(live, task, "cancelled")
        elif wait.kind == "timer":
            self.rows.timers.close(making.timer_key(live, wait))
        elif wait.kind in ("message", "signal"):
            self.rows.subscriptions.close(making.subscription_key(live, wait))

    def ended(self, task: int) -> tuple[str | None, datetime | None]:
        """Who ended a task, and when: in this very batch, or before it."""
        for rows in reversed(self.staged):
            said = rows.tasks.changed.get(task) or rows.tasks.new.get(task)
            if said and said.get("ended"):
                return said["ended_by"], said["ended"]
        table = models.UserTask.__table__
        row = self.connection.execute(select(table.c.ended_by, table.c.ended).where(table.c.id == task)).first()
        return (row.ended_by, row.ended) if row else (None, None)

    def end_task(self, live: Live, task: OpenTask, status: str) -> None:
        """The task is over: completed by the actor, or cancelled by the flow."""
        live.tasks.pop(task.id, None)
        self.shared.cache.tasks.pop(task.id, None)
        by = self.actor if status == "completed" else None
        self.rows.tasks.change(task.id, status=status, ended=self.now, ended_by=by, assignee=task.assignee or by)

    def _job(self, live: Live, token: int | None, element: str, connector: str, payload: dict[str, Any]) -> None:
        self.rows.jobs.add(making.job(self.id("job"), live, token, element, connector, payload, self.now))

    # -- what follows within the same transaction

    def settle(self) -> None:
        """Hand on what the steps have thrown, then fire the timers that were due the moment they were armed.

        Each timer is what it is with the worker: a step of its own, by "timer", whose fault becomes an incident. That
        spares the row in the table and the worker's round (the gateways' case: 1.3 times the steps).
        """
        self._deliver()
        for _ in range(AT_ONCE):
            if not self.due:
                return
            first = min(self.due)
            self.due.remove(first)
            self._fire_at_once(*first)
        self.due.clear()

    def _fire_at_once(self, due: datetime, number: int, token: int, element: str) -> None:
        def step(work: Work) -> None:
            if work.fire(number, token, element, due):
                work._deliver()

        retry = {"token": token, "element": element}
        if not self.inside(step, instance=number, element=element, kind="timer", retry=retry, actor="timer"):
            self.rows.timers.hold((number, token, element), True)

    def fire(self, number: int, token: int, element: str, due: datetime) -> bool:
        """Fire a timer that fell due. False, and nothing happens, if its token waits no longer, or for later."""
        live = self.live(number, running=False)
        if live.status != "running" or not any(
            w.kind == "timer" and w.element == element and w.due is not None and w.due <= self.now
            for w in bpmn.waits(live.flow, token).values()
        ):
            return False
        effects = bpmn.fire(live.flow, token, element)
        self.apply(live, effects, "timer.fired", element, {"due": due.isoformat()})
        return True

    def _deliver(self) -> None:
        """Hand on what the steps have thrown, until nothing is on its way any more."""
        for _ in range(MAX_CASCADE):
            if not self.thrown:
                return
            kind, thrown, thrower = self.thrown.popleft()
            if kind == "message":
                self.message(thrown.name, thrown.correlation, thrown.payload)
            else:
                self.signal(thrown.name, thrown.payload, thrower)
        raise DiagramFault(
            None,
            f"one step set off more than {MAX_CASCADE} messages",
            zh=f"一步之内引发的消息超过 {MAX_CASCADE} 条",
        )

    def message(self, name: str, key: str | None, payload: dict[str, Any]) -> dict[str, Any]:
        """Give a message to the one that has waited longest, else start a process with it, else keep it."""
        answer: dict[str, Any] = {"delivered": [], "started": [], "kept": False}
        for number, token, element in correlation.subscribers(
            self.connection, self.staged, self.shared.names, "message", name, key
        )[:1]:
            self._hand(number, token, element, "message", name, payload)
            answer["delivered"].append(number)
            return answer
        for definition, element in self._starts("message", name):
            started = self._start_by(definition, element, payload, key)
            answer["started"] += started
            return answer
        number = self.id("message")
        self.rows.messages[number] = making.message(number, name, key, payload, self.now, self.shared.message_days)
        return answer | {"kept": True}

    def signal(self, name: str, payload: dict[str, Any], thrower: int | None = None) -> dict[str, Any]:
        """Give a signal to everyone that waits for it, and start every process that begins with it.

        The instance that threw it has heard it already, inside its own step.
        """
        answer: dict[str, Any] = {"delivered": [], "started": [], "kept": False}
        for number, token, element in correlation.subscribers(
            self.connection, self.staged, self.shared.names, "signal", name, None
        ):
            if number != thrower:
                self._hand(number, token, element, "signal", name, payload)
                answer["delivered"].append(number)
        for definition, element in self._starts("signal", name):
            answer["started"] += self._start_by(definition, element, payload, None)
        return answer

    def _hand(self, number: int, token: int, element: str, kind: str, name: str, payload: dict[str, Any]) -> None:
        retry = {"token": token, "element": element, "name": name, "payload": payload}

        def step(work: Work) -> None:
            work.shared.cache.load(work.connection, {number})  # who waits was read from the database: so must be how
            live = work.live(number)
            effects = bpmn.deliver(live.flow, token, payload, element, name)
            work.apply(live, effects, f"{kind}.delivered", element, payload)

        self.inside(step, instance=number, element=element, kind="message", retry=retry)

    def _start_by(self, definition: int, element: str, payload: dict[str, Any], key: str | None) -> list[int]:
        started: list[int] = []

        def step(work: Work) -> None:
            started.append(work.start(definition, payload, key, element).id)

        retry = {"definition": definition, "element": element, "payload": payload, "business_key": key}
        self.inside(step, definition=definition, element=element, kind="start", retry=retry)
        return started

    def inside(
        self,
        step: Callable[[Work], None],
        *,
        kind: str,
        retry: dict[str, Any],
        instance: int | None = None,
        definition: int | None = None,
        element: str | None = None,
        actor: str | None = None,
    ) -> bool:
        """Run a step as a work of its own; its fault is undone and becomes an incident. True when it went well."""
        inner = Work(self.shared, self.connection, actor or self.actor, self.staged)
        try:
            step(inner)
        except DiagramFault as fault:
            inner.undo()
            self.incident(fault, kind=kind, retry=retry, instance=instance, definition=definition, element=element)
            return False
        self._take_over(inner)
        return True

    def _take_over(self, inner: Work) -> None:
        self.rows.merge(inner.rows)
        self.changes += inner.changes
        self.thrown.extend(inner.thrown)
        self.due += inner.due
        for number, mark in inner.marks.items():
            self.marks.setdefault(number, mark)

    def _starts(self, kind: str, name: str) -> list[tuple[int, str]]:
        """The newest active definitions that begin with this message or signal."""
        known = self.shared.starts.get((kind, name))
        if known is None:
            programs = self.shared.cache.programs
            found = correlation.starts(self.connection, kind, name)
            known = [start for key, start in found.items() if programs.newest(self.connection, key).id == start[0]]
            self.shared.starts[kind, name] = known
        return known

    def _take_kept(self, name: str, key: str | None) -> None:
        """A new subscription gets the oldest message that was kept for it."""
        found = correlation.kept(self.connection, self.staged, self.shared.names, name, key, self.now)
        if found is None:
            return
        number, message = found
        if self.rows.messages.pop(number, None) is None:
            self.rows.messages_taken.add(number)
        payload = orjson.loads(message["payload"])
        self.thrown.append(("message", bpmn.Thrown(name, message["correlation"], payload, ""), None))

    def _note_stuck(self, live: Live) -> None:
        fault = DiagramFault(None, "the instance has not ended but waits for nothing", zh="流程未结束，却没有任何等待")
        self.incident(fault, kind="stuck", instance=live.id, retry={})

    # -- incidents

    def incident(
        self,
        fault: DiagramFault,
        *,
        kind: str,
        retry: dict[str, Any],
        instance: int | None = None,
        definition: int | None = None,
        element: str | None = None,
    ) -> int:
        """Open an incident; the instance notes it in its history and keeps everything else as it was.

        A person who tries the same task again meets the same fault: that is one incident, with what was tried last.
        """
        element = fault.element or element
        known = self._known_incident(instance, element) if kind == "task" else None
        if known is not None:
            self.rows.incidents.change(known, message=str(fault), message_zh=fault.zh, retry=text.dumps(retry))
            return known
        number = self.id("incident")
        self.rows.incidents.add(
            making.incident(
                number,
                fault,
                kind=kind,
                retry=retry,
                instance=instance,
                definition=definition,
                element=element,
                now=self.now,
            )
        )
        if instance is not None:
            live = self.live(instance, running=False)
            self.event(live, "incident.opened", element, {"incident": number, "message": str(fault), "zh": fault.zh})
        return number

    def _known_incident(self, instance: int | None, element: str | None) -> int | None:
        table = models.Incident.__table__
        same = (table.c.instance_id == instance) & (table.c.element == element)
        found = select(table.c.id).where(same, table.c.kind == "task", table.c.status == "open").limit(1)
        return self.connection.scalar(found)

    # -- the end

    def undo(self) -> None:
        """Take every instance back to where it was before this work."""
        for number, (live, mark) in self.marks.items():
            if mark is None:
                self.shared.cache.drop(number)
            else:
                live.back_to(mark)

    def touched(self) -> Iterator[Live]:
        return (live for live, _mark in self.marks.values())
