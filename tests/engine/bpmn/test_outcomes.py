"""Which end event tells how a case has ended."""

from __future__ import annotations

from functools import partial

from .kit import ERROR, MESSAGE, MESSAGE2, TERMINATE, Case, boundary, end, line, on_event, start, sub, user

WORK = start() + user("a") + end(id="done") + line("s", "a", "done")
REMINDER = boundary("b", "a", MESSAGE, False) + user("explain") + line("b", "explain")


def test_the_end_of_a_reminder_does_not_hide_the_outcome(case: partial[Case]) -> None:
    run = case(WORK + REMINDER + end(id="explained") + line("explain", "explained"))
    run.deliver("reply").complete("a")
    assert (run.effects.completed, run.effects.outcome) == (False, "done")
    run.complete("explain")
    assert (run.effects.completed, run.effects.outcome) == (True, "done")


def test_the_end_of_a_reminder_counts_until_the_work_has_ended(case: partial[Case]) -> None:
    run = case(WORK + REMINDER + end(id="explained") + line("explain", "explained"))
    run.deliver("reply").complete("explain")
    assert run.effects.outcome == "explained"
    assert run.complete("a").effects.outcome == "done"


def test_an_interruption_is_no_side_branch(case: partial[Case]) -> None:
    run = case(WORK + boundary("b", "a", MESSAGE) + end(id="withdrawn") + line("b", "withdrawn"))
    assert run.deliver("reply").effects.outcome == "withdrawn"


def test_an_end_that_ends_everything_tells_the_outcome_from_a_side_branch_too(case: partial[Case]) -> None:
    fork = '<parallelGateway id="g"/>' + user("c") + end(id="late") + line("s", "g", "c", "late") + line("g", "a")
    body = start() + user("a") + end(id="done") + line("a", "done") + fork
    for what in (TERMINATE, ERROR):
        run = case(body + REMINDER + end(what, "stopped") + line("explain", "stopped"))
        run.deliver("reply").complete("a").complete("explain")
        assert (run.effects.completed, run.effects.outcome) == (True, "stopped")


def test_an_end_both_the_work_and_a_reminder_lead_to_is_an_end_of_the_work(case: partial[Case]) -> None:
    run = case(WORK + REMINDER + line("explain", "done")).deliver("reply").complete("a")
    assert run.complete("explain").effects.outcome == "done"


def test_an_interrupting_event_sub_process_tells_the_outcome_and_one_beside_the_work_does_not(
    case: partial[Case],
) -> None:
    watch = on_event("w", MESSAGE, user("look") + end(id="looked") + line("ws", "look", "looked"), interrupting=False)
    stop = on_event("x", MESSAGE2, end(id="withdrawn") + line("xs", "withdrawn"))
    run = case(WORK + watch + stop).deliver("reply").complete("look")
    assert run.effects.outcome == "looked"
    assert run.deliver("withdrawal").effects.outcome == "withdrawn"
    run = case(WORK + watch + stop).deliver("reply").complete("a").complete("look")
    assert (run.effects.completed, run.effects.outcome) == (True, "done")


def test_the_ends_inside_sub_processes_tell_nothing(case: partial[Case]) -> None:
    inside = start(id="is") + user("i") + end(id="ie") + line("is", "i", "ie")
    run = case(start() + sub("u", inside) + user("a") + end(id="done") + line("s", "u", "a", "done")).complete("i")
    assert run.effects.outcome is None
    assert run.complete("a").effects.outcome == "done"


def test_an_event_sub_process_may_bear_a_loop_marker(case: partial[Case]) -> None:
    loop = (
        '<standardLoopCharacteristics loopMaximum="2"><loopCondition>true</loopCondition></standardLoopCharacteristics>'
    )
    aside = user("explain") + end(id="explained") + line("ls", "explain", "explained") + loop
    run = case(WORK + on_event("l", MESSAGE, aside, False)).deliver("reply").complete("a").complete("explain")
    assert not run.effects.completed
    assert run.complete("explain").effects.completed and run.effects.outcome == "done"
