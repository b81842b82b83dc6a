from __future__ import annotations

import pytest
from flask import Flask

from engine.clock import now
from engine.db import transaction
from engine.models import Incident


@pytest.fixture
def incident(app: Flask, order) -> int:
    """An open incident of an instance, as a fault of its diagram leaves one."""
    order()
    with app.app_context(), transaction() as session:
        session.add(
            Incident(id=1, instance_id=1, element="look", kind="task", message="除以零", status="open", opened=now(),
                     retry='{"task": 1, "values": {"finding": "属实"}}')
        )  # fmt: skip
    return 1


def test_incidents_are_listed_with_the_words_of_the_diagram(incident, person):
    page = person("coordinator").get("/incidents").text
    assert "除以零" in page and "核对" in page


def test_a_retry_that_works_resolves_the_incident(incident, person, task_id):
    admin = person("admin")
    page = admin.post(f"/incidents/{incident}/retry", follow=True).text
    assert "重试成功" in page and "已处理" in page
    assert task_id("办理")


def test_an_incident_is_put_aside_only_with_a_note(incident, person):
    admin = person("admin")
    assert admin.post(f"/incidents/{incident}/resolve", note=" ").status_code == 422
    admin.post(f"/incidents/{incident}/resolve", note="数据已更正")
    assert "没有异常" in admin.get("/incidents").text
    assert "除以零" in admin.get("/incidents?status=resolved").text
    assert admin.post(f"/incidents/{incident}/resolve", note="再来一次").status_code == 409


def test_only_an_admin_retries(incident, person):
    assert person("coordinator").post(f"/incidents/{incident}/retry").status_code == 403


def test_an_incident_that_does_not_exist_is_404(person):
    assert person("admin").get("/incidents/99").status_code == 404
