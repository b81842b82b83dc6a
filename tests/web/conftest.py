"""Pages are tested on SQLite: what differs between databases is tested with the engine's rooms."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from engine import definitions
from engine.db import db
from engine.hotline import orders, organisation
from engine.models import ProcessInstance, UserTask
from tests.conftest import KEYS
from web import accounts, translations, words

PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="session", autouse=True)
def texts() -> None:
    translations.compile()


@pytest.fixture(autouse=True)
def fresh_words() -> None:
    """What is kept by a version's id holds for one database; here each test has its own."""
    for kept in (words.element_names, words.watchers, words.fields):
        kept.cache_clear()


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "test.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application without a context: each request makes its own, as on a server, so that nothing of one leaks."""
    app = create_app({**KEYS, "database_url": database_url, "INSTANCE_PATH": tmp_path / "instance", "TESTING": True})
    yield app
    app.extensions["banjie.door"].stop()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class Person:
    """A browser of somebody who has signed in (or not); sends the CSRF token as a page would."""

    def __init__(self, app: Flask, username: str | None) -> None:
        self.client, self.username = app.test_client(), username
        if username:
            answer = self.post("/login", username=username, password=PASSWORD)
            assert answer.status_code == 302, answer.text

    def get(self, path: str, **kw):
        return self.client.get(path, **kw)

    def token(self) -> str:
        found = re.search(
            r'name="csrf-token" content="([^"]+)"',
            self.client.get("/login" if not self.username else "/account", follow_redirects=True).text,
        )
        assert found
        return found[1]

    def post(self, path: str, /, *, follow: bool = False, **fields):
        return self.client.post(path, data={**fields, "csrf_token": self.token()}, follow_redirects=follow)

    def send(self, method: str, path: str, body: dict | None = None, **headers):
        return self.client.open(
            path,
            method=method,
            json=body,
            headers={"X-CSRFToken": self.token(), "Accept": "application/json", **headers},
        )


@pytest.fixture
def person(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Person]:
    """`person("handler", unit="310115")`: an account of these roles, signed in. Without roles: nobody."""
    monkeypatch.setattr(accounts, "hash_password", lambda password: _hashed(app, password))
    with app.app_context():
        organisation.seed()
    made: dict[str, Person] = {}

    def sign_in(*roles: str, unit: str | None = None, name: str | None = None) -> Person:
        if not roles:
            return Person(app, None)
        username = name or "-".join((*roles, *([unit] if unit else [])))
        if username not in made:
            with app.app_context():
                accounts.create(username, PASSWORD, display_name=f"{username} 的姓名", unit=unit, roles=roles)
            made[username] = Person(app, username)
        return made[username]

    return sign_in


_hashes: dict[str, str] = {}


def _hashed(app: Flask, password: str) -> str:
    """argon2 takes 0.2 s, which is right for people and wrong for a test of each page."""
    from flask_security import hash_password

    if password not in _hashes:
        _hashes[password] = hash_password(password)
    return _hashes[password]


BUNDLE = Path(__file__).with_name("bundle")


@pytest.fixture
def deployed(app: Flask) -> Flask:
    """A process of two tasks: 核对 with a form, for any clerk; 办理 without, for handlers of unit 310115."""
    with app.app_context():
        definitions.deploy(definitions.read_bundle(BUNDLE, BUNDLE / "forms"), author="admin", note="第一版")
    return app


@pytest.fixture
def order(deployed: Flask) -> Callable[..., str]:
    """Register an order, which starts the process; returns its number."""

    def register(content: str = "商家拒绝退款，请联系13800138000", **fields) -> str:
        with deployed.app_context():
            filled = {"content": content, "name": "张三丰", "phone": "13800138000", **fields}
            return orders.register(filled, source="12345", actor="import").order_no

    return register


@pytest.fixture
def task_id(app: Flask) -> Callable[..., int]:
    """The id of the open task of that name (of that order)."""

    def find(name: str, order_no: str | None = None) -> int:
        with app.app_context():
            query = select(UserTask.id).join(ProcessInstance).where(UserTask.name == name, UserTask.ended.is_(None))
            found = db.session.scalars(query.where(ProcessInstance.business_key == order_no) if order_no else query)
            return found.one()

    return find
