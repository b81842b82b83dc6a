"""Every read-only question a page asks of the engine. A page never loads a workflow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from engine import bpmn, clock, store, xml
from engine.db import db
from engine.errors import NotFound
from engine.models import (
    Event,
    Incident,
    Job,
    ProcessDefinition,
    ProcessInstance,
    Resource,
    StartSubscription,
    StartTimer,
    Subscription,
    Timer,
    UserTask,
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process with its instances counted by status."""

    definition: ProcessDefinition
    counts: dict[str, int]

    @property
    def running(self) -> int:
        return self.counts.get("running", 0) + self.counts.get("suspended", 0)

    @property
    def ended(self) -> int:
        return self.counts.get("completed", 0) + self.counts.get("cancelled", 0)


def definitions(key: str | None = None) -> list[Version]:
    """All versions, or those of one process, newest first within a process."""
    query = select(ProcessDefinition).options(joinedload(ProcessDefinition.deployment))
    if key is not None:
        query = query.where(ProcessDefinition.key == key)
    found = list(db.session.scalars(query.order_by(ProcessDefinition.key, ProcessDefinition.version.desc())))
    counts: dict[int, dict[str, int]] = {}
    counted = select(ProcessInstance.definition_id, ProcessInstance.status, func.count()).group_by(
        ProcessInstance.definition_id, ProcessInstance.status
    )
    for definition_id, status, count in db.session.execute(counted):
        counts.setdefault(definition_id, {})[status] = count
    return [Version(d, counts.get(d.id, {})) for d in found]


def definition(definition_id: int) -> ProcessDefinition:
    """One version. Raises NotFound."""
    return _get(ProcessDefinition, definition_id, "没有流程定义")


def deployed(deployment_id: int) -> list[ProcessDefinition]:
    """The versions that a deployment brought."""
    query = select(ProcessDefinition).where(ProcessDefinition.deployment_id == deployment_id)
    return list(db.session.scalars(query.order_by(ProcessDefinition.key)))


def resources(definition_id: int) -> list[Resource]:
    """The files of the version's deployment."""
    deployment = definition(definition_id).deployment_id
    return list(
        db.session.scalars(select(Resource).where(Resource.deployment_id == deployment).order_by(Resource.path))
    )


def diagram(definition_id: int) -> bytes:
    """The diagram's XML as it was deployed, without what a browser might obey (processing instructions)."""
    found = definition(definition_id)
    return xml.clean(db.session.get_one(Resource, (found.deployment_id, found.path)).content)


def instance(instance_id: int) -> ProcessInstance:
    """One instance. Raises NotFound."""
    return _get(ProcessInstance, instance_id, "没有流程实例")


def instances(
    *,
    key: str | None = None,
    status: str | None = None,
    definition_id: int | None = None,
    business_key: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ProcessInstance]:
    """Instances, newest first, `limit` of those with an id below `before`."""
    query = select(ProcessInstance).join(ProcessDefinition).options(joinedload(ProcessInstance.definition))
    if key:
        query = query.where(ProcessDefinition.key == key)
    if status:
        query = query.where(ProcessInstance.status == status)
    if definition_id:
        query = query.where(ProcessInstance.definition_id == definition_id)
    if business_key:
        query = query.where(ProcessInstance.business_key.startswith(business_key, autoescape=True))
    if before:
        query = query.where(ProcessInstance.id < before)
    return list(db.session.scalars(query.order_by(ProcessInstance.id.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class Happening:
    """An event with its payload read."""

    seq: int
    at: datetime
    actor: str
    kind: str
    element: str | None
    said: dict[str, Any]


def events(instance_id: int) -> list[Happening]:
    """The history of an instance, in order."""
    query = select(Event).where(Event.instance_id == instance_id).order_by(Event.seq)
    return [
        Happening(e.seq, e.at, e.actor, e.kind, e.element, orjson.loads(e.payload)) for e in db.session.scalars(query)
    ]


def picture(instance_id: int) -> dict[str, Any]:
    """What to draw on the diagram: where it stands, how often elements were left and flows taken, in the order in which
    they were first reached, and where it is stuck."""
    counts: dict[str, int] = {}
    for happening in events(instance_id):
        for element, what in happening.said.get("path", ()):
            counts[element] = counts.get(element, 0) + (what in ("left", "taken"))
    path = {element: count for element, count in counts.items() if count}
    active: set[str] = set()
    open_tasks = (UserTask.instance_id == instance_id) & UserTask.ended.is_(None)
    for query in (
        select(UserTask.element).where(open_tasks),
        select(Timer.element).where(Timer.instance_id == instance_id),
        select(Subscription.element).where(Subscription.instance_id == instance_id),
        select(Job.element).where(
            Job.instance_id == instance_id, Job.token.is_not(None), Job.status.in_(("due", "running"))
        ),
    ):
        active |= set(db.session.scalars(query))
    stuck = select(Incident.element).where(Incident.instance_id == instance_id, Incident.status == "open")
    return {"active": sorted(active), "path": path, "incidents": [e for e in db.session.scalars(stuck) if e]}


def task(task_id: int) -> UserTask:
    """One user task, open or not, with its instance. Raises NotFound."""
    return _get(UserTask, task_id, "没有任务", joinedload(UserTask.instance))


def open_tasks(instance_id: int) -> list[UserTask]:
    """The tasks of an instance that wait for somebody."""
    query = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.ended.is_(None))
    return list(db.session.scalars(query.order_by(UserTask.id)))


def incidents(status: str = "open", instance_id: int | None = None, limit: int = 200) -> list[Incident]:
    """Incidents, newest first."""
    query = select(Incident).where(Incident.status == status)
    if instance_id is not None:
        query = query.where(Incident.instance_id == instance_id)
    return list(db.session.scalars(query.order_by(Incident.id.desc()).limit(limit)))


def late(limit: int = 1) -> list[Timer]:
    """The timers that fell due longest ago and have not fired: the lag of the worker."""
    query = select(Timer).where(~Timer.held, Timer.due <= clock.now()).order_by(Timer.due).limit(limit)
    return list(db.session.scalars(query))


def _get(model: Any, number: int, zh: str, *also: ORMOption) -> Any:
    found = db.session.get(model, number, options=also)
    if found is None:
        raise NotFound(f"no {model.__tablename__} {number}", zh=f"{zh} {number}")
    return found


def starts_by_hand(definition_id: int) -> bool:
    """Whether a version begins without an event: by a plain start event, or with no start event at all."""
    key = definition(definition_id).key
    processes = xml.parse(diagram(definition_id)).iter("{*}process")
    starts = [one for process in processes if process.get("id") == key for one in process.findall("{*}startEvent")]
    return not starts or any(not _awaits(one) for one in starts)


def _awaits(start: Any) -> bool:
    return any(str(child.tag).endswith(("EventDefinition", "eventDefinitionRef")) for child in start)


def starts(definition_id: int) -> tuple[bpmn.Start, ...]:
    """Every way in which a version begins."""
    return store.programs().get(db.session.connection(), definition_id).program.starts


@dataclass(frozen=True, slots=True)
class Waiting:
    """The events a running instance waits for: messages and signals by their element, timers as they fall due."""

    messages: list[Subscription]
    timers: list[Timer]


def waiting(instance_id: int) -> Waiting:
    """The messages, signals and timers an instance waits for."""
    messages = select(Subscription).where(Subscription.instance_id == instance_id)
    timers = select(Timer).where(Timer.instance_id == instance_id)
    return Waiting(
        list(db.session.scalars(messages.order_by(Subscription.element, Subscription.name, Subscription.token))),
        list(db.session.scalars(timers.order_by(Timer.due, Timer.element))),
    )


def start_names(definition_id: int) -> list[StartSubscription]:
    """The messages and signals that start a version while it is the newest active one."""
    query = select(StartSubscription).where(StartSubscription.definition_id == definition_id)
    return list(db.session.scalars(query.order_by(StartSubscription.kind, StartSubscription.name)))


def start_timers(definition_id: int) -> list[StartTimer]:
    """When the clock starts this version next, by its start events; none unless it is the newest active one."""
    query = select(StartTimer).where(StartTimer.definition_id == definition_id).order_by(StartTimer.due)
    return list(db.session.scalars(query))
