"""Event sub-processes."""

from __future__ import annotations

from typing import Any

import pytest

from engine import errors

from ..kit import ERROR, ESCALATION, MESSAGE, SIGNAL, end, line, load, on_event, script, start, sub, throw, timer, user

HANDLE = script("h", "{hits: hits + 1}") + end(id="he") + line("es_s", "h", "he")


def with_event(trigger: str, interrupting: bool = True, body: str = "") -> str:
    main = body or start() + user("a") + end() + line("s", "a", "e")
    return main + on_event("es_", trigger, HANDLE, interrupting)


def test_an_interrupting_one_ends_everything_else_in_its_scope(case: Any) -> None:
    run = case(with_event(MESSAGE), {"hits": 0}).deliver("reply")
    assert run.effects.completed and run.variables["hits"] == 1 and ["a", "cancelled"] in run.path


def test_a_non_interrupting_one_runs_beside_and_listens_on(case: Any) -> None:
    run = case(with_event(MESSAGE, False), {"hits": 0}).deliver("reply").deliver("reply")
    assert run.tasks == ["a"] and run.variables["hits"] == 2
    run.complete("a")
    assert run.effects.completed and [wait.kind for wait in run.effects.closed] == ["task", "message"]


def test_the_wait_stands_at_the_start_event_that_is_drawn(case: Any) -> None:
    run = case(with_event(timer("timeDuration", "PT1H")), {"hits": 0})
    assert run.wait("es_s").kind == "timer"
    assert run.fire("es_s").effects.completed and run.left[-3:] == ["h", "he", "es_"]


def test_one_that_still_runs_keeps_its_scope_alive(case: Any) -> None:
    slow = on_event("es_", MESSAGE, user("x") + end(id="xe") + line("es_s", "x", "xe"), False)
    run = case(start() + user("a") + end() + line("s", "a", "e") + slow).deliver("reply").complete("a")
    assert not run.effects.completed and run.tasks == ["x"]
    assert run.complete("x").effects.completed


@pytest.mark.parametrize("trigger", [ERROR, ESCALATION])
def test_one_that_is_not_triggered_never_runs(case: Any, trigger: str) -> None:
    run = case(with_event(trigger, body=start() + script("a") + end() + line("s", "a", "e")), {"hits": 0})
    assert run.effects.completed and "h" not in run.left


def test_an_error_is_caught_inside_the_scope_it_is_thrown_in(case: Any) -> None:
    inside = start(id="is") + end(ERROR, "ie") + line("is", "ie") + on_event("es_", ERROR, HANDLE)
    run = case(start() + sub("u", inside) + script("b") + end() + line("s", "u", "b", "e"), {"hits": 0})
    assert run.effects.completed and [x for x in run.left if x in "hub"] == ["h", "u", "b"]


def test_a_condition_that_becomes_true_starts_it(case: Any) -> None:
    trigger = "<conditionalEventDefinition><condition>flag</condition></conditionalEventDefinition>"
    body = start() + user("a") + user("w") + end() + line("s", "a", "w", "e")
    run = case(with_event(trigger, body=body), {"hits": 0, "flag": False}).complete("a", flag=True)
    assert run.effects.completed and run.variables["hits"] == 1


def test_what_it_writes_is_seen_by_the_main_flow(case: Any) -> None:
    run = case(with_event(SIGNAL, False), {"hits": 0}).deliver("alarm", {"level": 3})
    assert run.variables == {"hits": 1, "level": 3} and run.tasks == ["a"]


def test_nested_scopes_each_have_their_own_listeners(case: Any) -> None:
    inside = (
        start(id="is")
        + throw("t", SIGNAL)
        + script("x")
        + end(id="ie")
        + line("is", "t", "x", "ie")
        + on_event("es_", SIGNAL, HANDLE, False)
    )
    run = case(start() + sub("u", inside) + end() + line("s", "u", "e"), {"hits": 0})
    assert run.effects.completed and {"x", "h", "u"} <= set(run.left)


def test_one_without_a_trigger_is_refused() -> None:
    with pytest.raises(errors.DiagramRefused) as refused:
        load(with_event(""))
    assert refused.value.findings[0].element == "es_"
