"""The engine's tables. What a column means stands here; how rows change stands in `store.py` and nowhere else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.db import Digest, Id, Instant, Name, db

_SUSPENDED: Any = {f"{name}_where": text("status = 'suspended'") for name in ("postgresql", "sqlite")}
_OPEN: Any = {"postgresql_where": text("ended IS NULL"), "sqlite_where": text("ended IS NULL")}


class IdBlock(db.Model):  # type: ignore[name-defined]
    """The next free id of each kind; processes take blocks of ids, so a step needs no round trip for one."""

    name: Mapped[str] = mapped_column(Name, primary_key=True)
    next: Mapped[int] = mapped_column(Id)


class Deployment(db.Model):  # type: ignore[name-defined]
    """A bundle of files, frozen. Nothing in it ever changes."""

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    sha256: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(Name)
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    resources: Mapped[list[Resource]] = relationship(order_by="Resource.path")


class Resource(db.Model):  # type: ignore[name-defined]
    """One file of a deployment: a diagram, a decision table or a form."""

    deployment_id: Mapped[int] = mapped_column(ForeignKey(Deployment.id), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # bpmn dmn form
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))


class ProcessDefinition(db.Model):  # type: ignore[name-defined]
    """One version of one process. The newest active version of a key starts new instances."""

    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(Name)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(Name)
    path: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), default="active")  # active retired
    deployment_id: Mapped[int] = mapped_column(ForeignKey(Deployment.id))
    at: Mapped[datetime] = mapped_column(Instant)
    deployment: Mapped[Deployment] = relationship()


class StartSubscription(db.Model):  # type: ignore[name-defined]
    """A message or signal that starts an instance of a definition while that is the newest active one."""

    __table_args__ = (Index("ix_start_subscription_name", "kind", "name"),)

    definition_id: Mapped[int] = mapped_column(ForeignKey(ProcessDefinition.id), primary_key=True)
    element: Mapped[str] = mapped_column(Name, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # message signal
    name: Mapped[str] = mapped_column(Name)


class StartTimer(db.Model):  # type: ignore[name-defined]
    """The next instant at which the clock starts an instance of the newest active version; see `schedules.py`."""

    __table_args__ = (Index("ix_start_timer_due", "due"),)

    definition_id: Mapped[int] = mapped_column(ForeignKey(ProcessDefinition.id), primary_key=True)
    element: Mapped[str] = mapped_column(Name, primary_key=True)
    expression: Mapped[str] = mapped_column(Text)  # as drawn: a new version that reads the same goes on where it was
    schedule: Mapped[str] = mapped_column(Text)  # JSON, for bpmn.next_start
    due: Mapped[datetime] = mapped_column(Instant)


class ProcessInstance(db.Model):  # type: ignore[name-defined]
    """A running or ended case. `ver` arbitrates between processes; `seq` and `head` are the end of its event chain."""

    __table_args__ = (
        Index("ix_process_instance_business_key", "business_key"),
        Index("ix_process_instance_definition_status", "definition_id", "status"),
        Index("ix_process_instance_suspended", "id", **_SUSPENDED),  # few: lists of tasks leave theirs out
        # room in the page: most updates then need no new index entries (PostgreSQL's HOT)
        {"postgresql_with": {"fillfactor": 60}},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    definition_id: Mapped[int] = mapped_column(ForeignKey(ProcessDefinition.id))
    business_key: Mapped[str | None] = mapped_column(Name)
    ver: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))  # running suspended completed cancelled
    outcome: Mapped[str | None] = mapped_column(Name)  # id of the end event reached last
    state: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # pages have no use for it
    seq: Mapped[int]
    head: Mapped[bytes] = mapped_column(Digest)
    started: Mapped[datetime] = mapped_column(Instant)
    ended: Mapped[datetime | None] = mapped_column(Instant)
    definition: Mapped[ProcessDefinition] = relationship()


class UserTask(db.Model):  # type: ignore[name-defined]
    """Work for a person. `data` holds the variables its form shows, as JSON."""

    __table_args__ = (
        # only open tasks are indexed for the lists: a completed one leaves them, and a step stays cheap
        Index("ix_user_task_due", "due", "id", **_OPEN),
        Index("ix_user_task_element", "element", **_OPEN),
        Index("ix_user_task_assignee", "assignee", **_OPEN),
        Index("ix_user_task_unit", "unit", "role", **_OPEN),
        Index("ix_user_task_instance", "instance_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    instance_id: Mapped[int] = mapped_column(ForeignKey(ProcessInstance.id))
    token: Mapped[int]
    element: Mapped[str] = mapped_column(Name)
    name: Mapped[str] = mapped_column(Name)
    form: Mapped[str | None] = mapped_column(Name)
    role: Mapped[str | None] = mapped_column(Name)
    unit: Mapped[str | None] = mapped_column(Name)
    assignee: Mapped[str | None] = mapped_column(Name)
    status: Mapped[str] = mapped_column(String(20))  # ready claimed completed cancelled
    priority: Mapped[int]  # smaller is more urgent
    created: Mapped[datetime] = mapped_column(Instant)
    due: Mapped[datetime | None] = mapped_column(Instant)
    follow_up: Mapped[datetime | None] = mapped_column(Instant)
    ended: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Name)
    data: Mapped[str] = mapped_column(Text)
    instance: Mapped[ProcessInstance] = relationship()


class Timer(db.Model):  # type: ignore[name-defined]
    """A due instant a token waits for. Held while its instance is suspended or its last firing failed."""

    __table_args__ = (Index("ix_timer_due", "due", postgresql_where=text("NOT held"), sqlite_where=text("NOT held")),)

    instance_id: Mapped[int] = mapped_column(ForeignKey(ProcessInstance.id), primary_key=True)
    token: Mapped[int] = mapped_column(primary_key=True)
    element: Mapped[str] = mapped_column(Name, primary_key=True)
    due: Mapped[datetime] = mapped_column(Instant)
    held: Mapped[bool] = mapped_column(default=False)


class Subscription(db.Model):  # type: ignore[name-defined]
    """A message or signal a token waits for. A subscription without correlation takes any message of its name."""

    __table_args__ = (Index("ix_subscription_name", "name", "correlation"),)

    instance_id: Mapped[int] = mapped_column(ForeignKey(ProcessInstance.id), primary_key=True)
    token: Mapped[int] = mapped_column(primary_key=True)
    element: Mapped[str] = mapped_column(Name, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # message signal
    name: Mapped[str] = mapped_column(Name, primary_key=True)
    correlation: Mapped[str | None] = mapped_column(Name)
    held: Mapped[bool] = mapped_column(default=False)


class Message(db.Model):  # type: ignore[name-defined]
    """A message nobody waited for yet; the next fitting subscription takes it, until it expires."""

    __table_args__ = (Index("ix_message_name", "name", "correlation"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Name)
    correlation: Mapped[str | None] = mapped_column(Name)
    payload: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    expires: Mapped[datetime] = mapped_column(Instant)


class Job(db.Model):  # type: ignore[name-defined]
    """Something to do outside, written with the step that wants it and done after its commit (the outbox)."""

    __table_args__ = (
        Index("ix_job_run_at", "status", "run_at"),
        Index("ix_job_connector", "connector", "status", "created"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    instance_id: Mapped[int] = mapped_column(ForeignKey(ProcessInstance.id))
    token: Mapped[int | None]  # the token that waits for the answer, if any
    element: Mapped[str] = mapped_column(Name)
    connector: Mapped[str] = mapped_column(Name)
    payload: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))  # due running done failed
    attempts: Mapped[int]
    run_at: Mapped[datetime] = mapped_column(Instant)  # not before; while running: when its lease ends
    answer: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Instant)


class Inbox(db.Model):  # type: ignore[name-defined]
    """Requests that were answered: the same key gets the same answer and has no second effect."""

    key: Mapped[str] = mapped_column(Name, primary_key=True)
    body: Mapped[bytes] = mapped_column(Digest)
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class Event(db.Model):  # type: ignore[name-defined]
    """What happened to an instance, for ever: each row carries the hash of the one before it."""

    instance_id: Mapped[int] = mapped_column(ForeignKey(ProcessInstance.id), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(Name)
    kind: Mapped[str] = mapped_column(Name)
    element: Mapped[str | None] = mapped_column(Name)
    payload: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[bytes] = mapped_column(Digest)
    hash: Mapped[bytes] = mapped_column(Digest)


class Incident(db.Model):  # type: ignore[name-defined]
    """A fault of the engine or a connector that a person must see. `retry` says, as JSON, what to try again."""

    __table_args__ = (Index("ix_incident_status", "status", "opened"), Index("ix_incident_instance", "instance_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    instance_id: Mapped[int | None] = mapped_column(Id)
    definition_id: Mapped[int | None] = mapped_column(Id)
    element: Mapped[str | None] = mapped_column(Name)
    kind: Mapped[str] = mapped_column(String(20))  # task timer message job start stuck
    message: Mapped[str] = mapped_column(Text)
    message_zh: Mapped[str | None] = mapped_column(Text)
    retry: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))  # open resolved
    opened: Mapped[datetime] = mapped_column(Instant)
    resolved: Mapped[datetime | None] = mapped_column(Instant)
    resolved_by: Mapped[str | None] = mapped_column(Name)


class FormDraft(db.Model):  # type: ignore[name-defined]
    """What a person has typed into a task's form and not sent yet."""

    task_id: Mapped[int] = mapped_column(ForeignKey(UserTask.id), primary_key=True)
    person: Mapped[str] = mapped_column(Name, primary_key=True)
    data: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class Draft(db.Model):  # type: ignore[name-defined]
    """A bundle on its way to a deployment, as its newest revision has it. Not a FormDraft, which belongs to a task."""

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(Name)
    author: Mapped[str] = mapped_column(Name)
    revision: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(Instant)
    updated_by: Mapped[str] = mapped_column(Name)


class DraftRevision(db.Model):  # type: ignore[name-defined]
    """One state of a draft: its files, and the mechanical fixes that are applied to them in this order."""

    draft_id: Mapped[int] = mapped_column(ForeignKey(Draft.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    author: Mapped[str] = mapped_column(Name)
    kind: Mapped[str] = mapped_column(String(20))  # created saved removed fixed undone restored renamed
    subject: Mapped[str] = mapped_column(Text, default="")  # which file, fix, revision or name
    files: Mapped[str] = mapped_column(Text)  # JSON: path -> sha256 of a DraftFile, as they were given
    fixes: Mapped[str] = mapped_column(Text)  # JSON: ids of fixes
    mended: Mapped[str] = mapped_column(Text)  # JSON: the same with the fixes made; newer fixes never rewrite it
    deployment_id: Mapped[int | None] = mapped_column(ForeignKey(Deployment.id))  # what became of it


class DraftFile(db.Model):  # type: ignore[name-defined]
    """The content of a file of a draft, once for all revisions that have it; compressed."""

    draft_id: Mapped[int] = mapped_column(ForeignKey(Draft.id), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)  # zstd


class CalendarDay(db.Model):  # type: ignore[name-defined]
    """An override of the working-day calendar: this day works, or rests, whatever the published notice says."""

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    statutory: Mapped[bool] = mapped_column(default=False)  # a statutory holiday, on which no period may end
    note: Mapped[str] = mapped_column(Name)
    author: Mapped[str] = mapped_column(Name)
    at: Mapped[datetime] = mapped_column(Instant)


class CalendarYear(db.Model):  # type: ignore[name-defined]
    """A year whose State Council notice has been entered by hand as CalendarDay rows."""

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(Name)
    author: Mapped[str] = mapped_column(Name)
    at: Mapped[datetime] = mapped_column(Instant)
