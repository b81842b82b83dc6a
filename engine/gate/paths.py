"""Ways through a scope: what follows what, what is reachable, where loops are. Iterative: size costs no stack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.gate.model import Flow, Node, Scope


def successors(node: Node) -> Iterator[Node]:
    """Where a case can go from a node: its flows, its boundary events, the other half of a link."""
    for flow in node.outgoing:
        if flow.target is not None:
            yield flow.target
    yield from node.boundary
    yield from linked(node, "intermediateThrowEvent", "intermediateCatchEvent")


def predecessors(node: Node) -> Iterator[Node]:
    """Where a case can come from."""
    for flow in node.incoming:
        if flow.source is not None:
            yield flow.source
    if node.tag == "boundaryEvent":
        yield from (host for host in node.scope.nodes if node in host.boundary)
    yield from linked(node, "intermediateCatchEvent", "intermediateThrowEvent")


def roots(scope: Scope) -> list[Node]:
    """Where a scope begins: start events and instantiating nodes, or, with none drawn, all that no flow leads to."""
    starts = [node for node in scope.nodes if node.tag == "startEvent" or _instantiates(node)]
    apart = [node for node in scope.nodes if node.apart]
    if starts:
        return starts + apart
    return [n for n in scope.nodes if not n.incoming and n.tag != "boundaryEvent" and not link_of(n)] + apart


def endings(scope: Scope) -> list[Node]:
    """Where a scope ends: end events and everything without a way on."""
    return [n for n in scope.nodes if not n.apart and (n.tag == "endEvent" or not any(successors(n)))]


def reachable(begin: Iterable[Node], step: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """All nodes reached from `begin`, themselves included."""
    seen, todo = set(begin), list(begin)
    while todo:
        for node in step(todo.pop()):
            if node not in seen:
                seen.add(node)
                todo.append(node)
    return seen


def ways(begin: Node, step: Callable[[Node], Iterable[Node]]) -> Iterator[list[Node]]:
    """The shortest way to every node reached from `begin`, itself first, the nearest first."""
    came: dict[Node, Node | None] = {begin: None}
    queue = [begin]
    for node in queue:
        way: list[Node] = []
        at: Node | None = node
        while at is not None:
            way.append(at)
            at = came[at]
        yield way[::-1]
        for after in step(node):
            if after not in came:
                came[after] = node
                queue.append(after)


def before(gateway: Node, flow: Flow) -> frozenset[Node]:
    """The nodes from which a flow into a gateway can be reached without passing the gateway."""
    if flow.source is None or flow.source is gateway:
        return frozenset()
    return frozenset(reachable([flow.source], lambda node: (n for n in predecessors(node) if n is not gateway)))


def loops(nodes: Iterable[Node], step: Callable[[Node], Iterable[Node]]) -> list[list[Node]]:
    """The groups of nodes that lead back to themselves (strongly connected components with a cycle; Tarjan)."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: list[list[Node]] = []
    for root in nodes:
        if root in index:
            continue
        work: list[tuple[Node, Iterator[Node]]] = []
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        work.append((root, iter(list(step(root)))))
        while work:
            node, following = work[-1]
            target = next(following, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_component(node, stack, on_stack))
            elif target not in index:
                index[target] = low[target] = len(index)
                stack.append(target)
                on_stack.add(target)
                work.append((target, iter(list(step(target)))))
            elif target in on_stack:
                low[node] = min(low[node], index[target])
    return [group for group in found if len(group) > 1 or group[0] in set(step(group[0]))]


def link_of(node: Node) -> str | None:
    """The name of the link a node throws or catches."""
    for kind, definition in node.definitions if node.is_event else ():
        if kind == "link":
            return (definition.get("name") or "").strip()
    return None


def _component(root: Node, stack: list[Node], on_stack: set[Node]) -> list[Node]:
    group = []
    while True:
        node = stack.pop()
        on_stack.discard(node)
        group.append(node)
        if node is root:
            return group[::-1]


def linked(node: Node, tag: str, other: str) -> Iterator[Node]:
    """The other halves of a link event: of a `tag`, its partners of the kind `other`."""
    if node.tag == tag and (name := link_of(node)):
        yield from (n for n in node.scope.nodes if n.tag == other and link_of(n) == name)


def _instantiates(node: Node) -> bool:
    return (
        node.tag in ("receiveTask", "eventBasedGateway")
        and node.element.get("instantiate") == "true"
        and not node.incoming
    )
