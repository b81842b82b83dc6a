"""Tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import bpmn, errors

from ..kit import end, extension, line, load, script, start, user


def one(node: str) -> str:
    return start() + node + end() + line("s", "a", "e")


def test_a_user_task_is_offered_with_what_its_attributes_say(case: Any) -> None:
    attributes = (
        'banjie:form="complaint/decide" banjie:role="handler" banjie:unit="unit" banjie:assignee="who"'
        ' banjie:due="@&quot;2026-05-01T09:00:00&quot;" banjie:priority="if urgent then 0 else 1"'
    )
    keys = {"complaint/decide": frozenset({"title", "text"})}
    lanes = '<laneSet id="ls"><lane id="l" name="承办"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    data = {"unit": "U7", "who": "li", "urgent": True, "title": "噪音", "secret": 1}
    wait = case(lanes + one(user("a", attributes)), data, form_keys=keys).wait("a")
    assert (wait.kind, wait.form, wait.role, wait.lane) == ("task", "complaint/decide", "handler", "承办")
    assert (wait.unit, wait.assignee, wait.priority) == ("U7", "li", 0)
    assert wait.due == datetime(2026, 5, 1, 1, tzinfo=UTC) and wait.data == {"title": "噪音"}


@pytest.mark.parametrize(("unit", "shown"), [("U7", "U7"), (7, "7"), (None, None)])
def test_a_unit_is_told_as_text(case: Any, unit: Any, shown: str | None) -> None:
    assert case(one(user("a", 'banjie:unit="unit"')), {"unit": unit}).wait("a").unit == shown


@pytest.mark.parametrize("wrong", ["urgent", 10**30, -(10**7)])
def test_a_priority_that_lists_cannot_sort_by_is_a_fault(case: Any, wrong: Any) -> None:
    with pytest.raises(errors.DiagramFault, match="priority") as fault:
        case(one(user("a", 'banjie:priority="p"')), {"p": wrong})
    assert fault.value.element == "a"


def test_the_offer_is_worked_out_once(case: Any) -> None:
    run = case(one(user("a", 'banjie:unit="unit"')), {"unit": "U7"})
    run.do(lambda instance: bpmn.amend(instance, {"unit": "U8"}))
    assert run.wait("a").unit == "U7"


def test_what_is_null_is_left_open(case: Any) -> None:
    wait = case(one(user("a", 'banjie:assignee="who" banjie:due="when"'))).wait("a")
    assert (wait.assignee, wait.due, wait.priority) == (None, None, 1)


def test_the_submission_becomes_variables(case: Any) -> None:
    run = case(one(user("a")), {"n": 1}).complete("a", n=2, m={"x": [1, None]})
    assert run.variables == {"n": 2, "m": {"x": [1, None]}} and run.effects.completed


def test_a_task_can_be_completed_once(case: Any) -> None:
    run = case(one(user("a")))
    token = run.wait("a").token
    run.complete("a")
    with pytest.raises(errors.TaskGone):
        bpmn.complete(run.instance, token, {})


def test_manual_and_untyped_tasks_are_offered_too(case: Any) -> None:
    for tag in ("manualTask", "task"):
        assert case(one(f'<{tag} id="a"/>')).complete("a").effects.completed


def test_a_service_task_waits_for_its_job(case: Any) -> None:
    inputs = extension('<banjie:input name="to" value="phone"/>')
    run = case(
        one(f'<serviceTask id="a" banjie:connector="sms" banjie:result="answer">{inputs}</serviceTask>'), {"phone": "1"}
    )
    wait = run.wait("a")
    assert (wait.kind, wait.connector, wait.payload) == ("job", "sms", {"to": "1"})
    run.do(lambda instance: bpmn.amend(instance, {"phone": "2"}))
    assert run.wait("a").payload == {"to": "1"}, "the payload of a job does not change under way"
    assert run.answer("a", {"ok": True}).variables["answer"] == {"ok": True} and run.effects.completed


def decide(name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {"value": {"unit": "U1"}, "rules": [2], "inputs": {"kind": variables["kind"]}, "outputs": {"unit": "U1"}}


def test_a_decision_goes_into_its_result_and_into_the_record(case: Any) -> None:
    body = one('<businessRuleTask id="a" banjie:decision="routing" banjie:result="route"/>')
    run = case(body, {"kind": "noise"}, decide=decide)
    assert run.variables["route"] == {"unit": "U1"}
    (decision,) = run.effects.decisions
    assert decision["kind"] == "table" and decision["decision"] == "routing" and decision["rules"] == [2]


def test_without_a_result_a_decisions_entries_become_variables(case: Any) -> None:
    body = one('<businessRuleTask id="a" banjie:decision="routing"/>')
    assert case(body, {"kind": "noise"}, decide=decide).variables["unit"] == "U1"


def test_a_decision_without_decisions_is_refused() -> None:
    with pytest.raises(errors.DiagramRefused) as refused:
        load(one('<businessRuleTask id="a" banjie:decision="routing"/>'))
    assert refused.value.findings[0].rule == "decision"


def test_a_failing_decision_is_a_fault_of_the_task(case: Any) -> None:
    with pytest.raises(errors.DiagramFault) as fault:
        case(one('<businessRuleTask id="a" banjie:decision="routing"/>'), {}, decide=decide)
    assert fault.value.element == "a"


def test_a_scripts_entries_become_variables_with_whole_numbers_as_int(case: Any) -> None:
    run = case(one(script("a", "{n: n + 1, half: n / 4, list: [1, 2.0], deep: {x: 3}}")), {"n": 1})
    assert run.variables["n"] == 2 and type(run.variables["n"]) is int
    assert float(run.variables["half"]) == 0.5, "an entry sees the entries before it"
    assert run.variables["list"] == [1, 2] and run.variables["deep"] == {"x": 3}


def test_a_script_that_yields_no_context_is_a_fault_or_refused(case: Any) -> None:
    with pytest.raises(errors.DiagramFault) as fault:
        case(one(script("a", "n")), {"n": 1})
    assert fault.value.element == "a"
    with pytest.raises(errors.DiagramRefused):
        load(one(script("a", "n > 1")))


def test_a_script_of_one_assignment_sets_its_variable(case: Any) -> None:
    assert case(one(script("a", "n = if n = 1 then n + 1 else 0")), {"n": 1}).variables == {"n": 2}
    assert case(one(script("a", "= 件数 = 3")), {}).variables == {"件数": 3}
    for text in ("a.b = 1", "(n = 1)", "1 = n"):
        with pytest.raises(errors.DiagramRefused):
            load(one(script("a", text)))


def test_clocks_start_and_pause_on_arrival_stop_and_resume_on_leaving(case: Any) -> None:
    marks = "".join(
        f'<banjie:clock code="{c}" action="{a}"/>'
        for c, a in zip("ABCD", ("start", "pause", "stop", "resume"), strict=True)
    )
    run = case(one(user("a", inside=extension(marks))))
    assert [(m.code, m.action, m.element) for m in run.effects.clocks] == [("A", "start", "a"), ("B", "pause", "a")]
    run.complete("a")
    assert [(m.code, m.action) for m in run.effects.clocks] == [("C", "stop"), ("D", "resume")]


def test_a_paused_clock_resumes_when_its_task_is_cancelled_but_does_not_stop(case: Any) -> None:
    marks = '<banjie:clock code="A" action="stop"/><banjie:clock code="B" action="resume"/>'
    run = case(one(user("a", inside=extension(marks)))).do(bpmn.cancel)
    assert [(m.code, m.action) for m in run.effects.clocks] == [("B", "resume")]
