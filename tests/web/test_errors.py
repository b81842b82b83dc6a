from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from engine import errors
from web.errors import STATUS, status_of
from web.permissions import Permission, requires


@pytest.fixture
def failing(app: Flask):
    """A view that raises what it is given."""
    what: list[Exception] = []

    @requires(Permission.PUBLIC)
    def fail() -> str:
        raise what[-1]

    app.add_url_rule("/fail", "fail", fail)
    return what


def _every(kind: type) -> list[type]:
    return [kind, *(c for child in kind.__subclasses__() for c in _every(child))]


@pytest.mark.parametrize("kind", _every(errors.BanjieError))
def test_every_error_of_the_house_has_a_status(kind: type):
    assert 400 <= status_of(kind([], "x") if kind is errors.DiagramRefused else kind.__new__(kind)) <= 503


def test_the_nearest_class_decides():
    assert status_of(errors.TaskGone()) == STATUS[errors.Conflict] == 409


def test_an_error_is_a_page_for_people_and_problem_json_for_scripts(failing, client):
    failing.append(errors.NotFound("no task 7", zh="没有任务 7"))
    page = client.get("/fail")
    assert (page.status_code, page.mimetype) == (404, "text/html") and "没有任务 7" in page.text
    problem = client.get("/fail", headers={"Accept": "application/json"})
    assert problem.mimetype == "application/problem+json"
    assert problem.json["detail"] == "没有任务 7" and problem.json["type"] == "urn:banjie:problem:not-found"


def test_an_unknown_error_tells_an_id_that_the_log_has_too_and_nothing_else(app, failing, client, caplog):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    failing.append(RuntimeError("password=hunter2 at /srv/banjie"))
    with caplog.at_level(logging.ERROR):
        problem = client.get("/fail", headers={"Accept": "application/json"})
    assert problem.status_code == 500
    assert "hunter2" not in problem.text and "RuntimeError" not in problem.text
    assert problem.json["id"] in caplog.text


def test_form_errors_come_by_field(failing, client):
    failing.append(errors.FormInvalid({"phone": ["号码有误"]}))
    problem = client.get("/fail", headers={"Accept": "application/json"})
    assert problem.status_code == 422 and problem.json["errors"] == {"phone": ["号码有误"]}


def test_a_lost_race_tells_who_and_when(failing, client, person):
    person("handler", name="wang")
    failing.append(
        errors.TaskGone(
            "task 7 was ended by wang", zh="该任务已由 wang 办结", by="wang", at=datetime(2026, 1, 2, tzinfo=UTC)
        )
    )
    problem = client.get("/fail", headers={"Accept": "application/json"})
    assert problem.status_code == 409
    assert problem.json["detail"] == "该任务已由 wang 的姓名 办结"


def test_findings_of_the_gate_are_told_with_their_mending(failing, client):
    finding = errors.Finding(
        "loops", "error", "a.bpmn", "Task_1", "死循环", "endless loop", "加上条件", "add a condition"
    )
    failing.append(errors.DiagramRefused([finding]))
    assert client.get("/fail", headers={"Accept": "application/json"}).json["findings"][0]["mend"] == "加上条件"
    assert "死循环" in client.get("/fail").text


def test_a_silent_database_is_a_passing_503(failing, client):
    failing.append(OperationalError("SELECT secret", {}, Exception("down")))
    answer = client.get("/fail")
    assert answer.status_code == 503 and "SELECT" not in answer.text


def test_while_the_database_is_away_each_request_logs_one_line_with_the_reason(failing, client, caplog):
    failing.append(OperationalError("SELECT secret", {}, Exception("connection refused\nIs the server running?")))
    client.get("/fail")
    [line] = [record for record in caplog.records if record.name == "banjie.web"]
    assert line.exc_info is None and line.getMessage().endswith(": connection refused")


def test_an_address_that_does_not_exist_is_404_in_the_language_of_the_reader(client, person):
    assert "找不到" in client.get("/nowhere").text
    handler = person("handler")
    handler.get("/language/en")
    assert "not found" in handler.get("/nowhere").text.lower() or "no such" in handler.get("/nowhere").text.lower()


def test_who_was_faster_is_told_by_user_name_when_the_database_has_gone_away(
    app: Flask, failing: list[Exception], monkeypatch: pytest.MonkeyPatch
):
    def gone(_usernames: list[str]) -> dict[str, str]:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr("web.accounts.names", gone)
    failing.append(errors.TaskGone("ended by ann", zh="已由 ann 办结", by="ann"))
    answer = app.test_client().get("/fail", headers={"Accept": "application/json"})
    assert answer.status_code == 409 and answer.json["detail"] == "已由 ann 办结"
