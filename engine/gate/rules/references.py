"""References that find their target.

What. What a lane, an association, a message flow, a data association or a pool refers to exists in the file: nodes in
lanes, the ends of associations and message flows, data objects, stores, inputs and outputs, the process of a pool.
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
from engine.gate.finding import found
from engine.gate.model import At, Diagram, Element, local, ref, semantic, shown, text

_ATTRIBUTES = {
    "association": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "participant": ("processRef",),
    "dataObjectReference": ("dataObjectRef",),
    "dataStoreReference": ("dataStoreRef",),
    "multiInstanceLoopCharacteristics": ("oneBehaviorEventRef", "noneBehaviorEventRef"),
}
_DATA = frozenset({"dataInputAssociation", "dataOutputAssociation"})
_SETS = frozenset({"inputSet", "outputSet"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about references that no other rule owns."""
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            for name in _names(element):
                target = name.rpartition(":")[2]
                if target and target not in diagram.by_id:
                    yield _lost(diagram, element, name)


def _names(element: Element) -> Iterator[str]:
    """What an element refers to."""
    tag = local(element)
    for attribute in _ATTRIBUTES.get(tag, ()):
        yield ref(element, attribute)
    if tag == "flowNodeRef":
        yield text(element)
    elif tag in _DATA:
        yield from (text(child) for child in element if local(child) in ("sourceRef", "targetRef"))
    elif tag in _SETS:
        yield from (text(child) for child in element if local(child).endswith("Refs") and len(child) == 0)


def _lost(diagram: Diagram, element: Element, name: str) -> Finding:
    holder = element.getparent() if local(element) == "flowNodeRef" else element
    return found(
        "target-unknown",
        At(diagram.file, element if holder is None else holder),
        f"{{it}}引用的“{shown(name)}”不在文件里",
        f"“{shown(name)}”, which {{it}} refers to, is not in the file",
        "在建模工具中重画这一处，或删去这条引用",
        "draw this place again in the modeler, or delete the reference",
    )
