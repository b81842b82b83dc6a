"""Loads the hotline before the test databases are made; an intake that starts nothing but remembers everything."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

import engine.hotline  # noqa: F401  its tables must be known when the databases are made
from engine import errors, messages
from engine.db import transaction
from engine.models import Deployment, Inbox, ProcessDefinition, StartSubscription

NOW = datetime(2026, 5, 11, 2, tzinfo=UTC)


class Intake:
    """Stands in for the door: takes `order.received` like the engine does, once for each key."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any], str, str]] = []
        self.down = False

    def send_later(self, name: str, correlation: str, payload: dict[str, Any], *, actor: str, key: str) -> Future[Any]:
        future: Future[Any] = Future()
        if self.down:
            future.set_exception(errors.Unavailable())
            return future
        assert name == "order.received"
        self.sent.append((correlation, payload, actor, key))
        with transaction() as session:
            session.merge(Inbox(key=key, body=bytes(32), answer="{}", at=NOW))
        future.set_result({"delivered": [], "started": [len(self.sent)], "kept": False})
        return future


def deploy(key: str = "intake", message: str | None = "order.received") -> int:
    """A definition without a diagram; returns its id."""
    with transaction() as session:
        deployment = Deployment(sha256=key, author="analyst", at=NOW)
        session.add(deployment)
        session.flush()
        definition = ProcessDefinition(
            key=key, version=1, name=key, path=f"{key}.bpmn", deployment_id=deployment.id, at=NOW
        )
        session.add(definition)
        session.flush()
        if message:
            session.add(StartSubscription(definition_id=definition.id, element="start", kind="message", name=message))
        return definition.id


@pytest.fixture
def intake(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Intake:
    """The intake process is deployed."""
    deploy()
    stand_in = Intake()
    monkeypatch.setattr(messages, "send_later", stand_in.send_later)
    return stand_in
