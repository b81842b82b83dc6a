"""Give safe ids.

What. An id that begins with a digit or holds characters that are not allowed is rewritten, with everything in the
bundle that refers to it, the drawing included; so is one in other letters than Latin, which
cannot be drawn. A process, node, message or the like without an id gets one. A second element with an id already in
use gets another when nothing refers to that id.
Why. Cases, history and links name elements by their ids. Numbers, GUIDs with braces and blanks come from older tools.
Before. `<userTask id="{1A-2B}">`, `<sequenceFlow targetRef="{1A-2B}">`
After. `<userTask id="_1A-2B">`, `<sequenceFlow targetRef="_1A-2B">`

编号规范：以数字开头、含特殊字符或汉字的编号连同引用一起改写；缺少的编号补上；重复而无人引用的编号另起。
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from engine.gate.elements import GLOBAL_TASKS, NODES
from engine.gate.fixes.desk import Desk, Sheet, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, local, semantic
from engine.gate.rules.ids import DRAWN, SAFE

KIND = "ids"
_NEED = NODES | GLOBAL_TASKS | {"process", "message", "signal", "error", "escalation", "sequenceFlow"}
# What refers to an id besides attributes and elements whose name ends in Ref.
_ATTRIBUTES = frozenset({"default", "calledElement"})
_TEXTS = frozenset({"incoming", "outgoing", "source", "target", "supports"})
_LONGEST = 90
Place: TypeAlias = tuple[
    Element, str, str
]  # where a reference stands: element, attribute ("" for its text), its prefix


def find(desk: Desk) -> Iterator[Fix]:
    """Ids that are missing, unsafe, or used twice without need."""
    places = {file: _references(page) for file, page in desk.pages.items()}
    for sheet in desk.sheets:
        taken = {element.get("id") for element in sheet.page.root.iter(etree.Element)}
        counts: Counter[str] = Counter()
        seen: set[str] = set()
        for element in semantic(sheet.page.root):
            tag, ident = local(element), element.get("id")
            if ident is None or not ident.strip():
                if tag in _NEED:
                    counts[tag] += 1
                    yield _fix(desk, sheet, element, _free(f"{tag}_{counts[tag]}", taken), [], "id-missing")
            elif ident in seen:
                if not any(ident in found for found in places.values()):
                    yield _fix(desk, sheet, element, _free(_safe(ident, tag), taken), [], "id-twice")
            elif not DRAWN.fullmatch(ident) or not SAFE.fullmatch(ident):
                files = (
                    places if tag in GLOBAL_TASKS | {"process"} else (sheet.file,)
                )  # calls come from other files too
                rule = "id-undrawn" if SAFE.fullmatch(ident) else "id-unsafe"
                used = [(desk.pages[file], place) for file in files for place in places[file].get(ident, ())]
                yield _fix(desk, sheet, element, _free(_safe(ident, tag), taken), used, rule)
            if ident:
                seen.add(ident)


def _safe(ident: str, tag: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_.\-]+", "_", ident.strip(" {}[]()#")).strip("._-")[:_LONGEST] or tag
    return plain if SAFE.fullmatch(plain) else "_" + plain


def _free(name: str, taken: set[str | None]) -> str:
    """The name, numbered when it is in use; it is in use from now on."""
    number, found = 2, name
    while found in taken:
        number, found = number + 1, f"{name}_{number}"
    taken.add(found)
    return found


def _fix(desk: Desk, sheet: Sheet, element: Element, new: str, used: list[tuple[Page, Place]], rule: str) -> Fix:
    said = element.get("id") or ""

    def edit() -> None:
        sheet.page.set(element, "id", new)
        for page, (holder, name, lead) in used:
            if name:
                page.set(holder, name, lead + new)
            else:
                page.write(holder, lead + new)

    return fix(
        KIND,
        sheet.file,
        element,
        edit,
        zh=f"把{{it}}的编号改为 {new}" if said else f"给{{it}}编号 {new}",
        en=f"change the id of {{it}} to {new}" if said else f"give {{it}} the id {new}",
        before=said,
        after=new,
        rule=rule,
    )


def _references(page: Page) -> dict[str, list[Place]]:
    """Everything that could be a reference, by the id it would refer to."""
    found: dict[str, list[Place]] = {}
    for element, name, value in _values(page):
        ident = _bare(value, page)
        found.setdefault(ident, []).append((element, name, value[: len(value) - len(ident)]))
    return found


def _values(page: Page) -> Iterator[tuple[Element, str, str]]:
    """Texts and attributes that may hold a reference, as (element, attribute or "" for its text, trimmed value)."""
    for element in page.root.iter(etree.Element):
        if not local(element):
            if drawn := (element.get("bpmnElement") or "").strip():
                yield element, "bpmnElement", drawn
            continue
        for key, value in element.attrib.items():
            if str(key).endswith("Ref") or key in _ATTRIBUTES:
                yield element, str(key), str(value).strip()
        tag = local(element)
        if len(element) == 0 and (tag.endswith(("Ref", "Refs")) or tag in _TEXTS) and (words := element.text or ""):
            yield element, "", words.strip()


def _bare(value: str, page: Page) -> str:
    """A reference without the prefix of a namespace that the file declares."""
    prefix, colon, rest = value.partition(":")
    return rest if colon and prefix in page.root.nsmap else value
