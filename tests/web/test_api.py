from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web import accounts
from web.permissions import Permission, declared


@pytest.fixture
def machine(app: Flask, person) -> Callable[..., Machine]:
    """`machine("clerk", unit="HO")`: a program with the token of such a user."""

    def sign_in(*roles: str, unit: str | None = None) -> Machine:
        user = person(*roles, unit=unit)
        with app.app_context():
            return Machine(app.test_client(), accounts.issue_token(user.username, "test"))

    return sign_in


class Machine:
    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def get(self, path: str):
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path: str, body: dict | None = None, **headers: str):
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers | headers)


ORDER = {"ext_no": "W-1", "content": "商家拒绝退款", "name": "张三丰", "phone": "13800138000"}


def test_an_order_with_its_own_number_is_registered_once(deployed, machine):
    clerk = machine("clerk", unit="HO")
    first, second = clerk.post("/orders", ORDER), clerk.post("/orders", ORDER)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["new"] and not second.json["new"]
    assert first.json["order_no"] == second.json["order_no"]
    assert first.headers["Location"].endswith(first.json["order_no"])


def test_an_order_without_number_is_registered_once_by_its_key(deployed, machine):
    clerk = machine("clerk", unit="HO")
    body = {"content": "商家拒绝退款"}
    numbers = {clerk.post("/orders", body, **{"Idempotency-Key": "k"}).json["order_no"] for _ in range(2)}
    assert len(numbers) == 1


def test_an_order_that_could_be_doubled_is_refused(deployed, machine):
    answer = machine("clerk", unit="HO").post("/orders", {"content": "商家拒绝退款"})
    assert answer.status_code == 422 and "ext_no" in answer.json["errors"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phone": "1"}, "phone"),
        ({"priority": 7}, "priority"),
        ({"colour": "red"}, "colour"),
        ({"content": ""}, "content"),
    ],
)
def test_what_is_wrong_is_told_by_field(deployed, machine, wrong: dict, field: str):
    answer = machine("clerk", unit="HO").post("/orders", ORDER | wrong)
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert field in answer.json["errors"]


def test_malformed_json_is_400_and_nothing_leaks(deployed, machine):
    clerk = machine("clerk", unit="HO")
    answer = clerk.client.post("/api/v1/orders", data="{", content_type="application/json", headers=clerk.headers)
    assert answer.status_code == 400 and answer.mimetype == "application/problem+json"


def test_an_order_is_told_without_personal_data(deployed, machine):
    clerk = machine("clerk", unit="HO")
    number = clerk.post("/orders", ORDER).json["order_no"]
    answer = clerk.get(f"/orders/{number}")
    assert answer.json["state"] == "received" and answer.json["ext_no"] == "W-1"
    assert "13800138000" not in answer.text and "张三丰" not in answer.text
    assert clerk.get("/orders/none").status_code == 404


def test_a_task_is_listed_claimed_and_completed(deployed, machine, order):
    number = order()
    clerk = machine("clerk", unit="HO")
    [task] = clerk.get("/tasks?scope=unit").json["rows"]
    assert (task["name"], task["order_no"]) == ("核对", number)
    assert clerk.post(f"/tasks/{task['task_id']}/claim").status_code == 204
    assert [row["assignee"] for row in clerk.get("/tasks").json["rows"]] == ["clerk-HO"]
    path = f"/tasks/{task['task_id']}/complete"
    assert clerk.post(path, {"values": {}}).status_code == 422
    answers = [clerk.post(path, {"values": {"finding": "属实"}}, **{"Idempotency-Key": "k"}).json for _ in range(2)]
    assert answers[0] == answers[1] and answers[0]["completed"] is False
    assert clerk.post(path, {"values": {"finding": "属实"}}).status_code == 409


def test_a_token_has_the_permissions_of_its_user(deployed, machine, order):
    order()
    handler = machine("handler", unit="310101")
    assert handler.post("/orders", ORDER).status_code == 403
    assert handler.get("/tasks?scope=all").json["rows"] == []
    assert handler.post("/tasks/1/claim").status_code == 403


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer ", "Basic YTpi"])
def test_without_a_valid_token_there_is_401_whatever_the_cookie(person, header: str | None):
    signed_in = person("clerk", unit="HO")
    answer = signed_in.get("/api/v1/tasks", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401 and answer.mimetype == "application/problem+json"


def test_a_token_of_a_closed_account_opens_nothing(app: Flask, machine):
    clerk = machine("clerk", unit="HO")
    with app.app_context(), accounts.transaction() as session:
        session.scalar(accounts.select(accounts.User)).active = False
    assert clerk.get("/tasks").status_code == 401


def test_errors_speak_the_language_that_is_asked_for(app: Flask, machine):
    clerk = machine("clerk", unit="HO")
    english = clerk.client.get("/api/v1/tasks/987654/x", headers=clerk.headers | {"Accept-Language": "en"})
    assert english.json["detail"] == "Not found"


def test_the_description_names_every_operation_and_asks_for_the_token(app: Flask, client: FlaskClient):
    spec = client.get("/openapi.json").json
    described = {(path, verb) for path, verbs in spec["paths"].items() for verb in verbs}
    assert described == {
        ("/api/v1/credit", "get"),
        ("/api/v1/messages", "post"),
        ("/api/v1/orders", "post"),
        ("/api/v1/orders/{order_no}", "get"),
        ("/api/v1/tasks", "get"),
        ("/api/v1/tasks/{task_id}/claim", "post"),
        ("/api/v1/tasks/{task_id}/complete", "post"),
    }
    assert all("bearer" in operation["security"][0] for verbs in spec["paths"].values() for operation in verbs.values())
    operations = [operation for verbs in spec["paths"].values() for operation in verbs.values()]
    assert all("bearer" in operation["security"][0] for operation in operations)
    endpoints = [rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert Permission.PUBLIC not in {declared(app, endpoint) for endpoint in endpoints}


def test_a_message_of_another_system_is_taken_once_and_kept_for_whoever_will_wait(deployed, machine):
    sender = machine("coordinator", unit="HO")
    body = {"name": "complaint.withdrawn", "correlation": "SH1-C1", "payload": {}}
    first = sender.post("/messages", body, **{"Idempotency-Key": "m1"})
    assert first.status_code == 200 and first.json == {"delivered": [], "started": [], "kept": True}
    assert sender.post("/messages", body, **{"Idempotency-Key": "m1"}).json == first.json
    other = {**body, "correlation": "SH2-C1"}
    assert sender.post("/messages", other, **{"Idempotency-Key": "m1"}).status_code == 409


def test_an_order_cannot_come_in_as_a_message(deployed, machine):
    body = {"name": "order.received", "correlation": "X", "payload": {}}
    assert machine("coordinator", unit="HO").post("/messages", body).status_code in (400, 422)
    assert machine("handler", unit="310104").post("/messages", {**body, "name": "x"}).status_code == 403
