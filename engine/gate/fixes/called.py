"""Name the called process.

What. The process that Camunda 8 names in an extension (`zeebe:calledElement`) becomes `calledElement`.
Why. That is where BPMN says it, and where the gate looks whether there is such a process.
Before. `<callActivity id="c"><extensionElements><zeebe:calledElement processId="check"/>`
After. `<callActivity id="c" calledElement="check">…`

写明被调用的流程：把 zeebe:calledElement 写成 calledElement。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate.fixes import vendor
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.model import ref

KIND = "called"


def find(desk: Desk) -> Iterator[Fix]:
    """Call activities that name their process in an extension only."""
    for page, node in desk.nodes:
        if node.tag != "callActivity" or ref(node.element, "calledElement"):
            continue
        for child in vendor.children(node.element, "calledElement"):
            name = (child.get("processId") or "").strip().removeprefix("=").strip().strip('"')
            if name and all(character.isalnum() or character in "_-." for character in name):
                yield fix(
                    KIND,
                    node.file,
                    node.element,
                    partial(page.set, node.element, "calledElement", name),
                    zh=f"给{{it}}选“流程”：{name}",
                    en=f"choose the “Process” of {{it}}: {name}",
                    before=child.get("processId") or "",
                    after=f'calledElement="{name}"',
                    rule="call-nothing",
                )
