"""References that find their target.

What. What a lane, an association, a message flow, a data association or a pool refers to exists in the file: nodes in
lanes, the ends of associations and message flows, data objects, stores, inputs and outputs, the process of a pool; and
it is of the kind that is wanted there.
Why. The engine takes lanes and data by these references; one that points at nothing is a leftover of a deleted
element, and the lane or the data is silently missing in every case.
Mend. Draw the place again in the modeler, or delete the line that refers to nothing.

引用有着落：泳道成员、关联两端、消息流两端、数据关联、数据对象、泳池的流程都须在文件里存在；指向已删除元素的引用请在建
模工具中重画。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import NODES
from engine.gate.finding import found
from engine.gate.items import DATA
from engine.gate.model import At, Diagram, Element, local, ref, say, semantic, shown, text

_ATTRIBUTES = {
    "association": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "participant": ("processRef",),
    "dataObjectReference": ("dataObjectRef",),
    "dataStoreReference": ("dataStoreRef",),
    "multiInstanceLoopCharacteristics": ("oneBehaviorEventRef", "noneBehaviorEventRef"),
}
_DATA = frozenset({"dataInputAssociation", "dataOutputAssociation"})
# Elements whose text is a reference -> the kinds it may mean.
_TEXTS: dict[str, frozenset[str]] = {
    "flowNodeRef": NODES,
    "dataInputRefs": frozenset({"dataInput"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
    "participantRef": frozenset({"participant"}),
    "errorRef": frozenset({"error"}),
    "inMessageRef": frozenset({"message"}),
    "outMessageRef": frozenset({"message"}),
    "resourceRef": frozenset({"resource"}),
}


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about references that no other rule owns."""
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            for name, kinds in _names(element):
                target = diagram.by_id.get(name.rpartition(":")[2])
                if name and target is None:
                    yield _lost(diagram, element, name)
                elif target is not None and kinds and local(target) not in kinds:
                    yield _other_kind(diagram, element, target)


def _names(element: Element) -> Iterator[tuple[str, frozenset[str]]]:
    """What an element refers to, and the kinds it may be of (none: any)."""
    tag = local(element)
    for attribute in _ATTRIBUTES.get(tag, ()):
        yield ref(element, attribute), frozenset()
    if tag in _TEXTS and len(element) == 0:
        yield text(element), _TEXTS[tag]
    elif tag in _DATA:
        yield from ((text(child), DATA) for child in element if local(child) in ("sourceRef", "targetRef"))


def _lost(diagram: Diagram, element: Element, name: str) -> Finding:
    return found(
        "target-unknown",
        _holder(diagram, element),
        f"{{it}}引用的“{shown(name)}”不在文件里",
        f"“{shown(name)}”, which {{it}} refers to, is not in the file",
        "用一键修正删去这条引用，或在建模工具中重画这一处",
        "let the fix drop the reference, or draw this place again in the modeler",
    )


def _other_kind(diagram: Diagram, element: Element, target: Element) -> Finding:
    zh, en = say(target)
    return found(
        "target-kind",
        _holder(diagram, element),
        f"{{it}}不能引用{zh}",
        f"{{it}} may not refer to {en}",
        "在建模工具中重新选择，或删去这条引用",
        "choose again in the modeler, or delete the reference",
    )


def _holder(diagram: Diagram, element: Element) -> At:
    """The element an analyst knows: what the reference stands in."""
    holder = element.getparent() if local(element) in _TEXTS else element
    return At(diagram.file, element if holder is None else holder)
