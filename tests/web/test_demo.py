from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine import definitions
from engine.db import db
from engine.hotline.models import Order
from engine.models import Incident, ProcessDefinition
from web import accounts, demo


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
        assert before["orders"] == 29 and before["incidents"] == 0
        assert [user.username for user in demo.shown_accounts()] == list(demo.SHOWN)
    for name in demo.SHOWN:
        client = app.test_client()
        token = client.get("/login").text.split('name="csrf-token" content="')[1].split('"')[0]
        client.post("/login", data={"username": name, "password": demo.PASSWORD, "csrf_token": token})
        assert client.get("/", follow_redirects=True).status_code == 200


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
