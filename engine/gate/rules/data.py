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
from engine.gate.model import At, Diagram, Element, Node, local, ref, semantic, text

_COUNTED = frozenset({"dataInput", "dataOutput", "dataObject"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about data associations, collections and the data of sub-processes."""
    for diagram in bundle.diagrams:
        for element in semantic(diagram.root):
            if local(element) in ("dataInputAssociation", "dataOutputAssociation"):
                yield from _association(diagram, element)
            elif local(element) in _COUNTED and element.get("isCollection"):
                yield from _collection(diagram, element)
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


def _association(diagram: Diagram, element: Element) -> Iterator[Finding]:
    at = At(diagram.file, element)
    sources = [target(diagram, name) for name in texts(element, "sourceRef")]
    to = next((target(diagram, name) for name in texts(element, "targetRef")), None)
    if len(sources) > 1 and not children(element, "transformation"):
        yield found(
            "data-sources",
            at,
            "{it}有多个来源，却没有说明如何合成一项",
            "{it} has several sources and nothing that makes one item of them",
            "分成几条数据关联，或用脚本任务合成",
            "draw one association for each, or make the item in a script task",
        )
    into = local(element) == "dataInputAssociation"
    wrong = any(_is(source, "dataOutput") for source in sources) if into else _is(to, "dataInput")
    if wrong:
        zh, en = (
            ("从数据输出取数", "takes data out of a data output")
            if into
            else ("写入数据输入", "writes into a data input")
        )
        yield found(
            "data-direction",
            at,
            f"{{it}}{zh}，方向反了",
            f"{{it}} {en}, which is the wrong way round",
            "经由数据对象传递：先写入数据对象，再从它读取",
            "lead it through a data object: write to it first, then read from it",
        )
    for source in sources:
        one, other = item(diagram, source), item(diagram, to)
        if one is not None and other is not None and not alike(one, other):
            yield _types(at)


def _types(at: At | Node) -> Finding:
    return found(
        "data-type",
        at,
        "{it}两端的数据类型不同",
        "{it} joins data of different item definitions",
        "让两端引用同一个 itemDefinition；或用一键修正：数据只作说明",
        "let both ends refer to the same item definition; or use the fix that keeps data as documentation",
    )


def _collection(diagram: Diagram, element: Element) -> Iterator[Finding]:
    definition = item(diagram, element)
    if definition is not None and is_collection(definition) != is_collection(element):
        yield found(
            "data-collection",
            At(diagram.file, element),
            "{it}的 isCollection 与它的数据类型（itemDefinition）不一致",
            "{it} and its item definition disagree on whether it is a collection",
            "改成一致，或删去 isCollection；或用一键修正：数据只作说明",
            "make them agree, or delete isCollection; or use the fix that keeps data as documentation",
        )


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
                        yield _types(node)


def _is_one_of(single: Element, whole: Element) -> bool:
    return not is_collection(single) and ref(single, "structureRef") == ref(whole, "structureRef")


def _no_data(node: Node, name: str) -> Finding:
    return found(
        "data-expected",
        node,
        f"{{it}}要逐项处理的“{name[:40]}”不是数据",
        f"“{name[:40]}”, over which {{it}} is to go, is no data",
        "选择一个数据输入或数据对象，或用 banjie:collection",
        "choose a data input or data object, or use banjie:collection",
    )


def _is(element: Element | None, tag: str) -> bool:
    return element is not None and local(element) == tag
