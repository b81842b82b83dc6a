"""A real server, a real worker and a real browser: the demo's people and bundles on a database of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from app import create_app
from engine.db import db
from tests.browser.visitor import Visitor
from tests.conftest import KEYS
from web import demo, frontend_build, translations
from web.serve import server_command

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-quic", "--disable-component-update",
]  # fmt: skip
PATIENCE = 30.0  # seconds until the server must answer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of gunicorn, with a worker beside it, as `make run` starts them; few colleagues have worked yet."""
    frontend_build.build()
    translations.compile()
    home = tmp_path_factory.mktemp("browser")
    settings = {**KEYS, "database_url": f"sqlite:///{home / 'banjie.db'}"}
    _prepare(settings, home)
    port = _free_port()
    environment = os.environ | {f"BANJIE_{name.upper()}": value for name, value in settings.items()}
    environment |= {"BANJIE_DEMO": "true", "FLASK_APP": "app:create_app", "BANJIE_WORKER_TICK": "0.2"}
    with (home / "log").open("wb") as log:
        commands = (server_command(port), [sys.executable, "-m", "flask", "worker"])
        started = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in commands]
        try:
            address = f"http://127.0.0.1:{port}"
            _await(f"{address}/readyz", home / "log")
            yield address
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(10)


def _prepare(settings: dict[str, str], home: Path) -> None:
    app = create_app({**settings, "INSTANCE_PATH": home})
    with pytest.MonkeyPatch.context() as patch, app.app_context():
        patch.setattr(demo, "STEPS", 60)
        demo.prepare(app)
        app.extensions["banjie.door"].stop()
        db.session.remove()
        db.engine.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(url: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server does not answer:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium; the one that Playwright would download is not wanted."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium: the pages are not tested in a browser (apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def _visits(browser: Browser, server: str) -> Iterator[Callable[..., Visitor]]:
    visitors: list[Visitor] = []

    def sign_in(username: str | None = None) -> Visitor:
        context = browser.new_context(base_url=server, locale="zh-CN", timezone_id="Asia/Shanghai")
        visitors.append(Visitor(context.new_page()))
        if username:
            visitors[-1].sign_in(username, demo.PASSWORD)
        return visitors[-1]

    yield sign_in
    for visitor in visitors:
        visitor.page.context.close()
    assert [said for visitor in visitors for said in visitor.complaints] == [], "a browser's console complained"


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Visitor]]:
    """`visit("clerk")`: a browser of its own for that person, signed in; they all end with the test."""
    yield from _visits(browser, server)


@pytest.fixture(scope="module")
def guest(browser: Browser, server: str) -> Iterator[Callable[..., Visitor]]:
    """The same, but one browser for each person, which stays open for all tests of a file."""
    visits = _visits(browser, server)
    known = cache(next(visits))
    yield known
    next(visits, None)
