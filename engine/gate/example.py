"""A condition as it might stand at a gateway: over a variable that is set before it, with a value it can have."""

from __future__ import annotations

from engine import feel
from engine.feel import tree
from engine.gate import facts
from engine.gate.bundle import Bundle
from engine.gate.known import NOTHING, Known
from engine.gate.model import Flow, shown
from engine.gate.rules import expressions
from engine.gate.scope import Reader

MOST = 30  # characters of a value in an example
_KINDS = ("decision", "form", "answer", "script", "message", "call")  # what a gateway asks, the likeliest first


def condition(flow: Flow, bundle: Bundle) -> str | None:
    """A condition for this flow; None where nothing is set before it that could be asked."""
    variables = facts.of(bundle).variables
    beside, used = _asked_beside(flow, bundle)
    if beside:
        return _compared(beside, variables.get(beside, NOTHING), flow, used)
    others = _asked_elsewhere(flow, bundle)
    found = {
        (_rank(variables.get(name, NOTHING)), _KINDS.index(kind), name)
        for name, kind, _ in Reader(bundle).before(flow)
        if kind in _KINDS and feel.is_simple(name) and name not in others
    }
    name = min(found, default=(0, 0, ""))[2]
    return _compared(name, variables.get(name, NOTHING), flow, set()) if name else None


def _asked_beside(flow: Flow, bundle: Bundle) -> tuple[str, set[str]]:
    """The variable that the other flows of the gateway ask, and the texts they compare it with."""
    beside = {one.element for one in flow.source.outgoing} if flow.source is not None else set()
    names: set[str] = set()
    texts: set[str] = set()
    for place, expression, parts in expressions.readable(bundle):
        if place.name == "condition" and place.at.element in beside:
            names |= expression.names
            texts |= {part.value for part in parts if isinstance(part, tree.Text)}
    return (names.pop(), texts) if len(names) == 1 else ("", set())


def _asked_elsewhere(flow: Flow, bundle: Bundle) -> set[str]:
    """What other gateways ask: the answer to their question, not to this one."""
    elsewhere = {
        one.element
        for scope in bundle.scopes
        for one in scope.flows
        if one.source is not flow.source and one.source is not None and one.source.is_gateway
    }
    places = expressions.readable(bundle)
    return {n for place, found, _ in places if place.name == "condition" and place.at.element in elsewhere
            for n in found.names}  # fmt: skip


def _rank(known: Known) -> int:
    """How well a variable tells branches apart: few known texts do best, a free text worst."""
    if known.values and all(isinstance(value, str) for value in known.values):
        return 0
    return ("boolean", "number").index(known.kind) + 1 if known.kind in ("boolean", "number") else 3


def _compared(name: str, known: Known, flow: Flow, used: set[str]) -> str:
    label = (flow.element.get("name") or "").strip()
    if known.kind == "boolean":
        return name
    if known.kind == "number":
        return f"{name} > 10"
    left = sorted(str(value) for value in known.values or () if value not in used) or sorted(map(str, used))
    value = label if label in left or not known.values and label else left[0] if left else "…"
    return f'{name} = "{shown(value, MOST)}"'
