"""Embedded sub-processes, transactions and call activities."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bpmn, errors

from ..kit import HEAD, TERMINATE, end, extension, gateway, line, load, process, script, start, sub, user

CALLED = process(
    start(id="qs") + user("x") + script("y", "{y: x + 1}") + end(id="qe") + line("qs", "x", "y", "qe"), "q", ""
)


def calling(inside: str = "") -> str:
    call = f'<callActivity id="c" calledElement="q">{inside}</callActivity>'
    return process(start() + call + user("b") + end() + line("s", "c", "b", "e")) + CALLED


def test_an_embedded_one_shares_the_variables(case: Any) -> None:
    inside = start(id="is") + user("x") + script("y", "{n: n + 1}") + end(id="ie") + line("is", "x", "y", "ie")
    run = case(start() + sub("u", inside) + user("b") + end() + line("s", "u", "b", "e"), {"n": 1})
    assert run.complete("x", n=5).variables["n"] == 6 and run.left[-1] == "u" and run.tasks == ["b"]


def test_a_called_process_gets_everything_and_gives_everything_back(case: Any) -> None:
    run = case(calling(), {"n": 1}).complete("x", x=2)
    assert run.variables == {"n": 1, "x": 2, "y": 3} and run.tasks == ["b"]


def test_inputs_and_outputs_say_what_goes_in_and_comes_back(case: Any) -> None:
    mapped = extension('<banjie:input name="x" value="n * 10"/>', '<banjie:output name="result" value="y"/>')
    run = case(calling(mapped), {"n": 1, "secret": 2}).complete("x")
    assert run.variables == {"n": 1, "secret": 2, "result": 11}


def test_what_a_called_process_writes_comes_back_when_it_ends_and_undoes_nothing_else(case: Any) -> None:
    inside = user("x") + script("y", "{y: x + n}") + user("z")
    called = process(start(id="qs") + inside + line("qs", "x", "y", "z"), "q", "")
    body = start() + gateway("parallel", "g") + '<callActivity id="c" calledElement="q"/>' + user("b")
    run = case(process(body + line("s", "g", "c") + line("g", "b")) + called, {"n": 1})
    run.complete("b", n=5).complete("x", x=2)
    assert run.variables == {"n": 5}
    assert run.complete("z").variables == {"n": 5, "x": 2, "y": 7}


def test_a_terminate_end_ends_only_its_own_scope(case: Any) -> None:
    inside = (
        start(id="is")
        + gateway("parallel", "g")
        + user("x")
        + script("y")
        + end(TERMINATE, "ie")
        + line("is", "g", "x")
        + line("g", "y", "ie")
    )
    run = case(start() + sub("u", inside) + user("b") + end() + line("s", "u", "b", "e"))
    assert run.tasks == ["b"]


def test_without_start_and_end_events_its_heads_start(case: Any) -> None:
    run = case(start() + sub("u", user("x") + user("y") + line("x", "y")) + end() + line("s", "u", "e"))
    assert run.complete("x").complete("y").effects.completed


def test_self_calls_end_at_the_depth_limit(case: Any) -> None:
    with pytest.raises(errors.DiagramFault) as fault:
        case(start() + '<callActivity id="c" calledElement="p"/>' + line("s", "c"))
    assert fault.value.element == "c"


def test_a_call_to_what_is_not_in_the_bundle_is_refused() -> None:
    for called in ('calledElement="nowhere"', ""):
        with pytest.raises(errors.DiagramRefused) as refused:
            load(start() + f'<callActivity id="c" {called}/>' + line("s", "c"))
        assert refused.value.findings[0].rule == "call-activity"


def test_two_files_may_use_the_same_ids_inside() -> None:
    def diagram(key: str, task: str) -> bytes:
        inside = start(id="is") + user(task) + line("is", task)
        return f"{HEAD}{process(start() + sub('u', inside) + line('s', 'u'), key)}</definitions>".encode()

    files = {"a.bpmn": diagram("pa", "x"), "b.bpmn": diagram("pb", "y")}
    programs = bpmn.load(files, functions={}, decide=None, form_keys={})
    opened = {key: [w.element for w in bpmn.start(program, {})[1].opened] for key, program in programs.items()}
    assert opened == {"pa": ["x"], "pb": ["y"]}
