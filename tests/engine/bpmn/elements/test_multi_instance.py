"""Multi-instance activities."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bpmn, errors

from ..kit import MESSAGE, boundary, end, extension, flow, gateway, line, script, start, sub, user


def marker(attributes: str = "", inside: str = "", sequential: bool = False) -> str:
    tag = "multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{str(sequential).lower()}" {attributes}>{inside}</{tag}>'


OVER = 'banjie:collection="people" banjie:item="who"'
COLLECT = OVER + ' banjie:collect="opinions" banjie:collectItem="opinion"'


def opinions(attributes: str, inside: str = "", sequential: bool = False) -> str:
    return (
        start()
        + user("a", inside=marker(attributes, inside, sequential))
        + user("b")
        + end()
        + line("s", "a", "b", "e")
    )


PEOPLE = {"people": ["li", "wang", "zhao"]}


def complete_for(run: Any, who: str, **submission: Any) -> None:
    """Complete the task of one person, told by the variables the task sees."""
    token = next(w.token for w in run.waits if w.data == {"who": who})
    run.do(lambda instance: bpmn.complete(instance, token, submission))


def test_one_task_per_item_and_results_in_the_order_of_the_collection(case: Any) -> None:
    run = case(
        opinions(COLLECT).replace('id="a"', 'id="a" banjie:form="f"'), PEOPLE, form_keys={"f": frozenset({"who"})}
    )
    assert [wait.data["who"] for wait in run.waits] == PEOPLE["people"]
    for who in ("zhao", "li", "wang"):
        complete_for(run, who, opinion=f"of {who}")
    assert run.variables == {**PEOPLE, "opinions": ["of li", "of wang", "of zhao"]} and run.tasks == ["b"]


def test_without_collecting_what_the_instances_write_comes_back(case: Any) -> None:
    run = case(opinions(OVER), PEOPLE)
    for n in range(3):
        run.complete("a", **{f"answer_{n}": n})
    assert run.variables == {**PEOPLE, "answer_0": 0, "answer_1": 1, "answer_2": 2}


def test_sequential_instances_come_one_after_the_other(case: Any) -> None:
    run = case(opinions(COLLECT, sequential=True), PEOPLE)
    for n in range(3):
        assert run.tasks == ["a"]
        run.complete("a", opinion=n)
    assert run.variables["opinions"] == [0, 1, 2] and run.tasks == ["b"]


def test_the_completion_condition_ends_the_rest(case: Any) -> None:
    ends = "<completionCondition>numberOfCompletedInstances = 2 and opinion = 1</completionCondition>"
    run = case(opinions(COLLECT, ends), PEOPLE).complete("a", opinion=0).complete("a", opinion=1)
    assert run.tasks == ["b"] and run.variables["opinions"] == [0, 1]


@pytest.mark.parametrize("sequential", [False, True])
def test_an_empty_collection_passes(case: Any, sequential: bool) -> None:
    run = case(opinions(COLLECT, sequential=sequential), {"people": []})
    assert run.tasks == ["b"] and run.variables["opinions"] == []


def test_a_cardinality_is_a_formula(case: Any) -> None:
    assert case(opinions("", "<loopCardinality>n + 1</loopCardinality>"), {"n": 1}).tasks == ["a", "a"]


def test_instances_of_a_subprocess_do_not_see_each_others_variables(case: Any) -> None:
    inside = (
        start(id="is")
        + user("x")
        + gateway("exclusive", "g", 'default="g_no"')
        + user("yes")
        + user("no")
        + line("is", "x", "g", "no")
        + flow("g", "yes", "approved")
        + marker(OVER)
    )
    run = case(start() + sub("u", inside) + end() + line("s", "u", "e"), PEOPLE)
    run.complete("x", approved=True).complete("x", approved=False).complete("x")
    assert sorted(run.tasks) == ["no", "no", "yes"]


def test_an_interrupting_event_ends_all_instances(case: Any) -> None:
    body = opinions(OVER) + boundary("stop", "a", MESSAGE) + script("h") + line("stop", "h")
    run = case(body, PEOPLE).complete("a").deliver("reply")
    assert run.effects.completed and [wait.element for wait in run.effects.closed].count("a") == 2


def test_clocks_of_the_activity_strike_once(case: Any) -> None:
    clock = extension('<banjie:clock code="C1" action="pause"/>', '<banjie:clock code="C1" action="resume"/>')
    body = start() + user("a", inside=clock + marker(OVER)) + end() + line("s", "a", "e")
    run = case(body, PEOPLE)
    assert [mark.action for mark in run.effects.clocks] == ["pause"]
    run.complete("a").complete("a")
    assert run.effects.clocks == []
    assert [mark.action for mark in run.complete("a").effects.clocks] == ["resume"]


@pytest.mark.parametrize("people", [None, "li", 7, {"a": 1}])
def test_what_is_no_list_is_a_fault_of_the_activity(case: Any, people: Any) -> None:
    with pytest.raises(errors.DiagramFault) as fault:
        case(opinions(OVER), {"people": people})
    assert fault.value.element == "a"


def test_too_many_instances_are_a_fault(case: Any) -> None:
    with pytest.raises(errors.DiagramFault):
        case(opinions("", "<loopCardinality>10000000</loopCardinality>"))
