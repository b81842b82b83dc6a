"""The page about conformance (docs/conformance.md), written from the table of elements and the figures last measured.

    BANJIE_BENCHES=folder python -m tests.conformance.page --measure    # run the benches, then write the page
    python -m tests.conformance.page                                    # write the page again

The figures stand in results.json beside this file; the tests hold the page against them and the table.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from engine.gate.elements import ELEMENTS, NODES, Refused

from . import models

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results.json"
PAGE = ROOT / "docs" / "conformance.md"
BENCHES = Path(os.environ.get("BANJIE_BENCHES", ""))

# What runs -> the tests that show it, under tests/engine/bpmn/elements.
_GROUPS = {
    "activities": "task userTask manualTask scriptTask serviceTask businessRuleTask",
    "events": "startEvent endEvent intermediateThrowEvent sendTask receiveTask messageEventDefinition"
    " signalEventDefinition terminateEventDefinition intermediateCatchEvent linkEventDefinition eventDefinitionRef",
    "climbing": "errorEventDefinition escalationEventDefinition",
    "boundary": "boundaryEvent",
    "timers": "timerEventDefinition",
    "conditional": "conditionalEventDefinition",
    "compensation": "compensateEventDefinition cancelEventDefinition transaction",
    "gateways": "exclusiveGateway sequenceFlow",
    "joins": "parallelGateway inclusiveGateway complexGateway",
    "event_gateway": "eventBasedGateway",
    "subprocesses": "subProcess callActivity",
    "event_subprocesses": "subProcess (triggeredByEvent)",
    "ad_hoc": "adHocSubProcess",
    "loops": "standardLoopCharacteristics",
    "multi_instance": "multiInstanceLoopCharacteristics",
}
_HEAD = """\
# Conformance

What of BPMN 2.0 runs here, what is refused, and how that is measured. Everything that is deployed runs as the standard
says; everything else is refused by name, with the reason and a mend ([the gate](gate.md)). Instances are stored and
restored at every stop of every run below (of the random processes, in every second one).

This page is written by `python -m tests.conformance.page`.
"""
_WHAT = {
    "elements": "processes of one element each, that end as the standard says",
    "features": "features of the betsy catalogue (uniba-dsg), traces compared",
    "constraints": "diagrams of the same catalogue that break a rule of the standard, refused at deployment",
    "models": "reference models of the BPMN MIWG, read and judged without a crash",
    "executable": "of those that say they are executable run to their end: mended by one click each, the first of what"
    " is to be chosen taken, with roles, forms, decisions stood in for (`python -m tests.conformance.models FOLDER`)",
    "hostile": "hostile files without a side effect or a hang (entities, bombs, scripts that attack the host)",
    "mutants": "mutants of valid and of evil files: the gate and the engine agree, all that passes is played, nothing"
    " crashes or hangs (`make soak-mutants`)",
    "combinations": "elements in surroundings (sub-process, event sub-process, instances, loop, boundary, call) that do"
    " what an independent oracle says",
    "oracle": "random processes that do what the same oracle says (both by `make soak-oracle`)",
}
_NOTES = """
Three features are not reached: one wants two scripts to run at the very same moment, and the files of two contradict
the trace they expect. The constraints not refused want expressions marked as formal, an operation at every message, a
format at every script, or take a name of ours for no expression. As drawn, no reference model says all that a running
process needs (messages, conditions, times), so that none of them deploys unmended. The benches set aside what the
house asks and BPMN does not: roles, forms and connectors of tasks, a script's text, and joins that can never go on.
The oracle plays blocks in blocks, without flows and tokens; its combinations (`tests/engine/bpmn/combinations`) cross
each element with what it may stand in. One cell is left out, where the standard leaves the order of a step open.
"""


def page() -> str:
    """The whole page, in Markdown."""
    results = json.loads(RESULTS.read_text("utf-8"))
    figures = "\n".join(f"| {results[name]} | {what} |" for name, what in _WHAT.items())
    return "\n".join((_HEAD, f"## Measured\n\n| | |\n|---|---|\n{figures}", _NOTES, _elements(), _refused()))


def tested() -> dict[str, str]:
    """The test file of each flow node and event definition that runs."""
    return {tag: f"test_{group}.py" for group, tags in _GROUPS.items() for tag in _tags(tags)}


def wanting_a_test() -> set[str]:
    """What must be in the table of tests: flow nodes, event definitions and loop markers that run."""
    runs = {tag for tag, row in ELEMENTS.items() if row.status == "runs"}
    return {tag for tag in runs if tag in NODES or tag.endswith(("EventDefinition", "LoopCharacteristics"))}


def _tags(words: str) -> list[str]:
    return [words] if "(" in words else words.split()


def _elements() -> str:
    lines = ["## What runs\n", "| element | | tests, under `tests/engine/bpmn/elements` |", "|---|---|---|"]
    for tag, file in tested().items():
        row = ELEMENTS[tag.split()[0]]
        lines.append(f"| `{tag}` | {row.zh} · {row.en} | `{file}` |")
    return "\n".join(lines)


def _refused() -> str:
    refused = {tag: row.status for tag, row in ELEMENTS.items() if isinstance(row.status, Refused)}
    lines = [f"| `{tag}` | {status.why[0]} | {status.why[1]} |" for tag, status in refused.items()]
    return "\n## What is refused by name\n\n| element | | |\n|---|---|---|\n" + "\n".join(lines) + "\n"


# -- measuring ------------------------------------------------------------------------------------------------------
def bench(name: str, *arguments: str) -> str:
    """The output of one bench over the adapter."""
    command = [sys.executable, str(BENCHES / name), *arguments, "--engine", "tests.conformance.adapter:Engine"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{BENCHES}"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=600).stdout


def measure(name: str) -> str:
    """One figure, by running its bench: "70 of 73"."""
    suites = BENCHES.parent / "suites"
    if name == "elements":
        return " of ".join(_found(r"'right': (\d+)\}? of (\d+)", bench("elements_bench.py")))
    if name in ("features", "constraints"):
        word = "features" if name == "features" else "refused"
        return " of ".join(_found(rf"{word} (\d+)/(\d+)", bench("betsy_bench.py", str(suites / "betsy"))))
    if name == "models":
        wanted, crashed = _found(r"files (\d+);.*killed (\d+)", bench("bpmn_bench.py", str(suites / "miwg")))
        return f"{int(wanted) - int(crashed)} of {wanted}"
    if name == "executable":
        ended = list(models.measure(suites / "miwg").values())
        return f"{ended.count('completed')} of {len(ended)}"
    said = bench("evil_bench.py", str(suites / "evil"))
    rows = said.splitlines()[1:-1]
    harmless = [row for row in rows if not re.search(r"DIED|MARKER|LEAK|POISONED", row)]
    return f"{len(harmless)} of {len(rows)}" if said.rstrip().endswith("loopback hits: []") else f"0 of {len(rows)}"


def _found(pattern: str, text: str) -> tuple[str, str]:
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"the bench does not say {pattern}: {text[-300:]}")
    return match[1], match[2]


if __name__ == "__main__":
    if "--measure" in sys.argv:
        known = json.loads(RESULTS.read_text("utf-8"))
        known.update({name: measure(name) for name in _WHAT if name not in ("oracle", "combinations", "mutants")})
        RESULTS.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page(), "utf-8")
