"""Which places of a net can hold tokens at the same time (after Kovalyov and Esparza's concurrency relation).

Computed forward from the splits, pair by pair, without looking at whole markings: cheap for any number of branches. It
may say too much, never too little: a join whose inputs are not together in it can never go on, and where two tokens
can come to one place, the way on may run twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from engine.gate import paths
from engine.gate.model import Flow, Node
from engine.gate.net import Join, Net, Place, TooMany, Way

Pair: TypeAlias = tuple[Place, Place]  # smaller first
MAX_PAIRS = 5_000


@dataclass(slots=True)
class Relation:
    """`came[pair]` is the pair it came from, in the same order; a node where the two branches part; None if unsaid."""

    net: Net
    reached: set[Place] = field(default_factory=set)
    came: dict[Pair, Pair | Node | None] = field(default_factory=dict)
    partners: dict[Place, set[Place]] = field(default_factory=dict)
    goes_on: set[int] = field(default_factory=set)  # ids of the joins that can
    todo: list[Pair] = field(default_factory=list)
    before: dict[Flow, frozenset[Node]] = field(default_factory=dict)

    def are(self, a: Place, b: Place) -> bool:
        return (min(a, b), max(a, b)) in self.came

    def twice(self) -> list[tuple[Node, Node, list[Node], list[Node]]]:
        """Where a second token can come to a node: the node, where the branches part, and the two ways to the node."""
        found = []
        for pair in self.came:
            node = self.net.nodes[pair[0]]
            if pair[0] == pair[1] and node.tag != "endEvent" and (ways := self._ways(pair)) is not None:
                found.append((node, *ways))
        return found

    def _ways(self, pair: Pair) -> tuple[Node, list[Node], list[Node]] | None:
        """How two tokens came to a place; None if they had met before (told there) or one event made both."""
        first, second = [pair[0]], [pair[1]]
        came = self.came[pair]
        while isinstance(came, tuple):
            if came[0] == came[1]:
                return None
            for way, place in zip((first, second), came, strict=True):
                if way[-1] != place:
                    way.append(place)
            a, b = came
            came = self.came[(a, b) if a < b else (b, a)]
            if isinstance(came, tuple) and a > b:
                came = came[::-1]
        if came is None:
            return None
        nodes = self.net.nodes
        return came, [nodes[p] for p in reversed(first)], [nodes[p] for p in reversed(second)]


def relation(net: Net) -> Relation:
    """The relation of a net. Raises net.TooMany when it is too large."""
    it = Relation(net)
    for begin in net.begins:
        for place in begin:
            _reach(it, place)
        for a, b in combinations(begin, 2):
            _pair(it, a, b, net.nodes[a])
    while it.todo:
        a, b = it.todo.pop()
        _move(it, a, b)
        if a != b:
            _move(it, b, a)
    return it


def _reach(it: Relation, place: Place) -> None:
    todo = [place]
    while todo:
        place = todo.pop()
        if place in it.reached:
            continue
        it.reached.add(place)
        join = it.net.join_at.get(place)
        if join is None:
            for way in it.net.ways[place]:
                todo += way.targets
                _part(it, it.net.nodes[place], way)
            for event in it.net.beside[place]:
                _pair(it, place, event, it.net.nodes[place])
                _pair(it, event, event, None)
        elif join.inclusive or len(join.inputs) == 1:
            _go_on(it, join)


def _part(it: Relation, node: Node, way: Way) -> None:
    for a, b in combinations(way.targets, 2):
        _pair(it, a, b, node)


def _go_on(it: Relation, join: Join) -> None:
    if id(join) not in it.goes_on:
        it.goes_on.add(id(join))
        for way in join.ways:
            _part(it, join.node, way)
            for target in way.targets:
                _reach(it, target)


def _pair(it: Relation, a: Place, b: Place, came: Pair | Node | None) -> None:
    """`came`, if a pair, is in the order of a and b."""
    if a > b:
        a, b, came = b, a, came[::-1] if isinstance(came, tuple) else came
    if (a, b) not in it.came:
        if len(it.came) >= MAX_PAIRS:
            raise TooMany
        it.came[a, b] = came
        it.partners.setdefault(a, set()).add(b)
        it.partners.setdefault(b, set()).add(a)
        it.todo.append((a, b))


def _move(it: Relation, place: Place, other: Place) -> None:
    """A token moves on from `place` while another stays at `other`."""
    join = it.net.join_at.get(place)
    if join is None:
        _spread(it, it.net.ways[place], place, other)
    elif not join.inclusive:
        inputs = list(join.inputs.values())
        if all(it.are(a, b) for a, b in combinations(inputs, 2)):
            _go_on(it, join)
            for third in list(it.partners[place]):
                if third not in inputs and all(it.are(third, a) for a in inputs):
                    _spread(it, join.ways, place, third)
    elif other not in join.inputs.values() and _need_not_wait(it, join, place, other):
        _spread(it, join.ways, place, other)


def _spread(it: Relation, ways: list[Way], place: Place, other: Place) -> None:
    for way in ways:
        for target in way.targets:
            _reach(it, target)
            _pair(it, target, other, (place, other))


def _need_not_wait(it: Relation, join: Join, place: Place, other: Place) -> bool:
    """Whether an inclusive join with a token at its input `place` may go on while another stays at `other`."""
    node, to_others = it.net.nodes[other], False
    for flow, at in join.inputs.items():
        if flow not in it.before:
            it.before[flow] = paths.before(join.node, flow)
        if node in it.before[flow]:
            if at == place:
                return True
            to_others = True
    return not to_others
