"""Answers that a gateway needs and a form does not ask for.

What. A gateway without a default flow that asks about a field of a form gets an answer: the field is required, or one
of the conditions holds when it is empty. Check boxes always have an answer.
Why. Who leaves the field empty sends the case to a gateway at which no condition holds: it stops with an incident.
Mend. Make the field required, name a default flow, or let a condition ask for `= null`.

判断要有答案：没有默认流的网关所问的表单字段须是必填的，否则留空时没有一条出线的条件成立，案件会停下。
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import Finding
from engine.gate import facts
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.model import Node, ref, shown
from engine.gate.rules import expressions
from engine.gate.rules.gateways import CHOOSING
from engine.gate.scope import Reader

_ANSWERED = frozenset({"checkbox"})  # empty is an answer too


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about fields that may be empty where a gateway asks for them."""
    for gateway, task, key in asked(bundle):
        where = shown(gateway.element.get("name") or gateway.id)
        yield found(
            "answer-optional",
            task,
            f"{{it}}的表单里“{shown(key)}”可以不填，而网关“{where}”没有默认流，留空时哪条出线都不走，案件会停下",
            f"“{shown(key)}” in the form of {{it}} may be left empty; the gateway “{where}” has no default flow, and no"
            " condition holds then: the case stops",
            f"把字段“{shown(key)}”设为必填，或给网关的一条出线勾选“默认走这条”",
            f"make the field “{shown(key)}” required, or tick “The default flow” on a flow of the gateway",
        )


def asked(bundle: Bundle) -> Iterator[tuple[Node, Node, str]]:
    """Gateways, the tasks whose forms they ask about, and the fields that may be empty."""
    gateways = [node for node in bundle.nodes if node.tag in CHOOSING and _is_strict(node)]
    if not gateways:
        return
    reader, told = Reader(bundle), facts.of(bundle)
    readable = {place.at.element: expression for place, expression, _ in expressions.readable(bundle)}
    for gateway in gateways:
        conditions = [readable[flow.element] for flow in gateway.outgoing if flow.element in readable]
        names = set().union(*(condition.names for condition in conditions))
        if len(conditions) < len(gateway.outgoing) or len(names) != 1:
            continue  # with several variables only a person can say what is left open
        (key,) = names
        if any(condition({key: None}) is True for condition in conditions):
            continue
        tasks = [(kind, node) for name, kind, node in reader.before(gateway) if name == key]
        if (
            tasks
            and all(kind == "form" for kind, _ in tasks)
            and not set(told.setters.get(key, ())) - {n for _, n in tasks}
        ):
            for _, node in dict.fromkeys(tasks):
                if _may_be_empty(bundle, node.extension("form") or "", key):
                    yield gateway, node, key


def schema(bundle: Bundle, form: str) -> Mapping[str, Any] | None:
    """A form as it can be read; None when it cannot."""
    try:
        file = bundle.forms.get(form)
        read = json.loads(bundle.files[file]) if file else bundle.known_forms.get(form)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, Mapping) else None


def _is_strict(node: Node) -> bool:
    """Whether every way out has a condition."""
    return len(node.outgoing) > 1 and not ref(node.element, "default") and all(f.condition for f in node.outgoing)


def _may_be_empty(bundle: Bundle, form: str, key: str) -> bool:
    parts = [one for one in facts.components(schema(bundle, form) or {}) if one.get("key") == key]
    return bool(parts) and not any(
        one.get("type") in _ANSWERED
        or one.get("readonly") is True
        or one.get("disabled") is True
        or one.get("defaultValue") not in (None, "")
        or _is_required(one)
        for one in parts
    )


def _is_required(component: Mapping[str, Any]) -> bool:
    rules = component.get("validate")
    return isinstance(rules, Mapping) and bool(rules.get("required"))
