"""What nobody registered does: by hand, or only inside; the step passes the gate then."""

from __future__ import annotations

import json

import pytest

from engine import gate
from engine.gate import fixes
from tests.engine.gate.fixes.drawing import NAMES, ROLES, diagram, offered
from tests.engine.gate.fixes.test_connector import UNKNOWN, _service


def _errors(files: dict[str, bytes]) -> set[str]:
    forms = {path[6:-5]: json.loads(data) for path, data in files.items() if path.startswith("forms/")}
    found = gate.check(files, functions={}, roles=ROLES, connectors={"notify", "archive"}, forms=forms).findings
    return {one.rule for one in found if one.severity == "error" and one.element == "s"}


def _whole(task: str, root: str = "") -> dict[str, bytes]:
    return diagram(
        f"""<bpmn:startEvent id="a"/>{task}<bpmn:endEvent id="z"/>
    <bpmn:sequenceFlow id="f" sourceRef="a" targetRef="s"/><bpmn:sequenceFlow id="g" sourceRef="s" targetRef="z"/>""",
        outside=root,
    )


def _applied(files: dict[str, bytes], kind: str, part: str) -> dict[str, bytes]:
    [ident] = [offer.id for offer in offered(files, kind) if offer.id.endswith(f":{part}")]
    return dict(fixes.apply(files, [ident], **NAMES).files)


@pytest.mark.parametrize("files", UNKNOWN)
def test_the_work_is_for_a_role_that_a_person_chooses(files):
    assert [offer.id for offer in offered(files, "by-hand")] == [
        "by-hand:x.bpmn:s:handler",
        "by-hand:x.bpmn:s:reviewer",
    ]
    text = _applied(files, "by-hand", "reviewer")["x.bpmn"].decode()
    assert "<bpmn:manualTask " in text and 'banjie:role="reviewer"' in text
    assert "camunda:" not in text.partition("bpmn:process")[2] and "taskDefinition" not in text


def test_the_lane_says_the_role():
    lane = '<bpmn:lane id="l" name="审核人"><bpmn:flowNodeRef>s</bpmn:flowNodeRef></bpmn:lane>'
    files = diagram(f'<bpmn:laneSet>{lane}</bpmn:laneSet><bpmn:serviceTask id="s"/>')
    assert [offer.id for offer in offered(files, "by-hand")] == ["by-hand:x.bpmn:s:reviewer"]


def test_what_the_worker_would_bring_is_filled_in():
    inside = """<bpmn:extensionElements><zeebe:taskDefinition type="score"/><zeebe:ioMapping>
      <zeebe:output source="=r.a" target="Credit Score"/></zeebe:ioMapping></bpmn:extensionElements>"""
    files = _whole(f'<bpmn:serviceTask id="s">{inside}</bpmn:serviceTask>')
    made = _applied(files, "by-hand", "handler")
    assert [one["key"] for one in json.loads(made["forms/s.json"])["components"]] == ["Credit_Score"]
    assert '<bpmn:userTask id="s" banjie:role="handler" banjie:form="s">' in made["x.bpmn"].decode()
    assert _errors(files) == {"service-connector"} and not _errors(made)
    assert "ioMapping" not in made["x.bpmn"].decode()  # which the gate would tell to be of no effect


def test_our_own_data_go_with_the_connector():
    inside = """<bpmn:extensionElements xmlns:banjie="urn:banjie:bpmn:1"><banjie:input name="x" value="1"/>
      </bpmn:extensionElements>"""
    made = _applied(_whole(f'<bpmn:serviceTask id="s">{inside}</bpmn:serviceTask>'), "by-hand", "handler")
    assert "banjie:input" not in made["x.bpmn"].decode() and not _errors(made)


@pytest.mark.parametrize(
    "task",
    [
        '<bpmn:sendTask id="s" name="Paid" camunda:topic="mail"/>',
        """<bpmn:intermediateThrowEvent id="s" name="Paid"><bpmn:messageEventDefinition camunda:class="a.B"/>
        </bpmn:intermediateThrowEvent>""",
        """<bpmn:intermediateThrowEvent id="s"><bpmn:extensionElements><zeebe:taskDefinition type="m"/>
        </bpmn:extensionElements><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateThrowEvent>""",
    ],
)
def test_a_message_stays_inside(task):
    files = _whole(task, '<bpmn:message id="m" name="Paid"/>')
    assert _errors(files)
    made = _applied(files, "inside", "message")
    assert 'name="Paid"/>' in made["x.bpmn"].decode() and "messageRef=" in made["x.bpmn"].decode()
    assert not _errors(made)


def test_a_send_task_that_nothing_hears_is_a_person_s_choice():
    files = diagram('<bpmn:sendTask id="s" name="通知"/>')
    assert not offered(files, "message")  # it would be sent to nobody
    choices = [offered(files, kind) for kind in ("connector", "by-hand", "inside")]
    assert all(choices) and {(one.rule, bool(one.choice)) for some in choices for one in some} == {
        ("reference-missing", True)
    }
    made = fixes.apply(files, [choices[2][0].id], **NAMES).files["x.bpmn"].decode()
    assert 'messageRef="Message_s"' in made and '<bpmn:message id="Message_s" name="通知"/>' in made
    heard = diagram('<bpmn:sendTask id="s" name="通知"/><bpmn:receiveTask id="r" name="通知"/>')
    assert not offered(heard, "by-hand") and len(offered(heard, "message")) == 2


def test_known_workers_and_what_says_nothing_are_left():
    for files in (_service('camunda:topic="archive"'), _service(tag="userTask")):
        assert not offered(files, "by-hand") and not offered(files, "inside")
