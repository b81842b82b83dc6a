import pytest

from engine.gate import fixes
from tests.engine.gate.fixes.drawing import NAMES, changes, diagram, offered

BODY = '<bpmn:startEvent id="s"/>'


def test_the_only_process_is_marked_as_executable():
    files = diagram(BODY, process='isExecutable="false" processType="Public"')
    assert changes(files, "executable") == [
        (
            '<bpmn:process id="p" isExecutable="false" processType="Public">',
            '<bpmn:process id="p" isExecutable="true" processType="Private">',
        )
    ]
    [offer] = offered(files, "executable")
    assert (offer.rule, offer.element) == ("nothing-executable", None)


def test_a_process_that_does_not_say_so_is_marked():
    assert changes(diagram(BODY, process=""), "executable") == [
        ('<bpmn:process id="p" >', '<bpmn:process id="p" isExecutable="true" >')
    ]


@pytest.mark.parametrize(("body", "process"), [(BODY, 'isExecutable="true"'), ("", 'isExecutable="false"')])
def test_others_are_left_alone(body, process):
    assert not offered(diagram(body, process=process), "executable")


def test_the_fixes_of_another_pool_are_kept_when_one_is_marked():
    """A process that is not executable beside one that is counts as documentation; what was chosen for it stays."""
    pool = """</bpmn:process><bpmn:process id="q" isExecutable="false">
    <bpmn:receiveTask id="r" name="reply"/>"""
    files = diagram(BODY + pool, process='isExecutable="false"')
    chosen = ["executable:x.bpmn:p", "message:x.bpmn:r"]
    applied = fixes.apply(files, chosen, **NAMES)
    assert not applied.lost and b'messageRef="Message_r"' in applied.files["x.bpmn"]
    assert [offer.id for offer in offered(files, "executable")] == ["executable:x.bpmn:p", "executable:x.bpmn:q"]
