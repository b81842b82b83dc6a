"""Tasks for other systems: see what waits, take it, complete it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from flask import request
from pydantic import BaseModel, ConfigDict, Field

from engine import tasks
from engine.hotline import queries as hotline
from web.api import api
from web.permissions import Permission, actor, instead, requires, task_to_do, viewer


class TasksQuery(BaseModel):
    scope: Literal["mine", "unit", "all"] = "mine"
    limit: int = Field(50, ge=1, le=200)
    after: str | None = Field(None, description="`next` of the page before")


class TaskOut(BaseModel):
    task_id: int
    name: str
    process: str
    order_no: str | None
    subject: str | None
    due: datetime | None
    priority: int
    unit: str | None
    assignee: str | None


class TaskPage(BaseModel):
    rows: list[TaskOut]
    next: str | None


class Submission(BaseModel):
    model_config = ConfigDict(extra="forbid")

    values: dict[str, Any] = Field(default_factory=dict, description="answers by the keys of the task's form")


class Completed(BaseModel):
    task: int
    instance: int
    next: list[int] = Field(description="open tasks of the instance")
    completed: bool = Field(description="the instance has ended")
    outcome: str | None


@api.get("/tasks")
@requires(Permission.WORK)
@api.doc(security="bearer", responses=[401, 403], description="Open tasks, the most urgent first.")
@api.input(TasksQuery, location="query")
@api.output(TaskPage)
def list_tasks(query_data: TasksQuery) -> dict[str, Any]:
    page = hotline.worklist(viewer(), scope=query_data.scope, after=query_data.after, limit=query_data.limit)
    return TaskPage.model_validate(page, from_attributes=True).model_dump()


@api.post("/tasks/<int:task_id>/claim")
@requires(Permission.WORK)
@api.doc(security="bearer", responses=[401, 403, 404, 409])
@api.output({}, status_code=204)
def claim_task(task_id: int) -> str:
    task = task_to_do(task_id)
    tasks.claim(task_id, actor=actor(), place=instead(task))
    return ""


@api.post("/tasks/<int:task_id>/complete")
@requires(Permission.WORK)
@api.doc(
    security="bearer",
    responses=[400, 401, 403, 404, 409],
    description="Complete a task. With an `Idempotency-Key` header a repeated request gets the first one's answer.",
)
@api.input(Submission)
@api.output(Completed)
def complete_task(task_id: int, json_data: Submission) -> dict[str, Any]:
    task, key = task_to_do(task_id), request.headers.get("Idempotency-Key")
    return tasks.complete(task_id, json_data.values, actor=actor(), key=key, place=instead(task))
