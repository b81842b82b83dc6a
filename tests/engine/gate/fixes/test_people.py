import pytest

from engine import feel
from engine.errors import Finding
from tests.engine.gate.fixes.drawing import changes, diagram, mended, offered


def _task(attributes: str = "", inside: str = ""):
    inside = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    return diagram(f'<bpmn:userTask id="t" name="办理" {attributes}>{inside}</bpmn:userTask>')


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ('camunda:assignee="${approver}"', 'banjie:assignee="approver"'),
        ('camunda:assignee="demo"', 'banjie:assignee="&quot;demo&quot;"'),
        ('flowable:candidateGroups="handler"', 'banjie:role="handler"'),
        ('activiti:candidateGroups="审核人"', 'banjie:role="reviewer"'),
        ('camunda:priority="50"', 'banjie:priority="50"'),
        ('camunda:priority="${urgency}"', 'banjie:priority="urgency"'),
        ('camunda:dueDate="${deadline}"', 'banjie:due="deadline"'),
        ('camunda:dueDate="P3D"', 'banjie:due="now() + duration(&quot;P3D&quot;)"'),
    ],
)
def test_what_attributes_say_is_said_in_ours(said, ours):
    assert ours in mended(_task(said), "people")


def test_camunda_8_says_it_in_elements():
    inside = '<zeebe:assignmentDefinition assignee="=approver" candidateGroups="handler"/>'
    inside += (
        '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P1D&quot;)"/><zeebe:priorityDefinition priority="2"/>'
    )
    new = mended(_task(inside=inside), "people")
    assert 'banjie:assignee="approver" banjie:role="handler"' in new
    assert 'banjie:due="now() + duration(&quot;P1D&quot;)" banjie:priority="2"' in new


def test_each_is_an_offer_of_its_own():
    files = _task('camunda:assignee="${a}" camunda:candidateGroups="handler"')
    assert [(offer.id, offer.rule) for offer in offered(files, "people")] == [
        ("people:x.bpmn:t:assignee", "foreign-ignored"),
        ("people:x.bpmn:t:role", "task-role"),
    ]
    [(gone, new)] = [pair for pair in changes(files, "people") if "userTask" in pair[0]]
    assert new.startswith(gone.removesuffix("></bpmn:userTask>"))


def test_a_date_is_feel():
    new = mended(_task('camunda:dueDate="2026-01-31T09:00:00Z"'), "people")
    assert feel.compile('date and time("2026-01-31T09:00:00Z")')({}) is not None
    assert 'banjie:due="date and time(&quot;2026-01-31T09:00:00Z&quot;)"' in new


@pytest.mark.parametrize(
    "said",
    [
        'camunda:candidateGroups="accounting"',
        'camunda:candidateGroups="handler,reviewer"',
        'camunda:candidateUsers="kermit"',
        'camunda:assignee="${bean.find(1)}"',
        'camunda:dueDate="tomorrow"',
    ],
)
def test_what_needs_a_decision_is_left(said):
    assert not offered(_task(said), "people")


def test_our_own_word_counts():
    files = _task('camunda:assignee="a" xmlns:banjie="urn:banjie:bpmn:1" banjie:assignee="b"')
    assert not offered(files, "people")


def test_an_offer_answers_the_finding_about_its_own_attribute():
    [offer] = offered(_task('activiti:assignee="demo" activiti:formKey="f"'), "people")

    def finding(name: str) -> Finding:
        return Finding("foreign-ignored", "warning", "x.bpmn", "t", f"的 activiti:{name} 只作说明，不起作用", "")

    assert offer.answers(finding("assignee")) and not offer.answers(finding("formKey"))


def test_it_is_said_in_the_words_of_the_panel():
    files = _task('camunda:assignee="kim" camunda:candidateGroups="handler"')
    assert [offer.zh.partition("填写")[2] for offer in offered(files, "people")] == [
        '“办理人”："kim"',
        "“角色”：承办人",
    ]
