from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine import clock, definitions
from engine.db import db
from engine.hotline import reminders
from engine.hotline.bulletin.models import Bulletin
from engine.hotline.models import Order
from engine.hotline.worklist import worklist
from engine.models import Incident, ProcessDefinition
from web import accounts, demo
from web.clocks import alerts
from web.permissions import as_viewer


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """An empty database: the demo makes its own tables."""
    return f"sqlite:///{tmp_path / 'demo.db'}"


def test_the_demo_is_prepared_once_and_every_shown_account_has_a_page(app: Flask, monkeypatch):
    monkeypatch.setattr(demo, "STEPS", 40)
    with app.app_context():
        demo.prepare(app)
        before = _counts()
        demo.prepare(app)
        assert _counts() == before
        assert before["orders"] == 33 and before["incidents"] == 0
        assert [user.username for user in demo.shown_accounts()] == list(demo.SHOWN)
        _late_work_is_there()
        published = db.session.scalars(select(Bulletin).where(Bulletin.published_at.is_not(None))).one()
        assert published.signed_by == "张建华"
    for name in demo.SHOWN:
        client = app.test_client()
        token = client.get("/login").text.split('name="csrf-token" content="')[1].split('"')[0]
        client.post("/login", data={"username": name, "password": demo.PASSWORD, "csrf_token": token})
        assert client.get("/", follow_redirects=True).status_code == 200


def _late_work_is_there() -> None:
    """The handler and the reviewer shown have overdue work and work near its end; the clerk is told of it."""
    users = {user.username: as_viewer(user) for user in demo.shown_accounts()}
    for name in ("handler-310115", "leader-310115"):
        rows = worklist(users[name], scope="unit").rows
        assert any(row.due and row.due < clock.now() for row in rows), name
        assert "催办" in set(alerts(row.task_id for row in rows).values()), name
    assert {late.code for late in reminders.late_of_own(users["clerk"])} >= {"C04"}


def _counts() -> dict[str, int]:
    tables = {"orders": Order, "users": accounts.User, "versions": ProcessDefinition, "incidents": Incident}
    return {name: db.session.scalar(select(func.count()).select_from(table)) for name, table in tables.items()}


def test_a_process_the_admin_has_changed_is_left_alone(app: Flask, monkeypatch):
    monkeypatch.setattr(demo, "STEPS", 0)
    settings = app.config["SETTINGS"]
    with app.app_context():
        demo.prepare(app)
        bundle = definitions.read_bundle(settings.processes_path / "consult", settings.forms_path)
        name = next(path for path in bundle if path.endswith(".bpmn"))
        bundle[name] = bundle[name].replace("业务答复".encode(), "业务答复（新）".encode())
        assert definitions.deploy(bundle, author="admin").new == [("consult", 2)]
        demo.prepare(app)
        assert db.session.scalar(select(func.max(ProcessDefinition.version))) == 2
