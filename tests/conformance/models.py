"""Reference models that are meant to be executed: mended by one click each, given what the house must add, and run.

    python -m tests.conformance.models FOLDER

Where a person must choose, the first of the choices is taken; work that nothing registered does goes to people. What a
drawing from elsewhere cannot know is stood in for: a role and a form at each user task that has none, the connectors
and decisions it names. Called processes come from the other files of the folder. Nothing else is touched by hand.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from engine import bpmn, clock, feel, gate, xml
from engine.gate import fixes
from engine.gate.elements import BANJIE, BPMN

from .adapter import EPOCH, Host

Files = dict[str, bytes]
TRIES = 20
VALUES: tuple[Any, ...] = (True, False, 1, 10_000, "yes", [1, 2])
ROLES, FORM = ("handler",), "stand/in"
SCHEMA = {
    "type": "default",
    "schemaVersion": 19,
    "id": "stand_in",
    "components": [{"type": "textfield", "id": "f", "key": "note_of_form", "label": "说明"}],
}


def executable(folder: Path) -> list[Path]:
    """The files in which a process says it is executable."""
    return [path for path in sorted(folder.glob("*.bpmn")) if b'isExecutable="true"' in path.read_bytes()]


def run(path: Path) -> str:
    """How the model ends: "completed", "waiting" …, or the sentence of the first error that remains."""
    files = _mended(_with_called(path))
    files = {name: _completed(content) if name.endswith(".bpmn") else content for name, content in files.items()}
    connectors, decisions = _named(files, "connector"), _named(files, "decision")
    report = gate.check(files, functions={}, connectors=connectors, roles=ROLES, forms={FORM: SCHEMA})
    errors = [f for f in report.findings if f.severity == "error" and f.rule != "decision-unknown"]
    if errors:
        return str(errors[0])
    programs = bpmn.load(
        {name: content for name, content in files.items() if name.endswith(".bpmn")},
        functions={},
        decide=lambda name, variables: {"value": None} if name in decisions else {},
        form_keys={FORM: frozenset()},
        languages=bpmn.LANGUAGES,
    )
    key = next(key for process in _processes(files[path.name]) if (key := process.get("id", "")) in programs)
    texts = [text for content in files.values() for text in _conditions(content)]
    names = sorted(set().union(*(feel.compile(text).names for text in texts)))
    values = [*VALUES, *sorted(set(re.findall(r'"([^"]*)"', " ".join(texts))))]
    ended: list[str] = []
    for seed in range(TRIES):
        dice = random.Random(seed)

        def answered(_element: str = "", dice: random.Random = dice) -> dict[str, Any]:
            return {name: dice.choice(values) for name in names}

        with clock.virtual(EPOCH) as now:
            host = Host(programs, now, answered, "complete", True, 3000)
            ended.append(host.execute([(key, answered())], 86400)["status"])
        if ended[-1] == "completed":
            break
    return ended[-1]


def _conditions(content: bytes) -> list[str]:
    root = xml.parse(content) if content.lstrip().startswith(b"<") else None
    return [] if root is None else ["".join(c.itertext()) for c in root.iter(BPMN + "conditionExpression")]


def _with_called(path: Path) -> Files:
    """The file, and those of its folder that draw what it calls, directly or not."""
    homes = {p.get("id"): other for other in path.parent.glob("*.bpmn") for p in _processes(other.read_bytes())}
    files: Files = {}
    todo = [path]
    while todo:
        file = todo.pop()
        if file.name not in files:
            files[file.name] = file.read_bytes()
            calls = xml.parse(files[file.name]).iter(BPMN + "callActivity")
            called = {_called(call) for call in calls}
            todo += [homes[process] for process in sorted(called) if process in homes]
    return files


def _called(call: etree._Element) -> str:
    """What a call activity calls: by the standard's attribute, or by another tool's element."""
    inner = [e.get("processId") for e in call.iter("{http://camunda.org/schema/zeebe/1.0}calledElement")]
    return call.get("calledElement") or next((name for name in inner if name), "")


def _processes(content: bytes) -> list[etree._Element]:
    return list(xml.parse(content).iter(BPMN + "process"))


def _mended(files: Mapping[str, bytes]) -> Files:
    found = dict(files)
    while offers := fixes.offers(found, roles=ROLES, forms=(FORM,)):
        picked = [offer.id for offer in offers if not offer.choice] or _picked(offers)
        applied = fixes.apply(found, picked, roles=ROLES, forms=(FORM,))
        if not applied.done:
            break
        found = applied.files
    return found


def _picked(offers: list[fixes.Offer]) -> list[str]:
    """One offer of each choice: by hand where that is one of them, else the first. Decisions are stood in for."""
    found: dict[str, str] = {}
    for offer in sorted(offers, key=lambda one: one.kind != "by-hand"):
        if offer.kind != "fresh-table":  # a person fills it in
            found.setdefault(offer.choice, offer.id)
    return list(found.values())


def _completed(content: bytes) -> bytes:
    root = xml.parse(content)
    for task in root.iter(BPMN + "userTask", BPMN + "manualTask"):
        task.set(BANJIE + "role", task.get(BANJIE + "role") or "handler")
        task.set(BANJIE + "form", task.get(BANJIE + "form") or FORM)
    return etree.tostring(root)


def _named(files: Mapping[str, bytes], attribute: str) -> set[str]:
    elements = (e for name, content in files.items() if name.endswith(".bpmn") for e in xml.parse(content).iter("*"))
    return {value for element in elements if (value := element.get(BANJIE + attribute))}


def measure(folder: Path) -> dict[str, Any]:
    """How each executable model ends."""
    return {path.name: run(path) for path in executable(folder)}


if __name__ == "__main__":
    for name, ended in measure(Path(sys.argv[1])).items():
        print(f"{name:12} {ended}")
