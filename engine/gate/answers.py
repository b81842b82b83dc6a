"""Answers of decisions that go nowhere: their task names no variable, and they are no context whose entries are set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine import feel
from engine.dmn import Decision
from engine.gate import facts, tables
from engine.gate.bundle import Bundle
from engine.gate.known import of_decision
from engine.gate.model import Flow, Node, Process
from engine.gate.rules import expressions, optional_answers


@dataclass(frozen=True, slots=True)
class Lost:
    """The step, the names by which the process asks for its answer, and the one under which it may be kept."""

    node: Node
    asked: tuple[str, ...]
    name: str


def lost(bundle: Bundle) -> list[Lost]:
    """The answers of a bundle that are thrown away, found once."""
    if "lost" not in bundle.memo:
        bundle.memo["lost"] = list(_lost(bundle))
    found: list[Lost] = bundle.memo["lost"]
    return found


def meant(bundle: Bundle) -> set[tuple[str, str]]:
    """(process, name) by which an answer is asked that is thrown away."""
    return {(one.node.scope.process.id, name) for one in lost(bundle) for name in one.asked}


def _lost(bundle: Bundle) -> Iterator[Lost]:
    for node in bundle.nodes:
        decision, found = node.extension("decision"), None
        if node.tag == "businessRuleTask" and decision and not node.extension("result"):
            found = tables.find(bundle, decision)
        if found is None or not _is_dropped(found[1]):
            continue
        read = _read(bundle, node.scope.process)
        own = [name for name in _names(found[1]) if feel.is_simple(name)]
        asked = [name for name in own if name in read] or _behind(bundle, node)
        yield Lost(node, tuple(asked), (asked or own or ["result"])[0])


def _is_dropped(decision: Decision) -> bool:
    """Whether its value is certainly no context, whose entries would become variables."""
    table = tables.own(decision)
    known = of_decision(table, decision.type)
    return known.kind != "context" and (table is not None or known.kind is not None)


def _names(decision: Decision) -> list[str]:
    """What people may call its answer: the one output, the decision."""
    table = tables.own(decision)
    outputs = [output.name for output in table.outputs] if table is not None else []
    return list(dict.fromkeys([name for name in (*outputs, decision.name, decision.id) if name]))


def _read(bundle: Bundle, process: Process) -> set[str]:
    """What the expressions of a process read, and its forms only show."""
    own = {node.element for node in process.nodes} | {flow.element for scope in process.scopes for flow in scope.flows}
    read = {
        name
        for place, expression, _ in expressions.readable(bundle)
        if place.at.element in own
        for name in expression.names
    }
    for form in filter(None, (node.extension("form") for node in process.nodes)):
        for component in facts.components(optional_answers.schema(bundle, form) or {}):
            if component.get("readonly") is True or component.get("disabled") is True:
                read.add(str(component.get("key") or "").partition(".")[0])
    return read


def _behind(bundle: Bundle, node: Node) -> list[str]:
    """The one name that the next gateway asks and nothing sets: it must mean the answer."""
    after = {flow.element for flow in next_flows(node) if flow.condition}
    read = {
        name
        for place, expression, _ in expressions.readable(bundle)
        if place.at.element in after
        for name in expression.names
        if not facts.of(bundle).setters.get(name)
    }
    return sorted(read) if len(read) == 1 else []


def next_flows(node: Node) -> Iterator[Flow]:
    """The flows out of what a step leads to."""
    return (flow for way in node.outgoing if way.target is not None for flow in way.target.outgoing)
