"""What simulated colleagues set off besides their tasks: by shares that are data, once, through the real actions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engine import clock, definitions, tasks
from engine.db import db
from engine.hotline import asking, orders, organisation, synthetic
from engine.hotline.actions import ACTIONS
from engine.hotline.asking import Asking, Habit
from engine.hotline.models import TransferCall
from engine.models import Inbox, ProcessInstance
from engine.simulation import Task, World
from tests.processes import play

NOON = datetime(2019, 3, 5, 4, tzinfo=UTC)  # 12:00 in Shanghai, a Tuesday


def task(**said: object) -> Task:
    facts = {"id": 1, "element": "mediate", "token": 1, "form": None, "role": "handler", "unit": "310115"}
    more = {"created": NOON, "data": "{}", "business_key": "SH1-C1", "process": "complaint", "deployment": 1}
    return Task(**{**facts, **more, **said})  # type: ignore[arg-type]


def only(monkeypatch: pytest.MonkeyPatch, habit: Habit) -> None:
    monkeypatch.setattr(asking, "habits", lambda: (habit,))


def test_so_many_ask_as_the_share_says_and_their_task_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, Habit("extend", frozenset({"complaint/mediate"}), 0.25, hours=4))
    world = World(clock.Virtual(NOON))
    asks = Asking(world, seed=1)
    ends = [asks.before(task(business_key=f"SH{n}-C1"), "", "ann", NOON) for n in range(1000)]
    asked = sum(at > NOON for at in ends)
    assert 200 < asked == len(world.agenda) < 300
    assert set(ends) == {NOON, NOON + timedelta(hours=5)}  # four hours of work, and the noon rest
    again = Asking(World(clock.Virtual(NOON)), seed=1)
    assert [again.before(task(business_key=f"SH{n}-C1"), "", "ann", NOON) for n in range(1000)] == ends


def test_other_steps_and_other_kinds_ask_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, Habit("transfer", frozenset({"intake/register"}), 1.0, kinds=frozenset({"consult"})))
    asks = Asking(World(clock.Virtual(NOON)), seed=1)
    step = task(process="intake", element="register", business_key="SH1")
    assert asks.before(task(), "consult", "ann", NOON) == NOON == asks.before(step, "district", "ann", NOON)
    assert asks.before(step, "consult", "ann", NOON) > NOON


def test_every_habit_of_the_mix_is_an_action_at_a_step_that_there_is(app: Flask) -> None:
    bundles = [
        definitions.read_bundle(folder, play.ROOT / "forms") for folder in definitions.bundles(play.ROOT / "processes")
    ]
    drawn = b"".join(content for files in bundles for path, content in files.items() if path.endswith(".bpmn")).decode()
    for habit in asking.habits():
        assert habit.action in ACTIONS and 0 < habit.share < 1
        for place in habit.at:
            process, element = place.split("/")
            assert f'<bpmn:process id="{process}"' in drawn and f'<bpmn:userTask id="{element}"' in drawn
    assert "设计假定" in synthetic.mix()["asked"]["source"]


@pytest.mark.parametrize(
    ("heard", "end"), [("answered", None), ("declined", "nobody_answered"), ("", "nobody_answered")]
)
def test_a_seat_asks_for_a_department_and_says_what_it_hears(
    app: Flask, monkeypatch: pytest.MonkeyPatch, heard: str, end: str | None
) -> None:
    organisation.seed()
    for name in ("intake", "warm_transfer"):
        definitions.deploy(definitions.read_bundle(play.ROOT / "processes" / name, play.ROOT / "forms"), author="ann")
    only(monkeypatch, Habit("transfer", frozenset({"intake/register"}), 1.0))
    mix = synthetic.mix()["asked"]
    monkeypatch.setitem(mix, "ringing", {heard: 1})
    monkeypatch.setitem(mix, "talking", {"": 1})
    with clock.virtual(NOON) as hand:
        world = World(hand)
        asks = Asking(world, seed=1)
        number = orders.register({"content": "咨询食品标签", "ext_no": "A1"}, source="12345", actor="ann").order_no
        [step] = world.new_tasks()
        asks.before(step, "", "ann", hand.at)
        asks.before(step, "", "ann", hand.at)  # as after a kill
        for _ in world.moments(NOON + timedelta(minutes=20)):
            pass
    calls = select(ProcessInstance).where(ProcessInstance.business_key == number)
    [call] = [each for each in db.session.scalars(calls) if each.definition.key == "warm_transfer"]
    assert call.outcome == end
    assert db.session.get(Inbox, f"simulated transfer {number}") is not None
    if end is None:
        assert tasks.schema(world.new_tasks()[0].id)  # the introduction waits for the seat
    else:
        assert db.session.scalars(select(TransferCall.answered)).all() == [False]
