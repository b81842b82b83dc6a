from __future__ import annotations

import pytest
from flask import Flask

from engine import definitions, gate, instances
from engine.clock import now
from engine.db import transaction
from engine.models import Incident
from tests.engine import kit


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


@pytest.fixture
def stopping(app: Flask, task_id) -> int:
    """A task without a form behind which the gateway 够吗 finds no way on: nobody has given `amount`."""
    gate = kit.stops_at(after="a")
    first = '<bpmn:manualTask id="a" name="核实" banjie:role="handler"/>'
    with app.app_context():
        kit.deploy(kit.process("p", kit.start(), first, *gate, kit.line("s", "a")))
        instances.start("p", {}, actor="test")
    return task_id("核实")


def test_who_meets_a_fault_of_the_diagram_reads_what_became_of_the_work_and_who_mends_it(stopping, person):
    person("admin", name="wang")
    handler = person("handler")
    handler.post(f"/tasks/{stopping}/claim")
    answer = handler.post(f"/tasks/{stopping}", key="k")
    page = answer.text
    assert answer.status_code == 500 and "这一步没有走通" in page and "“够吗”的各条出口条件都不成立" in page
    assert "没有丢失" in page and "wang 的姓名" in page and "已登记异常" in page and "查看异常" not in page
    assert handler.get(f"/tasks/{stopping}").status_code == 200  # it stands where it stood
    told = handler.send("POST", f"/tasks/{stopping}", {"values": {}}).json
    assert "没有丢失" in told["detail"] and told["incident"] and "“够吗”" in told["detail"]


def test_an_incident_is_told_in_the_readers_language_with_the_elements_name(stopping, person):
    handler = person("handler")
    handler.post(f"/tasks/{stopping}/claim")
    handler.post(f"/tasks/{stopping}", key="k")
    admin = person("admin")
    for path in ("/incidents", "/incidents/1", "/instances/1"):
        page = admin.get(path).text
        assert "“够吗”的各条出口条件都不成立" in page and "no condition" not in page, path
    admin.get("/language/en")
    for path in ("/incidents", "/incidents/1", "/instances/1"):
        page = admin.get(path).text
        assert "no condition behind “够吗” is true" in page and "出口条件" not in page, path


def test_a_retry_that_fails_says_so_on_the_page_of_the_incident(stopping, person):
    handler = person("handler")
    handler.post(f"/tasks/{stopping}/claim")
    handler.post(f"/tasks/{stopping}", key="k")
    answer = person("admin").post("/incidents/1/retry", follow=True)
    assert answer.status_code == 200 and "重试仍未成功：“够吗”" in answer.text and "未处理" in answer.text


def test_an_instance_that_stands_still_at_once_is_there_with_its_incident(app: Flask, person, monkeypatch):
    """One token comes to a task that begins with two; the gate would tell, but diagrams were deployed before it did."""
    monkeypatch.setattr(definitions, "_gate", lambda *_: gate.Report([]))
    waits_for_two = '<bpmn:task id="j" name="合" startQuantity="2"/>'
    with app.app_context():
        kit.deploy(kit.process("q", kit.start(), waits_for_two, kit.end(), kit.line("s", "j", "e")))
    page = person("admin").post("/definitions/q/start", follow=True, key="k", business_key="", variables="")
    assert page.status_code == 200 and "没有任何等待" in page.text and "已启动" in page.text
