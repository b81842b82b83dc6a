"""What load makes of a bundle, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bpmn, errors
from engine.bpmn.sandbox import Python

from .kit import (
    HEAD,
    MESSAGE,
    SIGNAL,
    Case,
    catch,
    end,
    extension,
    flow,
    gateway,
    line,
    load,
    process,
    script,
    start,
    sub,
    timer,
    user,
)


def findings(diagram: str, **options: Any) -> list[errors.Finding]:
    with pytest.raises(errors.DiagramRefused) as refused:
        load(diagram, **options)
    return refused.value.findings


def test_a_program_tells_its_starts_and_elements() -> None:
    lanes = '<laneSet id="l"><lane id="l1" name="承办人"><flowNodeRef>u</flowNodeRef></lane></laneSet>'
    inside = user("x", 'banjie:form="f" banjie:role="handler" name="核实"')
    body = lanes + start(MESSAGE, "s1") + start(timer("timeCycle", "R/P1D"), "s2") + sub("u", inside) + line("s1", "u")
    program = load(process(body, attributes='name="投诉"'))["p"]
    assert (program.key, program.name) == ("p", "投诉")
    assert program.starts == (bpmn.Start("s1", "message", "reply"), bpmn.Start("s2", "timer", expression="R/P1D"))
    x = program.elements["x"]
    assert (x.type, x.name, x.lane, x.process, x.scope, x.form, x.role) == (
        "userTask",
        "核实",
        "承办人",
        "p",
        "u",
        "f",
        "handler",
    )
    assert set(program.elements) == {"s1", "s2", "u", "x"}


def test_a_process_without_a_start_event_starts_at_its_heads() -> None:
    program = load(user("a") + line("a"))["p"]
    assert program.starts == (bpmn.Start("p", "none"),)


def test_only_executable_processes_are_programs() -> None:
    two = process(start() + user("a") + line("s", "a")) + process(
        start(id="qs") + user("b") + line("qs", "b"), "q", 'isExecutable="false"'
    )
    assert set(load(two)) == {"p"}
    assert findings(process(start() + user("a"), attributes='isExecutable="false"'))[0].rule == "executable"


def test_what_never_runs_may_be_a_sketch() -> None:
    """A process that is neither executable nor called is documentation, as the other pool of a collaboration is."""
    sketch = start(id="qs") + catch("c", MESSAGE.replace("M", "MM")) + line("qs", "c")
    called = user("u", "") + f'<callActivity id="call" calledElement="q"/>{flow("u", "call")}'
    executable = process(start() + user("a") + line("s", "a"))
    assert set(load(executable + process(sketch, "q", 'isExecutable="false"'))) == {"p"}
    found = findings(process(called) + process(sketch, "q", 'isExecutable="false"'))
    assert [finding.element for finding in found] == ["c"]


def test_every_problem_is_told_at_once_with_its_element() -> None:
    body = start() + script("a", "1 +") + catch("c", MESSAGE.replace("M", "MM")) + flow("a", "nowhere")
    found = findings(body + user("u", 'banjie:frm="x"'))
    assert {(finding.rule, finding.element) for finding in found} == {
        ("expression", "a"),
        ("reference", "c"),
        ("flow", "a_nowhere"),
        ("extension", "u"),
    }
    assert all(
        finding.file == "case.bpmn" and finding.zh and finding.en and finding.severity == "error" for finding in found
    )


@pytest.mark.parametrize(
    "inside",
    ['<banjie:clok code="A" action="start"/>', '<banjie:clock code="A"/>', '<banjie:input name="1x" value="1"/>'],
)
def test_a_misspelt_or_incomplete_extension_is_refused(inside: str) -> None:
    assert findings(start() + user("u", inside=extension(inside)))[0].rule == "extension"


def test_python_is_refused_unless_it_is_offered() -> None:
    body = start() + '<scriptTask id="a" scriptFormat="python"><script>n = n + 1</script></scriptTask>' + line("s", "a")
    (finding,) = findings(body)
    assert (finding.rule, finding.element) == ("language", "a") and "FEEL" in finding.en
    assert Case(body, {"n": 1}, languages={"python": Python()}).variables == {"n": 2}


def test_an_unknown_language_is_refused() -> None:
    assert (
        findings(start() + '<scriptTask id="a" scriptFormat="groovy"><script>x</script></scriptTask>')[0].rule
        == "language"
    )


def test_a_leading_equals_sign_marks_feel() -> None:
    assert Case(start() + script("a", "= {n: 1}") + line("s", "a")).variables == {"n": 1}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<startEvent id="s"><errorEventDefinition/></startEvent>', "event"),
        (
            start() + end(timer("timeDuration", "PT1H"), "x"),
            "event",
        ),
        (
            start()
            + '<boundaryEvent id="x" attachedToRef="nobody"><signalEventDefinition signalRef="S"/></boundaryEvent>',
            "boundary",
        ),
        (start() + user("a") + user("a"), "id"),
        (start() + user("a b"), "id"),
        (start() + '<intermediateThrowEvent id="x"><linkEventDefinition name="L"/></intermediateThrowEvent>', "link"),
        (start(MESSAGE + SIGNAL, attributes='parallelMultiple="true"') + user("a"), "event"),
        (sub("u", ""), "empty"),
        (start() + user("a", inside="<multiInstanceLoopCharacteristics/>"), "loop"),
        (start() + catch("x", "<eventDefinitionRef>gone</eventDefinitionRef>"), "reference"),
    ],
)
def test_what_cannot_be_run_is_refused(body: str, rule: str) -> None:
    assert rule in {finding.rule for finding in findings(body)}


@pytest.mark.parametrize("id", ["../../etc", "a b", "x' or 1=1", "", "<b>"])
def test_a_process_id_must_be_an_xml_name(id: str) -> None:
    escaped = id.replace("<", "&lt;")
    assert findings(process(start() + user("a") + line("s", "a"), escaped))[0].rule == "process-id"


def test_the_same_process_in_two_files_is_refused() -> None:
    diagram = f"{HEAD}{process(start() + user('a'))}</definitions>".encode()
    with pytest.raises(errors.DiagramRefused) as refused:
        bpmn.load({"a.bpmn": diagram, "b.bpmn": diagram}, functions={}, decide=None, form_keys={})
    assert refused.value.findings[0].file == "b.bpmn"


@pytest.mark.parametrize("data", [b"", b"<html/>", b"not xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'])
def test_what_is_no_diagram_is_refused_with_its_file(data: bytes) -> None:
    with pytest.raises(errors.DiagramRefused) as refused:
        bpmn.load({"x.bpmn": data}, functions={}, decide=None, form_keys={})
    assert (refused.value.findings[0].rule, refused.value.findings[0].file) == ("xml", "x.bpmn")


def test_flows_without_ids_and_elements_called_start_and_end_run() -> None:
    body = start(id="Start") + script("a") + end(id="End")
    body += '<sequenceFlow sourceRef="Start" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="End"/>'
    run = Case(body)
    assert run.left == ["Start", "a", "End"] and "taken" not in {what for _, what in run.path}


def test_a_pair_of_link_events_is_a_flow() -> None:
    link = '<linkEventDefinition name="L"/>'
    body = start() + f'<intermediateThrowEvent id="t">{link}</intermediateThrowEvent>' + catch("c", link) + script("a")
    assert Case(body + line("s", "t") + line("c", "a")).left == ["s", "t", "c", "a"]


def test_marks_of_our_own_rewrites_cannot_be_forged() -> None:
    forged = '<scriptTask id="a" xmlns:n="urn:banjie:normalised" n:of="other"><script>{}</script></scriptTask>'
    assert Case(start() + forged + line("s", "a")).left == ["s", "a"]


def test_a_global_task_can_be_called() -> None:
    body = process(start() + '<callActivity id="c" calledElement="g"/>' + line("s", "c"))
    assert Case('<globalUserTask id="g" name="核实"/>' + body).tasks == ["g.task"]


def test_a_gateway_without_an_outgoing_flow_ends_its_path() -> None:
    assert Case(start() + gateway("exclusive", "g") + line("s", "g")).effects.completed


def test_a_program_knows_the_elements_of_the_processes_it_calls() -> None:
    called = process(start(id="qs") + user("x", 'name="核实"') + line("qs", "x"), "q", "")
    body = process(start() + user("x2") + '<callActivity id="c" calledElement="q"/>' + line("s", "c"))
    program = load(body + called + '<globalUserTask id="g"/>')["p"]
    assert set(program.elements) == {"s", "x2", "c", "qs", "x"} and program.elements["x"].process == "q"
    calls_global = process(start() + '<callActivity id="c" calledElement="g"/>' + line("s", "c"))
    assert "g.task" in load(calls_global + '<globalUserTask id="g"/>')["p"].elements


def test_what_compensates_is_an_activity_and_compensates_once() -> None:
    event = '<boundaryEvent id="{0}" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
    joined = '<association id="x{0}" sourceRef="{0}" targetRef="{1}"/>'
    itself = event.format("b") + joined.format("b", "b")
    handler = script("h").replace("<scriptTask", '<scriptTask isForCompensation="true"')
    both = handler + "".join(event.format(id) + joined.format(id, "h") for id in ("b", "c"))
    for part, refused in ((itself, "b"), (both, "c")):
        said = findings(start() + user("a") + end() + line("s", "a", "e") + part)
        assert [(finding.rule, finding.element) for finding in said] == [("compensation", refused)]


def test_how_it_is_drawn_does_not_matter() -> None:
    shape = (
        '<x:BPMNDiagram xmlns:x="http://www.omg.org/spec/BPMN/20100524/DI"><x:BPMNPlane><x:BPMNShape bpmnElement="s">'
        '<Bounds xmlns="http://www.omg.org/spec/DD/20100524/DC" x="far" y=""/>'
        "</x:BPMNShape></x:BPMNPlane></x:BPMNDiagram>"
    )
    assert "p" in load(process(start() + end() + line("s", "e")) + shape)
