"""What a step costs in `engine.bpmn` alone: CPU milliseconds to decode, complete one user task, encode; no database.

    python -m tests.benchmarks.kernel [--json] [--instances N]

`cached` leaves the decoding out, as the store does for an instance it holds in memory.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from typing import Any

from engine import bpmn

_HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:banjie="urn:banjie:bpmn:1">'
DATA = {f"field_{n}": "x" * 20 for n in range(30)} | {"amount": 700, "valid": True, "draft_ok": True}


def _flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def _line(*ids: str) -> str:
    return "".join(_flow(a, b) for a, b in zip(ids, ids[1:], strict=False))


def _user(*ids: str) -> str:
    return "".join(f'<userTask id="{id}" banjie:form="f" banjie:unit="unit" banjie:role="handler"/>' for id in ids)


def _script(id: str, text: str) -> str:
    return f'<scriptTask id="{id}"><script>{text}</script></scriptTask>'


def _process(body: str, id: str = "p") -> str:
    return f'<process id="{id}" isExecutable="true"><startEvent id="{id}s"/>{body}<endEvent id="{id}e"/></process>'


def linear(tasks: int) -> str:
    """User tasks one after the other."""
    ids = [f"u{n}" for n in range(tasks)]
    return _process(_user(*ids) + _line("ps", *ids, "pe"))


def loop(passes: int) -> str:
    """One user task and a script, again and again."""
    return _process(
        _user("u")
        + _script("a", "{n: n + 1}")
        + '<exclusiveGateway id="g" default="g_pe"/>'
        + _line("ps", "u", "a", "g", "pe")
        + _flow("g", "u", f"n &lt; {passes}")
    )


def complaint() -> str:
    """25 nodes: choices, a parallel part with a call activity and three opinions, a reminder on the first task."""
    opinions = (
        '<userTask id="opinions"><multiInstanceLoopCharacteristics banjie:collection="experts" banjie:item="expert"'
    )
    opinions += ' banjie:collect="opinions" banjie:collectItem="opinion"/></userTask>'
    reminder = '<boundaryEvent id="timer" attachedToRef="register" cancelActivity="false"><timerEventDefinition>'
    reminder += "<timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>"
    gateways = "".join(
        f'<exclusiveGateway id="{id}" default="{id}_{default}"/>'
        for id, default in (("valid?", "reject"), ("large?", "auto"), ("ok?", "draft"))
    ).replace("?", "_")
    body = (
        _user("register", "reject", "investigate", "approve", "draft", "send", "archive")
        + reminder
        + _script("remind", "{reminders: 1}")
        + _script("classify", '{category: if amount > 10 then "billing" else "other", experts: ["a", "b", "c"]}')
        + gateways
        + '<parallelGateway id="split"/><parallelGateway id="join"/><exclusiveGateway id="merge"/>'
        + '<callActivity id="call" calledElement="contact"/>'
        + opinions
        + _script("score", "{score: count(opinions) * 10 + amount}")
        + _script("auto", '{approved_by: "auto"}')
        + _script("close", "{closed: true}")
        + '<endEvent id="rejected"/>'
        + _line("ps", "register", "classify", "valid_", "reject", "rejected")
        + _flow("timer", "remind")
        + _flow("valid_", "split", "valid")
        + _line("split", "investigate", "join")
        + _line("split", "call", "join")
        + _line("split", "opinions", "join", "score", "large_", "auto", "merge")
        + _flow("large_", "approve", "amount &gt; 500")
        + _line("approve", "merge", "draft", "ok_", "draft")
        + _flow("ok_", "send", "draft_ok")
        + _line("send", "close", "archive", "pe")
    )
    contact = _user("phone") + _script("log", "{contacted: true}") + _line("contacts", "phone", "log", "contacte")
    return _process(body) + _process(contact, "contact")


CASES = {"linear": linear(3), "linear100": linear(100), "loop": loop(100), "complaint": complaint()}


def program(diagram: str) -> bpmn.Program:
    files = {"case.bpmn": (_HEAD + diagram + "</definitions>").encode()}
    return bpmn.load(files, functions={}, decide=None, form_keys={"f": frozenset({"field_1"})})["p"]


def steps(case: bpmn.Program, cached: bool) -> Iterator[tuple[float, int]]:
    """CPU seconds and stored bytes of every step of one instance."""
    instance, _ = bpmn.start(case, {**DATA, "unit": "U1", "n": 0})
    blob = bpmn.encode(instance)
    open_tasks = [wait.token for wait in bpmn.waits(instance).values() if wait.kind == "task"]
    while open_tasks:
        begun = time.process_time()
        instance = instance if cached else bpmn.decode(case, blob)
        effects = bpmn.complete(instance, open_tasks.pop(0), {"opinion": "yes"})
        blob = bpmn.encode(instance)
        yield time.process_time() - begun, len(blob)
        open_tasks += [wait.token for wait in effects.opened if wait.kind == "task"]


def measure(instances: int) -> dict[str, Any]:
    """Per case: CPU milliseconds per step with and without decoding, and the largest state."""
    found: dict[str, Any] = {}
    for name, diagram in CASES.items():
        case = program(diagram)
        row: dict[str, Any] = {}
        for mode, cached in (("decoded_ms", False), ("cached_ms", True)):
            runs = [step for _ in range(instances) for step in steps(case, cached)]
            row[mode] = round(1000 * sum(seconds for seconds, _ in runs) / len(runs), 4)
            row["state_bytes"] = max(size for _, size in runs)
        found[name] = row
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--instances", type=int, default=50)
    given = arguments.parse_args()
    found = measure(given.instances)
    if given.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        decoded, cached, size = row["decoded_ms"], row["cached_ms"], row["state_bytes"]
        print(f"{name:10s} {decoded:.3f} ms a step, {cached:.3f} ms when cached, state at most {size} bytes")


if __name__ == "__main__":
    main()
