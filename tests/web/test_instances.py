from __future__ import annotations

import json
import re

import pytest

from web.instances import masked


@pytest.fixture
def instance(order):
    order()
    return 1


def test_the_list_is_filtered_by_status_and_order(instance, order, person):
    second = order()
    admin = person("admin")
    assert len(re.findall(r'href="/instances/\d+"', admin.get("/instances").text)) == 2
    assert len(re.findall(r'href="/instances/\d+"', admin.get(f"/instances?q={second}").text)) == 1
    assert "没有符合条件的实例" in admin.get("/instances?status=completed").text


def test_an_instance_shows_tokens_history_and_for_an_admin_its_variables(instance, person):
    page = person("admin").get(f"/instances/{instance}").text
    overlay = json.loads(re.search(r'id="diagram-overlay">(.*?)</script>', page, re.S)[1])
    assert overlay["active"] == [{"element": "look"}] and overlay["path"]["come"] == 1
    assert "流程开始" in page and "order_no" in page
    watching = person("auditor").get(f"/instances/{instance}").text
    assert "流程开始" in watching and "order_no" not in watching


def test_suspend_holds_the_work_and_resume_lets_it_go_on(instance, person, task_id):
    admin, clerk = person("admin"), person("clerk", unit="HO")
    task = task_id("核对")
    refused = admin.post(f"/instances/{instance}/suspend", reason="")
    assert refused.status_code == 422 and "请写明挂起或取消的理由" in refused.text
    assert 'data-missing="请写明挂起或取消的理由"' in admin.get(f"/instances/{instance}").text
    admin.post(f"/instances/{instance}/suspend", reason="等待通知")
    assert "已挂起" in admin.get(f"/instances/{instance}").text
    assert clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}).status_code == 409
    admin.post(f"/instances/{instance}/resume")
    assert clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}).status_code == 200


def test_cancel_asks_for_a_reason_and_keeps_it_in_the_history(instance, person):
    admin = person("admin")
    admin.post(f"/instances/{instance}/cancel", reason="重复登记")
    page = admin.get(f"/instances/{instance}").text
    assert "已取消" in page and "重复登记" in page
    assert admin.post(f"/instances/{instance}/cancel", reason="再来一次").status_code == 409


def test_only_an_admin_manages(instance, person):
    for verb in ("suspend", "resume", "cancel"):
        assert person("coordinator").post(f"/instances/{instance}/{verb}", reason="试试看").status_code == 403


def test_numbers_of_people_are_masked_in_variables():
    seen = masked({"note": ["电话13800138000", {"id": "11010519491231002X"}], "amount": 12345678901})
    assert seen == {"note": ["电话138********", {"id": "110***************"}], "amount": 12345678901}
