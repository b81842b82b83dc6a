import pytest

from tests.engine.gate.fixes.drawing import diagram, mended, offered


def _service(attributes: str = "", inside: str = "", tag: str = "serviceTask"):
    inside = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    return diagram(f'<bpmn:{tag} id="s" {attributes}>{inside}</bpmn:{tag}>')


@pytest.mark.parametrize(
    ("attributes", "inside", "name"),
    [
        ('camunda:type="external" camunda:topic="archive"', "", "archive"),
        ('camunda:delegateExpression="${archiveService}"', "", "archive"),  # a registered one is alike
        ('activiti:delegateExpression="#{bookService}"', "", "bookService"),
        ('camunda:class="com.acme.NotifyDelegate"', "", "notify"),
        ("", '<zeebe:taskDefinition type="io.acme:mail:1"/>', "io.acme:mail:1"),
        ("", '<spiffworkflow:serviceTaskOperator id="http/GetRequest" resultVariable="r"/>', "http/GetRequest"),
        ('flowable:type="notify"', "", "notify"),
    ],
)
def test_the_worker_becomes_the_connector(attributes, inside, name):
    assert f'banjie:connector="{name}"' in mended(_service(attributes, inside), "connector")


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
        _service('camunda:class="com.acme.Unknown"'),
        _service('camunda:delegateExpression="${beans.find(1)}"'),
        _service('camunda:type="external"'),
        _service('camunda:topic="archive"', tag="userTask"),
        _service('camunda:topic="archive" xmlns:banjie="urn:banjie:bpmn:1" banjie:connector="notify"'),
        _service(),
    ],
)
def test_others_are_left(files):
    assert not offered(files, "connector")
