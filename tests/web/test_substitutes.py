"""Standing in for a colleague: entered on a page, felt in the worklist, told in the history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import clock

TODAY = clock.today()
NOW = {"first": TODAY.isoformat(), "last": (TODAY + timedelta(days=1)).isoformat()}  # a run may pass midnight


@pytest.fixture
def away(person, order, task_id):
    """A clerk of the office with a claimed task, and a handler of a district who is to stand in."""
    number = order()
    clerk, task = person("clerk", unit="HO"), task_id("核对", number)
    clerk.post(f"/tasks/{task}/claim")
    return clerk, person("handler", unit="310115"), task, number


def test_who_stands_in_takes_over_does_it_and_the_history_says_so(away):
    clerk, other, task, number = away
    assert other.get(f"/tasks/{task}").status_code == 403
    said = {"absent": "clerk-HO", "substitute": "handler-310115", "reason": "年休假"}
    assert clerk.post("/substitutes", **said, **NOW).status_code == 303
    row = other.get("/tasks?scope=mine").text
    assert f"/tasks/{task}" in row and "代 clerk-HO 的姓名" in row and "接手" in row
    page = other.get(f"/tasks/{task}").text
    assert "clerk-HO 的姓名 不在岗，由您代理" in page
    assert other.post(f"/tasks/{task}/claim").status_code == 303
    assert other.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}).status_code == 200
    history = clerk.get(f"/orders/{number}").text
    assert "handler-310115 的姓名（代clerk-HO 的姓名）" in history


def test_it_ends_when_who_was_away_is_back(away):
    clerk, other, task, _number = away
    clerk.post("/substitutes", absent="clerk-HO", substitute="handler-310115", **NOW)
    assert other.post("/substitutes/1/end").status_code == 403  # only the absent, or who looks after them
    assert clerk.post("/substitutes/1/end").status_code == 303
    assert other.get(f"/tasks/{task}").status_code == 403
    assert "已取消" in clerk.get("/substitutes").text


def test_another_bureaus_people_are_not_ones_own_to_send_away(away, person):
    head = person("leader", unit="310115")
    said = {"substitute": "leader-310115", **NOW}
    assert head.post("/substitutes", absent="clerk-HO", **said).status_code == 403
    assert head.post("/substitutes", absent="handler-310115", **said).status_code == 303
    assert "handler-310115 的姓名" in head.get("/substitutes").text
    assert "clerk-HO" not in head.get("/substitutes").text.split("</table>")[0]


@pytest.mark.parametrize(
    "wrong", [{"substitute": "admin"}, {"last": (TODAY - timedelta(days=1)).isoformat()}, {"first": ""}]
)
def test_what_is_wrong_is_said(away, person, wrong):
    clerk, _other, _task, _number = away
    person("admin")
    said = {"absent": "clerk-HO", "substitute": "handler-310115", **NOW, **wrong}
    answer = clerk.post("/substitutes", **said)
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_machines_stand_in_as_people_do(app, away):
    from web import accounts

    clerk, _other, task, _number = away
    clerk.post("/substitutes", absent="clerk-HO", substitute="handler-310115", **NOW)
    with app.app_context():
        token = accounts.issue_token("handler-310115", "test")
    head = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    body = {"values": {"finding": "属实"}}
    assert client.post(f"/api/v1/tasks/{task}/complete", json=body, headers=head).status_code == 200
