"""Calls that lead to a process and come back.

What. A call activity names a process (or global task) of the bundle or one that is deployed and
active: its files, as they stand then, become part of the deployment, under called/. Processes that
call each other in a circle are pointed out, and refused when nothing can avoid the call.
Why. A call of an unknown process is an incident; a call that always calls itself again never comes back.
Mend. Correct the process id, add the called diagram to the bundle, or let a gateway decide before the call.

调用有着落、能返回：被调用的流程须在部署包内或已部署启用（部署时连同其文件
冻结在 called/ 下）；互相调用成环且无法绕开的会被拒绝。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import model, paths
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Node, Process, called, shown


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about call activities."""
    callable_here = bundle.callable
    processes = {process.id: process for process in bundle.running}
    calls: dict[str, list[Node]] = {}
    for process in processes.values():
        calls[process.id] = [node for node in process.nodes if node.tag == "callActivity"]
    for node in (node for nodes in calls.values() for node in nodes):
        name = called(node)
        if not name:
            yield found(
                "call-nothing",
                node,
                "{it}没有写明调用哪个流程",
                "{it} does not say which process it calls",
                "在“流程”里选择要调用的流程",
                "choose the process to call in “Process”",
            )
        elif name not in callable_here:
            here = {file.rpartition("/")[2] for file in bundle.files}
            files = [one for one in model.imported(node.scope.process.diagram.root, "/spec/bpmn/") if one not in here]
            which = "、".join(map(shown, files)), ", ".join(map(shown, files))
            yield found(
                "call-unknown",
                node,
                f"{{it}}调用的流程“{shown(name)}”不在部署包内，也没有启用的已部署版本",
                f"the process “{shown(name)}” that {{it}} calls is neither in the bundle nor deployed and active",
                f"上传流程图引入的 {which[0]}（被调用的流程大概在里面），或在“流程”里另选一个"
                if files
                else "在“流程”里另选一个，或把被调用的流程图加入部署包",
                f"upload {which[1]}, which the diagram imports and likely holds it, or choose another in “Process”"
                if files
                else "choose another in “Process”, or add the called diagram to the bundle",
            )
    yield from _circles(processes, calls)


def _circles(processes: dict[str, Process], calls: dict[str, list[Node]]) -> Iterator[Finding]:
    always = {ident: [n for n in nodes if not _avoidable(n)] for ident, nodes in calls.items()}
    for ident in calls:
        if _returns_to(ident, always):
            yield found(
                "call-endless",
                next(n for n in always[ident] if _leads(called(n), ident, always)),
                "{it}总会再次调用自己所在的流程，永远不会返回",
                "{it} always calls its own process again and never comes back",
                "在调用前用网关判断是否还需要调用",
                "let a gateway decide before the call whether it is still needed",
            )
        elif _returns_to(ident, calls):
            yield found(
                "call-circle",
                next(n for n in calls[ident] if _leads(called(n), ident, calls)),
                "{it}会再次调用自己所在的流程",
                "{it} can call its own process again",
                "确认递归一定会结束；更清楚的画法是循环或多实例",
                "make sure that the recursion ends; a loop or a multi-instance marker says it more clearly",
            )


def _returns_to(ident: str, calls: dict[str, list[Node]]) -> bool:
    return any(_leads(called(node), ident, calls) for node in calls[ident])


def _leads(begin: str, end: str, calls: dict[str, list[Node]]) -> bool:
    seen, todo = {begin}, [begin]
    while todo:
        ident = todo.pop()
        if ident == end:
            return True
        for name in (called(node) for node in calls.get(ident, ())):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return False


def _avoidable(call: Node) -> bool:
    """Whether a case can end without passing the call, in its own scope or in one around it."""
    node: Node | None = call
    while node is not None:
        if node.apart or _ends_without(node):
            return True
        node = node.scope.node
    return False


def _ends_without(barred: Node) -> bool:
    """Whether a way through the scope leads past a node."""

    def past(node: Node) -> Iterator[Node]:
        return (target for target in paths.successors(node) if target is not barred)

    reached = paths.reachable([node for node in paths.roots(barred.scope) if node is not barred], past)
    return any(end in reached for end in paths.endings(barred.scope))
