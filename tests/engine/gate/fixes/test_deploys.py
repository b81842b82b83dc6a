"""A diagram of another tool, after all fixes and a person's few answers, is deployed, and its case ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import drafts, instances, queries, tasks
from tests.engine.gate.fixes.test_fresh_form import judged

HERE = Path(__file__).parent / "vendors"


def _draft(*names: str) -> int:
    return drafts.create({name: (HERE / name).read_bytes() for name in names}, name=names[0], actor="ana")


def _now(draft: int) -> int:
    return int(drafts.get(draft).revision)


def _pick(draft: int, element: str, kind: str, part: str) -> None:
    """A person picks one of the choices at an element."""
    [offer] = [
        o for o in drafts.report(draft).choices if (o.kind, o.element) == (kind, element) and o.id.endswith(part)
    ]
    drafts.fix(draft, [offer.id], revision=_now(draft), actor="ana")


def _write(draft: int, file: str, old: str, new: str) -> None:
    """A person fills in a field of the panel."""
    text = drafts.files(draft)[file].decode()
    assert old in text
    drafts.save(draft, file, text.replace(old, new).encode(), revision=_now(draft), actor="ana")


def _errors(draft: int) -> set[tuple[str, str | None]]:
    return {(one.rule, one.element) for one in drafts.report(draft).findings if one.severity == "error"}


def _play(
    draft: int, process: str, answer: Callable[[str], dict[str, Any]], **start: Any
) -> tuple[list[str], str | None]:
    """Deploy, start a case, complete its tasks; the steps and the end."""
    drafts.deploy(draft, revision=_now(draft), actor="ana")
    case = instances.start(process, start, business_key=None, actor="ana")["instance"]
    steps: list[str] = []
    while open_tasks := queries.open_tasks(case):
        [task] = open_tasks
        steps.append(task.element)
        done = tasks.complete(task.id, answer(task.element), actor="ana")
    assert done["completed"]
    return steps, done["outcome"]


@pytest.mark.parametrize(("approval", "end"), [("Approved", "booked"), ("Refused", "refused")])
def test_a_vacation_of_camunda_8(app: Any, approval: str, end: str) -> None:
    draft = _draft("vacation8.bpmn", "vacation8.dmn")
    drafts.fix(draft, None, revision=1, actor="ana")
    assert _errors(draft) == {
        ("service-connector", "fetch"),
        ("task-role", "approve"),
        ("foreign-needed", "tell"),
        ("foreign-needed", "booked"),
    }
    _pick(draft, "fetch", "by-hand", ":clerk")
    _pick(draft, "tell", "by-hand", ":clerk")
    _pick(draft, "booked", "inside", ":message")
    _write(
        draft,
        "vacation8.bpmn",
        'banjie:form="userTaskForm_approve"',
        'banjie:form="userTaskForm_approve" banjie:role="leader"',
    )
    assert not _errors(draft)

    def answer(step: str) -> dict[str, Any]:
        return {"fetch": {"Days_left": "12"}, "approve": {"Vacation_Approval": approval}}.get(step, {})

    steps, outcome = _play(draft, "vacation", answer, Employee_Status={"name": "Kim"})
    assert (steps, outcome) == (["fetch", "approve", *(["tell"] if end == "booked" else [])], end)


def test_an_invoice_of_camunda_7_that_was_drawn_for_people(app: Any) -> None:
    draft = _draft("invoice7.bpmn")
    drafts.fix(draft, None, revision=1, actor="ana")
    assert _errors(draft) == {("task-role", "approve_invoice"), ("service-connector", "archive")}
    _pick(draft, "archive", "by-hand", ":clerk")
    _write(
        draft, "invoice7.bpmn", '<userTask id="approve_invoice"', '<userTask id="approve_invoice" banjie:role="leader"'
    )
    assert not _errors(draft)

    def answer(step: str) -> dict[str, Any]:
        return {"Service_Level": "Premium", "approved": True} if step == "approve_invoice" else {"archive_number": "7"}

    assert _play(draft, "invoice", answer) == (["approve_invoice", "archive"], "end")


def test_a_diagram_that_was_drawn_to_be_read_runs_by_choices_alone(app: Any) -> None:
    files = judged()
    draft = drafts.create(files, name="x", actor="ana")
    for element, kind, part in (
        ("gu", "ask", ":name"), ("t", "role", ":handler"), ("u", "role", ":handler"),
        ("t", "fresh-form", ":new"), ("u", "fresh-form", ":new"),
    ):  # fmt: skip
        _pick(draft, element, kind, part)
    drafts.fix(draft, None, revision=_now(draft), actor="ana")  # the other flow is the default then
    assert not _errors(draft)

    def answer(step: str) -> dict[str, Any]:
        return {"t": {"Service_type": "Warranty"}, "u": {"Repair_result": "done"}}[step]

    assert _play(draft, "p", answer) == (["t", "u"], "e")
