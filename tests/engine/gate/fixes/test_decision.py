import pytest

from tests.engine.gate.draw import judge
from tests.engine.gate.fixes.drawing import diagram, mended, offered


def _rule(attributes: str = "", inside: str = ""):
    inside = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    return diagram(f'<bpmn:businessRuleTask id="r" {attributes}>{inside}</bpmn:businessRuleTask>')


def test_camunda_7_says_it_in_attributes():
    files = _rule('camunda:decisionRef="routing" camunda:resultVariable="route"')
    assert 'banjie:decision="routing" banjie:result="route"' in mended(files, "decision")
    [offer] = offered(files, "decision")
    assert (offer.element, offer.rule) == ("r", "rule-decision")


@pytest.mark.parametrize(
    ("inside", "after"),
    [
        ('<zeebe:calledDecision decisionId="routing" resultVariable="route"/>', 'banjie:result="route"'),
        ("<spiffworkflow:calledDecisionId>routing</spiffworkflow:calledDecisionId>", 'banjie:decision="routing"'),
        (
            '<zeebe:taskDefinition type="DMN"/><zeebe:taskHeaders><zeebe:header key="decisionRef" value="routing"/>'
            "</zeebe:taskHeaders>",
            'banjie:decision="routing"',
        ),
        (
            '<flowable:field name="decisionTableReferenceKey">'
            "<flowable:string>routing</flowable:string></flowable:field>",
            'banjie:decision="routing"',
        ),
    ],
)
def test_others_say_it_in_elements(inside, after):
    assert after in mended(_rule(inside=inside), "decision")


@pytest.mark.parametrize(("outputs", "result"), [(["bureau"], True), (["bureau", "days"], False)])
def test_spiffworkflow_keeps_the_answer_under_the_name_of_the_output(outputs, result):
    table = "".join(f'<output name="{name}"/>' for name in outputs)
    dmn = f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
    <decision id="routing"><decisionTable>{table}</decisionTable></decision></definitions>"""
    files = _rule(inside="<spiffworkflow:calledDecisionId>routing</spiffworkflow:calledDecisionId>")
    new = mended(files | {"routing.dmn": dmn.encode(), "bad.dmn": b"<"}, "decision")
    assert ('banjie:result="bureau"' in new) == result


@pytest.mark.parametrize("name", ["${which}", "=which"])
def test_a_decision_that_is_only_known_later_is_left(name):
    assert not offered(_rule(f'camunda:decisionRef="{name}"'), "decision")


IMPORT = (
    '<bpmn:import namespace="n" location="files/Leave approval.dmn"'
    ' importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
)
ID = "_9ba1b7b0-c84d-484f-9203-3792edc6dcbd"


def _by_id() -> dict[str, bytes]:
    return diagram(f'<bpmn:businessRuleTask id="r" camunda:decisionRef="{ID}"/>', outside=IMPORT)


def test_a_decision_is_called_by_its_name_or_by_the_file_that_holds_it():
    [offer] = offered(_by_id(), "decision")
    assert "Leave approval.dmn" in offer.zh and ID not in offer.zh and ID in offer.after
    dmn = f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
    <decision id="{ID}" name="Approve leave"/></definitions>"""
    [offer] = offered(_by_id() | {"leave.dmn": dmn.encode()}, "decision")
    assert "Approve leave" in offer.en and ID not in offer.en


def test_the_gate_asks_for_the_file_and_not_for_an_id():
    files = {"x.bpmn": mended(_by_id(), "decision").encode()}
    [finding] = [one for one in judge(files).findings if one.rule == "decision-unknown"]
    assert ID not in finding.zh + finding.en and "Leave approval.dmn" in finding.mend_zh
