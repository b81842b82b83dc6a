"""Only elements whose meaning is known.

What. Every BPMN element and attribute has a row in `engine/gate/elements.py`: it runs, it is documentation (with a
warning where it might be taken for more), or it is refused by name. Anything else in the BPMN namespace is refused as
unknown, and so are elements of other vocabularies outside extensionElements, and elements in a place where BPMN has
none.
Why. An element the engine passes over in silence changes what the diagram does, and nobody notices until a case goes
wrong; one that hides inside a remark is not seen by the person who reviews the diagram.
Mend. Correct the spelling, draw what the finding proposes, or move foreign elements into extensionElements.

只接受含义明确的元素：每个 BPMN 元素或执行、或作说明、或被点名拒绝；拼错的名称和放错位置的外来元素一律拒绝。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.containment import may_stand_in
from engine.gate.elements import ELEMENTS, Ignored, Refused, allowed, may_be, refused_value
from engine.gate.finding import found
from engine.gate.model import At, Diagram, Element, local, say, semantic, shown

_DRAWINGS = (
    "{http://www.omg.org/spec/BPMN/20100524/DI}",
    "{http://www.omg.org/spec/DD/20100524/DI}",
    "{http://www.omg.org/spec/DD/20100524/DC}",
)
_MIXED = frozenset({"documentation", "text", "extensionElements"})  # may hold any content


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about every element and attribute of the diagrams."""
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            yield from _element(diagram, element)
        for element in diagram.root.iter():  # everywhere: what hides in a remark is found by the engine too
            parent = element.getparent()
            if parent is not None and not may_stand_in(local(element), local(parent)):
                yield _nested(At(diagram.file, element), At(diagram.file, parent))


def _element(diagram: Diagram, element: Element) -> Iterator[Finding]:
    at, tag = At(diagram.file, element), local(element)
    row = ELEMENTS.get(tag)
    if row is None:
        yield found(
            "element-unknown",
            at,
            f"BPMN 2.0 里没有可用的元素“{shown(tag)}”（第 {element.sourceline} 行）",
            f"BPMN 2.0 has no element “{shown(tag)}” that can be used (line {element.sourceline})",
            "检查拼写，或在建模工具中重画这一处",
            "check the spelling, or draw this place again in the modeler",
        )
        return
    if isinstance(row.status, Refused):
        yield _named("element-refused", at, row.status)
    elif isinstance(row.status, Ignored):
        yield _named("element-ignored", at, row.status)
    for name, value in element.attrib.items():
        if str(name).startswith("{"):
            continue
        refused = refused_value(tag, str(name), str(value))
        if refused:
            yield _named("value-refused", at, refused)
        elif not may_be(str(name), str(value)):
            yield found(
                "value-unknown",
                at,
                f"{{it}}的 {name} 不能写“{shown(str(value))}”",
                f"the attribute {name} of {{it}} may not be “{shown(str(value))}”",
                "可以写：" + allowed(str(name)),
                "write one of: " + allowed(str(name)),
            )
        elif name not in row.attributes:
            yield found(
                "attribute-unknown",
                at,
                f"{{it}}没有“{shown(str(name))}”这个属性",
                f"{{it}} has no attribute “{shown(str(name))}”",
                "检查拼写和大小写，或删去该属性",
                "check the spelling and the case, or delete the attribute",
            )
    if tag not in _MIXED:
        yield from _foreign_children(at, tag)


def _foreign_children(at: At, tag: str) -> Iterator[Finding]:
    for child in at.element:
        if not local(child) and not (tag == "definitions" and str(child.tag).startswith(_DRAWINGS)):
            yield found(
                "element-misplaced",
                At(at.file, at.element),
                f"{{it}}里直接放了外来元素 {shown(str(child.tag), 80)}，它不会起作用",
                f"{{it}} directly holds the foreign element {shown(str(child.tag), 80)}, which would have no effect",
                "把它移到 extensionElements 里，或删去",
                "move it into extensionElements, or delete it",
            )


def _nested(at: At, parent: At) -> Finding:
    zh, en = say(parent.element)
    return found(
        "element-nested",
        at,
        f"{{it}}不能放在{zh}里",
        f"{{it}} may not stand in {en}",
        "在建模工具中删去后重画",
        "delete it and draw it again in the modeler",
    )


def _named(code: str, at: At, row: Refused | Ignored) -> Finding:
    return found(code, at, "{it}：" + row.why[0], "{it}: " + row.why[1], *row.mend)
