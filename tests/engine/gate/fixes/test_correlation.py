from tests.engine.gate.fixes.drawing import diagram, mended, offered

MESSAGE = """<bpmn:message id="m" name="paid"><bpmn:extensionElements>
    <zeebe:subscription correlationKey="=orderId" /></bpmn:extensionElements></bpmn:message>"""


def test_the_key_of_a_message_is_that_of_its_waits():
    files = diagram(
        """<bpmn:startEvent id="s"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>
    <bpmn:intermediateCatchEvent id="c"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>
    <bpmn:receiveTask id="r" messageRef="m"/>""",
        outside=MESSAGE,
    )
    new = mended(files, "correlation")
    assert '<bpmn:intermediateCatchEvent id="c" banjie:correlation="orderId">' in new
    assert '<bpmn:receiveTask id="r" messageRef="m" banjie:correlation="orderId"/>' in new
    assert [offer.element for offer in offered(files, "correlation")] == ["c", "r"]  # a start has no case yet


def test_a_constant_tells_no_case_from_another():
    for key in ("01", "=&quot;01&quot;", "=1"):
        waits = diagram('<bpmn:receiveTask id="r" messageRef="m"/>', outside=MESSAGE.replace("=orderId", key))
        assert not offered(waits, "correlation")


def test_keys_that_cannot_be_read_are_left():
    files = diagram('<bpmn:receiveTask id="r" messageRef="m"/>', outside=MESSAGE.replace("=orderId", "=order("))
    assert not offered(files, "correlation")
    assert not offered(
        diagram('<bpmn:receiveTask id="r" messageRef="m"/>', outside='<bpmn:message id="m"/>'), "correlation"
    )
