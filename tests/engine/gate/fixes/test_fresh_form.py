"""Forms, roles and conditions that nobody has given yet, each a click away."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import gate
from engine.gate import fixes
from tests.engine.gate.fixes.drawing import NAMES, ROLES, diagram, offered


def _flow(source: str, target: str, condition: str = "", name: str = "") -> str:
    inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{source}{target}" name="{name}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'  # noqa: E501


def judged(first: str = "", second: str = "", task: str = "", gateway: str = "") -> dict[str, bytes]:
    """A task, then a gateway with two ways, one of them over a second task."""
    return diagram(
        f"""<bpmn:startEvent id="s"/><bpmn:userTask id="t" name="Judge" {task}/>
    <bpmn:exclusiveGateway id="g" name="Service type" {gateway}/><bpmn:userTask id="u" name="Repair"/>
    <bpmn:endEvent id="e"/>{_flow("s", "t")}{_flow("t", "g")}{_flow("g", "u", first, "Warranty")}
    {_flow("g", "e", second, "Paid")}{_flow("u", "e")}"""
    )


def _applied(files: dict[str, bytes], *ids: str) -> dict[str, bytes]:
    made = fixes.apply(files, ids, **NAMES)
    assert not made.lost
    return dict(made.files)


def _form(first: str = "", second: str = "", **said: str) -> list[dict[str, Any]]:
    form = json.loads(_applied(judged(first, second, **said), "fresh-form:x.bpmn:t:new")["forms/t.json"])
    for one in form["components"]:
        if "values" in one:
            one["values"] = [option["value"] for option in one["values"]]
    return [{name: one[name] for name in ("key", "type", "values") if name in one} for one in form["components"]]


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        ('level = "A"', 'level = "B"', {"key": "level", "type": "select", "values": ["A", "B"]}),
        ('level = "A"', "", {"key": "level", "type": "select", "values": ["A", "Paid"]}),
        ("days &gt; 3", "days &lt;= 3", {"key": "days", "type": "number"}),
        ("urgent", "not(urgent)", {"key": "urgent", "type": "checkbox"}),
        ('order.kind in ("a", "b")', "", {"key": "order.kind", "type": "select", "values": ["a", "b", "Paid"]}),
        ("contains(note, 'x')", "", {"key": "note", "type": "textfield"}),
        ("", "", {"key": "Judge_result", "type": "textarea"}),
    ],
)
def test_the_form_asks_what_is_read_after_the_task(first, second, field):
    assert _form(first.replace("'", '"'), second) == [field]


def test_a_person_chooses_it_and_a_form_that_is_named_gets_its_file():
    files = judged(task='banjie:form="order/judge" xmlns:banjie="urn:banjie:bpmn:1"')
    [offer] = [one for one in offered(files, "fresh-form") if one.element == "t"]
    assert (offer.rule, bool(offer.choice)) == ("form-unknown", True)
    assert "forms/order/judge.json" in _applied(files, offer.id)
    assert [one.element for one in offered(files | {"forms/order/judge.json": b"{}"}, "fresh-form")] == ["u"]


def test_what_another_step_sets_and_what_another_product_says_is_left():
    second = judged().copy()
    second["x.bpmn"] = second["x.bpmn"].replace(b'name="Judge"', b'camunda:formKey="judge"')
    assert [one.element for one in offered(second, "fresh-form")] == ["u"]


def test_a_role_is_chosen_where_nothing_names_one():
    assert [one.id for one in offered(judged(), "role")] == [
        f"role:x.bpmn:{task}:{role}" for task in "tu" for role in ("handler", "reviewer")
    ]
    assert not [one for one in offered(judged(task='camunda:candidateGroups="handler"'), "role") if one.element == "t"]


def test_conditions_are_the_names_of_the_flows():
    [warranty, paid] = offered(judged(), "ask")
    assert (warranty.after, warranty.rule) == ('Service_type = "Warranty"', "gateway-condition")
    assert 'Service_type = "Paid"' in _applied(judged(), warranty.id, paid.id)["x.bpmn"].decode()
    assert not offered(judged(gateway='default="ge"', first="x"), "ask")


def test_the_last_flow_is_left_to_be_the_default():
    assert not offered(judged(first='level = "high"'), "ask")


def test_a_diagram_that_only_shows_the_way_runs_after_a_few_clicks():
    files = judged()
    picks = ["ask:x.bpmn:gu:name", "ask:x.bpmn:ge:name"]
    picks += [
        f"{kind}:x.bpmn:{task}:{part}" for task in "tu" for kind, part in (("role", "handler"), ("fresh-form", "new"))
    ]  # noqa: E501
    found = gate.check(_applied(files, *picks), functions={}, roles=ROLES, connectors=()).findings
    assert not [one for one in found if one.severity == "error"]
    assert "names-from-message" not in {one.rule for one in found}


def test_an_empty_sub_process_is_given_to_people():
    files = diagram('<bpmn:subProcess id="s" name="Repair"><bpmn:incoming>f</bpmn:incoming></bpmn:subProcess>')
    [first, _] = offered(files, "by-hand")
    assert first.rule == "scope-empty"
    assert (
        '<bpmn:manualTask id="s" name="Repair" banjie:role="handler">' in _applied(files, first.id)["x.bpmn"].decode()
    )
    drawn = diagram('<bpmn:subProcess id="s"><bpmn:task id="a"/></bpmn:subProcess>')
    assert not offered(drawn, "by-hand")


def test_what_the_next_gateway_asks_is_filled_in_by_those_who_do_the_work():
    files = judged(first='level = "A"', second='level = "B"')
    files = {"x.bpmn": files["x.bpmn"].replace(b"userTask", b"serviceTask")}
    [offer] = [one for one in offered(files, "by-hand") if one.id.endswith("t:handler")]
    [field] = json.loads(_applied(files, offer.id)["forms/t.json"])["components"]
    assert (field["key"], field["type"]) == ("level", "select")


def test_what_a_decision_is_asked_for_is_not_filled_in_before_it():
    files = judged(first='level = "A"', second='level = "B"')["x.bpmn"]
    rule = b'<bpmn:businessRuleTask id="r" name="Rule"/>' + _flow("r", "g").encode()
    files = files.replace(b'targetRef="g"', b'targetRef="r"').replace(b"<bpmn:endEvent", rule + b"<bpmn:endEvent")
    form = json.loads(_applied({"x.bpmn": files}, "fresh-form:x.bpmn:t:new")["forms/t.json"])
    assert [one["key"] for one in form["components"]] == ["Judge_result"]


def test_what_a_form_shows_of_a_variable_is_filled_in_entry_by_entry():
    task = '<bpmn:serviceTask id="w" camunda:class="a.Status" camunda:resultVariable="status"/>'
    shown = {"components": [{"type": "textfield", "key": "status.name"}, {"type": "number", "key": "status.days"}]}
    files = diagram(task) | {"forms/x.json": json.dumps(shown).encode()}
    form = json.loads(_applied(files, "by-hand:x.bpmn:w:handler")["forms/w.json"])
    assert [(one["key"], one["type"]) for one in form["components"]] == [
        ("status.name", "textfield"),
        ("status.days", "number"),
    ]


def test_the_way_without_a_condition_is_an_answer_by_the_name_of_the_step_it_leads_to():
    files = judged(first='g = "Warranty"')["x.bpmn"].replace(b' name="Service type"', b"").replace(b' name="Paid"', b"")
    [field] = json.loads(_applied({"x.bpmn": files}, "fresh-form:x.bpmn:t:new")["forms/t.json"])["components"]
    assert [one["value"] for one in field["values"]] == ["Warranty", "其他"]
    assert (field["key"], field["label"]) == ("g", "选择下一步")  # an id tells nobody what is asked
    named = files.replace(b'<bpmn:endEvent id="e"', b'<bpmn:endEvent id="e" name="Bill"')
    [field] = json.loads(_applied({"x.bpmn": named}, "fresh-form:x.bpmn:t:new")["forms/t.json"])["components"]
    assert [one["value"] for one in field["values"]] == ["Warranty", "Bill"]


def test_a_gateway_without_a_name_asks_for_the_next_step():
    files = {"x.bpmn": judged()["x.bpmn"].replace(b' name="Service type"', b"")}
    first, second = offered(files, "ask")
    assert [first.after, second.after] == ['下一步 = "Warranty"', '下一步 = "Paid"']
    made = _applied(files, first.id, second.id, "fresh-form:x.bpmn:t:new")
    [field] = json.loads(made["forms/t.json"])["components"]
    assert (field["key"], field["label"]) == ("下一步", "选择下一步")


def test_the_step_before_the_gateway_is_asked_and_not_an_earlier_one():
    """A sub-process without steps becomes a task for people: the question is theirs."""
    files = judged(first='level = "A"', second='level = "B"')["x.bpmn"]
    repair = b'<bpmn:subProcess id="r" name="Fix"/>' + _flow("r", "g").encode()
    files = {
        "x.bpmn": files.replace(b'targetRef="g"', b'targetRef="r"').replace(
            b"<bpmn:endEvent", repair + b"<bpmn:endEvent"
        )
    }
    made = _applied(files, "fresh-form:x.bpmn:t:new", "by-hand:x.bpmn:r:handler")
    assert [one["key"] for one in json.loads(made["forms/t.json"])["components"]] == ["Judge_result"]
    assert [one["key"] for one in json.loads(made["forms/r.json"])["components"]] == ["level"]
