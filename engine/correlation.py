"""Who should hear a message: stored rows, corrected by what this transaction has staged and not written yet.

The statements are made once: building one costs more than running it. Most names are heard by nobody or kept for
nobody; that is asked once per transaction and name, in `Names`, and saves a round trip for every message.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine import models
from engine.rows import Row, Rows

_subscription, _message = models.Subscription.__table__, models.Message.__table__
_start, _definition = models.StartSubscription.__table__, models.ProcessDefinition.__table__

_WAITING = (
    select(_subscription.c.instance_id, _subscription.c.token, _subscription.c.element)
    .where(_subscription.c.name == bindparam("name"), _subscription.c.kind == bindparam("kind"), ~_subscription.c.held)
    .order_by(_subscription.c.instance_id, _subscription.c.token)
)
_WAITING_FOR = _WAITING.where(
    (_subscription.c.correlation == bindparam("correlation")) | _subscription.c.correlation.is_(None)
)
_KEPT = (
    select(_message)
    .where(_message.c.name == bindparam("name"), _message.c.expires > bindparam("now"))
    .order_by(_message.c.id)
    .limit(50)
)
_KEPT_FOR = _KEPT.where(_message.c.correlation == bindparam("correlation"))
_STARTS = (
    select(_definition.c.key, _definition.c.id, _start.c.element)
    .join(_definition, _definition.c.id == _start.c.definition_id)
    .where(_start.c.kind == bindparam("kind"), _start.c.name == bindparam("name"), _definition.c.state == "active")
    .order_by(_definition.c.version)
)


_ANY_WAITING = select(_subscription.c.token).where(_subscription.c.name == bindparam("name")).limit(1)
_ANY_KEPT = select(_message.c.id).where(_message.c.name == bindparam("name")).limit(1)


class Names:
    """Which names anybody waits for, or a message is kept for, in the database. Forgotten with each transaction."""

    def __init__(self) -> None:
        self.waited_for: dict[str, bool] = {}
        self.kept: dict[str, bool] = {}

    def forget(self) -> None:
        self.waited_for.clear()
        self.kept.clear()

    def anybody_waits(self, connection: Connection, name: str) -> bool:
        if name not in self.waited_for:
            self.waited_for[name] = connection.execute(_ANY_WAITING, {"name": name}).first() is not None
        return self.waited_for[name]

    def any_kept(self, connection: Connection, name: str) -> bool:
        if name not in self.kept:
            self.kept[name] = connection.execute(_ANY_KEPT, {"name": name}).first() is not None
        return self.kept[name]


def subscribers(
    connection: Connection, staged: Iterable[Rows], names: Names, kind: str, name: str, correlation: str | None
) -> list[tuple[int, int, str]]:
    """(instance, token, element) of those who wait for it, the one that has waited longest first.

    A subscription without correlation takes any message of its name; a signal has no correlation.
    """
    values = {"name": name, "kind": kind}
    stored: Iterable[Any] = ()
    if names.anybody_waits(connection, name):
        if kind == "message":
            stored = connection.execute(_WAITING_FOR, values | {"correlation": correlation})
        else:
            stored = connection.execute(_WAITING, values)
    found = {(instance, token, element, kind, name): None for instance, token, element in stored}
    for rows in staged:
        changes = rows.subscriptions
        for key in (*changes.gone, *(k for k, held in changes.held.items() if held)):
            found.pop(key, None)
        for key, row in changes.new.items():
            fits = kind == "signal" or row["correlation"] in (None, correlation)
            if row["kind"] == kind and row["name"] == name and fits and not row["held"]:
                found[key] = None
    return [key[:3] for key in found]


def kept(
    connection: Connection, staged: Iterable[Rows], names: Names, name: str, correlation: str | None, now: datetime
) -> tuple[int, Row] | None:
    """The oldest message that was kept for such a subscription, with its number."""
    query, values = _KEPT, {"name": name, "now": now}
    if correlation is not None:
        query, values = _KEPT_FOR, values | {"correlation": correlation}
    found: dict[int, Row] = {}
    if names.any_kept(connection, name):
        found = {row["id"]: dict(row) for row in connection.execute(query, values).mappings()}
    for rows in staged:
        for number in rows.messages_taken:
            found.pop(number, None)
        for number, row in rows.messages.items():
            if row["name"] == name and correlation in (None, row["correlation"]):
                found[number] = row
    return min(found.items(), default=None)


def starts(connection: Connection, kind: str, name: str) -> dict[str, tuple[int, str]]:
    """Process key -> (definition, start element) of the newest active versions that begin with it."""
    rows: Any = connection.execute(_STARTS, {"kind": kind, "name": name})
    return {key: (number, element) for key, number, element in rows}
