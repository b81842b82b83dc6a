"""Messages and signals from outside, and messages that were sent before anybody waited."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import orjson
from sqlalchemy import delete, or_, select

from engine import clock, store
from engine.db import db, transaction
from engine.models import Message, Subscription
from engine.store import Command
from engine.work import Work


def send(
    name: str, correlation: str | None, payload: dict[str, Any], *, actor: str, key: str | None = None
) -> dict[str, Any]:
    """Send a message: to the instance that waits for it, else to the process that starts with it, else it is kept.

    Returns `delivered` and `started` (instance ids) and `kept`.
    """
    answer: dict[str, Any] = send_later(name, correlation, payload, actor=actor, key=key).result()
    return answer


def send_later(
    name: str, correlation: str | None, payload: dict[str, Any], *, actor: str, key: str | None = None
) -> Future[Any]:
    """As `send`, without waiting: many in flight share a commit."""
    body = ["message", name, correlation, payload]
    return store.submit(Command(lambda work: work.message(name, correlation, payload), actor, key, body))


def signal(name: str, payload: dict[str, Any], *, actor: str, key: str | None = None) -> dict[str, Any]:
    """Broadcast a signal to every instance that waits for it and every process that starts with it."""
    body = ["signal", name, payload]
    answer: dict[str, Any] = store.call(Command(lambda work: work.signal(name, payload), actor, key, body))
    return answer


def match_kept(limit: int = 200) -> int:
    """Deliver kept messages that found no subscription when they came, but would now; returns how many.

    Two processes can miss each other by a moment: one keeps the message while the other opens the subscription.
    Also the way in for what was kept while its instance was suspended. Expired messages are dropped.
    """
    fits = or_(Subscription.correlation == Message.correlation, Subscription.correlation.is_(None))
    query = (
        select(Message.id)
        .join(Subscription, (Subscription.name == Message.name) & (Subscription.kind == "message") & fits)
        .where(~Subscription.held, Message.expires > clock.now())
        .distinct()
        .order_by(Message.id)
        .limit(limit)
    )
    found = list(db.session.scalars(query))
    db.session.rollback()

    def again(number: int) -> Command:
        def run(work: Work) -> dict[str, Any] | None:
            table = Message.__table__
            row = work.connection.execute(select(table).where(table.c.id == number)).mappings().first()
            if row is None:
                return None
            work.rows.messages_taken.add(number)
            return work.message(row["name"], row["correlation"], orjson.loads(row["payload"]))

        return Command(run, "system")

    for answer in [store.submit(again(number)) for number in found]:
        answer.result()
    return len(found)


def drop_expired() -> int:
    """Forget messages that nobody has waited for until they expired; returns how many."""
    with transaction() as session:
        gone = delete(Message).where(Message.expires <= clock.now()).returning(Message.id)
        return len(session.scalars(gone).all())
