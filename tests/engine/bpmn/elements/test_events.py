"""Messages and signals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine import errors

from ..kit import MESSAGE, SIGNAL, catch, end, extension, gateway, line, load, script, start, throw, user

INPUT = '<banjie:input name="x" value="n + 1"/>'
OUTPUT = '<banjie:output name="y" value="x * 2"/>'


def receiving(attributes: str = "", inside: str = "") -> str:
    return start() + catch("c", inside + MESSAGE, attributes) + end() + line("s", "c", "e")


@pytest.mark.parametrize(
    ("value", "key"), [("20260001", "20260001"), (7, "7"), (Decimal("7.50"), "7.5"), (True, "true"), (None, None)]
)
def test_the_correlation_is_worked_out_when_the_wait_begins(case: Any, value: Any, key: str | None) -> None:
    run = case(receiving('banjie:correlation="number"'), {"number": value})
    assert (run.wait("c").name, run.wait("c").correlation) == ("reply", key)


def test_without_outputs_the_payload_becomes_variables(case: Any) -> None:
    assert case(receiving(), {"n": 1}).deliver("reply", {"x": 2}).variables == {"n": 1, "x": 2}


def test_outputs_map_the_payload_and_nothing_else_comes_in(case: Any) -> None:
    run = case(receiving(inside=extension(OUTPUT)), {"n": 1}).deliver("reply", {"x": 2, "secret": 3})
    assert run.variables == {"n": 1, "y": 4}


def test_outputs_hold_for_an_empty_payload_too(case: Any) -> None:
    said = extension('<banjie:output name="state" value="&quot;answered&quot;"/>')
    assert case(receiving(inside=said), {"n": 1}).deliver("reply", {}).variables == {"n": 1, "state": "answered"}


def test_a_thrown_message_leaves_with_its_correlation_and_inputs(case: Any) -> None:
    body = start() + throw("t", extension(INPUT) + MESSAGE, 'banjie:correlation="number"') + end() + line("s", "t", "e")
    (message,) = case(body, {"n": 1, "number": "A7", "secret": 1}).effects.messages
    assert (message.name, message.correlation, message.payload, message.element) == ("reply", "A7", {"x": 2}, "t")


@pytest.mark.parametrize(
    "node",
    [
        f'<sendTask id="t" banjie:connector="notify" messageRef="M">{extension(INPUT)}</sendTask>',
        f'<sendTask id="t" banjie:connector="notify">{extension(INPUT)}</sendTask>',
        throw("t", extension(INPUT) + MESSAGE, 'banjie:connector="notify"'),
    ],
)
def test_with_a_connector_a_job_goes_out_and_nobody_waits(case: Any, node: str) -> None:
    run = case(start() + node + end() + line("s", "t", "e"), {"n": 1})
    (job,) = run.effects.jobs
    assert (job.connector, job.payload, job.element) == ("notify", {"x": 2}, "t")
    assert run.effects.completed and run.effects.messages == []


def test_a_receive_task_waits_for_its_message(case: Any) -> None:
    body = start() + '<receiveTask id="r" messageRef="M" banjie:correlation="n"/>' + end() + line("s", "r", "e")
    run = case(body, {"n": 5})
    assert run.wait("r").correlation == "5"
    assert run.deliver("reply").effects.completed


def test_a_signal_is_heard_inside_at_once_and_leaves_too(case: Any) -> None:
    body = (
        start()
        + gateway("parallel", "g")
        + catch("c", SIGNAL)
        + catch("c2", SIGNAL)
        + user("w")
        + throw("t", extension(INPUT) + SIGNAL)
        + end()
        + line("s", "g", "c", "e")
        + line("g", "c2", "e")
        + line("g", "w", "t", "e")
    )
    run = case(body, {"n": 1}).complete("w")
    assert run.effects.completed and {"c", "c2"} <= set(run.left)
    assert [(thrown.name, thrown.payload) for thrown in run.effects.signals] == [("alarm", {"x": 2})]


def test_an_event_of_several_parts_wants_one_or_all(case: Any) -> None:
    def body(parallel: str) -> str:
        return start() + catch("c", MESSAGE + SIGNAL, f'parallelMultiple="{parallel}"') + end() + line("s", "c", "e")

    assert case(body("false")).deliver("alarm").effects.completed
    run = case(body("true")).deliver("alarm")
    assert [wait.kind for wait in run.effects.closed] == ["signal"] and [wait.name for wait in run.waits] == ["reply"]
    assert run.deliver("reply").effects.completed


def test_a_process_started_by_a_message_takes_the_payload_by_its_outputs(case: Any) -> None:
    body = start(extension(OUTPUT) + MESSAGE) + user("u") + line("s", "u")
    run = case(body, {"x": 4}, element="s")
    assert run.variables == {"y": 8} and run.tasks == ["u"] and run.waits[0].kind == "task"


def test_a_process_without_a_none_start_waits_for_its_first_event(case: Any) -> None:
    body = start(MESSAGE) + start(SIGNAL, "s2") + script("a") + script("b") + line("s", "a") + line("s2", "b")
    run = case(body)
    assert {wait.element for wait in run.waits} == {"s", "s2"}
    run.deliver("alarm")
    assert run.left == ["s2", "b"] and run.effects.completed and [w.element for w in run.effects.closed] == ["s2", "s"]


def test_a_message_event_that_names_no_message_is_refused() -> None:
    for node in (catch("c", "<messageEventDefinition/>"), '<receiveTask id="c"/>', '<sendTask id="c"/>'):
        with pytest.raises(errors.DiagramRefused) as refused:
            load(start() + node + line("s", "c"))
        assert refused.value.findings[0].element == "c"
