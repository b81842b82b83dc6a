"""Small diagrams for tests, written short: a chain of nodes, a few extras."""

from __future__ import annotations

from typing import Any

import orjson

from engine import definitions, registry
from engine.definitions import Deployed

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:banjie="urn:banjie:bpmn:1" '
    'id="d" targetNamespace="urn:test">'
)
FORM = {
    "type": "default",
    "schemaVersion": 19,
    "id": "note",
    "components": [
        {"type": "textfield", "id": "f_note", "key": "note", "label": "说明", "validate": {"maxLength": 100}},
        {"type": "number", "id": "f_amount", "key": "amount", "label": "金额"},
    ],
}

registry.role("handler", "承办人", "Handler")


def user(element: str, extra: str = "") -> str:
    return f'<bpmn:userTask id="{element}" name="{element}" banjie:form="test/note" banjie:role="handler" {extra}/>'


def start(element: str = "s", event: str = "") -> str:
    return f'<bpmn:startEvent id="{element}" name="{element}">{event}</bpmn:startEvent>'


def end(element: str = "e", event: str = "", extra: str = "") -> str:
    return f'<bpmn:endEvent id="{element}" name="{element}" {extra}>{event}</bpmn:endEvent>'


def message(ref: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="m_{ref}"/>'


def signal(ref: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="s_{ref}"/>'


def timer(text: str, kind: str = "timeDuration") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


def catch(element: str, event: str, extra: str = "") -> str:
    return f'<bpmn:intermediateCatchEvent id="{element}" name="{element}" {extra}>{event}</bpmn:intermediateCatchEvent>'


def throw(element: str, event: str, extra: str = "", inside: str = "") -> str:
    inside = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""
    return (
        f'<bpmn:intermediateThrowEvent id="{element}" name="{element}" {extra}>{inside}{event}'
        "</bpmn:intermediateThrowEvent>"
    )


def boundary(element: str, on: str, event: str, interrupts: bool = True, extra: str = "") -> str:
    return (
        f'<bpmn:boundaryEvent id="{element}" name="{element}" attachedToRef="{on}" '
        f'cancelActivity="{str(interrupts).lower()}" {extra}>{event}</bpmn:boundaryEvent>'
    )


def script(element: str, text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<bpmn:scriptTask id="{element}" name="{element}"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'


def line(*nodes: str) -> str:
    """Flows from each node to the next; `a>b` ids keep them apart."""
    pairs = zip(nodes, nodes[1:], strict=False)
    return "".join(f'<bpmn:sequenceFlow id="f_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)


def flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="f_{source}_{target}" name="{condition and "如果"}" sourceRef="{source}" '
        f'targetRef="{target}">{inside}</bpmn:sequenceFlow>'
    )


def process(key: str, *body: str) -> str:
    return f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{"".join(body)}</bpmn:process>'


def diagram(*processes: str, messages: tuple[str, ...] = (), signals: tuple[str, ...] = ()) -> bytes:
    names = "".join(f'<bpmn:message id="m_{m}" name="{m}"/>' for m in messages)
    names += "".join(f'<bpmn:signal id="s_{s}" name="{s}"/>' for s in signals)
    return f"{HEAD}{names}{''.join(processes)}</bpmn:definitions>".encode()


def deploy(*processes: str, form: dict[str, Any] | None = None, **names: Any) -> Deployed:
    """Deploy a bundle of one diagram; every user task has the form `test/note`."""
    files = {"test.bpmn": diagram(*processes, **names)}
    if b"test/note" in files["test.bpmn"]:
        files["forms/test/note.json"] = orjson.dumps(form or FORM)
    return definitions.deploy(files, author="test")


def stops_at(gateway: str = "g", *, after: str) -> tuple[str, ...]:
    """A gateway without a default, which cannot go on when `amount` is above 5; then the task `b` and the end."""
    fork = f'<bpmn:exclusiveGateway id="{gateway}" name="够吗"/>'
    ways = flow(gateway, "b", "amount &lt; 3") + flow(gateway, "e", "amount &gt;= 3 and amount &lt; 5")
    return fork, ways, user("b"), end(), line(after, gateway), line("b", "e")


def two_tasks(key: str = "p") -> str:
    return process(key, start(), user("a"), user("b"), end(), line("s", "a", "b", "e"))
