"""Elements within elements, where most engines go wrong."""

from __future__ import annotations

from typing import Any

from engine import clock

from ..kit import (
    COMPENSATE,
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    boundary,
    catch,
    end,
    gateway,
    line,
    on_event,
    process,
    script,
    start,
    sub,
    throw,
    timer,
    user,
)

TWICE = '<multiInstanceLoopCharacteristics banjie:collection="[1, 2]" banjie:item="i"/>'


def test_an_escalation_from_a_called_process_is_heard_on_the_call_which_goes_on(case: Any) -> None:
    called = process(start(id="qs") + throw("t", ESCALATION) + user("x") + line("qs", "t", "x"), "q", "")
    body = start() + '<callActivity id="c" calledElement="q"/>' + boundary("b", "c", ESCALATION, False) + user("h")
    run = case(process(body + end() + line("s", "c", "e") + line("b", "h")) + called)
    assert sorted(run.tasks) == ["h", "x"]
    assert run.complete("x").complete("h").effects.completed


def test_an_error_in_one_instance_of_many_ends_them_all(case: Any) -> None:
    inside = start(id="is") + user("x") + end(ERROR, "ie") + line("is", "x", "ie") + TWICE
    body = start() + sub("u", inside) + boundary("b", "u", ERROR) + user("h") + line("s", "u") + line("b", "h")
    run = case(body)
    assert run.tasks == ["x", "x"]
    assert run.complete("x").tasks == ["h"]


def test_an_event_subprocess_may_compensate_what_its_scope_has_done(case: Any) -> None:
    undo = '<scriptTask id="undo" isForCompensation="true"/><association id="as" sourceRef="c" targetRef="undo"/>'
    handler = on_event("es_", MESSAGE, throw("t", COMPENSATE) + end(id="he") + line("es_s", "t", "he"))
    body = start() + script("a") + boundary("c", "a", COMPENSATE) + undo + user("w") + line("s", "a", "w") + handler
    run = case(body).deliver("reply")
    assert "undo" in run.left and run.effects.completed


def test_the_timer_of_a_scope_that_has_ended_is_closed(case: Any) -> None:
    late = on_event("es_", timer("timeDuration", "P1D"), script("h") + line("es_s", "h"), False)
    inside = start(id="is") + user("x") + end(id="ie") + line("is", "x", "ie") + late
    run = case(start() + sub("u", inside) + user("b") + line("s", "u", "b"))
    assert [wait.kind for wait in run.waits] == ["timer", "task"]
    run.complete("x")
    assert sorted(wait.kind for wait in run.effects.closed) == ["task", "timer"] and run.tasks == ["b"]


def test_terminate_in_a_looping_subprocess_ends_one_round(case: Any) -> None:
    marker = "<standardLoopCharacteristics><loopCondition>n &lt; 3</loopCondition></standardLoopCharacteristics>"
    inside = start(id="is") + gateway("parallel", "g") + user("x") + script("y", "{n: n + 1}") + end(TERMINATE, "ie")
    inside += line("is", "g", "x") + line("g", "y", "ie") + marker
    run = case(start() + sub("u", inside) + end() + line("s", "u", "e"), {"n": 0})
    assert run.effects.completed and run.variables["n"] == 3


def test_a_reminder_on_instances_that_come_one_after_the_other(case: Any, now: clock.Virtual) -> None:
    marker = TWICE.replace(" banjie:collection", ' isSequential="true" banjie:collection')
    body = start() + user("a", inside=marker) + boundary("r", "a", timer("timeCycle", "R/PT1H"), False)
    run = case(body + script("h", "{hits: hits + 1}") + end() + line("s", "a", "e") + line("r", "h"), {"hits": 0})
    for hits in (1, 2):
        now.move_to(run.wait("r").due)
        run.fire("r")
        assert run.variables["hits"] == hits and run.tasks == ["a"]
        run.complete("a")
    assert run.effects.completed and run.waits == []


def test_a_signal_that_interrupts_its_own_thrower(case: Any) -> None:
    handler = on_event("es_", SIGNAL, script("h") + line("es_s", "h"))
    run = case(start() + user("a") + throw("t", SIGNAL) + user("never") + line("s", "a", "t", "never") + handler)
    run.complete("a")
    assert run.effects.completed and "h" in run.left and ["t", "cancelled"] in run.path


def test_a_race_inside_a_loop_is_run_anew_each_time(case: Any) -> None:
    body = (
        start()
        + gateway("exclusive", "m")
        + gateway("eventBased", "g")
        + catch("c", MESSAGE)
        + catch("t", timer("timeDuration", "PT1H"))
        + end()
        + line("s", "m", "g", "c", "m")
        + line("g", "t", "e")
    )
    run = case(body)
    tokens = set()
    for _ in range(3):
        tokens.add(run.wait("c").token)
        run.deliver("reply")
        assert len(run.waits) == 2
    assert len(tokens) == 3 and run.fire("t").effects.completed


def test_an_error_thrown_while_another_error_is_handled_climbs_on(case: Any) -> None:
    handler = on_event("es_", ERROR, end(ERROR, "again") + line("es_s", "again"))
    inside = start(id="is") + end(ERROR, "ie") + line("is", "ie") + handler
    body = start() + sub("u", inside) + boundary("b", "u", ERROR) + script("h") + line("s", "u") + line("b", "h")
    run = case(body)
    assert run.left[-2:] == ["b", "h"] and run.effects.completed


def test_two_boundary_events_that_could_fire_at_once_fire_once(case: Any) -> None:
    condition = "<conditionalEventDefinition><condition>flag</condition></conditionalEventDefinition>"
    body = start() + user("a") + boundary("b1", "a", condition) + boundary("b2", "a", condition)
    body += script("h1") + script("h2") + gateway("parallel", "g") + user("w") + line("s", "g", "a") + line("g", "w")
    run = case(body + line("b1", "h1") + line("b2", "h2")).complete("w", flag=True)
    assert [x for x in run.left if x in ("h1", "h2")] == ["h1"] and run.effects.completed
