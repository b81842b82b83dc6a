import pytest

from engine.gate import fixes
from tests.engine.gate.fixes.drawing import NAMES, diagram, mended, offered

CATCH = """<bpmn:intermediateCatchEvent id="c" name="款项&#10;到账"><bpmn:messageEventDefinition />
    </bpmn:intermediateCatchEvent>"""


def test_a_message_is_named_by_its_event():
    new = mended(diagram(CATCH), "message")
    assert '\n  <bpmn:message id="Message_c" name="款项 到账"/>\n  <bpmn:process' in new
    assert '<bpmn:messageEventDefinition messageRef="Message_c" />' in new
    [offer] = offered(diagram(CATCH), "message")
    assert (offer.id, offer.element, offer.rule) == ("message:x.bpmn:c", "c", "reference-missing")


@pytest.mark.parametrize(
    ("body", "made"),
    [
        (
            '<bpmn:sendTask id="s" name="通知"/><bpmn:receiveTask id="r" name="通知"/>',
            '<bpmn:message id="Message_s" name="通知"/>',
        ),
        ('<bpmn:receiveTask id="r" name="等候"/>', '<bpmn:message id="Message_r" name="等候"/>'),
        (
            '<bpmn:endEvent id="e" name="停电"><bpmn:signalEventDefinition/></bpmn:endEvent>',
            '<bpmn:signal id="Signal_e" name="停电"/>',
        ),
        (
            '<bpmn:endEvent id="e" name="失败"><bpmn:errorEventDefinition/></bpmn:endEvent>',
            '<bpmn:error id="Error_e" name="失败" errorCode="失败"/>',
        ),
    ],
)
def test_tasks_signals_and_errors_too(body, made):
    assert made in mended(diagram(body), "message")


def test_both_ends_of_a_message_flow_hear_each_other():
    outside = '<bpmn:collaboration id="k"><bpmn:messageFlow id="f" sourceRef="s" targetRef="c"/></bpmn:collaboration>'
    files = diagram(f'<bpmn:sendTask id="s" name="付款"/>{CATCH}', outside=outside)
    new = mended(files, "message")
    assert new.count('<bpmn:message id="Message_f" name="付款"/>') == 1 and new.count('messageRef="Message_f"') == 2
    first, second = (offer.id for offer in offered(files, "message"))
    alone = fixes.apply(files, [second], **NAMES).files
    assert b'<bpmn:message id="Message_f" name="' in alone["x.bpmn"] and first in {
        o.id for o in offered(alone, "message")
    }
    assert fixes.apply(alone, [first], **NAMES).files["x.bpmn"].count(b"<bpmn:message ") == 1


def test_the_message_of_a_message_flow_is_taken():
    outside = """<bpmn:message id="m" name="paid"/><bpmn:collaboration id="k">
    <bpmn:messageFlow id="f" sourceRef="p" targetRef="c" messageRef="m"/></bpmn:collaboration>"""
    assert '<bpmn:messageEventDefinition messageRef="m" />' in mended(diagram(CATCH, outside=outside), "message")


def test_a_thrown_error_without_a_code_takes_its_name():
    end = '<bpmn:endEvent id="e"><bpmn:errorEventDefinition errorRef="x"/></bpmn:endEvent>'
    files = diagram(end, outside='<bpmn:error id="x" name="失败"/>')
    assert '<bpmn:error id="x" name="失败" errorCode="失败"/>' in mended(files, "message")
    assert offered(files, "message")[0].rule == "code-missing"


@pytest.mark.parametrize(
    "body",
    [
        '<bpmn:receiveTask id="r"/>',  # nothing to call it by
        '<bpmn:sendTask id="s" name="发" camunda:topic="mail"/>',  # a connector's work
        '<bpmn:boundaryEvent id="b" name="错"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>',  # catches all
        '<bpmn:receiveTask id="r" name="x" messageRef="m"/>',
    ],
)
def test_others_are_left(body):
    assert not offered(diagram(body), "message")
