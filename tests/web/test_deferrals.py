"""The page of extensions and shelved matters: whose they are, and waking those that wait for a policy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from engine import clock, definitions, messages
from tests.processes import play


@pytest.fixture
def matter(order: Callable[..., str], deployed: Flask) -> str:
    """A complaint of unit 310115, with the processes for more time; its number."""
    with deployed.app_context():
        for name in ("complaint", "extension"):
            files = definitions.read_bundle(play.ROOT / "processes" / name, play.ROOT / "forms")
            definitions.deploy(files, author="ann")
        number = order()
        start = next(s.start for s in play.scenarios() if s.process == "complaint")
        now = clock.local(clock.now()).isoformat()
        start = start | {"order_no": number, "matter_no": f"{number}-C1", "unit": "310115", "case_clock": "C04"}
        start |= {"received_at": now, "dispatched_at": now}
        messages.send("matter.complaint", f"{number}-C1", start, actor="import")
    return f"{number}-C1"


def _ask(person, matter: str, name: str, values: dict) -> None:
    handler = person("handler", unit="310115")
    answer = handler.send("POST", f"/orders/{matter[:-3]}/actions/{name}?matter={matter}", {"values": values})
    assert answer.status_code == 200, answer.text


def test_an_extension_is_asked_for_on_the_order_and_listed(matter: str, person):
    handler = person("handler", unit="310115")
    assert "申请延期" in handler.get(f"/orders/{matter[:-3]}").text
    asked = {
        "extension_reason": "特殊疑难", "extension_days": "15", "extension_note": "调解尚在进行",
        "interim_reply": "已受理，正在调解",
    }  # fmt: skip
    _ask(person, matter, "extend", asked)
    page = handler.get("/deferrals").text
    assert matter in page and "待审批" in page and "特殊疑难" in page
    assert matter not in person("handler", unit="310101").get("/deferrals").text


def test_a_shelved_matter_is_woken_by_a_change_of_policy(matter: str, person, task_id):
    review = (clock.local(clock.now()) + timedelta(days=30)).date().isoformat()
    asked = {
        "shelve_reason": "政策缺失",
        "shelve_note": "等待办法",
        "review_date": review,
        "told_note": "办法出台后恢复",
    }
    _ask(person, matter, "shelve", asked)
    leader, task = person("leader", unit="310115"), task_id("批准挂账")
    leader.post(f"/tasks/{task}/claim")
    agreed = {"shelve_opinion": "同意", "review_date": review, "shelve_opinion_note": "同意"}
    assert leader.send("POST", f"/tasks/{task}", {"values": agreed}).status_code == 200
    coordinator = person("coordinator", unit="HO")
    assert matter in coordinator.get("/deferrals").text
    assert leader.post("/deferrals/policy", note="办法已出台").status_code == 403
    assert coordinator.post("/deferrals/policy", note="").status_code == 422
    done = coordinator.post("/deferrals/policy", note="补助办法已出台", follow=True)
    assert "1 件挂账事项已转入复核" in done.text and task_id("复核")


def test_a_review_date_beyond_ninety_days_is_told_at_its_field(matter: str, person):
    late = (clock.local(clock.now()) + timedelta(days=91)).date().isoformat()
    asked = {"shelve_reason": "政策缺失", "shelve_note": "等待办法", "review_date": late, "told_note": "办法出台后恢复"}
    handler = person("handler", unit="310115")
    answer = handler.send("POST", f"/orders/{matter[:-3]}/actions/shelve?matter={matter}", {"values": asked})
    assert answer.status_code == 422 and "90日" in answer.json["errors"]["review_date"][0]
