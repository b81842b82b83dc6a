"""Clocks that pass a point: who is told, what it opens, and that it happens once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from engine import history, instances, store
from engine.db import db
from engine.hotline import clock_changes, reminders
from engine.hotline.roles import Viewer
from engine.models import Message

from .clock_kit import Case, at, case, deploy

ROOT = Path(__file__).parents[3]
HANDLER = Viewer("zhang", "310104", frozenset({"handler"}))
LEADER = Viewer("zheng", "310104", frozenset({"leader"}))
COORDINATOR = Viewer("sun", "HO", frozenset({"coordinator"}))


@pytest.fixture
def received(app: Flask) -> Iterator[Case]:
    """Received on Monday 2026-05-11 and not accepted: C08 ends on 20 May."""
    deploy()
    with case(app, "2026-05-11T09:00") as found:
        yield found


def tell(found: Case, when: str) -> int:
    found.hand.move_to(at(when))
    told = reminders.raise_due()
    assert reminders.raise_due() == 0  # once
    return told


def test_half_time_and_eighty_percent_are_told_to_those_they_concern(received: Case) -> None:
    assert tell(received, "2026-05-15T08:59") == 0
    assert tell(received, "2026-05-15T09:00") == 1
    assert received.reminders() == [("C08", 50, "提示", "@handler")]
    assert [row.effect for row in reminders.of(HANDLER)] == ["提示"] and reminders.of(LEADER) == []
    assert tell(received, "2026-05-19T09:00") == 1
    assert received.reminders()[1:] == [("C08", 80, "催办", "@handler"), ("C08", 80, "催办", "@leader")]
    assert [row.effect for row in reminders.of(LEADER)] == ["催办"]
    assert received.run("C08").reached == 80 and len(received.events("clock.reached")) == 2
    elsewhere = Viewer("wu", "310101", frozenset({"handler", "leader"}))
    assert reminders.of(elsewhere) == []


def test_who_holds_the_task_is_told_by_name(received: Case) -> None:
    from engine import tasks

    tasks.claim(received.task("accept").id, actor="zheng")
    tell(received, "2026-05-15T09:00")
    assert received.reminders() == [("C08", 50, "提示", "zheng")]


def test_the_end_marks_it_overdue_and_opens_a_supervision_that_rises(received: Case) -> None:
    assert tell(received, "2026-05-20T17:30") == 1
    assert received.run("C08").kept is None  # the legal end is midnight
    [supervision] = received.supervisions()
    said = instances.variables(supervision.id)
    assert (said["supervise_kind"], said["matter_no"], said["unit"]) == ("电话", received.number, "310104")
    assert "C08" in said["trigger"] and said["order_no"] == received.order
    assert said.keys() >= set(reminders.FACTS), "what is declared is what is sent"
    tell(received, "2026-05-21T00:00")
    assert received.run("C08").kept is False
    assert ("C08", 999, "违限", "@leader") in received.reminders()
    tell(received, "2026-05-21T17:30")
    assert [instances.variables(s.id)["supervise_kind"] for s in received.supervisions()] == ["网上"]
    tell(received, "2026-05-25T17:30")
    assert [instances.variables(s.id)["supervise_kind"] for s in received.supervisions()] == ["现场"]
    assert received.run("C08").next_at is None
    assert {row.effect for row in reminders.of(COORDINATOR)} == {"现场督办"}


def test_the_clerk_who_registered_an_overdue_order_is_told_and_keeps_seeing_it_until_it_is_done(received: Case) -> None:
    mine, another = (Viewer(name, "HO", frozenset({"clerk"})) for name in ("li", "ma"))
    tell(received, "2026-05-20T17:29")
    assert reminders.of(mine) == [] == reminders.late_of_own(mine)
    tell(received, "2026-05-20T17:31")
    assert [row.effect for row in reminders.of(mine)] == ["超期"] and reminders.of(another) == []
    reminders.put_away(mine)
    [late] = reminders.late_of_own(mine)
    assert (late.order_no, late.code, late.unit) == (received.order, "C08", "310104")
    assert reminders.of(mine) == [] and reminders.late_of_own(another) == []
    received.do("accept")
    assert reminders.late_of_own(mine) == []


def test_after_a_long_outage_one_supervision_of_the_highest_kind_is_opened(received: Case) -> None:
    assert tell(received, "2026-06-10T09:00") == 1
    assert [instances.variables(s.id)["supervise_kind"] for s in received.supervisions()] == ["现场"]
    assert len(received.events("clock.reached")) == 6


def test_a_supervision_that_has_ended_is_followed_by_one_of_the_next_kind(received: Case) -> None:
    tell(received, "2026-05-20T17:30")
    instances.cancel(received.supervisions()[0].id, actor="sun", reason="已口头督促")
    tell(received, "2026-05-21T17:30")
    first, second = received.supervisions()
    assert (first.status, instances.variables(second.id)["supervise_kind"]) == ("cancelled", "网上")
    assert db.session.query(Message).count() == 0


def test_a_clock_that_is_stopped_tells_nothing_more(received: Case) -> None:
    received.until("2026-05-12T09:00").do("accept")
    assert received.run("C08").next_at is None
    assert tell(received, "2026-06-05T09:00") == 0
    assert reminders.of(HANDLER) == []


def test_points_that_lie_ahead_again_come_again(received: Case) -> None:
    received.do("accept").until("2026-05-12T09:00").do("mediate")
    tell(received, "2026-05-18T17:30")  # C03 began on the 11th
    assert received.run("C03").reached == 100
    clock_changes.extend(received.number, "C03", 15, reason="特殊疑难", actor="sun")
    run = received.run("C03")
    assert (run.reached, run.kept) == (0, None) and run.next_at == run.warn_at
    tell(received, "2026-06-08T17:30")
    assert received.run("C03").reached == 100 and len(received.events("clock.reached")) == 6


def test_a_kill_before_the_commit_leaves_nothing_and_the_next_look_tells_all(
    received: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> None:
        raise RuntimeError("killed")

    received.hand.move_to(at("2026-05-20T17:30"))
    with monkeypatch.context() as broken:
        broken.setattr(store.Door, "_tell", killed)
        with pytest.raises(RuntimeError):
            reminders.raise_due()
    assert received.reminders() == [] and received.supervisions() == [] and received.run("C08").reached == 0
    assert reminders.raise_due() == 1
    assert len(received.supervisions()) == 1 and received.run("C08").reached == 100


WORKER = """
import os, sys
from pathlib import Path
from app import create_app
from engine import clock, store
from engine.hotline import reminders
from tests.conftest import KEYS

where, url, home = sys.argv[1:]
app = create_app({**KEYS, "database_url": url, "INSTANCE_PATH": Path(home), "TESTING": True})
follow = store.Door._tell

def before_the_commit(*args):
    follow(*args)
    os._exit(9)

if where == "before":
    store.Door._tell = before_the_commit
else:
    store._settle = lambda *args: os._exit(9)  # committed, and nobody heard of it
with app.app_context(), clock.virtual(clock.datetime.fromisoformat("2026-05-20T17:30:00+08:00")):
    reminders.raise_due()
"""


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_killed_worker_has_told_all_or_nothing_and_it_is_told_once(
    received: Case, database_url: str, tmp_path: Path, where: str
) -> None:
    arguments = [where, database_url, str(tmp_path / "other")]
    worker = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WORKER, *arguments], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert worker.returncode == 9, worker.stderr.decode()
    told = where == "after"
    assert (received.run("C08").reached, len(received.supervisions())) == ((100, 1) if told else (0, 0))
    assert tell(received, "2026-05-20T17:30") == (0 if told else 1)
    assert (received.run("C08").reached, len(received.supervisions())) == (100, 1)
    assert len(received.events("clock.reached")) == 3 and history.verify() == []


def test_of_two_workers_one_tells(app: Flask, received: Case) -> None:
    received.hand.move_to(at("2026-05-20T17:30"))
    other = store.Door(app)
    try:
        mine = app.extensions["banjie.door"]
        answers = [door.submit(reminders._tell(received.instance)) for door in (mine, other, mine, other)]
        told = [answer.result() for answer in answers]
    finally:
        other.stop()
    assert sorted(told) == [0, 0, 0, 3]
    assert len(received.supervisions()) == 1 and len(received.events("clock.reached")) == 3


def test_put_away_is_put_away_for_those_it_was_told_to(received: Case) -> None:
    tell(received, "2026-05-19T09:00")
    assert reminders.put_away(HANDLER) == 2
    assert reminders.of(HANDLER) == [] and len(reminders.of(LEADER)) == 1


def test_nothing_due_costs_one_look(received: Case) -> None:
    looks: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: looks.append(said[2]))
    assert reminders.raise_due() == 0
    assert len([text for text in looks if text.startswith("SELECT")]) == 1
