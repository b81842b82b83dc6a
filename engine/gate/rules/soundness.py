"""Branches that come together again.

What. Every run of a diagram is followed, whatever its conditions and events may be. A gateway that joins must get what
it waits for: it is found when it can never go on (an exclusive split before a parallel join), and when it may wait for
ever because a branch has ended elsewhere. Where two branches reach one step without a join, the step runs twice.
Why. A case that waits at a join for a branch that is not coming can never be closed, and nobody is told. A step that
runs twice sends two letters and asks two people.
Mend. Join as you have split: exclusive by exclusive, parallel by parallel, inclusive by inclusive. Lead what leaves a
parallel branch (an exception, a refusal) to the join as well, or end the whole process by a terminate event.

分支要能汇合：并行汇合必须等得到每一条来路，否则案件永远停在那里；并行的分支不经汇合就到同一步骤，该步骤会执行两次。怎样
分开就怎样汇合：排他对排他、并行对并行、包容对包容。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate import net as nets
from engine.gate import paths, runs, together
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Flow, Node, Scope, shown

_LONGEST = 8  # steps of a way that are shown


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about joins, about steps that run twice and about those that never get the branches they want."""
    for scope in bundle.scopes:
        hungry = [node for node in scope.nodes if never_gets(node)]
        yield from (_hungry(node) for node in hungry)
        net = nets.of(scope) if _may_part(scope) else None
        if net is None and any(_wants_several(node) for node in scope.nodes if node not in hungry):
            yield _uncounted(scope)
        if net is not None:
            try:
                relation = together.relation(net)
                for standstill in runs.standstills(net):
                    yield _standstill(net, standstill, id(standstill.join) in relation.goes_on)
                yield from (_twice(*case) for case in relation.twice())
            except nets.TooMany:
                yield _too_many(scope)


def _may_part(scope: Scope) -> bool:
    """Whether a scope can hold two tokens at all, or a gateway that waits for a second one."""
    return any(
        len(node.outgoing) > 1
        and node.tag not in ("exclusiveGateway", "eventBasedGateway")
        or node.tag == "parallelGateway"
        and len(node.incoming) > 1
        or any(event.element.get("cancelActivity") == "false" for event in node.boundary)
        for node in scope.nodes
    )


def never_gets(node: Node) -> bool:
    """Whether an activity wants several tokens where only one can come: nothing before it parts or repeats."""
    if _quantity(node) in ("0", "1") or node.scope.is_ad_hoc or not node.incoming:
        return False
    before = paths.reachable(paths.predecessors(node), paths.predecessors)
    begins = [one for one in paths.roots(node.scope) if one in before and one.tag != "startEvent"]
    return len(begins) < 2 and not any(_multiplies(one) for one in before)


def _multiplies(node: Node) -> bool:
    """Whether more than one token may leave a node for one that came."""
    parts = len(node.outgoing) > 1 and node.tag != "exclusiveGateway"
    if node.tag == "eventBasedGateway":
        parts = node.element.get("eventGatewayType") == "Parallel"
    beside = node.tag == "boundaryEvent" and node.element.get("cancelActivity") == "false"
    return parts or beside or nets.uncounted(node) is not None and _quantity(node) in ("0", "1")


def _quantity(node: Node) -> str:
    return node.element.get("startQuantity", "1")


def _hungry(node: Node) -> Finding:
    number = shown(_quantity(node))
    return found(
        "deadlock",
        node,
        f"{{it}}要等 {number} 路都到才开始一次，却只会有一路到达，案件会停在这里",
        f"{{it}} begins only when {number} branches have arrived, but one comes: the case stops",
        "用一键修正改为每到一路就开始；确实要等这么多路的，在它之前用并行网关分出这么多路",
        "let the fix make it begin with each branch; where so many are meant, let a parallel gateway before it part"
        " into so many branches",
    )


def _wants_several(node: Node) -> bool:
    return (
        node.tag == "parallelGateway"
        and len(node.incoming) > 1
        or node.element.get("startQuantity", "1") not in ("0", "1")
    )


def _too_many(scope: Scope) -> Finding:
    return found(
        "runs-many",
        scope,
        "{it}的分支组合太多，没有全部检查",
        "{it} has too many combinations of branches to follow them all",
        "把部分步骤移入子流程，图会更清楚，也能全部检查",
        "move some steps into a sub-process: the diagram is clearer then, and can be followed to the end",
    )


def _uncounted(scope: Scope) -> Finding:
    """The element that makes the branches of a scope uncountable; the scope itself when it is ad-hoc."""
    culprits = ((node, why) for node in scope.nodes if (why := nets.uncounted(node)) and not never_gets(node))
    node, (zh, en) = next(culprits, (scope, ("是临时的，步骤由办理人随时选择", "is ad-hoc: people choose its steps")))
    return found(
        "runs-many",
        node,
        f"{{it}}{zh}，分支数目要到运行时才知道，后面的汇合能否等齐没有检查",
        f"{{it}} {en}: how many branches there are is only known when it runs, and whether joins get all they wait for"
        " was not checked",
        "如不需要，改成普通的写法；否则把它移入子流程，其余部分就能检查",
        "draw it plainly if you can; else move it into a sub-process, so that the rest can be checked",
    )


def _standstill(net: nets.Net, standstill: runs.Standstill, sometimes: bool) -> Finding:
    join = standstill.join
    missing = next(flow for flow, place in join.inputs.items() if place not in standstill.filled)
    zh, en = _why(net, standstill, missing)
    if sometimes or nets.is_rescued(net.scope):
        return found(
            "deadlock-possible",
            join.node,
            f"{{it}}可能永远等下去：{zh}",
            f"{{it}} may wait for ever: {en}",
            "把提前离开的分支也引到这个网关，或用终止结束事件结束整个流程，或改用包容网关",
            "lead the branch that leaves to this gateway too, or end all by a terminate event, or join inclusively",
        )
    return found(
        "deadlock",
        join.node,
        f"{{it}}永远等不齐各条来路，案件会停在这里：{zh}",
        f"{{it}} never gets all it waits for, so the case stops here: {en}",
        "怎样分开就怎样汇合：排他分开的用排他网关汇合，包容分开的用包容网关，并行分开的用并行网关",
        "join as you have split: by an exclusive gateway what an exclusive one has split, by an inclusive or a parallel"
        " one likewise",
    )


def _why(net: nets.Net, standstill: runs.Standstill, missing: Flow) -> tuple[str, str]:
    """The step after which the missing branch could no longer come, and the way the case took instead."""
    able = paths.before(standstill.join.node, missing)
    branch = shown(missing.element.get("name") or (_name(missing.source) if missing.source else missing.id))
    for marking, node, way in reversed(standstill.run):
        if any(net.nodes[place] in able for place in marking):
            taken = [step for step in way.taken if not isinstance(step, Flow) or step.target is not None]
            ways = "; ".join(_way([node, *_onward(step, standstill.join.node)]) for step in taken[:3]) or _name(node)
            return (
                f"走 {ways} 之后，来自“{branch}”的分支不会再来",
                f"after {ways} the branch from “{branch}” cannot come",
            )
    return f"来自“{branch}”的分支要先经过它才能到", f"the branch from “{branch}” comes only from behind it"


def _onward(step: Flow | Node, join: Node) -> list[Node]:
    """The shortest way from a step to the join or, if it leads elsewhere, to an end."""
    first = step.target if isinstance(step, Flow) else step
    assert first is not None
    elsewhere = join not in paths.reachable([first], paths.successors)
    way = [first]
    for way in paths.ways(first, paths.successors):
        if way[-1] is join or (elsewhere and way[-1].tag == "endEvent"):
            break
    return way


def _twice(node: Node, part: Node, first: list[Node], second: list[Node]) -> Finding:
    ways = f"{_way([part, *first])}; {_way([part, *second])}"
    return found(
        "runs-twice",
        node,
        f"{{it}}会执行两次：两条分支不经汇合都到这里（{ways}）",
        f"{{it}} runs once for each of two branches that are not joined before it ({ways})",
        "在它前面加一个并行（或包容）网关汇合；若确实要执行两次，可以不改",
        "join the branches before it by a parallel (or inclusive) gateway; leave it if it is to run twice",
    )


def _way(nodes: list[Node]) -> str:
    names = [_name(node) for at, node in enumerate(nodes) if not at or node is not nodes[at - 1]]
    if len(names) > _LONGEST:
        names = [*names[: _LONGEST // 2], "…", *names[-_LONGEST // 2 :]]
    return " → ".join(names)


def _name(node: Node) -> str:
    label = node.element.get("name") or ""
    return f"{shown(label, 20)}({node.id})" if label else node.id
