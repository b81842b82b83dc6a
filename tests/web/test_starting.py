"""Starting an instance by hand: who may, with what, and what is refused without anything happening."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from engine import definitions, drafts, instances, queries
from engine.clock import now
from engine.db import db
from engine.errors import Invalid
from engine.models import ProcessInstance
from tests.engine import kit
from web import starting

TIMER = (
    b'<bpmn:startEvent id="by_clock" name="\xe6\xaf\x8f\xe6\x9c\x88"><bpmn:outgoing>f</bpmn:outgoing>'
    b"<bpmn:timerEventDefinition><bpmn:timeCycle>R/2026-01-02T09:00:00+08:00/P1M</bpmn:timeCycle>"
    b'</bpmn:timerEventDefinition></bpmn:startEvent><bpmn:sequenceFlow id="f" sourceRef="by_clock" targetRef="task" />'
)


def _deploy(app: Flask, *changes: tuple[bytes, bytes]) -> str:
    """The key of a deployed process of one task, begun by a plain start event."""
    with app.app_context():
        files = drafts.blank("请假")
        path = next(one for one in files if one.endswith(".bpmn"))
        for old, new in changes:
            assert old in files[path]
            files[path] = files[path].replace(old, new)
        return definitions.deploy(files, author="admin").new[0][0]


@pytest.fixture
def process(app: Flask) -> str:
    return _deploy(app)


def _running(app: Flask) -> list[ProcessInstance]:
    with app.app_context():
        return list(queries.instances())


def test_an_admin_starts_an_instance_with_a_number_and_variables(app: Flask, process: str, person):
    admin = person("admin")
    assert "启动一个实例" in admin.get(f"/definitions/{process}").text
    answer = admin.post(
        f"/definitions/{process}/start", key="k1", business_key=" A-1 ", variables='{"amount": 300, "shop": "某店"}'
    )
    (one,) = _running(app)
    assert answer.status_code == 303 and answer.location.endswith(f"/instances/{one.id}")
    assert one.business_key == "A-1"
    with app.app_context():
        assert instances.variables(one.id) == {"amount": 300, "shop": "某店"}
    assert "A-1" in admin.get(answer.location).text


def test_a_variable_that_says_who_does_a_task_is_asked_for_as_a_user_name(app: Flask, person):
    named = (b'banjie:role="handler"', b'banjie:role="handler" banjie:assignee="approver" banjie:priority="urgency"')
    process = _deploy(app, named)
    person("handler", name="lin")
    page = person("admin").get(f"/definitions/{process}").text
    fields = dict(re.findall(r'name="value\.(\w+)"([^>]*)>', page))
    assert 'list="accounts"' in fields["approver"] and 'list="accounts"' not in fields["urgency"]
    assert page.count("用户名：由此人办理") == 1 and '<option value="lin">lin 的姓名</option>' in page
    assert "<datalist" not in person("admin").get(f"/definitions/{_deploy(app)}").text


def test_the_button_pressed_twice_starts_once(app: Flask, process: str, person):
    admin = person("admin")
    first = admin.post(f"/definitions/{process}/start", key="k1", business_key="", variables="")
    again = admin.post(f"/definitions/{process}/start", key="k1", business_key="", variables="")
    assert first.location == again.location and len(_running(app)) == 1


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ("[1]", "应是一个 JSON 对象"),
        ('{"a": }', "第 1 行第 7 列"),
        ('{"a": NaN}', "不是正确的 JSON"),
        ("[" * 2000, "不是正确的 JSON"),
        (f'{{"a": "{"x" * 100_000}"}}', "不能超过"),
    ],
)
def test_bad_variables_are_named_kept_on_the_page_and_change_nothing(app, process, person, variables, said):
    admin = person("admin")
    answer = admin.post(f"/definitions/{process}/start", key="k", business_key="B-7", variables=variables)
    assert answer.status_code == 422 and said in answer.text and 'value="B-7"' in answer.text
    assert _running(app) == []


def test_a_number_of_two_lines_is_refused(app: Flask, process: str):
    with app.app_context(), pytest.raises(Invalid):
        starting.start(process, {}, "a\nb", actor="admin")


def test_what_an_event_starts_is_not_started_by_hand(deployed: Flask, person):
    admin = person("admin")
    page = admin.get("/definitions/case").text
    assert "启动一个实例" not in page and "由消息“order.received”启动" in page and "不能手动启动" in page
    assert admin.post("/definitions/case/start", key="k", business_key="", variables="").status_code == 422
    assert _running(deployed) == []


def test_a_timer_beside_a_plain_start_is_shown_whatever_version_one_looks_at(app: Flask, process: str, person):
    with app.app_context():
        files = {one.path: one.content for one in queries.resources(starting.version(process).id)}
        path = next(one for one in files if one.endswith(".bpmn"))
        files[path] = files[path].replace(b'<bpmn:endEvent id="end"', TIMER + b'<bpmn:endEvent id="end"')
        definitions.deploy(files, author="admin")
        (due,) = [one.due for one in queries.start_timers(starting.version(process).id)]
        assert due > now()
    page = person("admin").get(f"/definitions/{process}?version=1").text
    assert "由时钟启动：“每月”" in page and "启动一个实例" in page and "v2" in page


def test_others_do_not_see_it_and_may_not(app: Flask, process: str, person):
    analyst = person("analyst")
    assert "启动一个实例" not in analyst.get(f"/definitions/{process}").text
    assert analyst.post(f"/definitions/{process}/start", key="k", business_key="", variables="").status_code == 403


def test_a_retired_process_is_not_started(app: Flask, process: str, person):
    with app.app_context():
        definitions.retire(starting.version(process).id, actor="admin")
        db.session.remove()
    admin = person("admin")
    assert "没有启用的版本" in admin.get(f"/definitions/{process}").text
    assert admin.post(f"/definitions/{process}/start", key="k", business_key="", variables="").status_code == 404


def test_the_terminal_starts_one_too(app: Flask, process: str):
    run = app.test_cli_runner().invoke
    result = run(args=["instances", "start", process, "--variables", '{"amount": 300}', "--business-key", "C-1"])
    assert result.exit_code == 0, result.output
    (one,) = _running(app)
    assert f"{one.id}: started" in result.output and one.business_key == "C-1"
    bad = run(args=["instances", "start", process, "--variables", "300"])
    assert bad.exit_code == 1 and "JSON" in bad.output and "Traceback" not in bad.output


EVENTS = (
    kit.process(
        "level",
        kit.start("told", kit.message("level")).replace("><bpmn:mess", " ><bpmn:extensionElements>"
            '<banjie:output name="urgent" value="grade &gt; 2"/></bpmn:extensionElements><bpmn:mess', 1),
        kit.start("monthly", kit.timer("R/2026-01-02T09:00:00+08:00/P1M", "timeCycle")),
        kit.catch("reply", kit.message("reply"), 'banjie:correlation="case_no"'),
        kit.catch("pause", kit.timer("P2D")),
        kit.user("a"),
        kit.end(),
        kit.line("told", "reply", "pause", "a", "e"),
        kit.line("monthly", "a"),
    ),
)  # fmt: skip


@pytest.fixture
def level(app: Flask) -> None:
    with app.app_context():
        kit.deploy(*EVENTS, messages=("level", "reply"))


def test_a_message_start_is_tried_by_hand_with_its_correlation_and_what_the_message_brings(app, level, person):
    admin = person("admin")
    page = admin.get("/definitions/level").text
    assert "发送消息“level”，启动一个实例" in page and "关联值（成为新实例的业务编号）" in page
    assert 'name="value.grade"' in page  # the message's outputs speak of it
    sent = {"element": "told", "business_key": "A-9", "value.grade": "3", "variables": '{"x": 1}'}
    answer = admin.post("/definitions/level/start", follow=True, key="k", **sent)
    (one,) = _running(app)
    assert "实例 1 已启动" in answer.text and one.business_key == "A-9" and "等待消息“reply”" in answer.text
    with app.app_context():
        assert instances.variables(one.id) == {"urgent": True}


def test_a_timer_start_is_tried_now_and_leaves_the_clock_alone(app, level, person):
    with app.app_context():
        (before,) = [one.due for one in queries.start_timers(starting.version("level").id)]
    admin = person("admin")
    assert "不等时钟，现在由“monthly”启动一个实例" in admin.get("/definitions/level").text
    answer = admin.post(
        "/definitions/level/start", follow=True, key="k", element="monthly", business_key="", variables=""
    )
    assert "实例 1 已启动" in answer.text and "待办任务" in answer.text
    with app.app_context():
        assert [one.due for one in queries.start_timers(starting.version("level").id)] == [before]


def test_an_element_that_begins_nothing_is_refused(app, level, person):
    refused = person("admin").post("/definitions/level/start", key="k", element="a", business_key="", variables="")
    assert refused.status_code == 422 and "没有这个开始事件" in refused.text and _running(app) == []


def test_the_start_asks_for_each_variable_that_nothing_sets(app, person):
    body = [part.replace("amount", "price") for part in kit.stops_at(after="s")]
    with app.app_context():
        kit.deploy(kit.process("p", kit.start(), *body))
    admin = person("admin")
    page = admin.get("/definitions/p").text
    assert "须在启动时给出" in page and 'name="value.price"' in page and 'name="value.note"' not in page
    refused = admin.post("/definitions/p/start", key="k", business_key="", variables="", **{"value.price": "30"})
    assert refused.status_code == 422 and "“够吗”的各条出口条件" in refused.text and 'value="30"' in refused.text
    admin.post("/definitions/p/start", key="k2", business_key="", variables="", **{"value.price": "1"})
    (one,) = _running(app)
    with app.app_context():
        assert instances.variables(one.id) == {"price": 1}


def test_a_loop_at_the_start_is_told_by_the_name_that_is_drawn(app, person):
    again = kit.script("c", "{n: n + 1}").replace('name="c"', 'name="次数加一"')
    gate = '<bpmn:exclusiveGateway id="g" name="再来吗" default="f_g_c"/>'
    with app.app_context():
        body = (kit.start(), again, gate, kit.flow("g", "e", "n &lt; 0"), kit.flow("g", "c"), kit.end())
        kit.deploy(kit.process("p", *body, kit.line("s", "c", "g")))
    answer = person("admin").post("/definitions/p/start", key="k", business_key="", variables='{"n": 1}')
    assert answer.status_code == 422 and re.search("在“(次数加一|再来吗)”处循环", answer.text)


def test_the_terminal_starts_by_an_event_and_sends_messages(app, level):
    run = app.test_cli_runner().invoke
    result = run(args=["instances", "start", "level", "--element", "told", "--business-key", "A-1"])
    assert "1: started" in result.output, result.output
    kept = run(args=["messages", "send", "unheard", "--correlation", "nobody", "--data", '{"x": 1}', "--json"])
    assert '"kept": true' in kept.output, kept.output
    assert "started / 启动：2" in run(args=["messages", "send", "level", "--correlation", "A-2"]).output
    assert "JSON" in run(args=["messages", "send", "level", "--data", "[1]"]).output
    assert "started / 启动：–" in run(args=["messages", "signal", "nothing"]).output
