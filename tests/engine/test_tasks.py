"""Claiming, giving back and handing on, asked again after a lost answer, change nothing; drafts go with their task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine import instances, tasks
from engine.db import db
from engine.errors import Conflict
from engine.models import Event, UserTask
from tests.engine import kit

ASKED: dict[str, Callable[[int], Any]] = {
    "claimed": lambda task: tasks.claim(task, actor="ann"),
    "released": lambda task: tasks.release(task, actor="ann"),
    "delegated": lambda task: tasks.delegate(task, "bob", actor="ann"),
}


@pytest.mark.parametrize("what", ASKED)
def test_asked_twice_it_happens_once(app: Flask, what: str) -> None:
    kit.deploy(kit.two_tasks())
    task = instances.start("p", {}, actor="ann")["next"][0]
    if what == "released":
        tasks.claim(task, actor="ann")
    ASKED[what](task)
    ASKED[what](task)
    kinds = list(db.session.scalars(select(Event.kind).order_by(Event.seq)))
    assert kinds.count(f"task.{what}") == 1
    assert db.session.get_one(UserTask, task).assignee == {"claimed": "ann", "released": None, "delegated": "bob"}[what]


def test_a_task_that_somebody_has_is_not_taken(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    task = instances.start("p", {}, actor="ann")["next"][0]
    tasks.claim(task, actor="ann")
    with pytest.raises(Conflict):
        tasks.claim(task, actor="bob")


@pytest.mark.parametrize("end", ["completed", "cancelled"])
def test_what_was_typed_goes_with_its_task(app: Flask, end: str) -> None:
    kit.deploy(kit.two_tasks())
    began = instances.start("p", {}, actor="ann")
    task = began["next"][0]
    tasks.save_draft(task, "ann", {"note": "half"})
    if end == "completed":
        tasks.complete(task, {}, actor="bob")
    else:
        instances.cancel(began["instance"], actor="bob", reason="wrong")
    assert tasks.draft(task, "ann") is None
