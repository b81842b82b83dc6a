"""Misspelt names of variables become those that steps set."""

import json

import pytest

from engine.gate import fixes

from .drawing import NAMES, diagram, mended, offered

FORM = json.dumps(
    {"type": "default", "schemaVersion": 19, "components": [{"type": "number", "key": "amount", "label": "金额"}]}
).encode()
STEPS = """<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f0" sourceRef="s" targetRef="t"/>
    <bpmn:userTask id="t" xmlns:banjie="urn:banjie:bpmn:1" banjie:form="ask" banjie:role="handler"/>
    <bpmn:sequenceFlow id="f1" sourceRef="t" targetRef="g"/><bpmn:exclusiveGateway id="g" default="f3"/>
    <bpmn:sequenceFlow id="f2" sourceRef="g" targetRef="e">
      <bpmn:conditionExpression>{}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f3" sourceRef="g" targetRef="e"/><bpmn:endEvent id="e"/>"""


def asked(condition: str, start: str = "") -> dict[str, bytes]:
    body = STEPS.format(condition).replace('<bpmn:startEvent id="s"/>', start or '<bpmn:startEvent id="s"/>')
    return {**diagram(body), "forms/ask.json": FORM}


def test_a_slip_is_corrected_where_it_stands():
    files = asked("amuont > 1000")
    [offer] = offered(files, "slip")
    assert (offer.rule, offer.element, offer.before, offer.after) == (
        "name-unknown", "f2", "amuont > 1000", "amount > 1000"
    )  # fmt: skip
    assert "<bpmn:conditionExpression>amount &gt; 1000</bpmn:conditionExpression>" in mended(files, "slip")


def test_after_the_expression_was_translated_the_slip_is_corrected_too():
    files = asked("${amuont > 1000}")
    ids = [offer.id for offer in fixes.offers(files, **NAMES)]
    applied = fixes.apply(files, [*ids, "slip:x.bpmn:f2/conditionExpression:amuont"], **NAMES)
    assert b"amount &gt; 1000" in applied.files["x.bpmn"]


@pytest.mark.parametrize(
    "condition", ["amount > 1000", "amounts > 1000", "total > 1000", 'amount > 1 and x = "amuont"']
)
def test_what_is_no_slip_stays(condition):
    assert not offered(asked(condition), "slip")


def test_what_a_message_may_bring_stays():
    start = '<bpmn:startEvent id="s"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    assert not offered(asked("amuont > 1000", start), "slip")
