"""Data that flows where it may.

What. A data association has one source (several need a transformation, which is not run), leads from data that is there
to data that is wanted, never out of another's output or into another's input, and joins equal types. A sub-process has
no data inputs and outputs of its own, unless it is multi-instance. Data that says whether it is a collection says the
same as its item definition; the item a multi-instance activity works on is one of its collection.
Why. Data that cannot flow as drawn is missing in every case, and nobody sees it in the diagram.
Mend. Lead the association through a data object, and give both ends the same item definition.

数据关联要走得通：只有一个来源，从已有的数据到需要的数据，两端类型相同；子流程本身没有输入输出；isCollection 与数据类型
一致；多实例的单项与集合相配。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.finding import found
from engine.gate.items import DATA, alike, children, is_collection, item, target, texts
from engine.gate.model import At, Diagram, Element, Node, bearer, local, ref, semantic, shown, text

MOST_TOLD = 4  # data named in one sentence
_FIX = ("用一键修正：数据只作说明", "use the fix that keeps data as documentation")
_SAID = {
    "data-sources": (
        "{it}的数据{data}有多个来源，却没有说明如何合成一项",
        "the data {data} of {it} have several sources and nothing that makes one item of them",
        "分成几条数据连线；要合成的，在前面画一个脚本任务",
        "draw one association for each; to make one of them, draw a script task before",
    ),
    "data-direction": (
        "{it}与数据{data}的连线方向反了：不能从别处的输出取数，也不能写入别处的输入",
        "the line between {it} and the data {data} is the wrong way round: nothing is taken out of another's output or"
        " written into another's input",
        "经由数据对象传递：先写入数据对象，再从它读取",
        "lead it through a data object: write to it first, then read from it",
    ),
    "data-type": (
        "{it}与所连数据{data}的数据类型不同",
        "the data {data} joined with {it} have another type than it expects",
        _FIX[0] + "；要保留类型的，在画图的工具里给两处选同一个数据类型（itemDefinition）",
        _FIX[1] + "; to keep the types, give both the same type in the tool that drew them (itemDefinition)",
    ),
    "data-collection": (
        "{it}的数据{data}是不是集合，数据本身的标记与它的数据类型说法不一",
        "the data {data} of {it} and their type disagree on whether they are a collection",
        _FIX[0] + "；要保留类型的，在画图的工具里把两处都标为集合或都不标（isCollection）",
        _FIX[1] + "; to keep the types, mark both or neither as a collection in the tool that drew them (isCollection)",
    ),
}
_COUNTED = frozenset({"dataInput", "dataOutput", "dataObject"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about data associations, collections and the data of sub-processes: one of a kind for each step."""
    for diagram in bundle.diagrams:
        told: dict[tuple[str, Element], dict[str, None]] = {}  # (code, step) -> the data concerned
        for element in semantic(diagram.root):
            if local(element) in ("dataInputAssociation", "dataOutputAssociation"):
                for code, data in _association(diagram, element):
                    told.setdefault((code, bearer(element)), {})[_label(diagram, data)] = None
            elif local(element) in _COUNTED and element.get("isCollection") and _disagrees(diagram, element):
                holder = element if local(element) == "dataObject" else bearer(element)
                told.setdefault(("data-collection", holder), {})[_label(diagram, element)] = None
        for (code, holder), names in told.items():
            yield _told(code, At(diagram.file, holder), list(names))
    for node in bundle.nodes:
        yield from _loop(node)
        inner = children(node.element, "ioSpecification") if node.inner is not None else []
        if inner and not children(node.element, "multiInstanceLoopCharacteristics"):
            yield found(
                "data-of-sub-process",
                node,
                "{it}是子流程，不能有自己的数据输入和输出",
                "{it} is a sub-process and has no data inputs and outputs of its own",
                "删去它们；里面的步骤直接使用流程的数据",
                "delete them: the steps inside use the data of the process",
            )


def _association(diagram: Diagram, element: Element) -> Iterator[tuple[str, Element | None]]:
    """What is wrong with one association, and the data it joins the step with."""
    sources = [target(diagram, name) for name in texts(element, "sourceRef")]
    to = next((target(diagram, name) for name in texts(element, "targetRef")), None)
    into = local(element) == "dataInputAssociation"
    other = next(iter(sources), None) if into else to
    if len(sources) > 1 and not children(element, "transformation"):
        yield "data-sources", other
    if any(_is(source, "dataOutput") for source in sources) if into else _is(to, "dataInput"):
        yield "data-direction", other
    for source in sources:
        one, two = item(diagram, source), item(diagram, to)
        if one is not None and two is not None and not alike(one, two):
            yield "data-type", other


def _disagrees(diagram: Diagram, element: Element) -> bool:
    definition = item(diagram, element)
    return definition is not None and is_collection(definition) != is_collection(element)


def _label(diagram: Diagram, data: Element | None) -> str:
    """What people call data: its label, or that of what it refers to."""
    if data is None:
        return ""
    name = data.get("name") or ""
    if not name and local(data).endswith("Reference"):
        whole = target(diagram, ref(data, local(data).replace("Reference", "Ref")))
        name = (whole.get("name") or "") if whole is not None else ""
    return shown(name, 30)


def _told(code: str, at: At, names: list[str]) -> Finding:
    """One finding about all of a step's data of which the same is to be said."""
    known = [name for name in names if name]
    data = f"“{'”、“'.join(known[:MOST_TOLD])}”{'等' if len(known) > MOST_TOLD else ''}" if known else ""
    zh, en, mend_zh, mend_en = _SAID[code]
    if local(at.element) == "dataObject":
        zh, en = zh.replace("的数据{data}", ""), en.replace("the data {data} of ", "")
    en = en.replace("{data} ", f"{', '.join(f'“{name}”' for name in known[:MOST_TOLD])} " if known else "")
    return found(code, at, zh.replace("{data}", data), en, mend_zh, mend_en)


def _loop(node: Node) -> Iterator[Finding]:
    """The collections of a multi-instance marker are data, and its items are of their type."""
    diagram = node.scope.process.diagram
    for marker in children(node.element, "multiInstanceLoopCharacteristics"):
        for reference, one in (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem")):
            for child in children(marker, reference):
                data = target(diagram, text(child))
                if data is not None and local(data) not in DATA:
                    yield _no_data(node, text(child))
                for inner in children(marker, one):
                    single, whole = item(diagram, inner), item(diagram, data)
                    if single is not None and whole is not None and not _is_one_of(single, whole):
                        yield _told("data-type", At(node.file, node.element), [])


def _is_one_of(single: Element, whole: Element) -> bool:
    return not is_collection(single) and ref(single, "structureRef") == ref(whole, "structureRef")


def _no_data(node: Node, name: str) -> Finding:
    return found(
        "data-expected",
        node,
        f"{{it}}要逐项处理的“{name[:40]}”不是数据",
        f"“{name[:40]}”, over which {{it}} is to go, is no data",
        "填写“集合”，并删去原来的集合引用（loopDataInputRef）",
        "fill in “Collection”, and drop the former reference to one (loopDataInputRef)",
    )


def _is(element: Element | None, tag: str) -> bool:
    return element is not None and local(element) == tag
