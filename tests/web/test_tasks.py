from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from engine import definitions, drafts, instances, queries
from engine.db import transaction
from tests.engine import kit
from web import accounts


@pytest.fixture
def claimed(person, order, task_id):
    """A clerk with the first task of an order on the desk."""
    number = order()
    clerk = person("clerk", unit="HO")
    task = task_id("核对", number)
    clerk.post(f"/tasks/{task}/claim")
    return clerk, task, number


def _form(page: str) -> dict:
    found = re.search(r'id="task-form-data">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def test_an_unclaimed_task_can_be_read_but_not_typed_into(person, order, task_id):
    order()
    page = person("clerk", unit="HO").get(f"/tasks/{task_id('核对')}").text
    assert "data-readonly" in page and "data-draft-url" not in page
    assert "认领后即可填写" in page


def test_the_page_shows_form_order_history_and_diagram(claimed):
    clerk, task, number = claimed
    page = clerk.get(f"/tasks/{task}").text
    assert _form(page)["schema"]["id"] == "case_look"
    assert number in page and "认领「核对」" in page
    overlay = re.search(r'id="diagram-overlay">(.*?)</script>', page, re.S)
    assert json.loads(overlay[1])["active"] == [{"element": "look"}]


def test_a_diagram_page_may_use_style_attributes_and_still_no_inline_script(claimed):
    clerk, task, _number = claimed
    policy = clerk.get(f"/tasks/{task}").headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy and "script-src 'self';" in policy


def test_personal_data_is_masked_on_the_page(claimed):
    clerk, task, _number = claimed
    page = clerk.get(f"/tasks/{task}").text
    assert "13800138000" not in page and "138****8000" in page


def test_a_draft_is_kept_for_its_person_and_gone_after_completion(claimed, person):
    clerk, task, _number = claimed
    assert clerk.send("PUT", f"/tasks/{task}/draft", {"values": {"finding": "写到一半"}}).status_code == 200
    assert _form(clerk.get(f"/tasks/{task}").text)["draft"]["values"] == {"finding": "写到一半"}
    other = person("clerk", unit="HO", name="other")
    assert _form(other.get(f"/tasks/{task}").text)["draft"] is None
    clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}})
    assert _form(clerk.get(f"/tasks/{task}").text)["draft"] is None


def test_a_draft_can_be_thrown_away(claimed):
    clerk, task, _number = claimed
    clerk.send("PUT", f"/tasks/{task}/draft", {"values": {"finding": "写到一半"}})
    assert clerk.send("DELETE", f"/tasks/{task}/draft").status_code == 204
    assert _form(clerk.get(f"/tasks/{task}").text)["draft"] is None


def test_completing_leads_to_the_next_task_of_the_case_that_this_person_may_do(person, order, task_id):
    number = order()
    order(subject="另一件")
    both = person("clerk", "handler", unit="310115")
    both.post(f"/tasks/{task_id('核对', number)}/claim")
    answer = both.send("POST", f"/tasks/{task_id('核对', number)}", {"values": {"finding": "属实"}})
    assert answer.json["location"] == f"/tasks/{task_id('办理', number)}"


def test_else_completing_leads_to_the_order(claimed, order):
    clerk, task, number = claimed
    order(subject="另一件")
    assert clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}).json["location"] == f"/orders/{number}"


def test_completing_the_task_of_a_test_case_leads_to_its_next_task_then_to_its_instance(app, person, order):
    order(subject="别人的事")
    with app.app_context():
        files = drafts.blank("试办")
        path = next(one for one in files if one.endswith(".bpmn"))
        twice = files[path].replace(b"</bpmn:userTask>", b"<LOOP/></bpmn:userTask>", 1)
        loop = b"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        files[path] = twice.replace(b"<LOOP/>", loop + b"</bpmn:multiInstanceLoopCharacteristics>")
        key = definitions.deploy(files, author="admin").new[0][0]
        instance = instances.start(key, {}, business_key=None, actor="admin")["instance"]
        first, second = [task.id for task in queries.open_tasks(instance)]
    both = person("clerk", "handler", "auditor", unit="HO")
    both.post(f"/tasks/{first}/claim")
    values = {"values": {"result": "办妥"}}
    assert both.send("POST", f"/tasks/{first}", values).json["location"] == f"/tasks/{second}"
    with app.app_context():
        assert queries.task(second).assignee == both.username, (
            "the next step of what one does oneself is claimed at once"
        )
    assert both.send("POST", f"/tasks/{second}", values).json["location"] == f"/instances/{instance}"


def test_errors_of_the_form_come_back_by_field(claimed):
    clerk, task, _number = claimed
    answer = clerk.send("POST", f"/tasks/{task}", {"values": {}})
    assert answer.status_code == 422 and list(answer.json["errors"]) == ["finding"]


def test_the_same_request_twice_has_one_effect_and_one_answer(claimed):
    clerk, task, _number = claimed
    for _ in range(2):
        answer = clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}, **{"Idempotency-Key": "k1"})
        assert answer.status_code == 200
    assert clerk.get(f"/tasks/{task}").text.count("办结「核对」") == 1


def test_who_comes_second_is_told_who_was_first_and_when(claimed):
    clerk, task, _number = claimed
    clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}})
    answer = clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "不属实"}})
    assert answer.status_code == 409
    assert re.search(r"clerk-HO 的姓名.*\d\d:\d\d", answer.json["detail"])
    assert "办结" in clerk.get(f"/tasks/{task}").text


def test_a_task_claimed_by_another_cannot_be_completed(claimed, person):
    _clerk, task, _number = claimed
    other = person("clerk", unit="HO", name="other")
    answer = other.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}})
    assert answer.status_code == 409 and "clerk-HO 的姓名" in answer.json["detail"]
    assert "起正在办理此任务" in other.get(f"/tasks/{task}").text


def test_a_released_task_may_be_claimed_by_another(claimed, person):
    clerk, task, _number = claimed
    clerk.post(f"/tasks/{task}/release")
    other = person("clerk", unit="HO", name="other")
    other.post(f"/tasks/{task}/claim")
    assert "data-draft-url" in other.get(f"/tasks/{task}").text


def test_a_task_is_delegated_only_to_somebody_who_may_do_it(claimed, person):
    clerk, task, _number = claimed
    person("handler", unit="HO", name="no-clerk")
    person("clerk", unit="HO", name="other")
    assert clerk.post(f"/tasks/{task}/delegate", to="no-clerk").status_code == 422
    assert clerk.post(f"/tasks/{task}/delegate", to="other").status_code == 303
    assert "起正在办理此任务" in clerk.get(f"/tasks/{task}").text


def test_a_task_of_another_role_or_unit_is_out_of_reach(claimed, person):
    _clerk, task, _number = claimed
    handler = person("handler", unit="310115")
    assert handler.get(f"/tasks/{task}").status_code == 403
    assert handler.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}}).status_code == 403
    assert handler.send("PUT", f"/tasks/{task}/draft", {"values": {}}).status_code == 403


def test_a_coordinator_may_look_and_delegate_but_not_fill_in(person, order, task_id):
    order()
    coordinator = person("coordinator", unit="HO")
    person("clerk", unit="HO")
    task = task_id("核对")
    assert "您可以查看或转交" in coordinator.get(f"/tasks/{task}").text
    assert coordinator.post(f"/tasks/{task}/claim").status_code == 403
    assert coordinator.post(f"/tasks/{task}/delegate", to="clerk-HO").status_code == 303


def test_why_a_task_is_not_ones_own_is_said_role_or_unit(person, order, task_id):
    number = order()
    coordinator = person("coordinator", unit="HO")
    assert "您没有这个角色" in coordinator.get(f"/tasks/{task_id('核对')}").text
    person("clerk", unit="HO").send("POST", f"/tasks/{task_id('核对')}", {"values": {"finding": "属实"}})
    both = person("coordinator", "handler", unit="HO")
    page = both.get(f"/tasks/{task_id('办理', number)}").text
    assert "此任务由浦东新区局办理，您属于热线办。" in page and "您没有这个角色" not in page
    assert "此任务由浦东新区局的承办人办理，您没有这个角色" in coordinator.get(f"/tasks/{task_id('办理', number)}").text


def test_a_task_without_form_is_completed_by_a_button(person, order, task_id):
    number = order()
    both = person("clerk", "handler", unit="310115")
    both.post(f"/tasks/{task_id('核对')}/claim")
    both.send("POST", f"/tasks/{task_id('核对')}", {"values": {"finding": "属实"}})
    task = task_id("办理")
    both.post(f"/tasks/{task}/claim")
    assert "没有要填写的内容" in both.get(f"/tasks/{task}").text
    assert both.post(f"/tasks/{task}").location == f"/orders/{number}"


def test_a_task_that_does_not_exist_is_404(person):
    assert person("clerk").get("/tasks/987654").status_code == 404


GIVEN = "banjie:assignee='\"demo\"'"


@pytest.fixture
def stranded(app, task_id):
    """A task of no unit that the diagram gives to `demo`, of whom there is no account."""
    task = f'<bpmn:userTask id="a" name="核实" banjie:form="test/note" banjie:role="handler" {GIVEN}/>'
    with app.app_context():
        kit.deploy(kit.process("p", kit.start(), task, kit.end(), kit.line("s", "a", "e")))
        instances.start("p", {}, actor="test")
    return task_id("核实")


def test_the_gate_tells_of_a_task_that_is_given_to_nobody(app, person):
    task = f'<bpmn:manualTask id="a" name="核实" {GIVEN}/>'
    body = kit.process("p", kit.start(), task, kit.end(), kit.line("s", "a", "e"))
    files = {"test.bpmn": kit.diagram(body)}

    def told() -> list[str]:
        with app.app_context():
            return [f.zh for f in definitions.check(files).findings if f.rule == "person-unknown"]

    assert told() and "“核实”指定由“demo”办理" in told()[0]
    person("analyst", name="demo")  # an account, but without a role that works
    assert told()
    person("handler", name="demo2")
    files["test.bpmn"] = files["test.bpmn"].replace(b"demo", b"demo2")
    assert told() == []
    with app.app_context(), transaction() as session:
        session.scalars(select(accounts.User).where(accounts.User.username == "demo2")).one().active = False
    assert told()
    files["test.bpmn"] = files["test.bpmn"].replace(b"'\"demo2\"'", b'"handler"')  # a variable: who knows
    assert told() == []


@pytest.mark.parametrize("role", ["leader", "admin"])
def test_a_task_that_lies_with_nobody_is_handed_on_by_a_leader_or_an_admin(stranded, person, role):
    handler = person("handler", unit="310115")
    page = handler.get(f"/tasks/{stranded}").text
    assert "没有能办理任务的账户" in page and "请负责人或系统管理员改派" in page and 'name="to"' not in page
    rescuer = person(role, unit="310115")
    page = rescuer.get(f"/tasks/{stranded}").text
    assert "改派" in page and "handler-310115" in page and ("task-form-data" in page) == (role == "leader")
    told = rescuer.post(f"/tasks/{stranded}/delegate", follow=True, to="handler-310115")
    assert told.status_code == 200 and "已转交给handler-310115 的姓名" in told.text
    assert handler.send("POST", f"/tasks/{stranded}", {"values": {"note": "好"}}).status_code == 200
    assert "转交" in person("admin").get("/instances/1").text


def test_an_admin_sees_no_other_tasks_and_hands_on_none(claimed, person):
    _clerk, task, _number = claimed
    admin = person("admin")
    assert admin.get(f"/tasks/{task}").status_code == 403
    assert admin.post(f"/tasks/{task}/delegate", to="clerk-HO").status_code == 403
    assert "没有能办理任务的账户" not in admin.get("/instances/1").text


def test_completing_says_what_comes_next_and_whose_it_is(order, task_id, person):
    clerk, number = person("clerk", unit="HO"), order()
    task = task_id("核对", number)
    clerk.post(f"/tasks/{task}/claim")
    clerk.send("POST", f"/tasks/{task}", {"values": {"finding": "属实"}})
    assert "已办结：核对。下一步：「办理」由浦东" in clerk.get("/tasks").text


def test_a_task_put_back_waits_for_everybody_of_the_role_and_the_order_is_not_given_back(order, task_id, person):
    clerk = person("clerk", unit="HO")
    task = task_id("核对", order())
    clerk.post(f"/tasks/{task}/claim")
    page = clerk.get(f"/tasks/{task}").text
    assert "放回待办" in page and "工单不会退回" in page
    page = clerk.post(f"/tasks/{task}/release", follow=True).text
    assert "已放回待办：同岗位的人都可以认领，工单没有退回，时限照常计算" in page


def test_a_program_that_opens_no_page_does_not_gather_what_was_said(claimed):
    clerk, task, _number = claimed
    token = clerk.token()
    for act in ("release", "claim") * 3:
        assert clerk.client.post(f"/tasks/{task}/{act}", data={"csrf_token": token}).status_code == 303
    with clerk.client.session_transaction() as session:
        assert len(session["_flashes"]) == 3
