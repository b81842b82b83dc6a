"""Instances: suspend, resume, cancel; versions live side by side."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine import definitions, history, instances, queries, tasks
from engine.db import db
from engine.errors import Conflict, DiagramRefused, NotFound, NotRunning
from engine.models import Deployment, Subscription, Timer
from tests.engine import kit


def test_a_suspended_instance_takes_no_completion(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    case = instances.start("p", {}, actor="ann")
    instances.suspend(case["instance"], actor="adm", reason="查清前")
    with pytest.raises(NotRunning):
        tasks.complete(case["next"][0], {}, actor="ann")
    instances.resume(case["instance"], actor="adm")
    with pytest.raises(Conflict):
        instances.resume(case["instance"], actor="adm")
    assert tasks.complete(case["next"][0], {}, actor="ann")["next"]


def test_a_cancelled_instance_leaves_nothing_behind_but_its_history(app: Flask) -> None:
    body = (kit.start(), kit.user("a"), kit.boundary("t", "a", kit.timer("P1D")), kit.end(), kit.end("e2"))
    kit.deploy(kit.process("p", *body, kit.line("s", "a", "e"), kit.line("t", "e2")))
    case = instances.start("p", {}, actor="ann")["instance"]
    instances.cancel(case, actor="adm", reason="重复")
    assert queries.instance(case).status == "cancelled" and queries.open_tasks(case) == []
    for model in (Timer, Subscription):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0
    assert queries.events(case)[-1].said["values"] == {"reason": "重复"}
    with pytest.raises(Conflict):
        instances.cancel(case, actor="adm", reason="again")
    assert history.verify() == []


def test_old_cases_keep_their_diagram_and_new_ones_take_the_new(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    old = instances.start("p", {}, actor="ann")
    three = kit.process(
        "p", kit.start(), kit.user("a"), kit.user("b"), kit.user("c"), kit.end(), kit.line("s", "a", "b", "c", "e")
    )
    assert kit.deploy(three).new == [("p", 2)]
    new = instances.start("p", {}, actor="ann")
    steps = {}
    for case in (old, new):
        answer, names = {"next": case["next"], "completed": False}, []
        while not answer["completed"]:
            names.append(queries.task(answer["next"][0]).element)
            answer = tasks.complete(answer["next"][0], {}, actor="ann")
        steps[case["instance"]] = names
    assert list(steps.values()) == [["a", "b"], ["a", "b", "c"]]
    assert [(v.definition.version, v.ended) for v in queries.definitions("p")] == [(2, 1), (1, 1)]


def test_the_same_bundle_again_is_no_new_version(app: Flask) -> None:
    first = kit.deploy(kit.two_tasks())
    again = kit.deploy(kit.two_tasks())
    assert again.unchanged and again.deployment_id == first.deployment_id
    assert db.session.scalar(select(func.count()).select_from(Deployment)) == 1


def test_a_retired_version_starts_nothing_and_the_one_before_takes_over(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    kit.deploy(kit.process("p", kit.start(), kit.user("x"), kit.end(), kit.line("s", "x", "e")))
    newest, first = queries.definitions("p")
    definitions.retire(newest.definition.id, actor="adm")
    assert queries.instance(instances.start("p", {}, actor="ann")["instance"]).definition_id == first.definition.id
    definitions.retire(first.definition.id, actor="adm")
    with pytest.raises(NotFound):
        instances.start("p", {}, actor="ann")
    definitions.activate(newest.definition.id, actor="adm")
    assert instances.start("p", {}, actor="ann")


def test_a_refused_bundle_leaves_no_trace(app: Flask) -> None:
    with pytest.raises(DiagramRefused) as refused:
        kit.deploy(kit.process("p", kit.start(), kit.script("a", "{n: 1 +"), kit.end(), kit.line("s", "a", "e")))
    assert refused.value.findings and all(f.zh and f.en for f in refused.value.findings)
    assert db.session.scalar(select(func.count()).select_from(Deployment)) == 0
