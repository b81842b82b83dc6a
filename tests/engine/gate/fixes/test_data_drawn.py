"""Data that could not flow as drawn: the drawing stays, what it would do goes."""

import pytest

from engine.gate import fixes
from engine.gate.fixes.data_drawn import ANSWERS
from tests.engine.gate.cases import data, event_data, operations
from tests.engine.gate.draw import judge
from tests.engine.gate.fixes.drawing import NAMES, diagram, mended, offered

BAD = [(code, case) for cases in (data, operations, event_data) for code, _, case in cases.BAD if code in ANSWERS]
TYPES = '<bpmn:itemDefinition id="T"/><bpmn:message id="m" name="m" itemRef="T"/>'
TASK = """<bpmn:dataObject id="o" isCollection="true" itemSubjectRef="T"/>
    <bpmn:sendTask id="t" messageRef="m">
      <bpmn:ioSpecification>
        <bpmn:dataInput id="i" itemSubjectRef="T"/>
        <bpmn:dataInput id="j"/>
        <bpmn:inputSet>
          <bpmn:dataInputRefs>i</bpmn:dataInputRefs>
          <bpmn:dataInputRefs>j</bpmn:dataInputRefs>
        </bpmn:inputSet>
        <bpmn:outputSet/>
      </bpmn:ioSpecification>
      <bpmn:dataInputAssociation id="a">
        <bpmn:sourceRef>o</bpmn:sourceRef>
        <bpmn:targetRef>j</bpmn:targetRef>
      </bpmn:dataInputAssociation>
    </bpmn:sendTask>"""
OTHER = """<bpmn:sendTask id="u" messageRef="m">
      <bpmn:ioSpecification>
        <bpmn:dataInput id="k"/>
        <bpmn:dataInput id="l"/>
        <bpmn:inputSet><bpmn:dataInputRefs>k</bpmn:dataInputRefs><bpmn:dataInputRefs>l</bpmn:dataInputRefs></bpmn:inputSet>
        <bpmn:outputSet/>
      </bpmn:ioSpecification>
    </bpmn:sendTask>"""
MADE = """<bpmn:dataObject id="o"/>
    <bpmn:userTask id="t">
      <bpmn:ioSpecification><bpmn:dataOutput id="d"/></bpmn:ioSpecification>
      <bpmn:dataOutputAssociation id="a">
        <bpmn:sourceRef>d</bpmn:sourceRef>
        <bpmn:targetRef>o</bpmn:targetRef>
        <bpmn:transformation>d.part</bpmn:transformation>
      </bpmn:dataOutputAssociation>
    </bpmn:userTask>"""


@pytest.mark.parametrize(("code", "case"), BAD, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BAD)])
def test_no_finding_about_the_data_remains(code, case):
    files = _files(case)
    wanted = [offer for offer in fixes.offers(files, **NAMES) if offer.kind == "data-drawn"]
    assert [offer.rule for offer in wanted] == [code]
    applied = fixes.apply(files, [offer.id for offer in wanted], **NAMES)
    rules = {finding.rule for finding in judge(applied.files).findings}
    assert not rules & (ANSWERS | {"data-sources", "target-unknown", "target-kind", "element-refused"})


def test_one_data_input_stays_with_every_line():
    new = mended(diagram(TASK, outside=TYPES), "data-drawn")
    assert 'itemSubjectRef="' not in new and 'itemRef="' not in new
    assert '<bpmn:dataInput id="i"/>' in new and 'id="j"' not in new and ">j<" not in new
    assert new.count("<bpmn:targetRef>i</bpmn:targetRef>") == 1
    assert '<bpmn:dataObject id="o" isCollection="true"/>' in new  # its marker is drawn


def test_what_a_transformation_made_is_not_copied_any_more():
    files = diagram(MADE)
    [offer] = offered(files, "data-drawn")
    assert (offer.rule, offer.element) == ("element-refused", "t")  # the step, as the gate names it
    new = mended(files, "data-drawn")
    assert "transformation" not in new and "<bpmn:targetRef>o</bpmn:targetRef>" in new and "sourceRef" not in new


def test_one_fix_answers_every_finding_about_the_data_of_a_diagram():
    files = diagram(TASK + OTHER, outside=TYPES)
    [offer] = offered(files, "data-drawn")
    about = [finding for finding in judge(files).findings if finding.rule in ANSWERS]
    assert {finding.element for finding in about} >= {"t", "u"} and all(offer.answers(finding) for finding in about)
    assert not any(offer.answers(finding) for finding in judge(files).findings if finding.rule not in ANSWERS)


def test_sound_data_is_left():
    for case in (*data.GOOD, *operations.GOOD, *event_data.GOOD):
        assert not [one for one in fixes.offers(_files(case), **NAMES) if one.kind == "data-drawn"]


def _files(case):
    return case if isinstance(case, dict) else {"test.bpmn": case}
