import pytest

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
    "inside",
    [
        '<zeebe:ioMapping><zeebe:input source="a" target="b"/><zeebe:input source="=(" target="c"/></zeebe:ioMapping>',
        '<zeebe:ioMapping><zeebe:input source="=a" target="b.c"/></zeebe:ioMapping>',
        '<camunda:inputOutput><camunda:inputParameter name="x"><camunda:list/></camunda:inputParameter>'
        "</camunda:inputOutput>",
        "<zeebe:ioMapping/>",
    ],
)
def test_half_a_mapping_is_none(inside):
    assert not offered(_node(inside), "mapping")


def test_user_tasks_take_none():
    assert not offered(
        _node('<zeebe:ioMapping><zeebe:input source="=a" target="b"/></zeebe:ioMapping>', "userTask"), "mapping"
    )
