"""Let an activity begin with the one branch there is.

What. A `startQuantity` that can never be reached, because only one branch leads to the activity, is taken away, and
with it a `completionQuantity` of the same number, which would let as many branches go on.
Why. Some tools write it for "two people"; BPMN lets the activity wait until so many branches have arrived: for ever.
Before. `<userTask id="a" startQuantity="2">` behind a single flow
After. `<userTask id="a">`

删去永远等不到的起始数量（startQuantity）：只有一路到达时，一到就开始。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Node
from engine.gate.rules.soundness import never_gets

KIND = "quantity"


def find(desk: Desk) -> Iterator[Fix]:
    """Activities that wait for branches which cannot come."""
    for page, node in desk.nodes:
        if never_gets(node):
            said = node.element.get("startQuantity", "")
            yield fix(
                KIND,
                node.file,
                node.element,
                partial(_drop, page, node, said),
                zh=f"让{{it}}一路到达就开始，不再等 {said} 路",
                en=f"let {{it}} begin with the one branch that comes, not only with {said}",
                before=f'startQuantity="{said}"',
                after="",
                rule="deadlock",
            )


def _drop(page: Page, node: Node, said: str) -> None:
    page.set(node.element, "startQuantity", None)
    if node.element.get("completionQuantity") == said:
        page.set(node.element, "completionQuantity", None)
