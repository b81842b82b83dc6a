"""Calls of processes that were deployed before: what is called is frozen with its caller."""

import orjson
import pytest

from engine import definitions, instances, queries, tasks
from engine.errors import DiagramRefused

from .kit import FORM, deploy, diagram, end, line, process, start, user


def called(step: str = "inner") -> str:
    return process("callee", start(), user(step), end(), line("s", step, "e"))


CALLER = process(
    "caller", start(), '<bpmn:callActivity id="c" name="立案" calledElement="callee"/>', end(), line("s", "c", "e")
)


def open_steps(instance: int) -> list[str]:
    return [task.element for task in queries.open_tasks(instance)]


def run(key: str = "caller") -> int:
    number: int = instances.start(key, {}, business_key=None, actor="ann")["instance"]
    return number


def test_a_process_of_another_deployment_is_called_and_comes_back(app):
    deploy(called())
    assert deploy(CALLER).new == [("caller", 1)], "what is called gets no new version"
    number = run()
    assert open_steps(number) == ["inner"]
    assert tasks.complete(queries.open_tasks(number)[0].id, {"note": "x"}, actor="ann")["completed"]


def test_the_caller_keeps_what_was_called_when_it_was_deployed(app):
    deploy(called())
    deploy(CALLER)
    deploy(called("later"))
    assert open_steps(run()) == ["inner"]
    definitions.retire(queries.definitions("callee")[0].definition.id, actor="ann")
    definitions.retire(queries.definitions("callee")[1].definition.id, actor="ann")
    assert open_steps(run()) == ["inner"], "what is frozen cannot be taken away"


def test_deployed_again_the_caller_calls_the_newer_version(app):
    deploy(called())
    deploy(CALLER)
    assert deploy(CALLER).unchanged
    deploy(called("later"))
    assert deploy(CALLER).new == [("caller", 2)]
    assert open_steps(run()) == ["later"]


def test_a_call_in_a_row_takes_along_what_is_called_there(app):
    deploy(called())
    deploy(CALLER)
    over = CALLER.replace('id="caller" name="caller"', 'id="over" name="over"').replace("callee", "caller")
    assert deploy(over).new == [("over", 1)]
    assert open_steps(run("over")) == ["inner"]


def test_what_is_deployed_nowhere_is_refused_by_the_name_of_the_step(app):
    with pytest.raises(DiagramRefused) as refused:
        deploy(CALLER)
    [finding] = [f for f in refused.value.findings if f.severity == "error"]
    assert (finding.rule, finding.element) == ("call-unknown", "c") and "立案" in finding.zh


def test_a_retired_process_cannot_be_called_by_a_new_caller(app):
    deploy(called())
    definitions.retire(queries.definitions("callee")[0].definition.id, actor="ann")
    with pytest.raises(DiagramRefused):
        deploy(CALLER)


def test_two_forms_of_one_name_are_refused(app):
    deploy(called())
    drawn = diagram(
        process(
            "caller", start(), user("a"), '<bpmn:callActivity id="c" name="立案" calledElement="callee"/>', end(),
            line("s", "a", "c", "e"),
        )
    )  # fmt: skip
    other = FORM | {"components": [FORM["components"][0]]}
    with pytest.raises(DiagramRefused) as refused:
        definitions.deploy({"test.bpmn": drawn, "forms/test/note.json": orjson.dumps(other)}, author="ann")
    assert [f.rule for f in refused.value.findings if f.severity == "error"] == ["called-differs"]
    assert definitions.deploy({"test.bpmn": drawn, "forms/test/note.json": orjson.dumps(FORM)}, author="ann").new
