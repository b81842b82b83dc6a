import pytest

from tests.engine.gate.fixes.drawing import changes, diagram, offered

BODY = '<bpmn:startEvent id="s"/>'


def test_the_only_process_is_marked_as_executable():
    files = diagram(BODY, process='isExecutable="false" processType="Public"')
    assert changes(files, "executable") == [
        (
            '<bpmn:process id="p" isExecutable="false" processType="Public">',
            '<bpmn:process id="p" isExecutable="true" processType="Private">',
        )
    ]
    assert offered(files, "executable")[0].rule == "nothing-executable"


def test_a_process_that_does_not_say_so_is_marked():
    assert changes(diagram(BODY, process=""), "executable") == [
        ('<bpmn:process id="p" >', '<bpmn:process id="p" isExecutable="true" >')
    ]


@pytest.mark.parametrize(("body", "process"), [(BODY, 'isExecutable="true"'), ("", 'isExecutable="false"')])
def test_others_are_left_alone(body, process):
    assert not offered(diagram(body, process=process), "executable")
