"""Diagrams drawn in a few words, and the gate's verdict over them."""

from __future__ import annotations

import json
from html import escape

from engine import gate
from engine.gate import Report
from engine.gate.elements import NODES
from engine.registry import Argument, Function

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:banjie="urn:banjie:bpmn:1"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" xmlns:color="urn:some:colours"'
    ' id="d" targetNamespace="urn:test"'
)
ROOTS = (
    '<message id="M" name="回复"/><message id="M2" name="撤回"/><signal id="S" name="停电"/>'
    '<error id="E" name="失败" errorCode="E1"/><escalation id="X" name="上报" escalationCode="X1"/>'
)
FORM = {"type": "default", "schemaVersion": 19, "components": [{"type": "textfield", "key": "note", "label": "备注"}]}
FORM_FILE = json.dumps(FORM).encode()
DEADLINE = Function(
    "deadline", ("clock", "start", "rule"), "", "", lambda clock, start, rule=None: None,
    {
        "clock": Argument(frozenset({"string"}), ("C08", "C10")),
        "start": Argument(frozenset({"date", "date and time"})),
        "rule": Argument(frozenset({"number"}), (20, 121)),
    },
    "date and time",
)  # fmt: skip
NAMES = {
    "functions": {"deadline": DEADLINE},
    "connectors": {"notify"},
    "roles": {"handler", "clerk"},
}

MESSAGE = '<messageEventDefinition messageRef="M"/>'
SIGNAL = '<signalEventDefinition signalRef="S"/>'
ERROR = '<errorEventDefinition errorRef="E"/>'
COMPENSATE = "<compensateEventDefinition/>"
CONDITION = "<conditionalEventDefinition><condition>flag</condition></conditionalEventDefinition>"


def timer(text: str = "PT2H", kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"


def node(tag: str, id: str, *inside: str, **attributes: str) -> str:
    """An element; `banjie__form` is written banjie:form, and a step without a name is named by its id."""
    if tag in NODES:
        attributes = {"name": id, **attributes}
    words = "".join(f' {k.replace("__", ":").rstrip("_")}="{escape(v)}"' for k, v in attributes.items())
    return f'<{tag} id="{id}"{words}>{"".join(inside)}</{tag}>'


def start(id: str = "s", *inside: str, **attributes: str) -> str:
    return node("startEvent", id, *inside, **attributes)


def end(id: str = "e", *inside: str, **attributes: str) -> str:
    return node("endEvent", id, *inside, **attributes)


def catch(id: str, *inside: str, **attributes: str) -> str:
    return node("intermediateCatchEvent", id, *inside, **attributes)


def throw(id: str, *inside: str, **attributes: str) -> str:
    return node("intermediateThrowEvent", id, *inside, **attributes)


def boundary(id: str, host: str, *inside: str, **attributes: str) -> str:
    return node("boundaryEvent", id, *inside, attachedToRef=host, **attributes)


def user(id: str = "a", *inside: str, **attributes: str) -> str:
    full = {"name": "办理", "banjie__form": "note", "banjie__role": "handler", **attributes}
    return node("userTask", id, *inside, **full)


def script(id: str = "a", text: str = "{ x: 1 }", **attributes: str) -> str:
    return node("scriptTask", id, f"<script>{escape(text)}</script>", **attributes)


def gateway(kind: str, id: str, **attributes: str) -> str:
    return node(kind + "Gateway", id, **attributes)


def extended(*inside: str) -> str:
    return f"<extensionElements>{''.join(inside)}</extensionElements>"


def flow(source: str, target: str, condition: str | None = None, id: str | None = None) -> str:
    inside = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition is not None else ""
    return node("sequenceFlow", id or f"{source}_{target}", inside, sourceRef=source, targetRef=target)


def line(*ids: str) -> str:
    """Flows from each to the next."""
    return "".join(flow(a, b) for a, b in zip(ids, ids[1:], strict=False))


def process(*parts: str, id: str = "p", **attributes: str) -> str:
    return node("process", id, *parts, **{"isExecutable": "true", **attributes})


def diagram(*roots: str, attributes: str = "") -> bytes:
    """A file: processes and other root elements."""
    return f"{HEAD}{attributes}>{ROOTS}{''.join(roots)}</definitions>".encode()


def one(*parts: str, **attributes: str) -> bytes:
    """A file with one process."""
    return diagram(process(*parts, **attributes))


def through(*parts: str, via: tuple[str, ...] = ("a",)) -> bytes:
    """A file with one process: start, the given nodes in a line, end."""
    return one(start(), *parts, end(), line("s", *via, "e"))


Bundle = bytes | dict[str, bytes]


def judge(bundle: Bundle, **names: object) -> Report:
    """The gate's report over a file or a bundle of files; the form `note` is there when a task wants it."""
    files = bundle if isinstance(bundle, dict) else {"test.bpmn": bundle}
    if any(b'banjie:form="note"' in data for data in files.values()):
        files = {"forms/note.json": FORM_FILE, **files}
    return gate.check(files, **{**NAMES, **names})  # type: ignore[arg-type]
