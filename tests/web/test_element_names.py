"""What people call the elements that findings speak of."""

from web.element_names import Names

DIAGRAM = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="t" id="d" targetNamespace="t">
<collaboration id="c"><participant id="pool" name="热线 办" processRef="t:p"/><participant id="other" name="企业"/>
</collaboration><process id="p"><userTask id="a" name="受理"/><endEvent id="e"/>
<sequenceFlow id="f" sourceRef="a" targetRef="e"/></process><process id="q"/></definitions>"""


def test_a_process_without_a_name_is_called_as_its_pool_and_a_flow_by_its_ends():
    names = Names({"d.bpmn": DIAGRAM.encode()})
    assert names.of("d.bpmn", "p") == "热线 办"
    assert names.of("d.bpmn", "q") == ""
    assert names.of("d.bpmn", "a") == "受理"
