"""Data as a diagram declares it: item definitions, and which of them two places mean alike."""

from __future__ import annotations

from collections.abc import Iterator

from engine.gate.model import Diagram, Element, local, ref, text

DATA = frozenset(
    {"dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "dataInput", "dataOutput", "property"}
)
_BY = {"message": "itemRef", "signal": "structureRef", "error": "structureRef", "escalation": "structureRef"}


def target(diagram: Diagram, name: str) -> Element | None:
    """The element a reference means, whatever prefix some tools write before the id."""
    return diagram.by_id.get(name.strip().rpartition(":")[2])


def item(diagram: Diagram, element: Element | None) -> Element | None:
    """The item definition of a message, signal, error, escalation or data element; of a reference, its object's."""
    if element is None:
        return None
    if local(element) in ("dataObjectReference", "dataStoreReference") and not element.get("itemSubjectRef"):
        element = target(diagram, ref(element, local(element).replace("Reference", "Ref")))
        if element is None or "Reference" in local(element):
            return None
    found = target(diagram, ref(element, _BY.get(local(element), "itemSubjectRef")))
    return found if found is not None and local(found) == "itemDefinition" else None


def alike(one: Element | None, other: Element | None) -> bool:
    """Whether two item definitions are equivalent: the same one, or the same structure as often."""
    if one is None or other is None:
        return one is other
    structure = ref(one, "structureRef")
    same = bool(structure) and structure == ref(other, "structureRef")
    return one is other or (same and is_collection(one) == is_collection(other))


def is_collection(element: Element) -> bool:
    return element.get("isCollection") == "true"


def texts(element: Element, tag: str) -> Iterator[str]:
    """The texts of the children of a kind: how BPMN writes references to several things."""
    return (text(child) for child in element if local(child) == tag)


def children(element: Element, *tags: str) -> list[Element]:
    return [child for child in element if local(child) in tags]
