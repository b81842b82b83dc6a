"""Errors and escalations climb the scopes of their thrower."""

from __future__ import annotations

from typing import Any

import pytest

from ..kit import (
    ERROR,
    ERROR2,
    ESCALATION,
    boundary,
    end,
    gateway,
    line,
    on_event,
    process,
    script,
    start,
    sub,
    throw,
    user,
)


def test_a_neighbour_does_not_catch_what_it_did_not_hold(case: Any) -> None:
    thrower = sub("u", start(id="is") + end(ERROR, "ie") + line("is", "ie"))
    neighbour = user("n") + boundary("bn", "n", "<errorEventDefinition/>") + script("wrong") + line("bn", "wrong")
    body = start() + gateway("parallel", "g") + thrower + boundary("b", "u", ERROR) + script("right") + neighbour
    run = case(body + line("s", "g", "u") + line("g", "n") + line("b", "right"))
    assert "right" in run.left and run.tasks == ["n"]


def test_an_error_climbs_through_scopes_that_do_not_catch_it(case: Any) -> None:
    inner = sub("v", start(id="vs") + end(ERROR, "ve") + line("vs", "ve"))
    outer = sub("u", start(id="us") + inner + boundary("b2", "v", ERROR2) + line("us", "v"))
    body = start() + outer + boundary("b", "u", ERROR) + script("h") + line("s", "u") + line("b", "h")
    run = case(body)
    assert run.left[-2:] == ["b", "h"] and run.effects.completed


def test_an_error_in_a_called_process_is_caught_on_the_call(case: Any) -> None:
    called = process(start(id="qs") + end(ERROR, "qe") + line("qs", "qe"), "q", "")
    body = start() + '<callActivity id="c" calledElement="q"/>' + boundary("b", "c", ERROR) + script("h")
    run = case(process(body + line("s", "c") + line("b", "h")) + called)
    assert "h" in run.left and run.effects.completed


def test_an_uncaught_error_ends_the_instance_and_is_reported(case: Any) -> None:
    body = start() + gateway("parallel", "g") + user("a") + user("w") + end(ERROR, "bad") + end()
    run = case(body + line("s", "g", "w", "bad") + line("g", "a", "e")).complete("w")
    assert run.effects.completed and run.effects.outcome == "bad"
    assert [(u.kind, u.code, u.element) for u in run.effects.uncaught] == [("error", "R1", "bad")]
    assert [wait.element for wait in run.effects.closed] == ["w", "a"]


def test_an_uncaught_error_deep_inside_ends_the_instance_too(case: Any) -> None:
    inside = start(id="is") + end(ERROR, "ie") + line("is", "ie")
    run = case(start() + gateway("parallel", "g") + sub("u", inside) + user("a") + line("s", "g", "u") + line("g", "a"))
    assert run.effects.completed and run.waits == [] and run.effects.uncaught[0].element == "ie"


def test_an_uncaught_escalation_changes_nothing(case: Any) -> None:
    run = case(start() + throw("t", ESCALATION) + user("a") + line("s", "t", "a"))
    assert run.tasks == ["a"] and run.effects.uncaught[0].kind == "escalation"


@pytest.mark.parametrize("scope", ["boundary", "event sub-process"])
def test_a_failing_script_is_an_error_that_may_be_caught(case: Any, scope: str) -> None:
    def fail() -> None:
        raise ValueError("E7")

    inside = start(id="is") + script("x", "fail()") + line("is", "x")
    if scope == "boundary":
        body = start() + script("x", "fail()") + boundary("b", "x", "<errorEventDefinition/>") + script("h")
        body += line("s", "x") + line("b", "h")
    else:
        body = start() + sub("u", inside + on_event("es_", "<errorEventDefinition/>", script("h") + line("es_s", "h")))
        body += line("s", "u")
    run = case(body, functions={"fail": fail})
    assert "h" in run.left and run.effects.completed
