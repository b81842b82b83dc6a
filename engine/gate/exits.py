"""Conditions that can never hold although they are the only way to an end, given what forms, tables and constants say.

A condition counts when each of its variables is set on every way to it by steps of the bundle, so that nothing from
outside can still give it another value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from engine import feel
from engine.feel import tree
from engine.gate import facts, paths
from engine.gate import net as nets
from engine.gate.bundle import Bundle
from engine.gate.known import DATE_TEXTS, Known, of_node
from engine.gate.model import Element, Flow, Node, Scope, shown, titled

Say = tuple[str, str]
Step = Callable[[Node], Iterator[Node]]
_CONSTANTS = (tree.Text, tree.Number, tree.Boolean)
_LONGEST = 6  # steps of a way that are shown


def of(bundle: Bundle) -> dict[Element, Say]:
    """The flows without whose conditions no end is reached, each with what that means for a case; found once."""
    if "exits" not in bundle.memo:
        bundle.memo["exits"] = {} if facts.of(bundle).wild else dict(_all(bundle))
    found: dict[Element, Say] = bundle.memo["exits"]
    return found


def _all(bundle: Bundle) -> Iterator[tuple[Element, Say]]:
    told = facts.of(bundle)
    for process in bundle.running:
        if process.id in told.late:
            continue
        for scope in process.scopes:
            if nets.is_rescued(scope) or _may_be_ended(scope):
                continue  # something beside it can end the case
            dead = [flow for flow in scope.flows if _is_dead(flow, bundle)]
            if dead:
                yield from _stuck(scope, dead)


def _may_be_ended(scope: Scope) -> bool:
    """Whether tokens may stand beside one another, and one of them can end all."""
    parts = any(len(node.outgoing) > 1 and node.tag != "exclusiveGateway" for node in scope.nodes)
    return parts and any({"terminate", "error", "cancel"} & set(node.triggers) for node in scope.ends)


def _is_dead(flow: Flow, bundle: Bundle) -> bool:
    if not flow.condition or flow.source is None or flow.target is None:
        return False
    if flow.source.element.get("default") == flow.id:
        return False
    try:
        names = _never(feel.compile(flow.condition).tree, facts.of(bundle).variables, bundle)
    except feel.FeelError:
        return False
    if names is None:
        return False
    setters = facts.of(bundle).setters
    return all(_always_set(flow.source, setters.get(name, ())) for name in names)


def _always_set(at: Node, setters: Iterable[Node]) -> bool:
    """Whether every way to a node passes one of these, here or around the sub-process it stands in."""
    by = set(setters)
    node: Node | None = at
    while node is not None:
        step = partial(_on, without=by)
        begins = [root for root in paths.roots(node.scope) if root not in by]
        if by & set(node.scope.nodes) and node not in paths.reachable(begins, step):
            return True
        node = node.scope.node
    return False


def _on(node: Node, without: set[Node]) -> Iterator[Node]:
    return (target for target in paths.successors(node) if target not in without)


def _stuck(scope: Scope, dead: list[Flow]) -> Iterator[tuple[Element, Say]]:
    """The dead flows whose source has no other way to an end."""

    def on(node: Node) -> Iterator[Node]:
        live = {flow.target for flow in node.outgoing if flow not in dead}
        gone = {flow.target for flow in dead if flow.source is node} - live
        return (target for target in paths.successors(node) if target not in gone)

    reached = paths.reachable(paths.roots(scope), on)
    ends = set(paths.endings(scope))
    for flow in dead:
        source = flow.source
        assert source is not None and flow.target is not None
        if source not in reached or ends & paths.reachable([source], on):
            continue
        if not ends & paths.reachable([flow.target], paths.successors):
            continue  # it leads to no end either: another rule tells
        yield flow.element, _means(source, on)


def _means(source: Node, on: Step) -> Say:
    way = _round(source, on)
    if way:
        shown_way = _names([*way, source])
        return (
            f"它是离开循环 {shown_way} 的唯一出口，案件会一直循环，永远不能办结",
            f"it is the only way out of the loop {shown_way}: the case goes round for ever and never ends",
        )
    return (
        f"它是“{_name(source)}”通向结束的唯一出路，案件会停在那里",
        f"it is the only way from “{_name(source)}” to an end: the case stops there",
    )


def _round(source: Node, on: Step) -> list[Node]:
    """The shortest way from a node back to itself; nothing when there is none."""
    return next((way for way in paths.ways(source, on) if source in on(way[-1])), [])


def _names(nodes: list[Node]) -> str:
    names = [_name(node) for node in nodes]
    if len(names) > _LONGEST:
        names = [*names[: _LONGEST - 2], "…", names[-1]]
    return " → ".join(names)


def _name(node: Node) -> str:
    return shown(node.element.get("name") or titled(node.element)[0], 20)


# -- conditions --------------------------------------------------------------------------------------------------------
def _never(node: tree.Node, variables: Mapping[str, Known], bundle: Bundle) -> set[str] | None:
    """The variables because of which a condition can never hold; None when it may."""
    if isinstance(node, tree.And):
        return next((names for part in node.parts if (names := _never(part, variables, bundle)) is not None), None)
    if isinstance(node, tree.Or):
        parts = [_never(part, variables, bundle) for part in node.parts]
        return None if None in parts else set().union(*(part for part in parts if part is not None))
    if isinstance(node, tree.Binary) and node.operator in ("=", "<", "<=", ">", ">="):
        for side, constant in ((node.left, node.right), (node.right, node.left)):
            if isinstance(constant, _CONSTANTS) and _excludes(side, constant, node.operator, variables, bundle):
                return _read(side)
    if isinstance(node, tree.In):
        tests = [item for test in node.tests for item in (test.items if isinstance(test, tree.Items) else (test,))]
        if tests and all(
            isinstance(test, _CONSTANTS) and _excludes(node.value, test, "=", variables, bundle) for test in tests
        ):
            return _read(node.value)
    return None


def _excludes(
    side: tree.Node, constant: tree.Node, operator: str, variables: Mapping[str, Known], bundle: Bundle
) -> bool:
    """Whether a variable, or an entry of one, can never be compared with a constant so that it holds."""
    if not isinstance(side, tree.Name | tree.Path):
        return False
    known, other = of_node(side, variables, bundle.declared), of_node(constant, {}, {})
    if known.values == frozenset():
        return False  # only shown: whoever started the case gave it
    if operator == "=" and known.values is not None and not (known.values & (other.values or frozenset())):
        return True
    alike = known.kind in (None, other.kind) or (other.kind == "string" and known.kind in DATE_TEXTS)
    return not alike and other.kind is not None


def _read(node: tree.Node) -> set[str]:
    while isinstance(node, tree.Path):
        node = node.source
    return {node.name} if isinstance(node, tree.Name) else set()
