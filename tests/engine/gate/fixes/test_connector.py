import pytest

from engine.gate import fixes
from engine.registry import Connector
from tests.engine.gate.fixes.drawing import NAMES, diagram, mended, offered


def _service(attributes: str = "", inside: str = "", tag: str = "serviceTask"):
    inside = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    return diagram(f'<bpmn:{tag} id="s" {attributes}>{inside}</bpmn:{tag}>')


@pytest.mark.parametrize(
    ("attributes", "inside", "name"),
    [
        ('camunda:type="external" camunda:topic="archive"', "", "archive"),
        ('camunda:delegateExpression="${archiveService}"', "", "archive"),  # a registered one is alike
        ('activiti:delegateExpression="#{Notify}"', "", "notify"),
        ('camunda:class="com.acme.NotifyDelegate"', "", "notify"),
        ("", '<zeebe:taskDefinition type="archive"/>', "archive"),
        ("", '<spiffworkflow:serviceTaskOperator id="notify" resultVariable="r"/>', "notify"),
        ('flowable:type="notify"', "", "notify"),
    ],
)
def test_the_worker_becomes_the_connector(attributes, inside, name):
    assert f'banjie:connector="{name}"' in mended(_service(attributes, inside), "connector")


UNKNOWN = [
    _service('camunda:class="com.acme.Unknown"'),
    _service('camunda:delegateExpression="${beans.find(1)}"'),
    _service('activiti:delegateExpression="#{bookService}"'),
    _service("", '<zeebe:taskDefinition type="io.acme:mail:1"/>'),
    _service('camunda:type="external"'),
    _service(),
    _service('camunda:topic="mail"', tag="sendTask"),
]


@pytest.mark.parametrize("files", UNKNOWN)
def test_an_unknown_worker_is_a_choice_of_the_registered_ones(files):
    """Nobody's name is written: an error in place of an error."""
    offers = offered(files, "connector")
    assert [offer.after for offer in offers] == ['banjie:connector="archive"', 'banjie:connector="notify"']
    assert {offer.choice for offer in offers} == {"connector:x.bpmn:s"}
    both = fixes.apply(files, [offer.id for offer in offers], **NAMES)
    assert [offer.id for offer in both.done] == ["connector:x.bpmn:s:archive"] == [offers[0].id]
    assert both.lost == ["connector:x.bpmn:s:notify"] and not offered(both.files, "connector")


def test_connectors_are_called_by_their_labels():
    names = {"connectors": {"notify": Connector("notify", "提醒", "Reminders", lambda payload, job: None)}}
    [offer] = [one for one in fixes.offers(_service(), **names) if one.kind == "connector"]
    assert offer.zh.endswith("“连接器”：提醒") and offer.en.endswith("“Connector” of service task (s): Reminders")


def test_the_result_goes_along():
    files = _service('camunda:topic="archive" camunda:resultVariable="answer"')
    assert 'banjie:connector="archive" banjie:result="answer"' in mended(files, "connector")
    assert offered(files, "connector")[0].rule == "service-connector"


def test_a_message_end_has_its_worker_at_the_definition():
    files = diagram('<bpmn:endEvent id="e"><bpmn:messageEventDefinition camunda:topic="notify"/></bpmn:endEvent>')
    assert '<bpmn:endEvent id="e" banjie:connector="notify">' in mended(files, "connector")
    assert not offered(files, "message")


@pytest.mark.parametrize(
    "files",
    [
        _service('camunda:topic="archive"', tag="userTask"),
        _service('camunda:topic="archive" xmlns:banjie="urn:banjie:bpmn:1" banjie:connector="notify"'),
    ],
)
def test_others_are_left(files):
    assert not offered(files, "connector")
