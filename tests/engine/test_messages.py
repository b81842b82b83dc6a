"""Messages and signals: to the one that waits, to the process that begins with it, or kept until somebody waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import func, select

from engine import clock, history, instances, messages, queries, tasks
from engine.db import db
from engine.models import Message, ProcessInstance, Subscription
from tests.engine import kit

ASK = '<banjie:input name="word" value="&quot;hello&quot;"/><banjie:input name="number" value="number"/>'


def waiter(key: str = "waiter") -> str:
    body = (
        kit.start(),
        kit.catch("hear", kit.message("told"), 'banjie:correlation="number"'),
        kit.user("a"),
        kit.end(),
    )
    return kit.process(key, *body, kit.line("s", "hear", "a", "e"))


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def test_a_message_reaches_the_instance_with_its_correlation_only(app: Flask) -> None:
    kit.deploy(waiter(), messages=("told",))
    one, two = (instances.start("waiter", {"number": n}, actor="ann")["instance"] for n in ("1", "2"))
    answer = messages.send("told", "2", {"word": "hi"}, actor="ann")
    assert answer == {"delivered": [two], "started": [], "kept": False}
    assert not queries.open_tasks(one) and queries.open_tasks(two)
    assert instances.variables(two)["word"] == "hi"


def test_the_same_message_key_is_delivered_once(app: Flask) -> None:
    kit.deploy(waiter(), messages=("told",))
    for n in ("1", "1"):
        instances.start("waiter", {"number": n}, actor="ann")
    first = messages.send("told", "1", {}, actor="ann", key="m1")
    assert messages.send("told", "1", {}, actor="ann", key="m1") == first
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 1


def test_a_message_nobody_waits_for_is_kept_and_given_to_the_next_that_does(app: Flask) -> None:
    kit.deploy(waiter(), messages=("told",))
    assert messages.send("told", "7", {"word": "early"}, actor="ann")["kept"]
    assert kept() == 1
    other = instances.start("waiter", {"number": "8"}, actor="ann")["instance"]
    mine = instances.start("waiter", {"number": "7"}, actor="ann")["instance"]
    assert not queries.open_tasks(other)
    assert queries.open_tasks(mine) and instances.variables(mine)["word"] == "early"
    assert kept() == 0


def test_a_kept_message_expires(app: Flask) -> None:
    kit.deploy(waiter(), messages=("told",))
    with clock.virtual(datetime(2026, 5, 1, tzinfo=UTC)) as hand:
        messages.send("told", "7", {}, actor="ann")
        hand.move_to(hand.at + timedelta(days=31))
        mine = instances.start("waiter", {"number": "7"}, actor="ann")["instance"]
        assert not queries.open_tasks(mine)
        assert messages.drop_expired() == 1


def test_a_message_starts_the_process_that_begins_with_it(app: Flask) -> None:
    begin = kit.process("p", kit.start(event=kit.message("new")), kit.user("a"), kit.end(), kit.line("s", "a", "e"))
    kit.deploy(begin, messages=("new",))
    answer = messages.send("new", "K-1", {"amount": 3}, actor="ann")
    [started] = answer["started"]
    assert queries.instance(started).business_key == "K-1"
    assert instances.variables(started)["amount"] == 3


def test_processes_talk_to_each_other_in_one_transaction(app: Flask) -> None:
    asks = kit.process(
        "asks",
        kit.start(),
        kit.user("a"),
        kit.throw("ask", kit.message("asked"), 'banjie:correlation="number"', ASK),
        kit.catch("hear", kit.message("answered"), 'banjie:correlation="number"'),
        kit.end(),
        kit.line("s", "a", "ask", "hear", "e"),
    )
    answers = kit.process(
        "answers",
        kit.start("s2", kit.message("asked")),
        kit.end("e2", kit.message("answered"), 'banjie:correlation="number"'),
        kit.line("s2", "e2"),
    )
    kit.deploy(asks, answers, messages=("asked", "answered"))
    case = instances.start("asks", {"number": "5"}, actor="ann")
    tasks.complete(case["next"][0], {}, actor="ann")
    db.session.rollback()
    assert set(db.session.scalars(select(ProcessInstance.status))) == {"completed"}
    assert kept() == 0
    assert history.verify() == []


def test_a_fault_over_there_is_an_incident_over_there(app: Flask) -> None:
    hear = kit.catch("hear", kit.message("told"), 'banjie:correlation="number"')
    bad = kit.process("bad", kit.start(), hear, kit.line("s", "hear"), *kit.stops_at(after="hear"))
    sender = kit.process(
        "sender",
        kit.start("s2"),
        kit.user("a"),
        kit.throw(
            "tell", kit.message("told"), 'banjie:correlation="number"', '<banjie:input name="amount" value="9"/>'
        ),
        kit.user("c"),
        kit.end("e2"),
        kit.line("s2", "a", "tell", "c", "e2"),
    )
    kit.deploy(bad, sender, messages=("told",))
    victim = instances.start("bad", {"number": "1"}, actor="ann")["instance"]
    case = instances.start("sender", {"number": "1"}, actor="ann")
    assert tasks.complete(case["next"][0], {}, actor="ann")["next"]
    [incident] = queries.incidents()
    assert incident.instance_id == victim and incident.kind == "message"
    assert queries.instance(victim).status == "running"
    assert history.verify() == []


def test_a_signal_reaches_everyone(app: Flask) -> None:
    body = (
        kit.start(),
        kit.catch("hear", kit.signal("all")),
        kit.user("a"),
        kit.end(),
        kit.line("s", "hear", "a", "e"),
    )
    kit.deploy(kit.process("p", *body), signals=("all",))
    started = [instances.start("p", {}, actor="ann")["instance"] for _ in range(3)]
    assert sorted(messages.signal("all", {}, actor="ann")["delivered"]) == started
    assert all(queries.open_tasks(number) for number in started)


def test_a_suspended_instance_hears_what_was_said_meanwhile_once_it_is_resumed(app: Flask) -> None:
    kit.deploy(waiter(), messages=("told",))
    number = instances.start("waiter", {"number": "1"}, actor="ann")["instance"]
    instances.suspend(number, actor="adm")
    assert messages.send("told", "1", {}, actor="ann")["kept"]
    instances.resume(number, actor="adm")
    assert messages.match_kept() == 1
    assert queries.open_tasks(number)
