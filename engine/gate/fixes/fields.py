"""The fields of a form that is made for a step: what the bundle reads and nothing sets, of the kind it is read as."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.feel import tree
from engine.gate import bundle as bundles
from engine.gate import facts
from engine.gate.bundle import Bundle
from engine.gate.fixes import ask, translate
from engine.gate.fixes.desk import Desk
from engine.gate.model import Flow, Node
from engine.gate.rules import expressions, optional_answers

CHOOSE = "选择下一步"
OTHERWISE = "其他"  # the way out that has no name


@dataclass(slots=True)
class Use:
    """How a value is read: the texts it is compared with, whether as a number or as true or false, its entries."""

    texts: dict[str, None] = field(default_factory=dict)
    kind: str = "textfield"
    entries: dict[str, Use] = field(default_factory=dict)
    label: str = ""  # what people call it, where its name is but an id


def read(desk: Desk) -> Bundle:
    """The bundle as it stands on the desk."""
    return bundles.read(desk.files, (), desk.names.connectors, desk.names.roles, None)


def uses(bundle: Bundle) -> dict[str, Use]:
    """How each variable is read anywhere in the bundle."""
    found: dict[str, Use] = {}
    for place, expression, parts in expressions.readable(bundle):
        for name in expression.names:
            found.setdefault(name, Use())
        if place.name == "condition":
            _truths(expression.tree, found)
        for part in parts:
            _compared(part, found)
            if isinstance(part, tree.Path) and isinstance(part.source, tree.Name):
                _of(part, found)
    for flow in (flow for scope in bundle.scopes for flow in scope.flows):
        _otherwise(flow, bundle, found)
    for node in bundle.nodes:
        use = found.get(translate.variable(node.id))
        if use is not None and node.is_gateway:
            use.label = " ".join((node.element.get("name") or "").split()) or CHOOSE
    for name in bundle.forms:
        for component in facts.components(optional_answers.schema(bundle, name) or {}):
            _shown(component, found)
    return found


def wanted(bundle: Bundle, node: Node, only_conditions: bool = False) -> list[str]:
    """The variables that conditions and other expressions read after a step, before people do the next one, where
    nothing sets them."""
    after: set[Any] = {flow.element for flow in node.outgoing}
    todo, seen = [node], {node}
    while todo:
        for flow in todo.pop().outgoing:
            after.add(flow.element)
            if flow.target is not None and flow.target not in seen and not _answers(flow.target):
                seen.add(flow.target)
                after.add(flow.target.element)
                todo.append(flow.target)
    names = [
        name
        for place, expression, _ in expressions.readable(bundle)
        if place.at.element in after and (place.name == "condition" if only_conditions else place.name != "assignee")
        for name in sorted(expression.names)
    ]
    told = facts.of(bundle)
    return [name for name in dict.fromkeys(names) if feel.is_simple(name) and not told.setters.get(name)]


def result(node: Node) -> dict[str, Any]:
    """A field for what was done; its key is the task's, so that none writes over what another has found."""
    key = translate.variable(node.element.get("name") or node.id)[:40].strip("_")
    return {"key": f"{key or 'task'}_result", "type": "textarea", "label": "办理结果"}


def form(name: str, names: Iterable[str], known: Mapping[str, Use], otherwise: dict[str, Any]) -> bytes:
    """A form with a field for each of these variables; `otherwise` is the one field where there is none."""
    made = [component for key in names for component in _components(key, known.get(key) or Use())]
    components = [{"id": f"Field_{one['key']}".replace(".", "_"), **one} for one in made or [otherwise]]
    for one in components:
        if one["type"] != "checkbox":
            one["validate"] = {"required": True}  # else a case might go on without it
    schema = {"type": "default", "id": "form_" + name.replace(".", "_").replace("/", "_"), "schemaVersion": 19}
    return json.dumps({**schema, "components": components}, ensure_ascii=False, indent=2).encode() + b"\n"


def _components(key: str, use: Use) -> Iterator[dict[str, Any]]:
    if use.entries:
        for name, inner in use.entries.items():
            yield from _components(f"{key}.{name}", inner)
        return
    made: dict[str, Any] = {"key": key, "type": "select" if use.texts else use.kind, "label": use.label or _label(key)}
    if use.texts:
        made["values"] = [{"value": words, "label": words} for words in use.texts]
    yield made


def _label(key: str) -> str:
    return CHOOSE if key.startswith(ask.NEXT) else key.replace("_", " ")


def _answers(node: Node) -> bool:
    """Whether what is read behind a step is rather for that step to say: people, or a decision; a sub-process without
    any steps is to become one of these."""
    return (node.inner is not None and not node.inner.nodes) or node.tag in (
        "userTask",
        "manualTask",
        "task",
        "businessRuleTask",
    )


def _of(node: tree.Node, found: dict[str, Use]) -> Use | None:
    """The use of a variable or of an entry of one."""
    if isinstance(node, tree.Name):
        return found.setdefault(node.name, Use())
    if isinstance(node, tree.Path) and (holder := _of(node.source, found)) is not None:
        return holder.entries.setdefault(node.name, Use())
    return None


def _truths(node: tree.Node, found: dict[str, Use]) -> None:
    """Mark what stands where true or false is wanted."""
    if isinstance(node, tree.And | tree.Or):
        for part in node.parts:
            _truths(part, found)
    elif isinstance(node, tree.Call) and node.function == tree.Name(name="not"):
        for part in node.arguments:
            _truths(part, found)
    elif isinstance(node, tree.Name | tree.Path) and (use := _of(node, found)) is not None:
        use.kind = "checkbox"


def _compared(part: tree.Node, found: dict[str, Use]) -> None:
    sides: tuple[tree.Node, ...] = ()
    if isinstance(part, tree.Binary):
        sides = (part.left, part.right)
    elif isinstance(part, tree.Between):
        sides = (part.value, part.low)
    elif isinstance(part, tree.In):
        sides = (part.value, *part.tests)
    for side in sides:
        if not isinstance(side, tree.Name | tree.Path) or (use := _of(side, found)) is None:
            continue
        for other in sides:
            if isinstance(other, tree.Text) and not (
                isinstance(part, tree.Binary) and part.operator not in ("=", "!=")
            ):
                use.texts[other.value] = None
            elif isinstance(other, tree.Number):
                use.kind = "number"
            elif isinstance(other, tree.Boolean):
                use.kind = "checkbox"


def _shown(component: Mapping[str, Any], found: dict[str, Use]) -> None:
    """What a form shows of a variable's entries (`order.number`)."""
    first, *rest = str(component.get("key") or "").split(".")
    if not rest or not all(map(feel.is_simple, (first, *rest))):
        return
    use = found.setdefault(first, Use())
    for name in rest:
        use = use.entries.setdefault(name, Use())
    if component.get("type") in ("number", "checkbox"):
        use.kind = str(component["type"])


def _otherwise(flow: Flow, bundle: Bundle, found: dict[str, Use]) -> None:
    """What a flow without a condition stands for is one more option of the text that those beside it ask."""
    if flow.condition is not None or flow.source is None:
        return
    beside = {one.element for one in flow.source.outgoing}
    asked = {
        id(use): use
        for place, _, parts in expressions.readable(bundle)
        if place.at.element in beside and place.name == "condition"
        for part in parts
        if isinstance(part, tree.Name | tree.Path) and (use := _of(part, found)) is not None and use.texts
    }
    if len(asked) == 1:
        asked.popitem()[1].texts[ask.answer(flow) or OTHERWISE] = None
