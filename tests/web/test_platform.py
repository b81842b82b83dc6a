"""The page of what the national platform was told."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.clock import now
from engine.db import transaction
from engine.models import Incident, Job


@pytest.fixture
def lost(app: Flask, order) -> str:
    """An order whose registration was given up; its number."""
    number = order()
    with app.app_context(), transaction() as session:
        session.add(
            Job(id=5, instance_id=1, token=None, element="sync_platform", connector="platform", payload="{}",
                status="failed", attempts=6, run_at=now(), error="connection refused", created=now())
        )  # fmt: skip
        session.add(
            Incident(id=7, instance_id=1, element="sync_platform", kind="job", message="connection refused",
                     status="open", opened=now(), retry='{"job":5}')
        )  # fmt: skip
    return number


def test_what_failed_is_shown_and_repeated_by_the_admin(lost: str, person):
    page = person("coordinator", unit="HO").get("/platform").text
    assert lost in page and "connection refused" in page and "工单登记" in page and "由系统管理员重试" in page
    admin = person("admin")
    assert "全部重试" in admin.get("/platform").text
    page = admin.post("/platform/repeat", follow=True).text
    assert "已重新排队 1 件" in page and "没有失败的报送" in page


def test_orders_that_were_never_told_are_named(order, person):
    number = order()
    page = person("coordinator", unit="HO").get("/platform").text
    assert "还没有报送过" in page and number in page


def test_only_who_looks_after_incidents_sees_it_and_only_the_admin_repeats(lost: str, person):
    assert person("handler", unit="310115").get("/platform").status_code == 403
    assert person("coordinator", unit="HO").post("/platform/repeat").status_code == 403
    assert 'href="/platform"' in person("coordinator", unit="HO").get("/orders").text
