"""Standard loops."""

from __future__ import annotations

from typing import Any

import pytest

from engine import errors

from ..kit import end, line, load, script, start, user


def loop(attributes: str, condition: str = "") -> str:
    inside = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    marker = f"<standardLoopCharacteristics {attributes}>{inside}</standardLoopCharacteristics>"
    return start() + script("a", "{n: n + 1}", marker) + user("b") + end() + line("s", "a", "b", "e")


def test_it_runs_while_the_condition_holds(case: Any) -> None:
    assert case(loop("", "n &lt; 3"), {"n": 0}).variables["n"] == 3


def test_tested_before_it_may_not_run_at_all(case: Any) -> None:
    assert case(loop('testBefore="true"', "n &lt; 0"), {"n": 0}).variables["n"] == 0
    assert case(loop("", "n &lt; 0"), {"n": 0}).variables["n"] == 1


def test_the_maximum_ends_it(case: Any) -> None:
    assert case(loop('loopMaximum="2"', "true"), {"n": 0}).variables["n"] == 2


def test_a_loop_of_user_tasks_survives_restores(case: Any) -> None:
    marker = "<standardLoopCharacteristics><loopCondition>not(done)</loopCondition></standardLoopCharacteristics>"
    run = case(start() + user("a", inside=marker) + end() + line("s", "a", "e"))
    for done in (False, False, True):
        assert run.tasks == ["a"]
        run.complete("a", done=done)
    assert run.effects.completed


def test_a_loop_without_an_end_is_refused() -> None:
    with pytest.raises(errors.DiagramRefused):
        load(loop(""))


def test_a_loop_that_never_ends_is_a_fault(case: Any) -> None:
    with pytest.raises(errors.DiagramFault) as fault:
        case(loop("", "true"), {"n": 0})
    assert fault.value.element == "a"
