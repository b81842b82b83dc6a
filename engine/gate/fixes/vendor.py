"""What other products write into a diagram, as the fixes read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.gate.elements import BPMN
from engine.gate.fixes import translate
from engine.gate.foreign import VENDORS
from engine.gate.model import Element

_SECRET = re.compile(r"\bsecrets\.\w")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_HOLE = re.compile(r"[$#]\{([^{}]*)\}")


def attribute(element: Element, *names: str) -> str:
    """The first of these attributes in any product's vocabulary, trimmed; "" when there is none."""
    for name in names:
        for key, value in element.attrib.items():
            uri, _, local = str(key).removeprefix("{").rpartition("}")
            if local == name and uri in VENDORS and str(value).strip():
                return str(value).strip()
    return ""


def children(element: Element, *names: str) -> list[Element]:
    """Extension elements of these names in any product's vocabulary."""
    return [child for child in element.findall(BPMN + "extensionElements/*") if name(child) in names]


def inside(element: Element, *names: str) -> list[Element]:
    """Children of these names in any product's vocabulary."""
    return [child for child in element if name(child) in names]


def name(element: Element) -> str:
    """The name of an element of another product; "" for anything else."""
    if not isinstance(element.tag, str):
        return ""
    tag = etree.QName(element)
    return tag.localname if tag.namespace in VENDORS else ""


def of(element: Element) -> str:
    """The product whose vocabulary the file declares, for sentences; "" when there is none."""
    return next((VENDORS[uri] for uri in element.nsmap.values() if uri in VENDORS), "")


def spiff(element: Element) -> bool:
    """Whether the file comes from a SpiffWorkflow system, whose expressions are Python."""
    return any(VENDORS.get(uri) == "spiffworkflow" for uri in element.nsmap.values())


def formula(words: str, plain: str = "text") -> str | None:
    """A value as FEEL: `${…}`, `=…` and texts with `${…}` in them are translated; a plain one is a text, a number, or
    (`plain="name"`) a variable. None when it cannot be said."""
    words = words.strip()
    if _SECRET.search(words):
        return None  # kept by the settings of a connector; never part of a diagram
    if words.startswith("=") or translate.unwrapped(words) is not None:
        return translate.to_feel(words)
    if "${" in words or "#{" in words:
        return _filled(words)
    if not words:
        return None
    if plain == "name":
        return translate.variable(words) or None
    return words if plain == "number" and _NUMBER.fullmatch(words) else translate.literal(words)


def _filled(words: str) -> str | None:
    """A text with expressions in it, in which nothing becomes no letter at all."""
    parts: list[str] = []
    for number, part in enumerate(_HOLE.split(words)):
        if number % 2 == 0:
            parts += [translate.literal(part)] if part else []
        elif (found := translate.to_feel("${" + part + "}")) is not None:
            parts.append(f'(if {found} = null then "" else string({found}))')
        else:
            return None
    return None if any("${" in part or "#{" in part for part in parts) else " + ".join(parts)


def properties(element: Element) -> Iterator[tuple[str, str]]:
    """The `<property name value>` pairs that modelers keep in extension elements."""
    for holder in children(element, "properties"):
        for one in inside(holder, "property"):
            yield one.get("name") or "", (one.get("value") or "").strip()
