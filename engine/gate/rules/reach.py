"""Every step can be reached, and every case can end.

What. Each node is reachable from a start, and from each node a way leads to an end. Where end events are drawn, every
way ends at one of them.
Why. An unreachable step is dead paint; from a step without a way to an end no case can ever be closed.
Mend. Draw the missing flow or end event, or delete the step.

步步可达、案案可结：每个步骤都能从开始事件走到，每个步骤都有路通向结束；补画连线或结束事件，或删去多余的步骤。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import paths
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Node, Scope, titled


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about reachability, one per lost group of nodes."""
    for scope in bundle.scopes:
        reached = paths.reachable(paths.roots(scope), paths.successors)
        lost = [node for node in scope.nodes if node not in reached and not node.apart]
        for node in _first(lost):
            yield found(
                "unreachable",
                node,
                "{it}从任何开始事件都走不到",
                "no way leads from a start to {it}",
                "画一条通向它的连线，或删去它",
                "draw a flow that leads to it, or delete it",
            )
        dead = [node for node in scope.nodes if _is_dead_end(scope, node)]
        for node in dead:
            yield found(
                "dead-end",
                node,
                "{it}没有出线，案件会停在这里",
                "{it} has no outgoing flow: the case would stop here",
                "连到下一步或结束事件",
                "join it to the next step or an end event",
            )
        ending = paths.reachable(paths.endings(scope), paths.predecessors)
        stuck = [node for node in scope.nodes if node in reached and node not in ending and not node.apart]
        if stuck and not dead:
            stuck.sort(
                key=lambda node: node.tag == "startEvent"
            )  # the steps of the loop are the cause, the start is not
            yield found(
                "no-way-out",
                stuck[0],
                "从{it}出发永远到不了结束" + _others(stuck, "zh"),
                "from {it} no way leads to an end" + _others(stuck, "en"),
                "给循环画一个出口，通向结束事件",
                "give the loop a way out that leads to an end event",
            )


def _is_dead_end(scope: Scope, node: Node) -> bool:
    """BPMN lets a way end at an activity or gateway where no end event is drawn, at an intermediate event never."""
    if node.outgoing or node.apart or node.tag in ("endEvent", "boundaryEvent"):
        return False
    return "link" not in node.triggers and (bool(scope.ends) or node.tag.startswith("intermediate"))


def _first(lost: list[Node]) -> list[Node]:
    """The nodes the others hang on: naming a whole unreachable branch node by node would bury the cause."""
    follow = {id(target) for node in lost for target in paths.successors(node) if target is not node}
    return [node for node in lost if id(node) not in follow] or lost[:1]


def _others(stuck: list[Node], lang: str) -> str:
    if len(stuck) == 1:
        return ""
    place = 0 if lang == "zh" else 1
    names = ("、" if lang == "zh" else ", ").join(titled(node.element)[place] for node in stuck[1:6])
    return f"（同样的还有{names}）" if lang == "zh" else f" (nor from {names})"
