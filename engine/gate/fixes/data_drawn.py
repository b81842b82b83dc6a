"""Let data be drawn and say nothing more.

What. The types of data objects, data inputs and outputs, messages, signals, errors and escalations go
(`itemSubjectRef`, `itemRef`, `structureRef`), and so do transformations and assignments of data associations. A task
that sends, receives or calls a service keeps one data input and one data output; associations with the others lead to
the one that stays. An output whose value a transformation made, and one that another output stood for, keeps its line
and copies nothing.
Why. Types are for tools that generate code, transformations for other engines; here steps share the variables of the
case. The drawn objects and lines are what people read, and they stay.
Before. `<dataObject id="o" itemSubjectRef="T"/>`, `<transformation>a.b</transformation>`
After. `<dataObject id="o"/>`

数据对象和数据关联只作说明：删去数据类型、变换和赋值，收发任务的数据输入输出各留一个；图不变。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate import bundle as bundles
from engine.gate.fixes.desk import Desk, Sheet, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.items import DATA, children
from engine.gate.model import Element, bearer, local, semantic, text
from engine.gate.rules import data, event_data, operations

KIND = "data-drawn"
ANSWERS = frozenset(
    {
        "data-type",
        "data-collection",
        "message-data-several",
        "message-data-type",
        "event-data-missing",
        "event-data-type",
    }
)
_ITEMS = DATA | {"inputDataItem", "outputDataItem"}
_CARRIERS = frozenset({"message", "signal", "error", "escalation"})
_MADE = frozenset({"transformation", "assignment"})
_EXCHANGES = frozenset({"sendTask", "receiveTask", "serviceTask"})
_SIDES = (("dataInput", "inputSet"), ("dataOutput", "outputSet"))


def find(desk: Desk) -> Iterator[Fix]:
    """Diagrams whose data could not flow as they say."""
    if not any(_may_say(sheet) for sheet in desk.sheets):
        return
    found = _findings(desk)
    for sheet in desk.sheets:
        complaints = list(_complaints(sheet, found))
        for rule, about in complaints[:1]:
            yield fix(
                KIND,
                sheet.file,
                sheet.page.root,
                partial(_edit, sheet),
                zh="数据对象和数据关联只作说明：删去数据类型、变换和赋值，图不变",
                en="keep data objects and data associations as documentation: their types, transformations and "
                "assignments go, the drawing stays",
                before="",
                after="",
                rule=rule,
                about=about,
                also={(one, element.get("id")) for one, element in complaints[1:]},
            )


def _may_say(sheet: Sheet) -> bool:
    tags = {"ioSpecification", "itemDefinition", *_MADE}
    return any(local(element) in tags for element in semantic(sheet.page.root))


def _findings(desk: Desk) -> list[tuple[str, str, str | None]]:
    """What the gate's rules about data find: code, file, element."""
    bundle = bundles.read(desk.files, (), (), (), None)
    rules = (data, operations, event_data)
    return [(one.rule, one.file, one.element) for rule in rules for one in rule.check(bundle) if one.rule in ANSWERS]


def _complaints(sheet: Sheet, found: list[tuple[str, str, str | None]]) -> Iterator[tuple[str, Element]]:
    """What is wrong with a diagram's data, with the elements that the gate names."""
    for element in semantic(sheet.page.root):
        if local(element) in _MADE:
            yield "element-refused", bearer(element)
    for rule, file, ident in found:
        if file == sheet.file and ident in sheet.diagram.by_id:
            yield rule, sheet.diagram.by_id[ident]


def _edit(sheet: Sheet) -> None:
    page = sheet.page
    for element in semantic(page.root):
        tag = local(element)
        if tag in _ITEMS:
            _drop(page, element, "itemSubjectRef")
        elif tag in _CARRIERS:
            _drop(page, element, "itemRef")
            _drop(page, element, "structureRef")
        elif tag in ("dataInputAssociation", "dataOutputAssociation"):
            _copy_plainly(page, element)
        elif tag in _EXCHANGES:
            for spec in children(element, "ioSpecification"):
                for side in _SIDES:
                    _keep_one(page, element, spec, *side)


def _drop(page: Page, element: Element, name: str) -> None:
    if element.get(name) is not None:
        page.set(element, name, None)


def _copy_plainly(page: Page, association: Element) -> None:
    """Without transformation and assignments; several sources cannot be one item then, and what a transformation
    made of an output is not the output."""
    made, sources = children(association, *_MADE), children(association, "sourceRef")
    kept = 0 if local(association) == "dataOutputAssociation" else 1
    for element in [*made, *(sources[kept:] if made else [])]:
        page.remove(element)


def _keep_one(page: Page, task: Element, spec: Element, tag: str, set_tag: str) -> None:
    """One data input or output, in one set: what a message can carry."""
    every, sets = children(spec, tag), children(spec, set_tag)
    looped = {text(one) for marker in task for one in marker if local(one).startswith("loopData")}
    stays = next((one for one in every if one.get("id") in looped), every[0] if every else None)
    gone = {one.get("id") for one in every if one is not stays} | {one.get("id") for one in sets[1:]} - {None}
    for element in [*(one for one in every if one is not stays), *sets[1:]]:
        page.remove(element)
    for element in spec.iter():
        if local(element).endswith("Refs") and _name(element) in gone:
            page.remove(element)
    for association in children(task, tag + "Association"):
        end = "targetRef" if tag == "dataInput" else "sourceRef"
        for element in children(association, end):
            if _name(element) in gone and stays is not None:
                if tag == "dataInput":
                    page.write(element, stays.get("id") or "")
                else:
                    page.remove(element)


def _name(element: Element) -> str:
    return text(element).rpartition(":")[2]
