"""Give safe ids.

What. An id that begins with a digit or holds characters that are not allowed is rewritten, with everything in the
bundle that refers to it, the drawing included. A process, node, message or the like without an id gets one. A second
element with an id already in use gets another when nothing refers to that id.
Why. Cases, history and links name elements by their ids. Numbers, GUIDs with braces and blanks come from older tools.
Before. `<userTask id="{1A-2B}">`, `<sequenceFlow targetRef="{1A-2B}">`
After. `<userTask id="_1A-2B">`, `<sequenceFlow targetRef="_1A-2B">`

编号规范：以数字开头或含特殊字符的编号连同引用一起改写；缺少的编号补上；重复而无人引用的编号另起。
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.gate.elements import GLOBAL_TASKS, NODES
from engine.gate.fixes.desk import Desk, Sheet, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.model import Element, local, semantic
from engine.gate.rules.ids import SAFE

KIND = "ids"
_NEED = NODES | GLOBAL_TASKS | {"process", "message", "signal", "error", "escalation", "sequenceFlow"}
_NOT_REFERENCES = frozenset({"id", "name", "exporter", "targetNamespace", "expressionLanguage", "typeLanguage"})
_WORDS = frozenset({"documentation", "text", "script", "conditionExpression"})  # texts of people, not references
_LONGEST = 90


def find(desk: Desk) -> Iterator[Fix]:
    """Ids that are missing, unsafe, or used twice without need."""
    for sheet in desk.sheets:
        taken = {element.get("id") for element in sheet.page.root.iter(etree.Element)}
        references = Counter(value for page in desk.pages.values() for _, _, value in _references(page))
        counts: Counter[str] = Counter()
        seen: set[str] = set()
        for element in semantic(sheet.page.root):
            tag, ident = local(element), element.get("id")
            if ident is None or not ident.strip():
                if tag in _NEED:
                    counts[tag] += 1
                    yield _fix(desk, sheet, element, "", _free(f"{tag}_{counts[tag]}", taken), "id-missing")
            elif ident in seen:
                if not references[ident]:
                    yield _fix(desk, sheet, element, "", _free(_safe(ident, tag), taken), "id-twice")
            elif not SAFE.fullmatch(ident):
                yield _fix(desk, sheet, element, ident, _free(_safe(ident, tag), taken), "id-unsafe")
            if ident:
                seen.add(ident)


def _safe(ident: str, tag: str) -> str:
    plain = re.sub(r"[^\w.\-]+", "_", ident.strip(" {}[]()#")).strip("._-")[:_LONGEST] or tag
    return plain if SAFE.fullmatch(plain) else "_" + plain


def _free(name: str, taken: set[str | None]) -> str:
    """The name, numbered when it is in use; it is in use from now on."""
    number, found = 2, name
    while found in taken:
        number, found = number + 1, f"{name}_{number}"
    taken.add(found)
    return found


def _fix(desk: Desk, sheet: Sheet, element: Element, old: str, new: str, rule: str) -> Fix:
    def edit() -> None:
        sheet.page.set(element, "id", new)
        if old:
            pages = desk.pages.values() if local(element) in GLOBAL_TASKS | {"process"} else (sheet.page,)
            for page in pages:
                _refer(page, old, new)

    said = element.get("id") or ""
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


def _refer(page: Page, old: str, new: str) -> None:
    """Let all references to one id mean the new one; a prefix stays."""
    for element, name, value in _references(page):
        if value == old:
            said = element.get(name) if name else (element.text or "").strip()
            words = (said or "").strip()
            lead = words[: len(words) - len(old)]
            if name:
                page.set(element, name, lead + new)
            else:
                page.write(element, lead + new)


def _references(page: Page) -> Iterator[tuple[Element, str, str]]:
    """Everything that could be a reference, as (element, attribute or "" for its text, id without prefix)."""
    for element in page.root.iter(etree.Element):
        drawn = element.get("bpmnElement")
        if not local(element):
            if drawn:
                yield element, "bpmnElement", _bare(drawn, page)
            continue
        for key, value in element.attrib.items():
            if not str(key).startswith("{") and str(key) not in _NOT_REFERENCES:
                yield element, str(key), _bare(str(value), page)
        if len(element) == 0 and local(element) not in _WORDS and (words := (element.text or "").strip()):
            yield element, "", _bare(words, page)


def _bare(value: str, page: Page) -> str:
    """A reference without the prefix of a namespace that the file declares."""
    prefix, colon, rest = value.strip().partition(":")
    return rest if colon and prefix in page.root.nsmap else value.strip()
