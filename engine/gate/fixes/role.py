"""Choose the role of a task.

What. A task for which neither its lane nor another product names a registered role is given the role that a person
chooses.
Why. A task is offered to the holders of its role; without one nobody sees it.
Before. `<userTask id="decide">`
After. `<userTask id="decide" banjie:role="leader">`

选择角色：泳道和其他产品都没有写明已登记的角色时，由人选一个。
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from engine.gate.fixes import lane_role, people
from engine.gate.fixes.desk import Desk, called, fix, ours
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Node

KIND = "role"


def find(desk: Desk) -> Iterator[Fix]:
    """Tasks whose role nothing says."""
    known = desk.names.roles
    for sheet, process in desk.processes:
        lanes = lane_role.roles(process, desk.names)
        for node in process.nodes:
            if node.tag in people.TASKS and not node.extension("role") and node.id not in lanes:
                said = {name: value for name, _, value in people.said(node, desk)}
                for role in known if isinstance(known, Iterable) and not said.get("role") else ():
                    yield _fix(desk, sheet.page, node, role)


def _fix(desk: Desk, page: Page, node: Node, role: str) -> Fix:
    zh, en = called(desk.names.roles, role)
    return fix(
        KIND,
        node.file,
        node.element,
        partial(page.set_ours, node.element, "role", role),
        zh=f"给{{it}}选“角色”：{zh}",
        en=f"choose the “Role” of {{it}}: {en}",
        before="",
        after=ours("role", role),
        rule="task-role",
        part=role,
        pick=(zh, en),
    )
