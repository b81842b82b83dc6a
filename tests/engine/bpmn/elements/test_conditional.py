"""Conditional events."""

from __future__ import annotations

from typing import Any

from engine import bpmn

from ..kit import boundary, catch, condition, end, gateway, line, script, start, timer, user

OTHER_BRANCH = (
    start()
    + gateway("parallel", "split")
    + catch("c", condition("flag"))
    + script("h")
    + user("w")
    + gateway("parallel", "join")
    + end()
    + line("s", "split", "c", "h", "join", "e")
    + line("split", "w", "join")
)


def test_a_condition_that_holds_already_passes_at_once(case: Any) -> None:
    assert "h" in case(OTHER_BRANCH, {"flag": True}).left


def test_a_condition_wakes_when_another_branch_makes_it_true(case: Any) -> None:
    run = case(OTHER_BRANCH, {"flag": False})
    assert "h" not in run.left
    assert "h" in run.complete("w", flag=True).left and run.effects.completed


def test_a_condition_over_a_variable_nobody_has_set_does_not_hold(case: Any) -> None:
    assert "h" not in case(OTHER_BRANCH).left


def test_a_condition_wakes_when_an_admin_amends_a_variable(case: Any) -> None:
    run = case(OTHER_BRANCH).do(lambda instance: bpmn.amend(instance, {"flag": True}))
    assert "h" in run.left and run.tasks == ["w"]


def test_a_non_interrupting_condition_fires_again_only_after_it_was_false(case: Any) -> None:
    body = (
        start()
        + user("a")
        + boundary("b", "a", condition("n &gt; 3"), False)
        + script("h", "{hits: hits + 1}")
        + boundary("tick", "a", timer("timeCycle", "R/PT1H"), False)
        + user("set")
        + end()
        + line("s", "a", "e")
        + line("b", "h")
        + line("tick", "set")
    )
    run = case(body, {"n": 0, "hits": 0})
    hits = []
    for value in (5, 6, 1, 7):
        run.fire("tick").complete("set", n=value)
        hits.append(run.variables["hits"])
    assert hits == [1, 1, 1, 2]


def test_waiting_for_a_condition_alone_is_being_stuck(case: Any) -> None:
    run = case(start() + catch("c", condition("flag")) + end() + line("s", "c", "e"))
    assert run.effects.stuck and run.waits == []
