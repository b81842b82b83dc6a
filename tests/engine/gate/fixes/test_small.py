"""The fixes of a few lines: namespaces, truths, directions, imports, leftovers, calls."""

import pytest

from engine.gate import fixes
from tests.engine.gate.fixes.drawing import MODEL, NAMES, diagram, mended, offered


@pytest.mark.parametrize(
    "slip",
    ["http://www.omg.org/spec/bpmn/20100524/model", "https://www.omg.org/spec/BPMN/20100524/MODEL", MODEL + "/"],
)
def test_namespace_slips_are_corrected(slip):
    files = diagram('<bpmn:startEvent id="s"/>')
    wrong = {"x.bpmn": files["x.bpmn"].replace(MODEL.encode(), slip.encode())}
    assert mended(wrong, "namespace").encode() == files["x.bpmn"]
    [offer] = offered(wrong, "namespace")
    assert (offer.rule, offer.element) == ("not-bpmn", None)
    assert not offered(files, "namespace")


def test_a_file_without_a_namespace_gets_one():
    files = {"x.bpmn": b'<definitions id="d"><process id="p"><startEvent id="s"/></process></definitions>'}
    assert f'<definitions id="d" xmlns="{MODEL}">' in mended(files, "namespace")


def test_our_own_namespace_is_corrected():
    files = diagram('<bpmn:userTask id="t" banjie:role="handler"/>', root='xmlns:banjie="urn:banjie:bpmn:1.0"')
    assert 'xmlns:banjie="urn:banjie:bpmn:1"' in mended(files, "namespace")


@pytest.mark.parametrize(
    ("file", "target"),
    [("a/holiday.bpmn20.xml", "a/holiday.bpmn"), ("b.xml", "b.bpmn"), ("c.BPMN", "c.bpmn"), ("d.bpmn.xml", "d.bpmn")],
)
def test_files_are_named_by_what_they_hold(file, target):
    data = diagram('<bpmn:startEvent id="s"/>')["x.bpmn"]
    [offer] = offered({file: data}, "file-name")
    assert (offer.id, offer.rule) == (f"file-name:{file}:", "file-unknown")
    assert fixes.apply({file: data}, [offer.id], **NAMES).files == {target: data}
    assert not offered({file: data, target: data}, "file-name")


def test_decisions_are_named_too_and_other_files_left():
    dmn = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    assert offered({"r.xml": dmn}, "file-name")[0].after == "r.dmn"
    assert not offered({"o.xml": b"<o/>", "x.xml": b"<", "x.bpmn": b"<a/>"}, "file-name")


def test_truths_are_written_as_words():
    files = diagram('<bpmn:boundaryEvent id="b" cancelActivity="0"/>', process='isExecutable="True"')
    new = mended(files, "truth")
    assert 'isExecutable="true"' in new and 'cancelActivity="false"' in new
    assert [offer.id for offer in offered(files, "truth")] == [
        "truth:x.bpmn:p:isExecutable",
        "truth:x.bpmn:b:cancelActivity",
    ]
    assert not offered(diagram('<bpmn:boundaryEvent id="b" cancelActivity="perhaps" name="1"/>'), "truth")


def test_a_wrong_direction_is_dropped():
    body = """<bpmn:exclusiveGateway id="g" gatewayDirection="{}"/><bpmn:endEvent id="e"/><bpmn:endEvent id="f"/>
    <bpmn:sequenceFlow id="a" sourceRef="g" targetRef="e"/><bpmn:sequenceFlow id="b" sourceRef="g" targetRef="f"/>"""
    assert '<bpmn:exclusiveGateway id="g"/>' in mended(diagram(body.format("Converging")), "direction")
    assert not offered(diagram(body.format("Diverging")), "direction")


IMPORT = '<bpmn:import importType="{}" location="a.dmn" namespace="n"/>'


@pytest.mark.parametrize("kind", ["http://www.w3.org/2001/XMLSchema", "http://www.omg.org/spec/DMN/20151101", MODEL])
def test_imports_are_taken_out(kind):
    files = {**diagram("", outside=IMPORT.format(kind)), "a.dmn": b""}
    assert "import" not in mended(files, "imported")
    assert offered(files, "imported")[0].rule == "element-refused"


def test_an_import_of_a_decision_that_is_not_there_is_dropped_by_choice_only():
    files = diagram("", outside=IMPORT.format("http://www.omg.org/spec/DMN/20151101"))
    [offer] = offered(files, "imported")
    assert offer.choice and offer.rule == "element-refused"
    assert "import" not in mended(files, "imported")


def test_an_import_of_another_kind_is_left():
    other = '<bpmn:import importType="urn:x" location="a" namespace="n"/>'
    assert not offered(diagram("", outside=other), "imported")


def test_a_line_of_data_that_has_lost_an_end_is_dropped():
    lines = (
        '<bpmn:task id="t"><bpmn:property id="p" name="x"/><bpmn:dataInputAssociation id="a"><bpmn:sourceRef>gone'
        "</bpmn:sourceRef><bpmn:targetRef>p</bpmn:targetRef></bpmn:dataInputAssociation>"
        '<bpmn:dataOutputAssociation id="b"><bpmn:sourceRef>p</bpmn:sourceRef><bpmn:targetRef>d</bpmn:targetRef>'
        '</bpmn:dataOutputAssociation></bpmn:task><bpmn:dataObjectReference id="d" dataObjectRef="o"/>'
        '<bpmn:dataObject id="o"/>'
    )
    new = mended(diagram(lines), "leftover")
    assert 'id="a"' not in new and 'id="b"' in new


def test_leftovers_are_dropped_with_their_drawing():
    drawing = """<di:d xmlns:di="urn:x"><di:BPMNEdge bpmnElement="a"/><di:BPMNShape bpmnElement="t"/></di:d>"""
    files = diagram(
        f"""<bpmn:laneSet><bpmn:lane id="l"><bpmn:flowNodeRef>gone</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>t</bpmn:flowNodeRef>
    </bpmn:lane></bpmn:laneSet><bpmn:task id="t"/>
    <bpmn:association id="a" sourceRef="t" targetRef="gone"/>
    <bpmn:extensionElements>{drawing}</bpmn:extensionElements>"""
    )
    new = mended(files, "leftover")
    assert "gone" not in new and "BPMNEdge" not in new and 'bpmnElement="t"' in new and "flowNodeRef>t<" in new
    assert {offer.rule for offer in offered(files, "leftover")} == {"target-unknown"}


def test_the_called_process_is_named():
    called = """<bpmn:callActivity id="c"><bpmn:extensionElements><zeebe:calledElement processId="{}"/>
    </bpmn:extensionElements></bpmn:callActivity>"""
    assert '<bpmn:callActivity id="c" calledElement="check">' in mended(diagram(called.format("check")), "called")
    assert not offered(diagram(called.format("=which(x)")), "called")


def test_unsafe_ids_change_with_all_that_refers_to_them():
    drawing = '<di:BPMNShape xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="1 a"/>'
    files = diagram(
        f"""<bpmn:startEvent id="s"/><bpmn:userTask id="1 a" name="1 a"><bpmn:incoming>{{f}}</bpmn:incoming>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="{{f}}" sourceRef="s" targetRef="1 a"/>
    <bpmn:laneSet><bpmn:lane id="l"><bpmn:flowNodeRef>1 a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:extensionElements>{drawing}</bpmn:extensionElements>"""
    )
    new = mended(files, "ids")
    assert '<bpmn:userTask id="_1_a" name="1 a"><bpmn:incoming>f</bpmn:incoming>' in new
    assert '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="_1_a"/>' in new
    assert "<bpmn:flowNodeRef>_1_a<" in new and 'bpmnElement="_1_a"' in new


def test_ids_in_chinese_become_what_can_be_drawn_and_the_names_stay():
    files = diagram(
        """<bpmn:startEvent id="开始"/><bpmn:userTask id="办理" name="办理"/>
    <bpmn:sequenceFlow id="f" sourceRef="开始" targetRef="办理"/>"""
    )
    new = mended(files, "ids")
    assert '<bpmn:userTask id="userTask_1" name="办理"/>' in new
    assert '<bpmn:sequenceFlow id="f" sourceRef="startEvent_1" targetRef="userTask_1"/>' in new


def test_a_new_id_says_what_the_element_is_called():
    files = diagram(
        """<bpmn:userTask id="{1A2B-00}" name="Prüfe Antrag (2)"/><bpmn:userTask id="审核" name="Prüfe Antrag (2)"/>
    <bpmn:manualTask id="送达" name="送达"/><bpmn:manualTask id="归档" name="归档"/>
    <bpmn:association id="n" sourceRef="审核" targetRef="归档"/>"""
    )
    new = mended(files, "ids")
    assert '<bpmn:userTask id="prufe_antrag_2" ' in new and '<bpmn:userTask id="prufe_antrag_2_2" ' in new
    assert '<bpmn:manualTask id="manualTask_1" name="送达"/>' in new
    assert 'sourceRef="prufe_antrag_2_2" targetRef="manualTask_2"' in new


def test_the_id_of_a_process_changes_where_it_is_called():
    caller = diagram('<bpmn:callActivity id="c" calledElement="9"/>')["x.bpmn"]
    files = {"a.bpmn": caller, "x.bpmn": diagram("")["x.bpmn"].replace(b'id="p"', b'id="9"')}
    applied = fixes.apply(files, [offer.id for offer in offered(files, "ids")], **NAMES)
    assert (
        b'calledElement="process_1"' in applied.files["a.bpmn"]
        and b'<bpmn:process id="process_1"' in applied.files["x.bpmn"]
    )


def test_numbers_that_are_no_references_stay():
    files = diagram('<bpmn:userTask id="1" startQuantity="1" name="1"/><bpmn:boundaryEvent id="b" attachedToRef="1"/>')
    new = mended(files, "ids")
    assert '<bpmn:userTask id="userTask_1" startQuantity="1" name="1"/>' in new and 'attachedToRef="userTask_1"' in new


def test_missing_and_doubled_ids():
    files = diagram('<bpmn:startEvent/><bpmn:textAnnotation id="n"/><bpmn:textAnnotation id="n"/>')
    new = mended(files, "ids")
    assert '<bpmn:startEvent id="startEvent_1"/>' in new
    assert '<bpmn:textAnnotation id="n"/><bpmn:textAnnotation id="n_2"/>' in new
    assert {offer.rule for offer in offered(files, "ids")} == {"id-missing", "id-twice"}
    both = '<bpmn:association id="a" sourceRef="s" targetRef="n"/>'
    assert not [
        o for o in offered(diagram(f'<bpmn:task id="n"/><bpmn:task id="n"/>{both}'), "ids") if o.rule == "id-twice"
    ]


def test_a_form_that_the_diagram_holds_becomes_a_file():
    form = '{"type": "default", "components": []}'
    holder = f'<bpmn:extensionElements><zeebe:userTaskForm id="u1">{form}</zeebe:userTaskForm></bpmn:extensionElements>'
    task = '<zeebe:formDefinition formKey="camunda-forms:bpmn:u1"/>'
    files = diagram(
        f'{holder}<bpmn:userTask id="t"><bpmn:extensionElements>{task}</bpmn:extensionElements></bpmn:userTask>'
    )
    ids = [offer.id for kind in ("form-file", "form") for offer in offered(files, kind)]
    applied = fixes.apply(files, ids, **NAMES)
    assert applied.files["forms/u1.json"].decode().strip() == form and not offered(applied.files, "form-file")
    assert 'banjie:form="u1"' in applied.files["x.bpmn"].decode()
