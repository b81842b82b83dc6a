import json

import pytest

from engine import forms, gate
from engine.gate import fixes
from tests.engine.gate.fixes.drawing import NAMES, diagram, offered

CAMUNDA = """<camunda:formData>
  <camunda:formField id="amount" label="金额" type="long" defaultValue="10"><camunda:validation>
    <camunda:constraint name="required"/><camunda:constraint name="max" config="500"/></camunda:validation>
  </camunda:formField>
  <camunda:formField id="when" label="日期" type="date"/>
  <camunda:formField id="ok" type="boolean" defaultValue="true"/>
  <camunda:formField id="kind" label="类别" type="enum"><camunda:value id="a" name="甲"/><camunda:value id="b"/>
  </camunda:formField>
</camunda:formData>"""
FLOWABLE = """<flowable:formProperty id="reason" name="理由" type="string" required="true"/>
<flowable:formProperty id="who" name="申请人" writable="false"/>"""


def _task(inside: str, attributes: str = ""):
    return diagram(
        f"""<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="decide"/>
    <bpmn:userTask id="decide" name="办理" camunda:candidateGroups="handler" {attributes}>
      <bpmn:extensionElements>{inside}</bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="g" sourceRef="decide" targetRef="e"/><bpmn:endEvent id="e"/>"""
    )


def _form(files) -> dict:
    [offer] = offered(files, "form-data")
    applied = fixes.apply(files, [offer.id], **NAMES)
    assert b'banjie:form="decide"' in applied.files["x.bpmn"] and not offered(applied.files, "form-data")
    return json.loads(applied.files["forms/decide.json"])


def test_fields_of_camunda_7_become_a_form():
    form = _form(_task(CAMUNDA))
    amount, when, ok, kind = form["components"]
    assert (amount["type"], amount["label"], amount["defaultValue"]) == ("number", "金额", 10)
    assert amount["validate"] == {"required": True, "max": 500}
    assert (when["subtype"], when["dateLabel"], ok["defaultValue"]) == ("date", "日期", True)
    assert kind["values"] == [{"value": "a", "label": "甲"}, {"value": "b", "label": "b"}]


def test_properties_of_flowable_become_a_form():
    reason, who = _form(_task(FLOWABLE))["components"]
    assert reason["validate"] == {"required": True} and who["readonly"] is True


@pytest.mark.parametrize("inside", [CAMUNDA, FLOWABLE])
def test_the_form_is_sound_and_the_task_deployable(inside):
    files = _task(inside)
    applied = fixes.apply(files, [offer.id for offer in fixes.offers(files, **NAMES)], **NAMES).files
    forms.load(applied["forms/decide.json"])
    report = gate.check(applied, functions={}, roles=NAMES["roles"], connectors=())
    assert report.ok, report.text("en")


@pytest.mark.parametrize(
    ("inside", "attributes"),
    [
        ('<camunda:formData><camunda:formField id="a" type="file"/></camunda:formData>', ""),
        ('<camunda:formData><camunda:formField id="!" type="string"/></camunda:formData>', ""),
        ('<camunda:formData><camunda:formField id="a" defaultValue="${b}"/></camunda:formData>', ""),
        ('<camunda:formData><camunda:formField id="a" type="enum"/></camunda:formData>', ""),
        ("<camunda:formData/>", ""),
        (FLOWABLE, 'camunda:formKey="other"'),
    ],
)
def test_what_cannot_be_said_is_left(inside, attributes):
    assert not offered(_task(inside, attributes), "form-data")


def test_a_form_that_is_there_is_not_overwritten():
    assert not offered(_task(CAMUNDA) | {"forms/decide.json": b"{}"}, "form-data")
