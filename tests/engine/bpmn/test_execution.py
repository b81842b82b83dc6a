"""The commands and what they answer."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bpmn, errors

from .kit import ERROR, MESSAGE, Case, boundary, catch, end, flow, gateway, line, load, script, start, sub, timer, user


def test_cancel_closes_everything() -> None:
    inside = start(id="is") + user("x") + line("is", "x")
    body = start() + gateway("parallel", "g") + sub("u", inside) + boundary("b", "u", timer("timeDuration", "PT1H"))
    run = Case(body + catch("c", MESSAGE) + line("s", "g", "u") + line("g", "c")).do(bpmn.cancel)
    assert {wait.element for wait in run.effects.closed} == {"x", "b", "c"} and run.waits == []
    assert not run.effects.stuck and not run.effects.completed


def test_a_command_for_what_no_longer_waits_is_a_conflict() -> None:
    run = Case(start() + user("a") + boundary("b", "a", timer("timeDuration", "PT1H")) + end() + line("s", "a", "e"))
    token = run.wait("b").token
    run.complete("a")
    with pytest.raises(errors.Conflict):
        bpmn.fire(run.instance, token, "b")
    with pytest.raises(errors.Conflict):
        bpmn.deliver(run.instance, token, {})
    with pytest.raises(errors.Conflict):
        bpmn.finish_job(run.instance, token, None)


def test_a_message_cannot_be_delivered_to_a_timer_or_under_another_name() -> None:
    run = Case(start() + catch("c", MESSAGE) + catch("t", timer("timeDuration", "PT1H")) + line("s", "c"))
    token = run.wait("c").token
    for element, name in (("t", None), ("c", "withdrawal")):
        with pytest.raises(errors.Conflict):
            bpmn.deliver(run.instance, token, {}, element, name)
    assert bpmn.deliver(run.instance, token, {}).completed


def test_any_failure_while_running_comes_out_as_a_fault_that_names_the_element() -> None:
    def broken() -> None:
        raise RuntimeError("disk full")

    body = start() + user("a") + script("b", "broken()") + end() + line("s", "a", "b", "e")
    run = Case(body, functions={"broken": broken})
    with pytest.raises(errors.DiagramFault) as fault:
        run.complete("a")
    assert fault.value.element == "b" and "disk full" in str(fault.value)
    assert ["a", "left"] in fault.value.details["path"]


def test_a_fault_leaves_the_stored_state_as_it_was() -> None:
    body = start() + user("a") + gateway("exclusive", "g") + script("b") + script("c") + line("s", "a", "g")
    run = Case(body + flow("g", "b", "ok") + flow("g", "c", "not(ok)"))
    blob = bpmn.encode(run.instance)
    with pytest.raises(errors.DiagramFault):
        run.complete("a", ok=None)
    run.instance = bpmn.decode(run.program, blob)
    assert run.complete("a", ok=True).effects.completed


def test_start_at_an_event_the_process_does_not_have() -> None:
    program = load(start() + user("a") + line("s", "a"))["p"]
    with pytest.raises(errors.NotFound):
        bpmn.start(program, {}, element="x")


def test_standing_tells_where_the_tokens_are() -> None:
    marker = '<multiInstanceLoopCharacteristics banjie:collection="[1, 2, 3]"/>'
    inside = start(id="is") + user("x", inside=marker) + line("is", "x")
    run = Case(start() + sub("u", inside) + boundary("b", "u", MESSAGE) + line("s", "u"))
    assert bpmn.standing(run.instance) == {"u": 1, "x": 3}


def test_variables_are_shown_as_plain_json() -> None:
    from datetime import date
    from decimal import Decimal

    run = Case(start() + user("a") + line("s", "a"), {"n": 1, "d": Decimal("1.5"), "day": date(2026, 1, 2), "f": 2.5})
    assert bpmn.variables(run.instance) == {"n": 1, "d": 1.5, "day": "2026-01-02", "f": 2.5}


def test_the_same_steps_give_the_same_effects_after_every_restore() -> None:
    body = (
        start()
        + gateway("parallel", "g")
        + user("a")
        + boundary("b", "a", timer("timeCycle", "R/PT1H"), False)
        + user("r")
        + catch("c", MESSAGE, 'banjie:correlation="n"')
        + gateway("parallel", "j")
        + end()
        + line("s", "g", "a", "j", "e")
        + line("g", "c", "j")
        + line("b", "r")
    )

    def play(restored: bool) -> list[Any]:
        run = Case(body, {"n": 7}, restored=restored)
        seen = [run.effects]
        for step in (lambda: run.fire("b"), lambda: run.complete("r"), lambda: run.deliver("reply", {"x": 1})):
            step()
            seen.append(run.effects)
        run.complete("a")
        return [*seen, run.effects, run.variables]

    assert play(True) == play(False)


def service(*more: str) -> str:
    return start() + '<serviceTask id="a" banjie:connector="notify"/>' + end() + line("s", "a", "e") + "".join(more)


CAUGHT = boundary("b", "a", ERROR) + user("mend") + line("b", "mend")


def failed(run: Case, code: str | None) -> bpmn.Effects | None:
    return bpmn.fail_job(run.instance, run.wait("a", "job").token, code, "no answer")


def test_a_failed_job_is_an_error_that_the_boundary_of_its_task_catches() -> None:
    run = Case(service(CAUGHT))
    effects = failed(run, "R1")
    assert effects is not None and [wait.element for wait in effects.opened] == ["mend"]
    assert [wait.element for wait in effects.closed] == ["a"] and run.tasks == ["mend"]


def test_a_failed_job_that_nobody_catches_changes_nothing() -> None:
    for code in ("R2", None):
        run = Case(service(CAUGHT))
        before = bpmn.encode(run.instance)
        assert failed(run, code) is None
        assert bpmn.encode(run.instance) == before
        assert run.answer("a").effects.completed


def test_a_failed_job_without_a_code_is_caught_by_what_catches_all_further_out_too() -> None:
    inside = start(id="is") + '<serviceTask id="a" banjie:connector="notify"/>' + line("is", "a")
    body = start() + sub("u", inside) + boundary("b", "u", "<errorEventDefinition/>") + user("mend") + end()
    effects = failed(run := Case(body + line("s", "u", "e") + line("b", "mend")), None)
    assert effects is not None and run.tasks == ["mend"]


def test_a_job_of_one_of_several_instances_fails_for_all() -> None:
    marker = '<multiInstanceLoopCharacteristics banjie:collection="[1, 2]" banjie:item="i"/>'
    body = (
        start() + f'<serviceTask id="a" banjie:connector="notify">{marker}</serviceTask>' + end() + line("s", "a", "e")
    )
    effects = failed(run := Case(body + CAUGHT), "R1")
    assert effects is not None and run.tasks == ["mend"] and len(run.waits) == 1


def test_only_a_job_that_is_waited_for_can_fail() -> None:
    run = Case(service(CAUGHT))
    token = run.wait("a").token
    run.answer("a")
    with pytest.raises(errors.Conflict):
        bpmn.fail_job(run.instance, token, "R1", "late")
