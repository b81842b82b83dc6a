"""Say over what an activity repeats.

What. The collection of a multi-instance activity in another product (`camunda:collection`, `flowable:collection`,
`zeebe:loopCharacteristics`), the variable of one item and the collection of results become `banjie:collection`,
`banjie:item`, `banjie:collect` and `banjie:collectItem`.
Why. Without the name of the item no instance knows what it works on; Camunda 8's collection is not read at all.
Before. `<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"/>`
After. `<multiInstanceLoopCharacteristics banjie:collection="items" banjie:item="item">` (on the activity)

写明重复的集合：把其他产品的集合、集合项、结果集合写成 banjie:collection、banjie:item、banjie:collect 和
banjie:collectItem。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.gate import panel
from engine.gate.elements import BANJIE, BPMN
from engine.gate.fixes import vendor
from engine.gate.fixes.desk import Desk, fix, ours
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, Node

KIND = "many"
_NAMES = ("collection", "item", "collect", "collectItem")


def find(desk: Desk) -> Iterator[Fix]:
    """Multi-instance markers whose collection another product names."""
    for page, node in desk.nodes:
        marker = node.element.find(BPMN + "multiInstanceLoopCharacteristics")
        if marker is None or any(one.get(BANJIE + name) for one in (marker, node.element) for name in _NAMES):
            continue
        said = _said(marker)
        if said.get("collection"):
            needed = bool(vendor.children(marker, "loopCharacteristics"))
            yield _fix(page, node, said, "foreign-needed" if needed else None)


def _said(marker: Element) -> dict[str, str]:
    """Our attributes; nothing when one of the values cannot be said."""
    for child in vendor.children(marker, "loopCharacteristics"):
        names = ("inputCollection", "inputElement", "outputCollection", "outputElement")
        given = [(child.get(name) or "").strip() for name in names]
        collection, result = vendor.formula(given[0]), vendor.formula(given[3]) if given[3] else ""
        names_fit = all(feel.is_simple(name) for name in (given[1], given[2]) if name)
        if not collection or result is None or not names_fit or bool(given[2]) != bool(given[3]):
            return {}
        found = dict(zip(_NAMES, (collection, given[1], given[2], result), strict=True))
        return {name: value for name, value in found.items() if value}
    collection, item = vendor.attribute(marker, "collection"), vendor.attribute(marker, "elementVariable")
    said = vendor.formula(collection, "name") if collection else None
    if not said or (item and not feel.is_simple(item)):
        return {}
    return {"collection": said, "item": item} if item else {"collection": said}


def _fix(page: Page, node: Node, said: dict[str, str], rule: str | None) -> Fix:
    def edit() -> None:
        for name, value in said.items():
            page.set_ours(node.element, name, value)

    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh=f"给{{it}}填写{panel.fields(said, '、')[0]}",
        en=f"fill in {panel.fields(said, en='and')[1]} of {{it}}",
        before=said["collection"],
        after=" ".join(ours(name, value) for name, value in said.items()),
        rule=rule,
    )
