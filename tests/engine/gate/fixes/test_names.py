"""A variable with blanks in its name is renamed everywhere at once."""

from __future__ import annotations

import json

import pytest

from engine.gate import fixes
from tests.engine.gate.fixes.drawing import NAMES, diagram, offered

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<inputData id="i" name="Service Level"><variable name="Service Level"/></inputData>
<decision id="t" name="t"><decisionTable><input><inputExpression><text>Service  Level</text></inputExpression></input>
<output name="Days left"/><rule><inputEntry><text>"Service Level"</text></inputEntry></rule></decisionTable></decision>
</definitions>"""
FORM = {"type": "default", "components": [
    {"key": "Service Level", "type": "textfield"},
    {"key": "Person.first-name", "type": "textfield", "conditional": {"hide": '=Service Level = "Service Level"'}},
]}  # fmt: skip


def _bundle(condition: str = "Service Level == 'Premium'") -> dict[str, bytes]:
    flow = f"""<bpmn:task id="t"/><bpmn:exclusiveGateway id="g"/>
    <bpmn:businessRuleTask id="b" xmlns:banjie="urn:banjie:bpmn:1" banjie:result="Days left"/>
    <bpmn:sequenceFlow id="f" sourceRef="g" targetRef="t">
    <bpmn:conditionExpression>{condition}</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="h" sourceRef="g" targetRef="b">
    <bpmn:conditionExpression>Days left &lt; 2 and Person.first-name = "Days left"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>"""
    return {**diagram(flow), "t.dmn": TABLE.encode(), "forms/f.json": json.dumps(FORM).encode()}


def _all(files: dict[str, bytes]) -> dict[str, bytes]:
    ids = [offer.id for kind in ("expression", "names") for offer in offered(files, kind)]
    applied = fixes.apply(files, ids, **NAMES)
    assert not applied.lost and not offered(applied.files, "names")
    return applied.files


@pytest.mark.parametrize(
    "condition", ["Service Level == 'Premium'", "${Service Level == 'Premium'}", 'Service Level = "Premium"']
)
def test_expressions_forms_and_tables_go_together(condition: str):
    files = _all(_bundle(condition))
    text = files["x.bpmn"].decode()
    assert '>Service_Level = "Premium"<' in text and 'banjie:result="Days_left"' in text
    assert '>Days_left &lt; 2 and Person.first_name = "Days left"<' in text
    table = files["t.dmn"].decode()
    assert table.count('name="Service_Level"') == 2 and "<text>Service_Level</text>" in table
    assert '<text>"Service Level"</text>' in table and '<output name="Days_left"/>' in table
    one, two = json.loads(files["forms/f.json"])["components"]
    assert (one["key"], two["key"]) == ("Service_Level", "Person.first_name")
    assert two["conditional"]["hide"] == '=Service_Level = "Service Level"'


def test_it_is_said_why_and_a_name_of_one_word_stays():
    offers = offered(_bundle(), "names")
    assert {offer.before: offer.after for offer in offers} == {
        "Service Level": "Service_Level", "first-name": "first_name", "Days left": "Days_left",
    }  # fmt: skip
    assert all("表单" in offer.zh for offer in offers)
    assert not offered(
        diagram('<bpmn:scriptTask id="s"><bpmn:script>{ a: b.c }</bpmn:script></bpmn:scriptTask>'), "names"
    )
