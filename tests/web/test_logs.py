from __future__ import annotations

import json
import logging

import pytest
from flask import Flask

from web import logs

SECRET = "李四 13800138000"


@pytest.fixture
def lines() -> list[dict]:
    """What is logged while the test runs, as it would be written."""
    found: list[dict] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(self.format(record)))

    root, own = logging.getLogger(), logging.getLogger("banjie")
    kept = Kept()
    kept.setFormatter(logs.Lines())
    root.addHandler(kept)
    level = own.level
    own.setLevel(logging.INFO)
    yield found
    own.setLevel(level)
    root.removeHandler(kept)


def test_a_request_is_a_line_with_its_route_status_and_time(client, lines):
    answer = client.get("/healthz?name=x")
    [line] = [line for line in lines if line["logger"] == "banjie.request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/healthz", 200)
    assert line["ms"] >= 0 and line["level"] == "info" and line["at"].endswith("+00:00")
    assert answer.headers["X-Request-Id"] == line["request"]


def test_the_id_a_proxy_gave_is_kept_and_nothing_else_may_be_one(client):
    kept = client.get("/healthz", headers={"X-Request-Id": "proxy-0123456789"})
    assert kept.headers["X-Request-Id"] == "proxy-0123456789"
    made = client.get("/healthz", headers={"X-Request-Id": 'x" onload="'})
    assert logs.GIVEN.fullmatch(made.headers["X-Request-Id"])


def test_nothing_that_a_person_types_or_is_called_is_in_a_line(person, lines):
    handler = person("handler", unit="310115")
    handler.get(f"/orders?q={SECRET}")
    handler.get(f"/orders/{SECRET}")
    handler.post("/tasks/1", values=SECRET)
    said = json.dumps(lines, ensure_ascii=False)
    assert "/orders/<order_no>" in said
    for part in (*SECRET.split(), handler.username):
        assert part not in said


def test_an_error_is_its_kind_and_place_without_its_text(app: Flask, client, lines):
    def fail() -> None:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(f"no {SECRET}") from error

    fail.permission = "public"
    app.add_url_rule("/fail", "fail", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get("/fail").status_code == 500
    [line] = [line for line in lines if "error" in line]
    assert [each["kind"] for each in line["error"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert "test_logs.py" in line["error"][0]["frames"][-1]
    assert SECRET not in json.dumps(lines, ensure_ascii=False)


def test_an_exception_in_a_message_is_told_by_its_kind(lines):
    logging.getLogger("banjie.x").warning("again after %s, %d times", ValueError(SECRET), 2)
    assert lines[-1]["text"] == "again after ValueError, 2 times"


def test_others_are_heard_from_a_warning_on():
    config = logs.config("info")
    assert config["root"]["level"] == "WARNING" and config["loggers"]["engine"]["level"] == "INFO"
    assert logs.config("nonsense")["loggers"]["web"]["level"] == "INFO"
