"""Put form files where forms are.

What. A form of form-js (Camunda 8's `.form`, or a `.json` with components) that lies elsewhere in the bundle is moved
to `forms/<name>.json`; one that Camunda 8 keeps in the diagram (`zeebe:userTaskForm`) is written there, with
underscores where the keys of its fields have blanks.
Why. Both use the same form language; here a form is found by its name under forms/.
Before. `decide.form`
After. `forms/decide.json`

表单文件归位：把 .form 文件、别处的表单移到 forms/ 下，图中所带的表单存到那里。
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from engine.gate import bundle
from engine.gate.fixes import names, vendor
from engine.gate.fixes.desk import Desk, file_fix, fix
from engine.gate.fixes.offer import Fix
from engine.gate.rules.ids import SAFE

KIND = "form-file"


def find(desk: Desk) -> Iterator[Fix]:
    """Forms that are not under forms/."""
    yield from _embedded(desk)
    seen: set[str] = set()
    for file, data in sorted(desk.files.items()):
        if bundle.kind(file) != bundle.UNKNOWN or not file.endswith((".form", ".json")) or not _is_form(data):
            continue
        name = file.rpartition("/")[2].rpartition(".")[0]
        target = f"forms/{name}.json"
        if not name or target in desk.files or target in seen:
            continue
        seen.add(target)
        yield file_fix(
            KIND,
            file,
            target,
            partial(desk.moves.__setitem__, file, target),
            zh=f"把表单 {file} 移到 {target}",
            en=f"Move the form {file} to {target}",
        )


def _embedded(desk: Desk) -> Iterator[Fix]:
    """Forms that Camunda 8 keeps in the diagram; the element stays there."""
    for sheet in desk.sheets:
        for element in sheet.page.root.iter("*"):
            name = (element.get("id") or "").strip() if vendor.name(element) == "userTaskForm" else ""
            target, data = f"forms/{name}.json", (element.text or "").strip().encode()
            if SAFE.fullmatch(name) and target not in desk.files and _is_form(data):
                yield fix(
                    KIND,
                    sheet.file,
                    element,
                    partial(desk.fresh.__setitem__, target, names.plain(data + b"\n")),
                    zh=f"把图中所带的表单存为 {target}",
                    en=f"keep the form that the diagram holds as {target}",
                    before=name,
                    after=target,
                )


def _is_form(data: bytes) -> bool:
    try:
        schema = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(schema, dict) and isinstance(schema.get("components"), list)
