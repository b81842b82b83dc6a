"""Say which data go in and out.

What. Input and output mappings of other products (`camunda:inputOutput`, `zeebe:ioMapping`, `camunda:in` and `out` of
call activities, the parameters of SpiffWorkflow's operators) become `banjie:input` and `banjie:output`, where the
element takes them and every value can be said in FEEL.
Why. Without them a connector gets no data; a mapping that is only half taken over would be worse than none.
Before. `<zeebe:input source="=order.id" target="orderId"/>`
After. `<banjie:input name="orderId" value="order.id"/>`

写明数据进出：把其他产品的输入输出映射写成 banjie:input、banjie:output；有一项不能改写时整组不动。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.gate.fixes import vendor
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.foreign import MAPPINGS
from engine.gate.model import Element, Node, text
from engine.gate.places import mappings
from engine.gate.rules.extensions import CHILDREN

KIND = "mapping"
Pair = tuple[str, str | None]


def find(desk: Desk) -> Iterator[Fix]:
    """Mappings of other products on elements that have none of ours."""
    for page, node in desk.nodes:
        if any(True for _ in mappings(node)):
            continue
        said = {way: _said(node, way) for way in ("input", "output") if node.tag in CHILDREN[way]}
        pairs = [(way, name, value) for way, found in said.items() for name, value in found]
        if pairs and all(feel.is_simple(name) and value for _, name, value in pairs):
            yield _fix(page, node, [(way, name, value or "") for way, name, value in pairs])


def _fix(page: Page, node: Node, pairs: list[tuple[str, str, str]]) -> Fix:
    def edit() -> None:
        for way, name, value in pairs:
            page.extend(node.element, way, name=name, value=value)

    shown = ", ".join(f"{name}: {value}" for _, name, value in pairs)
    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh="把{it}的输入输出写成 banjie:input、banjie:output",
        en="say the data of {it} by banjie:input and banjie:output",
        before=", ".join(name for _, name, _ in pairs),
        after=shown,
        rule="foreign-ignored" if vendor.children(node.element, *MAPPINGS) else None,
        words=MAPPINGS,
    )


def _said(node: Node, way: str) -> list[Pair]:
    """The pairs of one direction as (name, FEEL); a value of None cannot be said."""
    element, found = node.element, []
    for holder in vendor.children(element, "ioMapping"):
        found += [(_get(one, "target"), vendor.formula(_get(one, "source"))) for one in vendor.inside(holder, way)]
    if node.tag == "callActivity":
        for one in vendor.children(element, "in" if way == "input" else "out"):
            if not one.get("variables") and not one.get("businessKey"):
                said = _get(one, "source") or _get(one, "sourceExpression")
                found.append((_get(one, "target"), vendor.formula(said, "name")))
    elif way == "input":
        for holder in vendor.children(element, "inputOutput"):
            found += [(_get(one, "name"), _parameter(one)) for one in vendor.inside(holder, "inputParameter")]
        for holder in vendor.children(element, "serviceTaskOperator"):
            for group in vendor.inside(holder, "parameters"):
                found += [(_get(one, "id"), _python(_get(one, "value"))) for one in vendor.inside(group, "parameter")]
    return found


def _parameter(element: Element) -> str | None:
    """The value of an inputParameter; lists, maps and scripts are not taken over."""
    return None if len(element) else vendor.formula(text(element))


def _python(words: str) -> str | None:
    return vendor.translate.to_feel(words, strict=True)


def _get(element: Element, name: str) -> str:
    return (element.get(name) or "").strip()
