"""What a mended diagram does when it runs is what its own tool would have done."""

from __future__ import annotations

from engine import bpmn
from engine.bpmn import Program
from engine.bpmn.sandbox import LANGUAGES
from tests.engine.gate.fixes.test_vendors import _all, _bundle


def _program(name: str, process: str) -> Program:
    def decide(decision: str, variables) -> dict:
        return {"value": {"bureau": decision}, "rules": [], "inputs": {}, "outputs": {}}

    keys = {"decide": frozenset({"decision", "outcome"})}
    files = _all(_bundle(name))
    return bpmn.load(files, functions={}, decide=decide, form_keys=keys, languages=LANGUAGES)[process]


def _wait(instance, kind: str):
    return next(wait for wait in bpmn.waits(instance).values() if wait.kind == kind)


def test_camunda_7():
    instance, _ = bpmn.start(_program("camunda7", "permit"), {"examiner": "li", "order": {"number": "7"}, "area": 2})
    task = _wait(instance, "task")
    assert (task.role, task.assignee, task.form) == ("handler", "li", "decide")
    assert _wait(instance, "timer").element == "late"
    bpmn.complete(instance, task.token, {"decision": "granted"})
    job = _wait(instance, "job")
    assert (job.connector, job.payload) == ("archive", {"number": "7"})
    assert bpmn.variables(instance)["fee"] == 16 and bpmn.variables(instance)["route"] == {"bureau": "routing"}
    assert bpmn.finish_job(instance, job.token, {}).outcome == "done"


def test_camunda_7_takes_the_default():
    instance, _ = bpmn.start(_program("camunda7", "permit"), {"area": 2})
    assert bpmn.complete(instance, _wait(instance, "task").token, {"decision": "no"}).outcome == "refused"


def test_camunda_8():
    data = {"examiner": "li", "order": {"number": "7"}, "amount": 500, "parties": ["a", "b"]}
    instance, _ = bpmn.start(_program("camunda8", "complaint"), data)
    for answer in ("yes", "no"):
        bpmn.complete(instance, _wait(instance, "task").token, {"decision": answer})
    assert bpmn.variables(instance)["answers"] == ["yes", "no"]
    bpmn.finish_job(instance, _wait(instance, "job").token, {"receipt": "R1"})
    assert bpmn.variables(instance)["receipt"] == "R1"
    message = _wait(instance, "message")
    assert (message.name, message.correlation) == ("paid", "7")
    bpmn.deliver(instance, message.token, {})
    assert _wait(instance, "timer").element == "wait"


def test_flowable_stops_when_two_are_done():
    data = {"manager": "m", "days": [1], "colleagues": ["a", "b", "c"]}
    instance, _ = bpmn.start(_program("flowable", "holiday"), data)
    bpmn.complete(instance, _wait(instance, "task").token, {"outcome": "approve"})
    bpmn.finish_job(instance, _wait(instance, "job").token, {})
    bpmn.complete(instance, _wait(instance, "task").token, {})
    assert bpmn.complete(instance, _wait(instance, "task").token, {}).completed


def test_spiffworkflow_runs_its_python():
    instance, _ = bpmn.start(_program("spiffworkflow", "purchase"), {"items": [{"price": 700}, {"price": 800}]})
    bpmn.complete(instance, _wait(instance, "task").token, {})
    assert bpmn.variables(instance)["total"] == 1500
    check = _wait(instance, "task")
    assert (check.element, check.role) == ("check", "reviewer")
    bpmn.complete(instance, check.token, {})
    assert _wait(instance, "job").payload == {"kind": "purchase", "amount": 1500}
