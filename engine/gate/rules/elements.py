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
from engine.gate.elements import ACTIVITIES, BANJIE, ELEMENTS, REFUSED, Ignored, Refused, allowed, may_be, refused_value
from engine.gate.finding import found
from engine.gate.model import At, Diagram, Element, bearer, local, say, semantic, shown

_DRAWINGS = (
    "{http://www.omg.org/spec/BPMN/20100524/DI}",
    "{http://www.omg.org/spec/DD/20100524/DI}",
    "{http://www.omg.org/spec/DD/20100524/DC}",
)
_OF_STEPS = frozenset({"assignment", "transformation"})
_SAID = {  # what a step is told of the things that belong to it
    "element-ignored": (
        "{it}写的办理人（{what}）只作说明，不决定由谁办理",
        "{it} names people ({what}), which is documentation and does not decide who does the work",
    ),
    "element-refused": (
        "{it}的数据连线上有{what}，它不能执行",
        "{it} has data associations with {what}, which are not executed",
    ),
}
_BY_HAND = ACTIVITIES - {"scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask"}
_PEOPLE = ("role", "unit", "assignee")
_MIXED = frozenset({"documentation", "text", "extensionElements"})  # may hold any content


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about every element and attribute of the diagrams."""
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            yield from _element(diagram, element)
        yield from _of_steps(diagram)
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
    if tag == "import":
        yield _import(at)
    elif isinstance(row.status, Refused) and tag not in _OF_STEPS:
        yield _named("element-refused", at, row.status)
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


def _of_steps(diagram: Diagram) -> Iterator[Finding]:
    """What belongs to a step and cannot be clicked on: one finding for each step and each thing to be said."""
    said: dict[tuple[Element, str], tuple[Refused | Ignored, dict[str, tuple[str, str]]]] = {}
    for element in semantic(diagram.root):
        row = ELEMENTS.get(local(element))
        if row is None or not isinstance(row.status, Refused | Ignored):
            continue
        if isinstance(row.status, Ignored) or local(element) in _OF_STEPS:
            code = "element-ignored" if isinstance(row.status, Ignored) else "element-refused"
            _, kinds = said.setdefault((bearer(element), code), (row.status, {}))
            kinds[local(element)] = row.zh, row.en
    for (holder, code), (status, kinds) in said.items():
        if code == "element-ignored" and not _asks_who(holder):
            continue
        whats = "、".join(zh for zh, _ in kinds.values()), ", ".join(en for _, en in kinds.values())
        zh, en = (text.replace("{what}", what) for text, what in zip(_SAID[code], whats, strict=True))
        yield found(code, At(diagram.file, holder), zh, en, *status.mend)


def _asks_who(holder: Element) -> bool:
    """Whether people do the work, and nothing of ours says who."""
    return local(holder) in _BY_HAND and not any((holder.get(BANJIE + name) or "").strip() for name in _PEOPLE)


def _import(at: At) -> Finding:
    """An import by the file it means; a decision's is mended by uploading that file."""
    kind = (at.element.get("importType") or "").lower()
    file = shown((at.element.get("location") or "").rpartition("/")[2] or at.element.get("namespace") or "", 60)
    row = REFUSED["import"]
    mend_zh, mend_en = row.mend
    if "xmlschema" in kind or "wsdl" in kind or file.endswith((".xsd", ".wsdl")):
        mend_zh, mend_en = (
            "用一键修正删去引入：数据类型和接口的定义在这里不起作用",
            "let the fix drop the import: definitions of types and interfaces have no effect here",
        )
    elif "/spec/dmn/" in kind or file.endswith(".dmn"):
        mend_zh = f"把 {file} 上传到同一个草稿，并在业务规则任务上选择“决策表”；引入本身用一键修正删去"
        mend_en = (
            f"upload {file} into the same draft and choose its “Decision” on the business rule task; the fix drops the"
            " import itself"
        )
    return found(
        "element-refused",
        at,
        f"流程图引入了文件“{file}”，引入的内容不能执行",
        f"the diagram imports the file “{file}”, whose content is not taken in this way",
        mend_zh,
        mend_en,
    )


def _foreign_children(at: At, tag: str) -> Iterator[Finding]:
    for child in at.element:
        if not local(child) and not (tag == "definitions" and str(child.tag).startswith(_DRAWINGS)):
            yield found(
                "element-misplaced",
                At(at.file, at.element),
                f"{{it}}里直接放了外来元素 {shown(str(child.tag), 80)}，它不会起作用",
                f"{{it}} directly holds the foreign element {shown(str(child.tag), 80)}, which would have no effect",
                "在 XML 里把它移到 extensionElements 里，或删去",
                "move it into extensionElements in the XML, or delete it",
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


def _named(code: str, at: At, row: Refused) -> Finding:
    return found(code, at, "{it}：" + row.why[0], "{it}: " + row.why[1], *row.mend)
