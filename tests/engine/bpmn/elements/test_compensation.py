"""Compensation."""

from __future__ import annotations

from typing import Any

import pytest

from engine import errors

from ..kit import (
    CANCEL,
    COMPENSATE,
    boundary,
    end,
    flow,
    gateway,
    line,
    load,
    on_event,
    script,
    start,
    sub,
    throw,
    user,
)


def undoable(id: str, text: str = "{}") -> str:
    """A script with a handler `undo_{id}` that writes down what it sees of n."""
    script_text = "<script>{undone: append(undone, n)}</script>"
    handler = f'<scriptTask id="undo_{id}" isForCompensation="true">{script_text}</scriptTask>'
    association = f'<association id="as_{id}" sourceRef="c_{id}" targetRef="undo_{id}"/>'
    return script(id, text) + boundary(f"c_{id}", id, COMPENSATE) + handler + association


def undone(run: Any) -> list[str]:
    return [element for element in run.left if element.startswith("undo_")]


def test_handlers_run_last_finished_first_and_before_the_throw_goes_on(case: Any) -> None:
    body = start() + undoable("a") + undoable("b") + throw("t", COMPENSATE) + script("after") + end()
    run = case(body + line("s", "a", "b", "t", "after", "e"), {"n": 1, "undone": []})
    assert undone(run) == ["undo_b", "undo_a"] and run.left.index("after") > run.left.index("undo_a")
    assert run.effects.completed


def test_a_handler_sees_the_data_its_activity_left_behind(case: Any) -> None:
    body = (
        start()
        + undoable("a", "{n: n + 1}")
        + gateway("exclusive", "g", 'default="g_t"')
        + throw("t", COMPENSATE)
        + end()
        + line("s", "a", "g", "t", "e")
        + flow("g", "a", "n &lt; 3")
    )
    assert case(body, {"n": 0, "undone": []}).variables["undone"] == [3, 2, 1]


def test_a_throw_may_name_one_activity(case: Any) -> None:
    named = '<compensateEventDefinition activityRef="a"/>'
    body = start() + undoable("a") + undoable("b") + throw("t", named) + end() + line("s", "a", "b", "t", "e")
    assert undone(case(body, {"n": 1, "undone": []})) == ["undo_a"]


def test_nothing_is_compensated_twice_or_without_having_finished(case: Any) -> None:
    body = start() + undoable("a") + throw("t", COMPENSATE) + throw("t2", COMPENSATE) + undoable("b") + end()
    assert undone(case(body + line("s", "a", "t", "t2", "b", "e"), {"n": 1, "undone": []})) == ["undo_a"]


def test_the_log_outlives_a_restore_and_reaches_into_finished_subprocesses(case: Any) -> None:
    inside = start(id="is") + undoable("a") + end(id="ie") + line("is", "a", "ie")
    body = start() + sub("u", inside) + user("w") + throw("t", COMPENSATE) + end() + line("s", "u", "w", "t", "e")
    run = case(body, {"n": 1, "undone": []})
    assert undone(run) == []
    assert undone(run.complete("w")) == ["undo_a"] and run.effects.completed


def test_a_handler_may_be_a_user_task(case: Any) -> None:
    handler = '<userTask id="undo" isForCompensation="true"/><association id="as" sourceRef="c" targetRef="undo"/>'
    body = start() + script("a") + boundary("c", "a", COMPENSATE) + handler + end(COMPENSATE) + line("s", "a", "e")
    run = case(body)
    assert run.tasks == ["undo"]
    assert run.complete("undo", refunded=True).effects.completed and run.variables["refunded"] is True


def test_a_compensating_event_subprocess_is_the_handler_of_its_scope(case: Any) -> None:
    handler = on_event("es_", COMPENSATE, script("h") + end(id="he") + line("es_s", "h", "he"))
    inside = start(id="is") + script("x") + end(id="ie") + line("is", "x", "ie") + handler
    run = case(start() + sub("u", inside) + throw("t", COMPENSATE) + end() + line("s", "u", "t", "e"))
    assert run.left.count("h") == 1 and run.left.index("h") > run.left.index("u")


def test_cancelling_a_transaction_compensates_and_leaves_by_the_cancel_event(case: Any) -> None:
    inside = start(id="is") + undoable("a") + end(CANCEL, "ie") + line("is", "a", "ie")
    body = start() + sub("u", inside, "transaction") + boundary("b", "u", CANCEL) + script("yes") + script("no") + end()
    run = case(body + line("s", "u", "no", "e") + line("b", "yes"), {"n": 1, "undone": []})
    assert undone(run) == ["undo_a"] and "yes" in run.left and "no" not in run.left


def test_a_compensation_event_without_a_handler_is_refused() -> None:
    with pytest.raises(errors.DiagramRefused) as refused:
        load(start() + script("a") + boundary("c", "a", COMPENSATE) + line("s", "a"))
    assert refused.value.findings[0].rule == "compensation"
