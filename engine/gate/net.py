"""A scope as a net of places and ways, for the rule about soundness: where tokens can stand and how they can move.

Data are left out: every condition may hold or not, every event may come. A place is a node, or one of the inputs of a
gateway that joins. From a place (or, at a join, from all its inputs) one of several ways leads on; a way puts a token
on each of its targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from engine.gate import paths
from engine.gate.elements import BPMN
from engine.gate.model import Flow, Node, Scope, ref, shown

Place: TypeAlias = int
_ENDS_ALL = frozenset({"terminate", "error", "cancel"})
_MANY = 4  # flows of an inclusive split of which every selection is tried


@dataclass(frozen=True, slots=True)
class Way:
    """One way on. `taken`: the flows it goes by and the boundary events that have happened."""

    targets: tuple[Place, ...]
    taken: tuple[Flow | Node, ...] = ()
    ends_all: bool = False  # every other token of the scope ends too


class TooMany(Exception):
    """A scope has more runs than are looked at."""


@dataclass(slots=True)
class Join:
    """A gateway that waits: for a token at each input or, if inclusive, for all that can still come."""

    node: Node
    inputs: dict[Flow, Place]
    inclusive: bool
    ways: list[Way] = field(default_factory=list)


@dataclass(slots=True)
class Net:
    """The whole of a scope. `nodes[place]` is the node a place belongs to; `begins` the possible first markings."""

    scope: Scope
    nodes: list[Node] = field(default_factory=list)
    ways: dict[Place, list[Way]] = field(default_factory=dict)  # of places that are no inputs of a join
    joins: list[Join] = field(default_factory=list)
    join_at: dict[Place, Join] = field(default_factory=dict)
    beside: dict[Place, list[Place]] = field(default_factory=dict)  # activity -> boundary events that let it go on
    begins: list[tuple[Place, ...]] = field(default_factory=list)


def of(scope: Scope) -> Net | None:
    """The net of a scope; None where tokens cannot be counted (ad-hoc work, quantities of tokens)."""
    if scope.is_ad_hoc or any(uncounted(node) for node in scope.nodes):
        return None
    net = Net(scope)
    entry = {node: _place(net, node) for node in scope.nodes if not _joins(node)}
    for node in filter(_joins, scope.nodes):
        join = Join(node, {flow: _place(net, node) for flow in node.incoming}, node.tag != "parallelGateway")
        net.joins.append(join)
        net.join_at.update(dict.fromkeys(join.inputs.values(), join))

    inlets = {flow: place for join in net.joins for flow, place in join.inputs.items()}

    def to(step: Flow | Node) -> tuple[Place, ...]:
        if isinstance(step, Flow) and step in inlets:
            return (inlets[step],)
        node = step.target if isinstance(step, Flow) else step
        return (entry[node],) if node in entry else ()

    for node, place in entry.items():
        net.ways[place] = [_way(taken, node, to) for taken in _choices(node)]
        net.beside[place] = [entry[event] for event in _beside(node)]
    for join in net.joins:
        join.ways = [_way(taken, join.node, to) for taken in _choices(join.node)]
    roots = [node for node in paths.roots(scope) if not node.apart]
    if scope.starts or any(node.element.get("instantiate") == "true" for node in roots):
        net.begins = [to(node) for node in roots]
    else:
        net.begins = [tuple(place for node in roots for place in to(node))]
    return net


def _place(net: Net, node: Node) -> Place:
    net.nodes.append(node)
    return len(net.nodes) - 1


def _joins(node: Node) -> bool:
    return node.tag in ("parallelGateway", "inclusiveGateway", "complexGateway") and len(node.incoming) > 1


def uncounted(node: Node) -> tuple[str, str] | None:
    """Why nobody can count a node's tokens before it runs: quantities, rounds of a timer in the flow, and gateways that
    say themselves how many tokens they want."""
    for name, zh, en in (("startQuantity", "等待", "waits for"), ("completionQuantity", "放出", "gives off")):
        if (number := node.element.get(name, "1")) != "1":
            return f"一次{zh} {shown(number)} 路", f"{en} {shown(number)} branches at once"
    if node.tag == "intermediateCatchEvent" and node.element.find(f".//{BPMN}timeCycle") is not None:
        return "是循环定时，每一轮都放出一个令牌", "is a timer cycle and gives off a token in every round"
    if node.element.find(BPMN + "activationCondition") is not None:
        return "用激活条件决定要等几条来路", "says by a condition how many branches it waits for"
    return None


def _way(taken: tuple[Flow | Node, ...], node: Node, to: Callable[[Flow | Node], tuple[Place, ...]]) -> Way:
    targets = tuple(place for step in taken for place in to(step))
    return Way(targets, taken, node.tag == "endEvent" and bool(_ENDS_ALL & set(node.triggers)))


def _choices(node: Node) -> Iterator[tuple[Flow | Node, ...]]:
    """Every set of steps that may follow a node."""
    beside = tuple(_beside(node))
    links = tuple(paths.linked(node, "intermediateThrowEvent", "intermediateCatchEvent"))
    for choice in [links] if links else _flows(node):
        yield choice
        if beside:
            yield (*choice, *beside)
    for event in node.boundary:
        if event not in beside and "compensate" not in event.triggers:
            yield (event,)
            if beside:
                yield (event, *beside)


def _beside(node: Node) -> Iterator[Node]:
    """The boundary events that let the activity go on."""
    return (e for e in node.boundary if e.element.get("cancelActivity") == "false" and "compensate" not in e.triggers)


def _flows(node: Node) -> Iterator[tuple[Flow, ...]]:
    flows = [flow for flow in node.outgoing if flow.target is not None]
    if flows and node.tag in ("exclusiveGateway", "eventBasedGateway"):
        yield from ((flow,) for flow in flows)
        return
    default = ref(node.element, "default")
    choosing = node.tag in ("inclusiveGateway", "complexGateway") or any(f.condition is not None for f in flows)
    if node.tag == "parallelGateway" or not choosing or len(flows) < 2:
        yield tuple(flows)
        return
    otherwise = tuple(flow for flow in flows if flow.id == default)
    sure = () if node.is_gateway else tuple(f for f in flows if f.condition is None and f not in otherwise)
    chosen = [flow for flow in flows if flow not in otherwise and flow not in sure]
    sizes = range(1, len(chosen) + 1) if len(chosen) <= _MANY else (1, 2, len(chosen))
    for size in sizes:
        for some in combinations(chosen, size):
            yield (*sure, *some)
    if otherwise or sure:
        yield (*sure, *otherwise)


def is_rescued(scope: Scope) -> bool:
    """Whether an event from outside can end a scope that has come to a standstill."""
    return any(_interrupts(node) for node in scope.nodes) or _is_rescued_from_outside(scope)


def _is_rescued_from_outside(scope: Scope) -> bool:
    host = scope.node
    if host is None:
        return False
    alarms = (event for event in host.boundary if event.element.get("cancelActivity") != "false")
    if any(_comes(event) for event in alarms):
        return True
    if host.is_event_sub_process and _interrupting_starts(host):  # the others have gone deaf when it has begun
        return _is_rescued_from_outside(host.scope)
    return is_rescued(host.scope)


def _interrupts(node: Node) -> bool:
    """Whether a node is an event sub-process that something from outside may begin, ending all else in its scope."""
    return any(_comes(start) for start in _interrupting_starts(node))


def _interrupting_starts(node: Node) -> list[Node]:
    starts = node.inner.starts if node.is_event_sub_process and node.inner is not None else []
    return [start for start in starts if start.element.get("isInterrupting") != "false"]


def _comes(event: Node) -> bool:
    return bool({"message", "timer", "signal", "conditional"} & set(event.triggers))
