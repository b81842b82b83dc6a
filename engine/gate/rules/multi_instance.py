"""Multi-instance activities that know how many.

What. A multi-instance marker has one count: a collection (banjie:collection or loopDataInputRef) or a cardinality; a
literal cardinality is a whole number from 0 to 1,000. banjie:item needs banjie:collection, and banjie:collect goes
with banjie:collectItem.
Why. Without a count nothing says how often the work is done; a thousand tasks at once is a mistake of the diagram,
never the wish of an office.
Mend. Give the list of items as a FEEL expression, or the number.

多实例写明数目：用集合（banjie:collection）或数目（loopCardinality）之一；数目是 0 到 1000 的整数；收集结果时 collect
与 collectItem 成对。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Finding
from engine.gate.bundle import Bundle
from engine.gate.elements import BANJIE, BPMN
from engine.gate.finding import found
from engine.gate.model import Element, Node, shown, text
from engine.gate.rules import extensions

MAX_CARDINALITY = 1_000


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about multi-instance markers."""
    for node in bundle.nodes:
        marker = node.element.find(BPMN + "multiInstanceLoopCharacteristics")
        if marker is not None:
            yield from _marker(node, marker)


def _marker(node: Node, marker: Element) -> Iterator[Finding]:
    said = {
        name: (marker.get(BANJIE + name) or node.element.get(BANJIE + name) or "").strip()
        for name in ("collection", "item", "collect", "collectItem")
    }
    cardinality = text(marker.find(BPMN + "loopCardinality"))
    collection = said["collection"] or text(marker.find(BPMN + "loopDataInputRef")) or _foreign(marker)
    yield from _count(node, cardinality, collection)
    if said["item"] and not said["collection"]:
        yield found(
            "item-unused",
            node,
            "{it}填了“每一项的变量名”，却没有填“集合”",
            "{it} fills in “Variable of each item” but not “Collection”",
            "填写“集合”，或清空“每一项的变量名”",
            "fill in “Collection”, or empty “Variable of each item”",
        )
    if bool(said["collect"]) != bool(said["collectItem"]):
        yield found(
            "collect-incomplete",
            node,
            "{it}的“结果收集到变量”与“每个实例的结果”只填了一个",
            "{it} has only one of “Results into variable” and “Result of each”",
            "两个都写：放进哪个变量，收集什么",
            "give both: the variable, and what is gathered in it",
        )


def _count(node: Node, cardinality: str, collection: str) -> Iterator[Finding]:
    relied = extensions.needs(node)
    if relied and relied[0] == "collection":
        return  # told with what another product repeated over
    if not cardinality and not collection:
        yield found(
            "count-missing",
            node,
            "{it}是多实例，却没有说明做几次",
            "{it} is multi-instance but does not say how often",
            "填写“集合”（一个列表，每项做一次）或“循环基数”（做几次）",
            "fill in “Collection” (a list, once for each item) or “Loop cardinality” (how often)",
        )
    elif cardinality and collection:
        yield found(
            "count-several",
            node,
            "{it}同时填了“集合”和“循环基数”，只能有一个",
            "{it} has both a “Collection” and a “Loop cardinality”; there can be only one",
            "只留一个",
            "keep one of them",
        )
    elif _is_number(cardinality) and not 0 <= _number(cardinality) <= MAX_CARDINALITY:
        yield found(
            "count-large",
            node,
            f"{{it}}的循环基数 {shown(cardinality)} 不在 0 到 {MAX_CARDINALITY} 之间",
            f"the loop cardinality {shown(cardinality)} of {{it}} is not between 0 and {MAX_CARDINALITY}",
            "写合理的数目；成批处理请改用集合分批",
            "write a sensible number; work through large sets in batches",
        )


def _is_number(cardinality: str) -> bool:
    """Whether it is a literal number, as 12, -1, 1.5 or 10**7 (read as large) are."""
    return bool(cardinality) and all(character in "0123456789.-+* " for character in cardinality)


def _number(cardinality: str) -> float:
    """The number; -1 for one that is no plain non-negative whole number."""
    plain = cardinality.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else -1


def _foreign(marker: Element) -> str:
    """A collection as other modelers write it (camunda:collection), which the engine reads too."""
    for name, value in marker.attrib.items():
        if str(name).endswith("}collection") and not str(name).startswith(BANJIE):
            return str(value)
    return ""
