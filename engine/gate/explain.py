"""The page about the gate (docs/gate.md), written from the rules themselves so that it cannot tell anything else.

Write it with `python -m engine.gate.explain > docs/gate.md`.
"""

from __future__ import annotations

from types import ModuleType

from engine.gate import dry_run
from engine.gate.elements import ELEMENTS, Ignored, Refused
from engine.gate.rules import LAST, RULES, standard
from engine.gate.severities import SEVERITIES

_HEAD = """\
# The gate

A bundle of diagrams, decision tables and forms is deployed only after the gate has passed it. The gate runs nothing; it
reads the files and reports findings: an **error** refuses the deployment, a **warning** lets it pass.
Every finding names the file, the element by its label and id, what is wrong and how to mend it, in Chinese and English.

This page is written from the rules in `engine/gate/rules` (`python -m engine.gate.explain`).
"""


def page() -> str:
    """The whole page, in Markdown."""
    parts = [_HEAD, "## Rules\n", *(_rule(rule) for rule in (*RULES, LAST)), _standard(), _dry_run(), _elements()]
    return "\n".join(parts)


def _rule(rule: ModuleType) -> str:
    name = rule.__name__.rpartition(".")[2]
    title, _, body = (rule.__doc__ or "").strip().partition("\n\n")
    for word in ("What", "Why", "Mend"):
        body = body.replace(f"{word}. ", f"\n**{word}.** ", 1)
    codes = "\n".join(f"- `{code}`: {weight}" for code, weight in SEVERITIES[name].items())
    return f"### {title}\n{body}\n\n{codes}\n\n<small>`engine/gate/rules/{name}.py`</small>\n"


def _standard() -> str:
    """Each of bpmnlint's recommended rules: its finding here, or what says it instead."""
    said = [
        f"- `{rule}`: `{code}`, {en.replace('{it}', 'it')}; {mend}"
        for rule, (code, _, en, _, mend) in standard.SAID.items()
    ]
    off = [f"- `{rule}` is left to {why}" for rule, why in standard.OFF.items()]
    return "\n".join(["## The recommended rules of bpmnlint\n", *said, *off, ""])


def _dry_run() -> str:
    _, _, body = (dry_run.__doc__ or "").partition("\n\n")
    for word in ("What", "Why", "Mend"):
        body = body.replace(f"{word}. ", f"\n**{word}.** ", 1)
    codes = "\n".join(f"- `{code}`: error" for code in dry_run.SAID)
    limits = f"Limits: {dry_run.SECONDS:g} seconds of the processor, {dry_run.MEMORY >> 20} MB."
    return f"## The dry run\n\n{limits}\n{body}\n\n{codes}\n\n<small>`engine/gate/dry_run.py`</small>\n"


def _elements() -> str:
    refused = {tag: row for tag, row in ELEMENTS.items() if isinstance(row.status, Refused)}
    lines = [
        "## Elements of BPMN 2.0\n",
        "**Run:** " + _names("runs") + ".\n",
        "**Documentation, without effect on the flow:** " + _names("note") + ".\n",
        "**Documentation that might be taken for more** (a warning): " + _names(Ignored) + ".\n",
        "**Refused by name:**\n",
        *(f"- `{tag}`: {row.status.why[1]}; {row.status.mend[1]}" for tag, row in refused.items()),  # type: ignore[union-attr]
        "\nEverything else in BPMN's namespace is refused as unknown.\n",
    ]
    return "\n".join(lines)


def _names(status: str | type) -> str:
    tags = (tag for tag, row in ELEMENTS.items() if status in (row.status, type(row.status)))
    return ", ".join(f"`{tag}`" for tag in tags)


if __name__ == "__main__":
    print(page(), end="")
