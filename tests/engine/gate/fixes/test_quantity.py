"""An activity that waits for more branches than can come begins with the one there is."""

from tests.engine.gate.fixes.drawing import diagram, mended, offered

STEPS = """<bpmn:startEvent id="s"/>{}<bpmn:userTask id="a" name="受理" startQuantity="2"/><bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="f" sourceRef="{}" targetRef="a"/><bpmn:sequenceFlow id="g" sourceRef="a" targetRef="e"/>"""
PARTED = """<bpmn:sequenceFlow id="h" sourceRef="s" targetRef="p"/><bpmn:parallelGateway id="p"/>
<bpmn:sequenceFlow id="i" sourceRef="p" targetRef="a"/>"""


def test_what_can_never_come_is_not_waited_for():
    assert '<bpmn:userTask id="a" name="受理"/>' in mended(diagram(STEPS.format("", "s")), "quantity")


def test_branches_that_do_come_are_left_alone():
    assert not offered(diagram(STEPS.format(PARTED, "p")), "quantity")


def test_as_many_branches_do_not_go_on_then():
    both = {"x.bpmn": diagram(STEPS.format("", "s"))["x.bpmn"].replace(b" startQ", b' completionQuantity="2" startQ')}
    assert '<bpmn:userTask id="a" name="受理"/>' in mended(both, "quantity")
