"""Make an answer required.

What. A field of a form in the bundle about which a gateway without a default flow asks, and which may be left empty,
becomes required.
Why. Left empty it lets no condition hold, and the case stops at the gateway.
Before. `{"type": "select", "key": "verdict", …}`
After. `{"type": "select", "key": "verdict", …, "validate": {"required": true}}`

设为必填：没有默认流的网关所问的表单字段，改为必填。
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from engine.gate import bundle as bundles
from engine.gate.bundle import Bundle
from engine.gate.fixes import fields
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.model import Node
from engine.gate.rules import optional_answers

KIND = "required"


def find(desk: Desk) -> Iterator[Fix]:
    """Fields that a gateway needs."""
    if not any(bundles.kind(file) == bundles.FORM for file in desk.files):
        return
    bundle = fields.read(desk)
    for _, task, key in optional_answers.asked(bundle):
        if task.extension("form") in bundle.forms:
            yield _fix(desk, bundle, task, key)


def _fix(desk: Desk, bundle: Bundle, task: Node, key: str) -> Fix:
    file = bundle.forms[task.extension("form") or ""]
    return fix(
        KIND,
        task.file,
        task.element,
        partial(_require, desk, file, key),
        zh=f"把{{it}}的表单里的“{key}”设为必填",
        en=f"make “{key}” in the form of {{it}} required",
        before=key,
        after='"required": true',
        rule="answer-optional",
        part=key,
    )


def _require(desk: Desk, file: str, key: str) -> None:
    schema = json.loads(desk.fresh.get(file, desk.files[file]))
    for component in _all(schema):
        if component.get("key") == key:
            component["validate"] = {**(component.get("validate") or {}), "required": True}
    desk.fresh[file] = json.dumps(schema, ensure_ascii=False, indent=2).encode() + b"\n"


def _all(holder: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for component in holder.get("components") or ():
        yield component
        yield from _all(component)
