from tests.engine.gate.fixes.drawing import changes, diagram, offered


def _choice(gateway: str = "", first: str = "a &gt; 1", second: str | None = None, tag: str = "exclusiveGateway"):
    other = f"<bpmn:conditionExpression>{second}</bpmn:conditionExpression>" if second else ""
    return diagram(
        f"""<bpmn:{tag} id="g" name="Big?" {gateway}/>
    <bpmn:endEvent id="e" /><bpmn:endEvent id="f" />
    <bpmn:sequenceFlow id="yes" sourceRef="g" targetRef="e">
      <bpmn:conditionExpression>{first}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="no" name="otherwise" sourceRef="g" targetRef="f">{other}</bpmn:sequenceFlow>"""
    )


def test_the_only_flow_without_a_condition_becomes_the_default():
    assert changes(_choice(), "default-flow") == [
        ('<bpmn:exclusiveGateway id="g" name="Big?" />', '<bpmn:exclusiveGateway id="g" name="Big?" default="no" />')
    ]
    offer = offered(_choice(), "default-flow")[0]
    assert offer.id == "default-flow:x.bpmn:no"
    assert (offer.element, offer.rule) == ("no", "default-unsaid")
    assert "otherwise" in offer.en and "otherwise" in offer.zh


def test_nothing_is_offered_where_it_would_be_a_guess():
    assert not offered(_choice(second="a &lt; 1"), "default-flow")
    assert not offered(_choice('default="no"'), "default-flow")
    assert not offered(_choice(tag="eventBasedGateway", first="x"), "default-flow")


def test_a_condition_without_effect_is_taken_away():
    [(gone, _)] = changes(_choice('default="yes"'), "default-flow")
    assert "conditionExpression" in gone
    assert [offer.rule for offer in offered(_choice(tag="parallelGateway"), "default-flow")] == ["condition-ignored"]


def test_what_was_always_taken_until_now_is_said():
    [offer] = offered(_choice(tag="userTask"), "default-flow")
    assert offer.rule is None and "only when no condition holds" in offer.en
    assert "only when" not in offered(_choice(), "default-flow")[0].en
