"""Meetings of elements that are no block in a block: several listeners, tokens that overtake each other, quantities."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bpmn, clock

from ..kit import (
    COMPENSATE,
    ERROR,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    boundary,
    catch,
    end,
    extension,
    flow,
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

OVER = '<multiInstanceLoopCharacteristics banjie:collection="[1, 2, 3]" banjie:item="i"/>'


def test_a_signal_reaches_every_wait_there_is_at_once(case: Any) -> None:
    """A catch event, a boundary event, an event sub-process, a called process, and one thrown inside the instance."""
    called = process(start(id="qs") + catch("qc", SIGNAL) + user("in_call") + line("qs", "qc", "in_call"), "q", "")
    beside = on_event("es_", SIGNAL, script("in_handler", "{n: n + 1}") + line("es_s", "in_handler"), False)
    body = (
        start()
        + gateway("parallel", "g")
        + user("a")
        + throw("t", SIGNAL)
        + catch("c", SIGNAL)
        + user("after_catch")
        + user("b")
        + boundary("bb", "b", SIGNAL)
        + user("after_boundary")
        + '<callActivity id="call" calledElement="q"/>'
        + line("s", "g", "a", "t")
        + line("g", "c", "after_catch")
        + line("g", "b")
        + line("bb", "after_boundary")
        + line("g", "call")
        + beside
    )
    run = case(process(body) + called, {"n": 0}).complete("a")
    assert sorted(run.tasks) == ["after_boundary", "after_catch", "in_call"] and run.variables["n"] == 1


def test_a_message_to_one_of_many_instances_finds_it_by_its_correlation(case: Any) -> None:
    late = boundary("late", "x", MESSAGE, True, 'banjie:correlation="i"') + user("y") + line("late", "y")
    inside = start(id="is") + user("x") + line("is", "x") + late + OVER
    run = case(start() + sub("u", inside) + end() + line("s", "u", "e"))
    assert sorted(wait.correlation for wait in run.waits if wait.kind == "message") == ["1", "2", "3"]
    two = next(wait for wait in run.waits if wait.correlation == "2")
    run.do(lambda instance: bpmn.deliver(instance, two.token, {}, two.element, two.name))
    assert sorted(run.tasks) == ["x", "x", "y"]
    assert sorted(wait.correlation for wait in run.waits if wait.kind == "message") == ["1", "3"]
    run.complete("x").complete("y").complete("x")
    assert run.effects.completed


def test_each_instance_is_compensated_with_the_data_it_left(case: Any) -> None:
    undo = '<scriptTask id="undo" isForCompensation="true"><script>{undone: append(undone, i)}</script></scriptTask>'
    body = start() + user("a", inside=OVER.replace("banjie:coll", 'isSequential="true" banjie:coll'))
    body += boundary("c", "a", COMPENSATE) + undo + '<association id="as" sourceRef="c" targetRef="undo"/>'
    run = case(body + throw("t", COMPENSATE) + end() + line("s", "a", "t", "e"), {"undone": []})
    run.complete("a").complete("a").complete("a")
    assert run.variables["undone"] == [3, 2, 1] and run.effects.completed


def test_what_an_event_subprocess_has_done_can_be_compensated_by_it_and_by_its_scope(case: Any) -> None:
    def undoable(id: str) -> str:
        undo = f'<scriptTask id="undo_{id}" isForCompensation="true"/>'
        association = f'<association id="as_{id}" sourceRef="c_{id}" targetRef="undo_{id}"/>'
        return script(id) + boundary(f"c_{id}", id, COMPENSATE) + undo + association

    own = undoable("x") + throw("now", COMPENSATE) + undoable("y") + line("es_s", "x", "now", "y")
    body = start() + undoable("a") + user("w") + throw("t", COMPENSATE) + end() + line("s", "a", "w", "t", "e")
    run = case(body + on_event("es_", MESSAGE, own, False)).deliver("reply")
    assert [x for x in run.left if x.startswith("undo_")] == ["undo_x", "undo_a"]
    run.complete("w")
    assert [x for x in run.left if x.startswith("undo_")] == ["undo_x", "undo_a", "undo_y"] and run.effects.completed


def test_a_reminder_comes_as_often_as_it_says_and_ends_with_the_activity(case: Any, now: clock.Virtual) -> None:
    inside = start(id="is") + user("x") + end(id="ie") + line("is", "x", "ie")
    body = start() + sub("u", inside) + boundary("r", "u", timer("timeCycle", "R3/PT1H"), False)
    run = case(body + script("h", "{n: n + 1}") + user("b") + line("s", "u", "b") + line("r", "h"), {"n": 0})
    for times in (1, 2, 3):
        now.move_to(run.wait("r").due)
        assert run.fire("r").variables["n"] == times
    assert [wait.kind for wait in run.waits] == ["task"]
    assert run.complete("x").tasks == ["b"]


def test_two_tokens_on_one_task_are_two_tasks(case: Any) -> None:
    body = start() + gateway("parallel", "g") + script("x") + script("y") + gateway("exclusive", "m") + user("a")
    run = case(body + user("b") + line("s", "g", "x", "m", "a", "b") + line("g", "y", "m"))
    assert run.tasks == ["a", "a"]
    assert sorted(run.complete("a").tasks) == ["a", "b"]
    run.complete("b").complete("a").complete("b")
    assert run.effects.completed and run.left.count("b") == 2


@pytest.mark.parametrize("marker", ["", OVER, '<standardLoopCharacteristics loopMaximum="3"/>'])
def test_quantities_count_tokens_of_the_activity_as_a_whole(case: Any, marker: str) -> None:
    """Two tokens begin it once; when all of its instances have ended, three leave it."""
    body = start() + gateway("parallel", "g") + script("x") + script("y") + gateway("exclusive", "m")
    body += user("a", 'startQuantity="2" completionQuantity="3"', marker) + user("b")
    run = case(body + line("s", "g", "x", "m", "a", "b") + line("g", "y", "m"))
    while "a" in run.tasks:
        assert "b" not in run.tasks
        run.complete("a")
    assert run.left.count("a") == (3 if marker else 1) and run.tasks == ["b", "b", "b"]


def test_a_complex_gateway_is_ready_again_when_every_branch_has_come(case: Any) -> None:
    body = (
        start()
        + gateway("exclusive", "m")
        + gateway("parallel", "split")
        + user("a")
        + user("b")
        + user("c")
        + '<complexGateway id="join"><activationCondition>activationCount = 2</activationCondition></complexGateway>'
        + user("after")
        + gateway("exclusive", "again", 'default="again_e"')
        + end()
        + "".join(line("split", x, "join") for x in "abc")
        + line("s", "m", "split")
        + line("join", "after", "again", "e")
        + flow("again", "m", "more")
    )
    run = case(body).complete("a").complete("b")
    assert sorted(run.tasks) == ["after", "c"]
    run.complete("c").complete("after", more=True)  # the third has come before the next round: reset
    assert sorted(run.tasks) == ["a", "b", "c"]
    run.complete("c").complete("b")
    assert sorted(run.tasks) == ["a", "after"]
    run.complete("after", more=False).complete("a")
    assert run.effects.completed and run.left.count("join") == 2


def test_an_inclusive_join_waits_for_a_branch_that_goes_back_and_not_for_a_dead_one(case: Any) -> None:
    body = (
        start()
        + gateway("inclusive", "split", 'default="split_z"')
        + user("a")
        + gateway("exclusive", "back")
        + user("b")
        + gateway("exclusive", "choice", 'default="choice_join"')
        + user("z")
        + gateway("inclusive", "join")
        + user("after")
        + line("s", "split")
        + flow("split", "a", "true")
        + flow("split", "back", "true")
        + flow("split", "z")
        + line("a", "join", "after")
        + line("back", "b", "choice", "join")
        + flow("choice", "back", "again")
        + line("z", "join")
    )
    run = case(body).complete("a")
    for _ in range(3):
        assert run.complete("b", again=True).tasks == ["b"]
    assert run.complete("b", again=False).tasks == ["after"]


def test_an_inclusive_join_waits_for_a_token_inside_a_subprocess_and_a_call(case: Any) -> None:
    called = process(start(id="qs") + user("x") + line("qs", "x"), "q", "")
    inside = start(id="is") + '<callActivity id="call" calledElement="q"/>' + line("is", "call")
    body = (
        start()
        + gateway("parallel", "split")
        + user("a")
        + sub("u", inside)
        + gateway("inclusive", "join")
        + user("after")
        + line("s", "split", "a", "join", "after")
        + line("split", "u", "join")
    )
    run = case(process(body) + called).complete("a")
    assert run.tasks == ["x"]
    assert run.complete("x").tasks == ["after"]


def test_terminate_in_a_called_process_leaves_its_caller_and_its_siblings(case: Any) -> None:
    inside = gateway("parallel", "qg") + user("x") + user("y") + end(TERMINATE, "qe")
    called = process(start(id="qs") + inside + line("qs", "qg", "x", "qe") + line("qg", "y"), "q", "")
    call = f'<callActivity id="call" calledElement="q">{OVER}</callActivity>'
    run = case(process(start() + call + user("b") + line("s", "call", "b")) + called)
    assert sorted(run.tasks) == ["x"] * 3 + ["y"] * 3
    assert sorted(run.complete("x").tasks) == ["x"] * 2 + ["y"] * 2
    assert run.complete("x").complete("x").tasks == ["b"]


def test_an_error_passes_the_scopes_that_do_not_catch_it_and_ends_what_they_hold(case: Any) -> None:
    """From a callee's callee through a multi-instance to the boundary outside; timers and handlers on the way end."""
    deepest = process(start(id="rs") + user("x") + end(ERROR, "re") + line("rs", "x", "re"), "r", "")
    late = on_event("es_", timer("timeDuration", "P1D"), script("h") + line("es_s", "h"), False)
    deeper = f'<callActivity id="in" calledElement="r">{OVER}</callActivity>'
    middle = process(start(id="qs") + deeper + line("qs", "in") + late, "q", "")
    body = start() + f'<callActivity id="out" calledElement="q">{OVER}</callActivity>' + boundary("b", "out", ERROR)
    run = case(process(body + user("h2") + line("s", "out") + line("b", "h2")) + middle + deepest)
    assert run.tasks.count("x") == 9 and sum(wait.kind == "timer" for wait in run.waits) == 3
    assert run.complete("x").tasks == ["h2"] and len(run.waits) == 1


def test_an_uncaught_error_ends_the_instance_and_an_uncaught_escalation_does_not(case: Any) -> None:
    body = start() + gateway("parallel", "g") + user("a") + end(ERROR) + user("b") + line("s", "g", "a", "e")
    run = case(body + line("g", "b")).complete("a")
    assert run.effects.completed and [(u.kind, u.code) for u in run.effects.uncaught] == [("error", "R1")]


def test_data_objects_are_written_by_instances_and_read_after_them(case: Any) -> None:
    given = '<dataObject id="d"/><dataObjectReference id="dr" dataObjectRef="d"/>'
    write = "<dataOutputAssociation><sourceRef>answer</sourceRef><targetRef>dr</targetRef></dataOutputAssociation>"
    inside = start(id="is") + user("x") + script("w", "{answer: answer + 1}", write) + line("is", "x", "w")
    run = case(start() + given + sub("u", inside) + user("b") + line("s", "u", "b")).complete("x", answer=1)
    assert run.tasks == ["b"] and run.variables["answer"] == 2


@pytest.mark.parametrize("kind", ["globalUserTask", "globalManualTask", "globalTask"])
def test_a_global_task_is_called_like_a_process(case: Any, kind: str) -> None:
    task = f'<{kind} id="q" name="核对"/>'
    body = f'<callActivity id="c" calledElement="q">{OVER}</callActivity>' + user("b")
    run = case(process(start() + body + line("s", "c", "b")) + task)
    assert len(run.tasks) == 3
    for _ in range(3):
        run.complete(run.tasks[0])
    assert run.tasks == ["b"]


def test_a_receive_task_that_instantiates_begins_the_process(case: Any) -> None:
    body = '<receiveTask id="r" messageRef="M" instantiate="true"/>' + user("a") + end() + line("r", "a", "e")
    mapped = extension('<banjie:output name="v" value="amount"/>')
    run = case(body.replace('"true"/>', f'"true">{mapped}</receiveTask>'), {"amount": 7}, "r")
    assert run.tasks == ["a"] and run.variables == {"v": 7}
    assert run.complete("a").effects.completed
