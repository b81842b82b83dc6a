"""Drop references to what is gone.

What. Members of lanes, errors and answers of operations, data sets and participants that refer to what is not in the
file are taken out; so are associations, message flows and lines of data that lead to one, with what is drawn of them.
Why. They are left behind when a modeler deletes an element, and say nothing.
Before. `<lane id="l"><flowNodeRef>deleted_task</flowNodeRef></lane>`
After. `<lane id="l"></lane>`

删去失效的引用：泳道成员、关联、消息流、数据连线等指向文件里没有的元素时删去。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lxml import etree

from engine.gate.fixes.desk import Desk, Sheet, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.items import children
from engine.gate.model import Element, local, ref, semantic, shown, text

KIND = "leftover"
_TEXTS = frozenset({"flowNodeRef", "errorRef", "outMessageRef", "dataInputRefs", "dataOutputRefs", "participantRef"})
_LINES = frozenset({"association", "messageFlow"})
_DATA_LINES = frozenset({"dataInputAssociation", "dataOutputAssociation"})


def find(desk: Desk) -> Iterator[Fix]:
    """References that lead nowhere."""
    for sheet in desk.sheets:
        for element in semantic(sheet.page.root):
            names = _names(element)
            lost = [name for name in names if name and name.rpartition(":")[2] not in sheet.diagram.by_id]
            if lost:
                yield _fix(sheet, element, lost[0])


def _names(element: Element) -> list[str]:
    if local(element) in _TEXTS and len(element) == 0:
        return [text(element)]
    if local(element) in _DATA_LINES:
        return [text(end) for end in children(element, "sourceRef", "targetRef")]
    return [ref(element, name) for name in ("sourceRef", "targetRef")] if local(element) in _LINES else []


def _fix(sheet: Sheet, element: Element, name: str) -> Fix:
    return fix(
        KIND,
        sheet.file,
        element,
        partial(_remove, sheet.page, element),
        zh=f"删去对“{shown(name)}”的引用：文件里没有它",
        en=f"drop the reference to “{shown(name)}”, which is not in the file",
        before=name,
        after="",
        rule="target-unknown",
    )


def _remove(page: Page, element: Element) -> None:
    page.remove(element)
    for line in page.root.iter(etree.Element):
        drawn = line.get("bpmnElement")
        if drawn and element.get("id") and drawn.rpartition(":")[2] == element.get("id"):
            page.remove(line)
