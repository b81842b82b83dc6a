import pytest

from engine import gate, xml
from tests.engine.gate.fixes.drawing import diagram, mended, offered


def _node(inside: str, tag: str = "serviceTask"):
    return diagram(f'<bpmn:{tag} id="s"><bpmn:extensionElements>{inside}</bpmn:extensionElements></bpmn:{tag}>')


def test_camunda_8_mappings():
    files = _node(
        '<zeebe:ioMapping><zeebe:input source="=order.id" target="orderId"/><zeebe:input source="fix" target="kind"/>'
        '<zeebe:output source="=answer" target="result"/></zeebe:ioMapping>'
    )
    new = mended(files, "mapping")
    assert '<banjie:input name="orderId" value="order.id"/>' in new
    assert '<banjie:input name="kind" value="&quot;fix&quot;"/>' in new
    assert '<banjie:output name="result" value="answer"/>' in new
    assert new.count("extensionElements>") == 2


def test_camunda_7_inputs():
    files = _node(
        '<camunda:inputOutput><camunda:inputParameter name="to">${mail}</camunda:inputParameter></camunda:inputOutput>'
    )
    assert '<banjie:input name="to" value="mail"/>' in mended(files, "mapping")


def test_call_activities_of_camunda_7():
    files = _node(
        '<camunda:in source="a" target="b"/><camunda:in sourceExpression="${a + 1}" target="c"/>'
        '<camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:out source="d" target="e"/>',
        "callActivity",
    )
    new = mended(files, "mapping")
    assert '<banjie:input name="b" value="a"/>' in new and '<banjie:input name="c" value="a + 1"/>' in new
    assert '<banjie:output name="e" value="d"/>' in new


def test_parameters_of_spiffworkflow():
    files = _node(
        '<spiffworkflow:serviceTaskOperator id="http/Get"><spiffworkflow:parameters>'
        '<spiffworkflow:parameter id="url" type="str" value="\'https://example.org\'"/>'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )
    assert '<banjie:input name="url" value="&quot;https://example.org&quot;"/>' in mended(files, "mapping")


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<zeebe:input source="a" target="b"/><zeebe:input source="=(" target="c"/>', {"b": '"a"'}),
        ('<zeebe:input source="=x.y" target="b"/><zeebe:input source="=a" target="b.c"/>', {"b": "x.y"}),
        ('<zeebe:input source="=Current Status.days" target="Days left"/>', {"Days_left": "Current Status.days"}),
    ],
)
def test_what_can_be_said_is_said_and_the_rest_stays_a_finding(inside, said):
    files = _node(f"<zeebe:ioMapping>{inside}</zeebe:ioMapping>")
    new = mended(files, "mapping")
    found = {one.get("name"): one.get("value") for one in xml.parse(new.encode()).iter("{urn:banjie:bpmn:1}input")}
    assert found == said
    left = inside.count("target=") - len(said)
    assert [f"另有 {left} 项" in offer.zh for offer in offered(files, "mapping")] == [left > 0]
    findings = gate.check({"x.bpmn": new.encode()}, functions={}, roles={}, connectors={}).findings
    assert ("foreign-ignored" in {one.rule for one in findings}) == (left > 0)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("${order.id}", "order.id"),
        ("Hello ${name}!", '"Hello " + (if name = null then "" else string(name)) + "!"'),
        (
            "<camunda:list><camunda:value>${a}</camunda:value><camunda:value>b</camunda:value></camunda:list>",
            '[a, "b"]',
        ),
        ('<camunda:map><camunda:entry key="k">${a + 1}</camunda:entry></camunda:map>', '{ "k": a + 1 }'),
        ('<camunda:script scriptFormat="groovy">a * 2</camunda:script>', "a * 2"),
    ],
)
def test_parameters_of_camunda_7(parameter, value):
    new = mended(_node(f"<camunda:inputOutput>{_in('x', parameter)}</camunda:inputOutput>"), "mapping")
    [made] = xml.parse(new.encode()).iter("{urn:banjie:bpmn:1}input")
    assert (made.get("name"), made.get("value")) == ("x", value)


def test_what_comes_back():
    out = '<camunda:outputParameter name="receipt">${answer.no}</camunda:outputParameter>'
    new = mended(_node(f"<camunda:inputOutput>{out}</camunda:inputOutput>"), "mapping")
    assert '<banjie:output name="receipt" value="answer.no"/>' in new


@pytest.mark.parametrize(
    "parameter",
    [
        "<camunda:list><camunda:value/></camunda:list>",
        '<camunda:list><camunda:script scriptFormat="groovy">x.y()</camunda:script></camunda:list>',
        '<camunda:script scriptFormat="python">a</camunda:script>',
        "Hello ${bean.name()}!",
        "",
    ],
)
def test_what_cannot_be_said_is_left(parameter):
    assert not offered(_node(f"<camunda:inputOutput>{_in('x', parameter)}</camunda:inputOutput>"), "mapping")


def _list(*values: str) -> str:
    return f"<camunda:list>{''.join(f'<camunda:value>{value}</camunda:value>' for value in values)}</camunda:list>"


def _in(name: str, inside: str) -> str:
    return f'<camunda:inputParameter name="{name}">{inside}</camunda:inputParameter>'


def test_user_tasks_take_none():
    assert not offered(
        _node('<zeebe:ioMapping><zeebe:input source="=a" target="b"/></zeebe:ioMapping>', "userTask"), "mapping"
    )


def test_a_secret_is_never_written_into_a_diagram():
    inside = '<zeebe:ioMapping><zeebe:input source="secrets.MAIL_KEY" target="key"/>'
    inside += '<zeebe:input source="=order.id" target="orderId"/></zeebe:ioMapping>'
    files = diagram(
        f'<bpmn:serviceTask id="t"><bpmn:extensionElements>{inside}</bpmn:extensionElements></bpmn:serviceTask>'
    )
    new = mended(files, "mapping")
    assert 'name="orderId"' in new and 'name="key"' not in new
    again = gate.check({"x.bpmn": new.encode()}, functions=(), connectors=(), roles=())
    assert any("由连接器的设置保管" in finding.zh for finding in again.findings)
