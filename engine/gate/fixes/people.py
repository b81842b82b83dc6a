"""Say who does a task.

What. The assignee, the one candidate group, the due date and the priority of other products become `banjie:assignee`,
`banjie:role`, `banjie:due` and `banjie:priority`. A group becomes a role only when the registry knows it by its name or
label.
Why. The other products' attributes are documentation here: nobody would see the task. Several groups, users as
candidates and unknown groups need a person's decision.
Before. `<userTask camunda:assignee="${approver}" camunda:candidateGroups="handler">`
After. `<userTask … banjie:assignee="approver" banjie:role="handler">`

写明由谁办理：把其他产品的办理人、候选组、到期时间、优先级写成 banjie:assignee、banjie:role、banjie:due 和
banjie:priority；候选组须是已登记的角色。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from engine.bpmn import times
from engine.gate import panel
from engine.gate.fixes import translate, vendor
from engine.gate.fixes.desk import Desk, called, fix
from engine.gate.fixes.desk import ours as shown
from engine.gate.fixes.offer import Fix
from engine.gate.model import Element, Node

KIND = "people"
_WORDS = {
    "assignee": ("assignee", "assignmentDefinition"),
    "due": ("dueDate", "taskSchedule"),
    "priority": ("priority", "priorityDefinition"),
}
TASKS = frozenset({"userTask", "manualTask", "task"})


def find(desk: Desk) -> Iterator[Fix]:
    """What other products say about the people of a task, where our own attribute is absent."""
    for page, node in desk.nodes:
        if node.tag not in TASKS:
            continue
        for ours, words, value in said(node, desk):
            if not value or node.extension(ours):
                continue
            missing = ours == "role"
            told_zh, told_en = called(desk.names.roles, value) if missing else (value, value)
            yield fix(
                KIND,
                node.file,
                node.element,
                partial(page.set_ours, node.element, ours, value),
                zh=f"给{{it}}填写{panel.field(ours)[0]}：{told_zh}",
                en=f"fill in {panel.field(ours)[1]} of {{it}}: {told_en}",
                before=words,
                after=shown(ours, value),
                rule="task-role" if missing else "foreign-ignored",
                part=ours,
                words=() if missing else _WORDS[ours],
            )


def said(node: Node, desk: Desk) -> Iterator[tuple[str, str, str | None]]:
    """Our attribute, what the other product says, and what that is in ours."""
    element = node.element
    if who := _of(element, "assignmentDefinition", "assignee"):
        yield "assignee", who, vendor.formula(who)
    if groups := _of(element, "assignmentDefinition", "candidateGroups"):
        yield "role", groups, desk.names.role(groups.removeprefix("=").strip().strip('"'))
    if due := _of(element, "taskSchedule", "dueDate"):
        yield "due", due, _due(due)
    if priority := _of(element, "priorityDefinition", "priority"):
        yield "priority", priority, vendor.formula(priority, "number")


def _of(element: Element, holder: str, name: str) -> str:
    """A value that stands as an attribute of the task, or of an extension element (Camunda 8)."""
    said = vendor.attribute(element, name)
    inside = (child.get(name) or "" for child in vendor.children(element, holder))
    return said or next((value.strip() for value in inside if value.strip()), "")


def _due(words: str) -> str | None:
    """A due date as FEEL: an expression, a date-time, or a duration from now."""
    if words.startswith("=") or words[:2] in ("${", "#{"):
        return vendor.formula(words)
    try:
        times.duration(words)
        return f"now() + duration({translate.literal(words)})"
    except times.NotATime:
        moment = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)?", words)
        return f"date and time({translate.literal(words)})" if moment else None
