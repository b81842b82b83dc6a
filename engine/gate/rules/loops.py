"""Loops that wait.

What. A way that leads back to itself passes a step that waits (a task, a timer, a message, a job), or at least a
condition that can leave it, over a variable that a script or decision in the loop sets. A loop marker has a condition,
or a positive maximum.
Why. A loop of automatic steps runs as fast as the machine, in one command: it never lets anybody else work. The
engine stops it after 50,000 steps, but the case is then an incident.
Mend. Put a task, a timer or a message into the loop, or a gateway with a condition that ends it.

循环要有等待：回路上须有会等待的步骤（任务、定时、消息、外部作业），至少要有能离开回路的条件；循环标记要有条件或次数上
限。
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Finding
from engine.gate import paths
from engine.gate.bundle import Bundle
from engine.gate.elements import BPMN
from engine.gate.finding import found
from engine.gate.model import Node, Process, Scope, called, ref, text, titled
from engine.gate.rules import ways_out

_ALWAYS = frozenset({"true", "= true", "=true"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about cycles of flows and about loop markers."""
    waits = _waiting(bundle)
    for scope in bundle.scopes:
        automatic = [node for node in scope.nodes if node not in waits]

        def on(node: Node) -> Iterable[Node]:
            return (target for target in paths.successors(node) if target not in waits)

        def surely(node: Node) -> Iterable[Node]:
            return (target for target in _taken_anyway(node) if target not in waits)

        endless = paths.loops(automatic, surely)
        for group in endless:
            yield found(
                "loop-never-waits",
                group[0],
                f"循环 {_way(group)} 从不等待，也没有出口条件",
                f"the loop {_way(group)} never waits and no condition leaves it",
                "在循环里加一个任务、定时或消息，或一个带条件的出口",
                "put a task, a timer or a message into the loop, or a way out with a condition",
            )
        sure = {node for group in endless for node in group}
        for group in paths.loops(automatic, on):
            if not sure & set(group) and not ways_out.moves(bundle, group):
                yield found(
                    "loop-automatic",
                    next((node for node in group if node.is_activity), group[0]),
                    f"循环 {_way(group)} 全是自动步骤，若条件一直成立会连续执行",
                    f"the loop {_way(group)} holds automatic steps only and runs on while its condition holds",
                    "让循环里的脚本或决策改变条件所读的变量，或在循环里加一个等待的步骤",
                    "let a script or decision in the loop change what the condition reads, or add a step that waits",
                )
    for node in bundle.nodes:
        yield from _marker(node)


def _marker(node: Node) -> Iterator[Finding]:
    marker = node.element.find(BPMN + "standardLoopCharacteristics")
    if marker is None:
        return
    condition, maximum = text(marker.find(BPMN + "loopCondition")), (marker.get("loopMaximum") or "").strip()
    if maximum and not (maximum.isascii() and maximum.isdigit() and int(maximum) > 0):
        yield found(
            "loop-maximum",
            node,
            "{it}的“最多次数”不是正整数",
            "“Most rounds” of {it} is not a positive whole number",
            "在“最多次数”里写正整数，如 3",
            "write a positive whole number such as 3 in “Most rounds”",
        )
    elif not maximum and (not condition or condition in _ALWAYS):
        yield found(
            "loop-endless",
            node,
            "{it}的循环没有会变化的条件，也没有次数上限",
            "the loop of {it} has neither a condition that can change nor a maximum",
            "填写“循环条件”（成立时再做一次）或“最多次数”",
            "fill in “Loop condition”, which holds while it is to be done once more, or “Most rounds”",
        )


def _taken_anyway(node: Node) -> Iterator[Node]:
    """Where a node leads whatever the data say."""
    default = ref(node.element, "default")
    several = len(node.outgoing) > 1
    for number, flow in enumerate(node.outgoing):
        if flow.target is None:
            continue
        if node.tag == "parallelGateway":
            yield flow.target
        elif (
            several
            and (flow.id == default or node.tag == "eventBasedGateway")
            or flow.condition is not None
            and flow.condition not in _ALWAYS
        ):
            continue
        elif node.tag != "exclusiveGateway" or number == 0:  # an exclusive gateway takes the first flow that holds
            yield flow.target
    if not node.outgoing and paths.link_of(node):
        yield from paths.successors(node)


def _way(group: list[Node]) -> str:
    names = [node.element.get("name") or titled(node.element)[0] for node in group[:6]]
    return " → ".join([*names, "…" if len(group) > 6 else names[0]])


def _waiting(bundle: Bundle) -> set[Node]:
    """The nodes at which a case comes to rest for a while."""
    waiting = {node for node in bundle.nodes if _waits_itself(node)}
    callee = {process.id: process for process in bundle.running}
    holders = [n for n in bundle.nodes if n.tag == "callActivity" or n.inner is not None]
    changed = True
    while changed:
        changed = False
        for node in holders:
            if node not in waiting and _waits_inside(node, waiting, callee):
                waiting.add(node)
                changed = True
    return waiting


def _waits_itself(node: Node) -> bool:
    if node.tag in ("userTask", "manualTask", "task", "receiveTask", "serviceTask", "eventBasedGateway"):
        return True
    return node.tag in ("intermediateCatchEvent", "boundaryEvent") and bool(
        {"message", "timer", "signal"} & set(node.triggers)
    )


def _waits_inside(node: Node, waiting: set[Node], callee: dict[str, Process]) -> bool:
    if node.tag == "callActivity":
        process = callee.get(called(node))
        return process is None or any(inner in waiting for inner in process.nodes)
    return node.inner is not None and any(inner in waiting for inner in _all(node.inner))


def _all(scope: Scope) -> Iterator[Node]:
    todo = [scope]
    while todo:
        for node in todo.pop().nodes:
            yield node
            if node.inner is not None:
                todo.append(node.inner)
