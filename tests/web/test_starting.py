"""Starting an instance by hand: who may, with what, and what is refused without anything happening."""

from __future__ import annotations

import pytest
from flask import Flask

from engine import definitions, drafts, instances, queries
from engine.clock import now
from engine.db import db
from engine.errors import Invalid
from engine.models import ProcessInstance
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
        starting.start(process, "", "a\nb", actor="admin")


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
