import pytest

from engine.gate import fixes
from tests.engine.gate.fixes.drawing import NAMES, changes, diagram, mended, offered


def _flow(condition: str, attributes: str = "", root: str = "", default: str = ""):
    body = f"""<bpmn:exclusiveGateway id="g" {default}/>
    <bpmn:endEvent id="e"/><bpmn:endEvent id="f"/>
    <bpmn:sequenceFlow id="y" name="yes" sourceRef="g" targetRef="e">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"{attributes}>{condition}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="n" sourceRef="g" targetRef="f"/>"""
    files = diagram(body, root=root)
    if not root:  # the mark of a SpiffWorkflow file is its vocabulary
        files = {"x.bpmn": files["x.bpmn"].replace(b"http://spiffworkflow.org/bpmn/schema/1.0/core", b"urn:none")}
    return files


def _after(files) -> str:
    [(_, new)] = changes(files, "expression")
    return new


def test_a_condition_of_another_engine_is_said_in_feel():
    files = _flow("${amount &gt; 10 &amp;&amp; kind == 'food'}")
    tag = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
    assert _after(files) == f'{tag}amount &gt; 10 and kind = "food"</bpmn:conditionExpression>'
    [offer] = offered(files, "expression")
    assert (offer.element, offer.rule) == ("y", "expression-broken")
    assert offer.before == "${amount > 10 && kind == 'food'}" and offer.after == 'amount > 10 and kind = "food"'
    assert "“yes”" in offer.zh and "“yes”" in offer.en


def test_the_name_of_the_other_language_goes():
    assert "language" not in _after(_flow("a == 1", ' language="javascript"'))
    assert [offer.rule for offer in offered(_flow("a == 1", ' language="groovy"'), "expression")] == [
        "language-refused"
    ]
    foreign = _flow("a == 1", root='expressionLanguage="http://www.mvel.org/2.0"')
    assert 'language="feel"' in _after(foreign)


def test_a_leading_sign_of_feel_goes():
    assert ">a &gt; 1<" in _after(_flow("=a &gt; 1"))


def test_an_empty_condition_is_taken_away():
    assert changes(_flow(""), "expression")[0][1] == ""
    assert offered(_flow(""), "expression")[0].rule == "expression-empty"


def test_an_empty_condition_beside_another_flow_of_a_task_is_left_to_a_person():
    files = _flow("", default='default="n"')
    beside = files["x.bpmn"].replace(b"exclusiveGateway", b"userTask")
    assert not offered({"x.bpmn": beside}, "expression"), "without it both flows would be taken"


@pytest.mark.parametrize(
    "condition", ["a &gt; 1", "${bean.check(a)}", "a == '10'", "${a} == ${b}", "True and", "amount in [1..3]"]
)
def test_what_is_feel_or_cannot_be_said_is_left(condition):
    assert not offered(_flow(condition), "expression")


def test_an_unknown_language_is_left():
    assert not offered(_flow("a == 1", ' language="cobol"'), "expression")


def test_the_condition_of_a_default_flow_is_not_worth_it():
    assert not offered(_flow("${a}", default='default="y"'), "expression")


def test_python_of_spiffworkflow_is_translated_or_marked():
    spiff = 'exporter="x"'
    assert 'a = "x"' in _after(_flow("a == 'x'", root=spiff))
    assert 'language="python">len(items) &gt; 2<' in _after(_flow("len(items) &gt; 2", root=spiff))
    assert not offered(_flow("len(items", root=spiff), "expression")


def test_counts_and_conditions_of_activities_are_said_in_feel():
    files = diagram(
        """<bpmn:userTask id="t"><bpmn:multiInstanceLoopCharacteristics>
      <bpmn:loopCardinality>${count}</bpmn:loopCardinality>
      <bpmn:completionCondition>${nrOfCompletedInstances / nrOfInstances &gt;= 0.6}</bpmn:completionCondition>
    </bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"""
    )
    new = mended(files, "expression")
    assert ">count<" in new and ">numberOfCompletedInstances / numberOfInstances &gt;= 0.6<" in new
    assert {offer.element for offer in offered(files, "expression")} == {"t"}


def test_one_of_several_is_taken_back_by_making_the_others():
    files = diagram(
        """<bpmn:userTask id="t"><bpmn:multiInstanceLoopCharacteristics>
      <bpmn:loopCardinality>${count}</bpmn:loopCardinality>
      <bpmn:completionCondition>${done}</bpmn:completionCondition>
    </bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"""
    )
    first, second = (offer.id for offer in offered(files, "expression"))
    both = fixes.apply(files, [first, second], **NAMES)
    assert fixes.apply(files, [second, first], **NAMES).files == both.files
    only = fixes.apply(files, [second], **NAMES).files["x.bpmn"].decode()
    assert "${count}" in only and ">done<" in only
