"""Runs of a net to every standstill, and what a standstill leaves behind.

Markings are searched with one reduction: as long as a token can move by itself only that one is moved, in all its ways,
since nothing another token does can take its move away. Every standstill is still found, and branches side by side
cost the sum of their steps instead of the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engine.gate import paths
from engine.gate.model import Flow, Node
from engine.gate.net import Join, Net, Place, TooMany, Way

Marking: TypeAlias = tuple[Place, ...]  # sorted; a place may stand there twice
MAX_MARKINGS = 2_000
MAX_WORK = 60_000  # tokens and joins looked at in all
MAX_TWICE = 2  # tokens on one place; more is a loop that makes tokens, which another check tells


Step: TypeAlias = tuple[Marking, Node, Way]  # before it, the node that moves, the way it takes


@dataclass(frozen=True, slots=True)
class Standstill:
    """Tokens that wait at `join` for ever at the inputs `filled`; the steps of a run that ends so."""

    join: Join
    filled: frozenset[Place]
    run: tuple[Step, ...]


def standstills(net: Net) -> Iterator[Standstill]:
    """Every join at which tokens can wait for ever. Raises net.TooMany after those found by then."""
    before: dict[Marking, Step | None] = {tuple(sorted(begin)): None for begin in net.begins}
    todo = list(before)
    told: set[int] = set()
    waiting = _Waiting(net)
    work = 0
    while todo:
        marking = todo.pop()
        work += len(marking) + len(net.joins)
        if work > MAX_WORK or len(before) > MAX_MARKINGS:
            raise TooMany
        step = _next(net, marking, waiting)
        if step is None:
            for join in net.joins:
                filled = frozenset(join.inputs.values()) & frozenset(marking)
                if filled and id(join) not in told:
                    told.add(id(join))
                    yield Standstill(join, filled, _run(marking, before))
            continue
        node, ways, taken = step
        for way, after in _after(marking, ways, taken):
            if after not in before:
                before[after] = (marking, node, way)
                todo.append(after)


def _next(net: Net, marking: Marking, waiting: _Waiting) -> tuple[Node, list[Way], list[Place]] | None:
    """What moves next, its ways and the tokens it takes: first what moves alone, then joins, inclusive ones last."""
    for place in marking:
        if place in net.ways:
            return net.nodes[place], net.ways[place], [place]
    there = frozenset(marking)
    full = {id(join): [p for p in join.inputs.values() if p in there] for join in net.joins}
    for join in net.joins:
        if len(full[id(join)]) == len(join.inputs):
            return join.node, join.ways, full[id(join)]
    for join in net.joins:
        if join.inclusive and full[id(join)] and not waiting.must(join, there):
            return join.node, join.ways, full[id(join)]
    return None


def _after(marking: Marking, ways: list[Way], taken: list[Place]) -> Iterator[tuple[Way, Marking]]:
    rest = list(marking)
    for place in taken:
        rest.remove(place)
    for way in ways:
        after = () if way.ends_all else tuple(sorted((*rest, *way.targets)))
        if all(after.count(target) <= MAX_TWICE for target in way.targets):
            yield way, after


def _run(marking: Marking, before: dict[Marking, Step | None]) -> tuple[Step, ...]:
    run = []
    while (step := before[marking]) is not None:
        run.append(step)
        marking = step[0]
    return tuple(reversed(run))


class _Waiting:
    """When an inclusive join must wait: while a token can still come to an empty input of it (BPMN 2.0, 13.4.3)."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.known: dict[Flow, frozenset[Node]] = {}

    def must(self, join: Join, there: frozenset[Place]) -> bool:
        to_empty, to_full = set[Node](), set[Node]()
        for flow, place in join.inputs.items():
            (to_full if place in there else to_empty).update(self._before(join.node, flow))
        others = {self.net.nodes[place] for place in there} - {join.node}
        return any(node in to_empty and node not in to_full for node in others)

    def _before(self, gateway: Node, flow: Flow) -> frozenset[Node]:
        if flow not in self.known:
            self.known[flow] = paths.before(gateway, flow)
        return self.known[flow]
