"""Give safe ids.

What. An id that begins with a digit or holds characters that are not allowed is rewritten, with everything in the
bundle that refers to it, the drawing included; so is one in other letters than Latin, which cannot be drawn. A process,
node, message or the like without an id gets one. A second element with an id already in use gets another when nothing
refers to that id. The new id is the old one without the bad characters where that leaves a word, else the element's
name where it has Latin letters, else its type with a number.
Why. Cases, history and links name elements by their ids. Numbers, GUIDs with braces and blanks come from older tools.
Before. `<userTask id="{1A-2B}" name="Check order">`, `<sequenceFlow targetRef="{1A-2B}">`
After. `<userTask id="check_order" name="Check order">`, `<sequenceFlow targetRef="check_order">`

编号规范：以数字开头、含特殊字符或汉字的编号连同引用一起改写，尽量取原编号或名称里的字母，否则用类型加序号；缺少的编号
补上；重复而无人引用的编号另起。
"""

from __future__ import annotations

import re
import unicodedata
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
_LONGEST = 60
_GUID = re.compile(r"\W*[0-9A-Fa-f]{1,12}(-[0-9A-Fa-f]{1,12})+\W*")
Place: TypeAlias = tuple[
    Element, str, str
]  # where a reference stands: element, attribute ("" for its text), its prefix


def find(desk: Desk) -> Iterator[Fix]:
    """Ids that are missing, unsafe, or used twice without need."""
    places = {file: _references(page) for file, page in desk.pages.items()}
    for sheet in desk.sheets:
        taken = {element.get("id") for element in sheet.page.root.iter(etree.Element)}
        seen: set[str] = set()
        for element in semantic(sheet.page.root):
            tag, ident = local(element), element.get("id")
            if ident is None or not ident.strip():
                if tag in _NEED:
                    yield _fix(desk, sheet, element, _free(element, taken), [], "id-missing")
            elif ident in seen:
                if not any(ident in found for found in places.values()):
                    yield _fix(desk, sheet, element, _free(element, taken), [], "id-twice")
            elif not DRAWN.fullmatch(ident) or not SAFE.fullmatch(ident):
                files = (
                    places if tag in GLOBAL_TASKS | {"process"} else (sheet.file,)
                )  # calls come from other files too
                rule = "id-undrawn" if SAFE.fullmatch(ident) else "id-unsafe"
                used = [(desk.pages[file], place) for file in files for place in places[file].get(ident, ())]
                yield _fix(desk, sheet, element, _free(element, taken), used, rule)
            if ident:
                seen.add(ident)


def _free(element: Element, taken: set[str | None]) -> str:
    """An id nobody has yet, which says something to people; it is in use from now on."""
    said = _word(element.get("id") or "") or _word(element.get("name") or "").lower()
    number, found = (2, said) if said else (1, f"{local(element)}_1")
    while found in taken:
        number, found = number + 1, f"{said}_{number}" if said else f"{local(element)}_{number + 1}"
    taken.add(found)
    return found


def _word(words: str) -> str:
    """What a text gives for an id: its Latin letters and digits, when there is a word among them; else ""."""
    if _GUID.fullmatch(words.strip()):
        return ""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_.\-]+", "_", plain).strip("._-")[:_LONGEST].rstrip("._-")
    if not re.search(r"[A-Za-z]", plain):
        return ""
    return plain if SAFE.fullmatch(plain) else "_" + plain


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
