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
            "{it}写了 banjie:item，却没有 banjie:collection",
            "{it} names banjie:item but no banjie:collection",
            "写上集合，或删去 banjie:item",
            "give the collection, or remove banjie:item",
        )
    if bool(said["collect"]) != bool(said["collectItem"]):
        yield found(
            "collect-incomplete",
            node,
            "{it}的 banjie:collect 与 banjie:collectItem 只写了一个",
            "{it} has only one of banjie:collect and banjie:collectItem",
            "两个都写：放进哪个变量，收集什么",
            "give both: the variable, and what is gathered in it",
        )


def _count(node: Node, cardinality: str, collection: str) -> Iterator[Finding]:
    if not cardinality and not collection:
        yield found(
            "count-missing",
            node,
            "{it}是多实例，却没有写明数目或集合",
            "{it} is multi-instance but gives neither a collection nor a number",
            "写上 banjie:collection 或 loopCardinality",
            "give banjie:collection or loopCardinality",
        )
    elif cardinality and collection:
        yield found(
            "count-several",
            node,
            "{it}同时写了数目和集合，只能有一个",
            "{it} gives both a number and a collection; there can be only one",
            "只留一个",
            "keep one of them",
        )
    elif _is_number(cardinality) and not 0 <= _number(cardinality) <= MAX_CARDINALITY:
        yield found(
            "count-large",
            node,
            f"{{it}}的实例数目 {shown(cardinality)} 不在 0 到 {MAX_CARDINALITY} 之间",
            f"the cardinality {shown(cardinality)} of {{it}} is not between 0 and {MAX_CARDINALITY}",
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
