"""Loops that cases can leave again.

What. Where conditions decide whether a case goes round once more, something in the loop can change what they read: a
form, a script, a decision, an answer or a message. A loop that an event can end (a boundary event, an event
sub-process) is only told.
Why. What does not change gives the same answer in every round: a case that goes round once goes round for ever. A
value given at the start does not help, it only settles whether cases ever come in.
Mend. Let a step of the loop set the variable: as a field of its form, in its script, or as its result.

循环要出得去：决定再走一圈还是离开的条件，它读的变量须由循环里的某个步骤改变（表单、脚本、决策、结果或消息）；启动时给出的值每圈
都一样。
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.errors import Finding
from engine.feel import BUILTINS, tree
from engine.gate import facts, paths
from engine.gate import net as nets
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.items import children
from engine.gate.model import Element, Flow, Node, Scope, ref, shown
from engine.gate.rules import expressions
from engine.gate.scope import Reader

_STEADY = BUILTINS.keys() - {"now", "today", "random number"}  # what gives the same for the same
_ONE_WAY = ("exclusiveGateway", "eventBasedGateway")
_MOST = 4  # names, and steps of a loop, in one sentence


@dataclass(frozen=True, slots=True)
class _Stuck:
    """A loop, the gateways at which cases could leave it, and the variables that nothing in it changes."""

    group: list[Node]
    gates: list[Node]
    names: list[str]
    rescued: bool


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about loops that no case can leave by itself."""
    for stuck in _all(bundle):
        names = "、".join(f"“{shown(name)}”" for name in stuck.names[:_MOST])
        names_en = ", ".join(f"“{shown(name)}”" for name in stuck.names[:_MOST])
        steps = [shown(node.element.get("name") or node.id, 20) for node in stuck.group if node.is_activity]
        way_zh, way_en = "、".join(f"“{step}”" for step in steps[:_MOST]), ", ".join(steps[:_MOST])
        yield found(
            "loop-left-by-event" if stuck.rescued else "loop-no-way-out",
            _step(stuck),
            f"{{it}}所在的循环{f'（{way_zh}）' if steps else ''}里没有步骤改变{names}，"
            + ("走进循环的案件只能等事件来结束它" if stuck.rescued else "案件进得去出不来"),
            f"no step in the loop of {{it}}{f' ({way_en})' if steps else ''} changes {names_en}: "
            + (
                "a case that has come in is only ended by an event"
                if stuck.rescued
                else "no case that comes in leaves it"
            ),
            f"把{names}加进循环里某个步骤的表单，或由循环里的脚本、决策产生；启动时给出的值每圈都一样，不起作用",
            f"add {names_en} to the form of a step in the loop, or let a script or decision in the loop set it; a value"
            " given at the start is the same in every round",
        )


def _step(stuck: _Stuck) -> Node:
    """The step of the loop at which the mend belongs: the last before the gateway, one that people do if there is."""
    before = [node for node in _before(stuck.gates[0]) if node in stuck.group]
    likely = [node for node in before if node.extension("form")] or [node for node in before if node.is_activity]
    return next(iter(likely), stuck.gates[0])


def _before(node: Node) -> list[Node]:
    """All from which a node is reached, the nearest first."""
    reached = [node]
    for one in reached:
        reached += [other for other in dict.fromkeys(paths.predecessors(one)) if other not in reached]
    return reached


def moves(bundle: Bundle, group: list[Node]) -> bool:
    """Whether a step of a loop may change what the conditions read by which cases leave it."""
    inside = set(group)
    gates = [node for node in group if any(flow.target not in inside for flow in node.outgoing)]
    reader, made = Reader(bundle), set()
    for node in group:
        names = {name for name, _, _ in reader.settings(node)}
        if node.tag == "scriptTask" and not names:
            return True  # in a language that tells nobody what it sets
        made |= names
    return bool((_names(gates, bundle) or set()) & made)


def unchanged(bundle: Bundle) -> Mapping[Element, set[str]]:
    """The flows out of the gateways of such loops, with the variables of which that is told."""
    told: dict[Element, set[str]] = {}
    for stuck in _all(bundle):
        for gate in stuck.gates:
            for flow in gate.outgoing:
                told[flow.element] = set(stuck.names)
    return told


def _all(bundle: Bundle) -> list[_Stuck]:
    if "ways out" not in bundle.memo:
        wild = facts.of(bundle).wild
        bundle.memo["ways out"] = [] if wild else [s for scope in bundle.scopes for s in _of(bundle, scope)]
    stuck: list[_Stuck] = bundle.memo["ways out"]
    return stuck


def _of(bundle: Bundle, scope: Scope) -> Iterator[_Stuck]:
    if scope.is_ad_hoc:
        return
    for group in paths.loops(scope.nodes, paths.successors):
        inside, gates, rescued = set(group), [], nets.is_rescued(scope)
        for node in group:
            leaving = [flow for flow in node.outgoing if flow.target is not None and flow.target not in inside]
            rescued = rescued or any(event not in inside and any(event.outgoing) for event in node.boundary)
            if leaving and _decides(node, leaving):
                gates.append(node)
            elif leaving:
                gates = []
                break
        names = _names(gates, bundle) if gates else None
        if names and not any(map(_changed(bundle, scope, inside), names)):
            yield _Stuck(group, gates, sorted(names), rescued)


def _decides(node: Node, leaving: list[Flow]) -> bool:
    """Whether only conditions say if cases leave at a node: each way out has one, or is taken when no other is."""
    default = ref(node.element, "default")
    return len(node.outgoing) > 1 and all(
        flow.condition or flow.id == default or node.tag == "exclusiveGateway" for flow in leaving
    )


def _names(gates: Iterable[Node], bundle: Bundle) -> set[str] | None:
    """What the conditions at these gateways read; None where they may change by themselves or cannot be read."""
    readable = {place.at.element: (expression, parts) for place, expression, parts in expressions.readable(bundle)}
    names: set[str] = set()
    for gate in gates:
        for flow in gate.outgoing:
            if not flow.condition:
                continue
            if flow.element not in readable:
                return None
            expression, parts = readable[flow.element]
            called = {part.function.name if isinstance(part.function, tree.Name) else "" for part in _calls(parts)}
            if not called <= _STEADY:
                return None
            names |= expression.names - called - facts.declared_inside(parts)
    return None if names & expressions.FOREIGN.keys() else names


def _calls(parts: list[tree.Node]) -> Iterator[tree.Call]:
    return (part for part in parts if isinstance(part, tree.Call))


def _changed(bundle: Bundle, scope: Scope, inside: set[Node]) -> Callable[[str], bool]:
    """Whether a variable may change while a case goes round."""
    told, reader = facts.of(bundle), Reader(bundle)
    acting = inside if _goes_alone(scope) else set(scope.process.nodes)
    acting |= {node for node in scope.process.nodes if node.apart}
    every = acting | {node for holder in acting for node in _within(holder)}
    if any(node in told.opening or children(node.element, "dataOutputAssociation") for node in every):
        return lambda name: True
    made = {name for node in acting for name, kind, _ in reader.settings(node) if kind != "form"}
    return lambda name: name in made or any(node in every for node in told.setters.get(name, ()))


def _goes_alone(scope: Scope) -> bool:
    """Whether nothing else of the process runs while a token is in this scope."""
    return not any(
        (node.tag not in _ONE_WAY and len(node.outgoing) > 1)
        or (node.tag == "boundaryEvent" and node.element.get("cancelActivity") == "false")
        for node in scope.process.nodes
    )


def _within(node: Node) -> Iterator[Node]:
    for inner in node.inner.nodes if node.inner is not None else ():
        yield inner
        yield from _within(inner)
