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
from engine.gate.model import At, Diagram, Element, bearer, local, ref, say, semantic, shown, text

_ATTRIBUTES = {
    "association": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "participant": ("processRef",),
    "dataObjectReference": ("dataObjectRef",),
    "dataStoreReference": ("dataStoreRef",),
    "multiInstanceLoopCharacteristics": ("oneBehaviorEventRef", "noneBehaviorEventRef"),
}
# Whose lost references a fix takes out.
_TEXTS_MENDED = {"flowNodeRef", "errorRef", "outMessageRef", "dataInputRefs", "dataOutputRefs", "participantRef"}
_MENDED = frozenset({*_TEXTS_MENDED, "association", "messageFlow"})
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
    if local(element) in _DATA:
        return found(
            "target-unknown",
            At(diagram.file, bearer(element)),
            "{it}的一条数据连线缺了一端：它所连的数据已不在文件里",
            "a data line of {it} has lost an end: the data it led to are not in the file any more",
            "在图上删去它与数据之间的虚线，需要时重画一条",
            "delete the dashed line between it and the data in the drawing, and draw it again if it is needed",
        )
    mended = local(element) in _MENDED
    return found(
        "target-unknown",
        _holder(diagram, element),
        f"{{it}}引用的“{shown(name)}”不在文件里",
        f"“{shown(name)}”, which {{it}} refers to, is not in the file",
        "用一键修正删去这条引用" if mended else "在图上删去这一处后重画，或在 XML 里删去这条引用",
        "let the fix drop the reference"
        if mended
        else "delete it in the drawing and draw it again, or drop the reference in the XML",
    )


def _other_kind(diagram: Diagram, element: Element, target: Element) -> Finding:
    zh, en = say(target)
    if local(element) in _DATA:
        return found(
            "target-kind",
            At(diagram.file, bearer(element)),
            f"{{it}}的一条数据连线连到了{zh}，那不是数据",
            f"a data line of {{it}} leads to {en}, which is no data",
            "在图上删去这条虚线，改连到数据对象",
            "delete the dashed line in the drawing, and lead one to a data object",
        )
    return found(
        "target-kind",
        _holder(diagram, element),
        f"{{it}}不能引用{zh}",
        f"{{it}} may not refer to {en}",
        "在图上删去这一处后重画，或在 XML 里删去这条引用",
        "delete it in the drawing and draw it again, or drop the reference in the XML",
    )


def _holder(diagram: Diagram, element: Element) -> At:
    """The element an analyst knows: what the reference stands in."""
    holder = element.getparent() if local(element) in _TEXTS else element
    return At(diagram.file, element if holder is None else holder)
