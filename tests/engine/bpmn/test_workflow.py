"""The instance: its loop, its limits, and what it shares with other instances."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from engine import bpmn, errors
from engine.bpmn import limits

from .kit import Case, boundary, end, flow, gateway, line, load, on_event, script, start, sub, timer, user

LOOP = (
    start()
    + user("u")
    + script("a", "{n: n + 1}")
    + gateway("exclusive", "g", 'default="g_e"')
    + end()
    + line("s", "u", "a", "g", "e")
    + flow("g", "u", "n &lt; limit")
)


def test_thousands_of_passes_leave_state_and_tokens_as_they_were() -> None:
    run = Case(LOOP, {"n": 0, "limit": 3_000}, restored=False)
    sizes = set()
    for n in range(3_000):
        run.complete("u")
        if n % 500 == 499:
            run.instance = bpmn.decode(run.program, bpmn.encode(run.instance))
            sizes.add(len(bpmn.encode(run.instance)) // 10)
            assert len(run.instance.tasks) <= 1
    assert run.effects.completed and len(sizes) <= 2


def test_a_loop_of_scripts_deeper_than_any_stack_runs() -> None:
    body = LOOP.replace('<userTask id="u" ></userTask>', script("u"))
    run = Case(body, {"n": 0, "limit": 5_000})
    assert run.effects.completed and run.variables["n"] == 5_000


def test_a_chain_of_a_thousand_tasks_runs() -> None:
    ids = [f"t{n}" for n in range(1_000)]
    run = Case(start() + "".join(script(id) for id in ids) + end() + line("s", *ids, "e"))
    assert run.effects.completed and len(run.left) == 1_002


def test_a_loop_without_rest_is_stopped_at_its_element() -> None:
    body = start() + gateway("exclusive", "g") + script("a") + line("s", "g", "a", "g")
    with pytest.raises(errors.DiagramFault) as fault:
        Case(body)
    assert fault.value.element in ("g", "a") and str(limits.MAX_STEPS) in str(fault.value)


def test_a_bomb_of_tokens_is_stopped() -> None:
    body = start() + gateway("exclusive", "m") + gateway("parallel", "g") + user("a")
    with pytest.raises(errors.DiagramFault) as fault:
        Case(body + line("s", "m", "g", "m") + line("g", "a") + '<sequenceFlow id="x" sourceRef="g" targetRef="m"/>')
    assert str(limits.MAX_TOKENS) in str(fault.value)


def test_finished_branches_leave_their_data() -> None:
    body = start() + gateway("parallel", "g") + script("a", '{a: "from a"}') + end(id="ea") + user("b") + end()
    run = Case(body + line("s", "g", "a", "ea") + line("g", "b", "e")).complete("b", b=1)
    assert run.variables == {"a": "from a", "b": 1} and run.effects.completed


def test_what_one_branch_learns_the_other_sees() -> None:
    body = start() + gateway("parallel", "g") + user("a") + user("b") + gateway("exclusive", "x", 'default="x_no"')
    body += script("yes") + script("no") + line("s", "g", "a") + line("g", "b", "x", "no") + flow("x", "yes", "ok")
    assert "yes" in Case(body).complete("a", ok=True).complete("b").left


def test_the_outcome_is_the_end_event_reached_last() -> None:
    body = start() + gateway("parallel", "g") + user("a") + user("b") + end(id="ea") + end(id="eb")
    run = Case(body + line("s", "g", "a", "ea") + line("g", "b", "eb")).complete("b")
    assert (run.effects.outcome, run.effects.completed) == ("eb", False)
    assert run.complete("a").effects.outcome == "ea"


def test_waits_that_begin_and_end_within_a_step_are_not_told() -> None:
    trigger = "<conditionalEventDefinition><condition>flag</condition></conditionalEventDefinition>"
    body = start() + script("set", "{flag: true}") + user("a") + boundary("b", "a", trigger) + script("h") + end()
    run = Case(body + line("s", "set", "a", "e") + line("b", "h"))
    assert run.effects.completed and run.effects.opened == run.effects.closed == []


EVERYTHING = (
    start()
    + gateway("parallel", "g")
    + sub("u", start(id="is") + user("x") + line("is", "x"))
    + boundary("b", "u", timer("timeCycle", "R/PT1H"), False)
    + user("m", inside='<multiInstanceLoopCharacteristics banjie:collection="[1, 2]" banjie:item="i"/>')
    + gateway("inclusive", "j")
    + end()
    + line("s", "g", "u", "j", "e")
    + line("g", "m", "j")
    + on_event("es_", "<errorEventDefinition/>", user("h") + line("es_s", "h"))
)


def snapshot(program: bpmn.Program) -> dict[str, Any]:
    return {
        f"{scope.name}/{name}": {key: repr(value) for key, value in vars(spec).items()}
        for scope in program.specs.values()
        for name, spec in scope.task_specs.items()
    }


def test_nothing_writes_to_a_program_at_run_time_and_threads_may_share_it() -> None:
    program = load(EVERYTHING)["p"]
    before, results = snapshot(program), []

    def play() -> None:
        for _ in range(20):
            instance, effects = bpmn.start(program, {})
            steps = []
            while not effects.completed:
                task = next(wait for wait in bpmn.waits(instance).values() if wait.kind == "task")
                effects = bpmn.complete(instance, task.token, {})
                steps.append((task.token, task.element, effects.path))
                instance = bpmn.decode(program, bpmn.encode(instance))
            results.append(steps)

    threads = [threading.Thread(target=play) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80 and all(steps == results[0] for steps in results)
    assert snapshot(program) == before
