import pytest

from engine.gate import fixes
from tests.engine.gate.fixes.drawing import NAMES, diagram, mended, offered


def _task(attributes: str = "", inside: str = "", **forms: bytes):
    inside = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    return diagram(f'<bpmn:userTask id="t" {attributes}>{inside}</bpmn:userTask>') | forms


@pytest.mark.parametrize(
    "said",
    [
        'camunda:formKey="camunda-forms:deployment:forms/decide.form"',
        'camunda:formKey="embedded:app:forms/decide.html"',
        'flowable:formKey="decide"',
        'camunda:formRef="decide"',
    ],
)
def test_the_form_is_the_last_part_of_its_name(said):
    assert 'banjie:form="decide"' in mended(_task(said), "form")


def test_camunda_8_and_spiffworkflow_say_it_in_elements():
    assert 'banjie:form="decide"' in mended(_task(inside='<zeebe:formDefinition formId="decide"/>'), "form")
    spiff = """<spiffworkflow:properties>
      <spiffworkflow:property name="formJsonSchemaFilename" value="decide-schema.json"/>
    </spiffworkflow:properties>"""
    assert 'banjie:form="decide"' in mended(_task(inside=spiff), "form")


def test_a_form_of_the_bundle_in_a_folder_is_found():
    files = _task('camunda:formKey="decide2"') | {"forms/complaint/decide2.json": b"{}"}
    assert 'banjie:form="complaint/decide2"' in mended(files, "form")


def test_the_only_form_may_be_chosen_for_the_only_task_without_one():
    files = _task() | {"forms/decide.json": b"{}"}
    assert 'banjie:form="decide"' in mended(files, "form")
    [offer] = offered(files, "form")
    assert offer.rule == "task-form" and offer.choice  # a person picks it: "all fixes" do not
    assert not offered(files | {"forms/other.json": b"{}"}, "form")
    two = diagram('<bpmn:userTask id="t"/><bpmn:userTask id="u"/>') | {"forms/decide.json": b"{}"}
    assert not offered(two, "form")


def test_a_form_that_is_none_is_left():
    assert not offered(_task('camunda:formKey="${formOf(x)}"'), "form")


def test_form_files_are_moved_to_their_place():
    schema = b'{"components": [], "type": "default"}'
    files = _task('camunda:formKey="decide"') | {"decide.form": schema, "data.json": b"[]", "broken.form": b"{"}
    [offer] = offered(files, "form-file")
    assert (offer.id, offer.after, offer.rule) == ("form-file:decide.form:", "forms/decide.json", "file-unknown")
    applied = fixes.apply(files, [offer.id], **NAMES)
    assert applied.files["forms/decide.json"] == schema and "decide.form" not in applied.files
    assert not offered(applied.files, "form-file")
    assert not offered(files | {"forms/decide.json": schema}, "form-file")


def test_the_only_form_is_not_offered_where_it_lacks_what_is_asked_next():
    task = '<bpmn:userTask id="t"/><bpmn:exclusiveGateway id="g" default="b"/><bpmn:endEvent id="e"/>'
    ways = '<bpmn:sequenceFlow id="x" sourceRef="t" targetRef="g"/>'
    ways += '<bpmn:sequenceFlow id="b" sourceRef="g" targetRef="e"/>'
    asks = '<bpmn:conditionExpression>level = "A"</bpmn:conditionExpression>'
    asks = f'<bpmn:sequenceFlow id="a" sourceRef="g" targetRef="e">{asks}</bpmn:sequenceFlow>'
    form = '{"components": [{"type": "textfield", "key": "%s"}]}'
    drawn = diagram(task + ways + asks)
    assert not offered({**drawn, "forms/f.json": (form % "note").encode()}, "form")
    assert offered({**drawn, "forms/f.json": (form % "level").encode()}, "form")
