"""The engine itself accepts the bundle.

What. When no other rule has found an error, the diagrams are loaded by the engine as they would be for a running
case.
Why. The gate and the engine must never disagree: what the engine cannot load is refused before it is deployed, not
when the first case starts.
Mend. Follow the finding; if it names no element, tell the developers, since the gate should have said it more
clearly.

引擎试装：其他规则都通过后，由引擎实际装载一遍；装不上的在部署前就拒绝。
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine import bpmn, errors, forms
from engine.errors import Finding
from engine.gate import bundle as bundles
from engine.gate.bundle import Bundle
from engine.gate.finding import in_file


def check(bundle: Bundle) -> Iterator[Finding]:
    """The engine's own findings."""
    files = {file: data for file, data in bundle.files.items() if bundles.kind(file) == bundles.DIAGRAM}
    try:
        bpmn.load(
            files, functions=bundle.functions, decide=_decide, form_keys=_form_keys(bundle), languages=bpmn.LANGUAGES
        )
    except errors.DiagramRefused as refused:
        yield from refused.findings
    except Exception as problem:  # whatever the engine stumbles over, the analyst gets a report
        what = f"{type(problem).__name__}: {problem}"[:200]
        yield in_file(
            "engine-refuses",
            next(iter(files), ""),
            f"引擎无法装载流程图：{what}",
            f"the engine cannot load the diagrams: {what}",
            "请把文件交给开发人员查看",
            "hand the file to the developers",
        )


def _decide(name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    raise errors.NotFound(f"decision {name} is not asked while loading")


def _form_keys(bundle: Bundle) -> dict[str, frozenset[str]]:
    """The data keys of every form: of the bundle's files, and of forms known already."""
    known = {name: forms.keys(schema) for name, schema in bundle.known_forms.items()}
    return known | {name: forms.keys(json.loads(bundle.files[file])) for name, file in bundle.forms.items()}
