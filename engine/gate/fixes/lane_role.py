"""Take the role from the lane.

What. A task without a role that stands in a lane gets the role which the registry knows by the lane's name or label;
the innermost lane that names one counts.
Why. Diagrams of all tools say who works by lanes; here a task is offered to the holders of its role.
Before. `<lane name="承办人">`, `<userTask id="decide">` in it
After. `<userTask id="decide" banjie:role="handler">`

角色取自泳道：没有角色的任务，泳道名称是已登记角色的名称时，写上这个角色。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate.elements import BPMN
from engine.gate.fixes.desk import Desk, Names, called, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.people import TASKS
from engine.gate.model import Element, Process, text

KIND = "lane-role"


def find(desk: Desk) -> Iterator[Fix]:
    """Tasks whose lane is a role."""
    for sheet, process in desk.processes:
        lanes = _named(process, desk.names)
        for node in process.nodes:
            if node.tag in TASKS and not node.extension("role") and node.id in lanes:
                lane, role = lanes[node.id]
                zh, en = called(desk.names.roles, role)
                yield fix(
                    KIND,
                    node.file,
                    node.element,
                    partial(sheet.page.set_ours, node.element, "role", role),
                    zh=f"按泳道“{lane}”给{{it}}选“角色”：{zh}",
                    en=f"choose the “Role” of {{it}} as its lane “{lane}” says: {en}",
                    before=lane,
                    after=f'banjie:role="{role}"',
                    rule="task-role",
                )


def roles(process: Process, names: Names) -> dict[str, str]:
    """The roles of a process's nodes that stand in a lane of a role."""
    return {ident: role for ident, (_, role) in _named(process, names).items()}


def _named(process: Process, names: Names) -> dict[str, tuple[str, str]]:
    """The lane that names a role, and this role, of each node; the innermost lane counts."""
    lanes, found = _lanes(process), {}
    for node in process.nodes:
        holder = node
        while holder.id not in lanes and holder.scope.node is not None:
            holder = holder.scope.node
        known = ((lane, role) for lane in lanes.get(holder.id, ()) if (role := names.role(lane)))
        if pair := next(known, None):
            found[node.id] = pair
    return found


def _lanes(process: Process) -> dict[str, list[str]]:
    """The names of the lanes a node stands in, the innermost first; the pool's name last."""
    found: dict[str, list[str]] = {}
    pool = [
        " ".join((one.get("name") or "").split())
        for one in process.diagram.root.findall(f"{BPMN}collaboration/{BPMN}participant")
        if one.get("processRef") == process.id
    ]
    for lane in process.element.iter(BPMN + "lane"):
        names = _names(lane)
        for member in lane.findall(BPMN + "flowNodeRef"):
            if len(names) > len(found.get(text(member), ())):
                found[text(member)] = names
    nodes = (node.id for node in process.scopes[0].nodes)
    return {ident: found.get(ident, []) + pool for ident in {*found, *nodes}}


def _names(lane: Element) -> list[str]:
    names: list[str] = []
    holder: Element | None = lane
    while holder is not None and holder.tag != BPMN + "process":
        if holder.tag == BPMN + "lane":
            names.append(" ".join((holder.get("name") or "").split()))
        holder = holder.getparent()
    return names
