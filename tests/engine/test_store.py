"""The door: one effect per key, one winner per task, nothing half done, whatever process comes first."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine import history, instances, queries, store, tasks
from engine.db import db
from engine.errors import Conflict, DiagramFault, Doubtful, KeyReused, Stale, TaskGone
from engine.models import Event, Inbox, Incident, ProcessInstance, UserTask
from engine.store import Command, Door
from engine.work import Work
from tests.engine import kit


def count(model: Any, *where: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def begin(key: str = "p") -> tuple[int, int]:
    answer = instances.start(key, {}, actor="ann")
    return answer["instance"], answer["next"][0]


def _in_one_batch(commands: list[Command]) -> list[Any]:
    """Hold the engine thread at a first command until the others stand in the queue behind it."""
    gate = threading.Event()
    store.submit(Command(lambda work: gate.wait(5), "test"))
    futures = [store.submit(command) for command in commands]
    gate.set()
    return futures


def test_a_case_runs_from_task_to_task_to_its_end(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    instance, first = begin()
    answer = tasks.complete(first, {"note": "ok"}, actor="ann")
    assert answer["next"] and not answer["completed"]
    answer = tasks.complete(answer["next"][0], {}, actor="ann")
    assert answer == {"task": answer["task"], "instance": instance, "next": [], "completed": True, "outcome": "e"}
    assert queries.instance(instance).status == "completed"
    assert history.verify() == []


def test_the_same_request_twice_has_one_effect_and_one_answer(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    _instance, first = begin()
    answers = [tasks.complete(first, {"note": "ok"}, actor="ann", key="k1") for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert count(Event, Event.kind == "task.completed") == 1
    assert count(Inbox) == 1


def test_a_key_with_another_content_is_refused(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    _instance, first = begin()
    tasks.complete(first, {"note": "ok"}, actor="ann", key="k1")
    with pytest.raises(KeyReused):
        tasks.complete(first, {"note": "other"}, actor="ann", key="k1")


@pytest.mark.parametrize("together", [False, True])
def test_two_people_at_once_one_wins_the_other_hears_who(app: Flask, together: bool) -> None:
    kit.deploy(kit.two_tasks())
    _instance, first = begin()
    commands = [tasks.completion(first, {}, {}, actor=who) for who in ("ann", "bob")]
    futures = [store.submit(command) for command in commands] if not together else _in_one_batch(commands)
    errors = [f.exception() for f in futures]
    [lost] = [e for e in errors if e is not None]
    assert isinstance(lost, TaskGone) and lost.details["by"] == "ann" and "ann" in lost.zh


def test_many_threads_race_for_every_task_and_each_has_one_winner(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    first = [begin()[1] for _ in range(20)]

    def attempt(pair: tuple[int, str]) -> bool:
        with app.app_context():
            try:
                tasks.complete(pair[0], {}, actor=pair[1])
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, [(task, who) for task in first for who in ("a", "b", "c", "d")]))
    assert sum(won) == 20
    assert count(Event, Event.kind == "task.completed") == 20


def test_two_processes_on_one_database_do_not_overwrite_each_other(app: Flask) -> None:
    """A second door stands for a second process: it has its own thread, its own live instances, its own ids."""
    kit.deploy(kit.two_tasks())
    started = [begin() for _ in range(10)]
    other = Door(app)
    try:
        for _instance, task in started:  # both know all instances, then both move them
            app.extensions["banjie.door"], mine = other, app.extensions["banjie.door"]
            tasks.claim(task, actor="ann")
            app.extensions["banjie.door"] = mine
            answer = tasks.complete(task, {}, actor="ann")
            app.extensions["banjie.door"] = other
            tasks.complete(answer["next"][0], {}, actor="ann")
            app.extensions["banjie.door"] = mine
    finally:
        other.stop()
    assert count(ProcessInstance, ProcessInstance.status == "completed") == 10
    assert count(Event, Event.kind == "task.completed") == 20
    assert history.verify() == []


@pytest.mark.parametrize("together", [False, True])
def test_a_commit_whose_answer_is_lost_is_never_done_again(
    app: Flask, together: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database commits and the connection breaks before it can say so."""
    kit.deploy(kit.two_tasks())
    begin()
    commit, broken = db.engine.dialect.do_commit, []

    def breaks(connection: Any) -> None:
        commit(connection)
        if len(broken) < 1:
            broken.append(connection)
            raise db.engine.dialect.loaded_dbapi.OperationalError("server closed the connection")

    def start(key: str | None) -> Command:
        return Command(lambda work: work.start("p", {}, None).id, "ann", key)

    monkeypatch.setattr(db.engine.dialect, "do_commit", breaks)
    if together:
        futures = _in_one_batch([start("k1"), start(None)])
        assert futures[0].result()
        assert isinstance(futures[1].exception(), Doubtful)
        assert count(ProcessInstance) == 3
    else:
        assert isinstance(store.submit(start(None)).exception(), Doubtful)
        broken.clear()
        assert store.call(start("k1"))
        assert count(ProcessInstance) == 3
    assert history.verify() == []


def test_a_command_that_fails_leaves_the_rest_of_its_batch_alone(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    _instance, first = begin()

    def bad(work: Work) -> None:
        work.of_task(first)
        raise Conflict("no")

    futures = [store.submit(Command(bad, "ann", task=first)), tasks.complete_later(first, {}, actor="ann")]
    assert isinstance(futures[0].exception(), Conflict)
    assert futures[1].result()["next"]


def test_a_batch_that_has_lost_a_race_runs_again_together(app: Flask) -> None:
    """Stale stands for another process that was first."""
    kit.deploy(kit.two_tasks())
    begin()
    batches: list[list[Any]] = [[], []]

    def start(which: int, late: bool) -> Command:
        def run(work: Work) -> int:
            batches[which].append(work.before[0])
            if late and len(batches[which]) == 1:
                raise Stale
            return work.start("p", {}, None).id

        return Command(run, "ann")

    futures = _in_one_batch([start(0, late=False), start(1, late=True)])
    assert len({future.result() for future in futures}) == 2
    assert [len(rows) for rows in batches] == [2, 2]
    assert batches[0][1] is batches[1][1]  # one transaction's rows
    assert count(ProcessInstance) == 3 and history.verify() == []


def test_a_programming_error_is_one_commands_own(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    _instance, first = begin()

    def bad(work: Work) -> None:
        raise ZeroDivisionError

    futures = [store.submit(Command(bad, "ann")), tasks.complete_later(first, {}, actor="ann")]
    assert isinstance(futures[0].exception(), ZeroDivisionError)
    assert futures[1].result()["next"]


def test_a_fault_of_the_diagram_changes_nothing_and_opens_an_incident(app: Flask) -> None:
    kit.deploy(kit.process("p", kit.start(), kit.user("a"), kit.line("s", "a"), *kit.stops_at(after="a")))
    instance, first = begin()
    with pytest.raises(DiagramFault):
        tasks.complete(first, {"amount": 9}, actor="ann")
    with pytest.raises(DiagramFault):
        tasks.complete(first, {"amount": 7}, actor="ann")
    [incident] = queries.incidents()  # the same fault twice is one incident
    assert incident.instance_id == instance and incident.kind == "task" and '"amount":7' in incident.retry
    assert queries.open_tasks(instance)[0].id == first
    assert tasks.complete(first, {"amount": 1}, actor="ann")["next"]
    assert history.verify() == []


def test_an_edited_event_is_found(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    instance, first = begin()
    tasks.complete(first, {"note": "true"}, actor="ann")
    for change in ({"payload": "{}"}, {"actor": "eve"}):
        event = db.session.get_one(Event, (instance, 2))
        before = {name: getattr(event, name) for name in change}
        db.session.execute(Event.__table__.update().where(Event.seq == 2).values(**change))
        db.session.expire_all()
        assert [b.seq for b in history.verify()] == [2]
        db.session.execute(Event.__table__.update().where(Event.seq == 2).values(**before))
        db.session.expire_all()
    assert history.verify() == []
    db.session.execute(Event.__table__.delete().where(Event.seq == 2))
    assert [b.seq for b in history.verify()] == [1]  # a cut tail
    db.session.rollback()


def test_what_is_in_memory_can_be_thrown_away_at_any_time(app: Flask) -> None:
    kit.deploy(kit.two_tasks())
    _instance, first = begin()
    app.extensions["banjie.door"].stop()  # the next command begins a new door thread with an empty cache
    answer = tasks.complete(first, {}, actor="ann")
    app.extensions["banjie.door"].stop()
    assert tasks.complete(answer["next"][0], {}, actor="ann")["completed"]
    assert count(UserTask, UserTask.status == "completed") == 2
    assert count(Incident) == 0
