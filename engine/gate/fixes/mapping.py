"""Say which data go in and out.

What. Input and output mappings of other products (`camunda:inputOutput`, `zeebe:ioMapping`, `camunda:in` and `out` of
call activities, the parameters of SpiffWorkflow's operators) become `banjie:input` and `banjie:output`, where the
element takes them and as far as they can be said in FEEL: expressions, texts with expressions in them, lists, maps,
scripts that only calculate. Names with blanks become one word; parts of a variable (`a.b`) cannot be set.
Why. Without them a connector gets no data. What cannot be said, and what stands at elements that take no data, stays a
finding of the gate.
Before. `<zeebe:input source="=order.id" target="orderId"/>`
After. `<banjie:input name="orderId" value="order.id"/>`

写明传出的数据和取回的数据：其他产品的输入输出映射，能用 FEEL 表达的逐项写出；不能表达的留给检查结果指出。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.gate import panel
from engine.gate.fixes import translate, vendor
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page
from engine.gate.foreign import MAPPINGS
from engine.gate.model import Element, Node, text
from engine.gate.places import mappings
from engine.gate.rules.extensions import CHILDREN

KIND = "mapping"
Pair = tuple[str, str | None]
_CALCULATES = frozenset({"juel", "feel", "javascript", "groovy", "ecmascript"})


def find(desk: Desk) -> Iterator[Fix]:
    """Mappings of other products on elements that have none of ours."""
    for page, node in desk.nodes:
        if any(True for _ in mappings(node)):
            continue
        pairs = [
            (way, "" if "." in name else translate.variable(name), value)
            for way in ("input", "output")
            if node.tag in CHILDREN[way]
            for name, value in said(node, way)
        ]
        sayable = [(way, name, value) for way, name, value in pairs if name and value]
        if sayable:
            yield _fix(page, node, sayable, len(pairs) - len(sayable))


def _fix(page: Page, node: Node, pairs: list[tuple[str, str, str]], left: int) -> Fix:
    def edit() -> None:
        for way, name, value in pairs:
            page.extend(node.element, way, name=name, value=value)

    ways = {way for way, _, _ in pairs}
    zh, en = panel.fields(sorted(ways), "、", "and")
    return fix(
        KIND,
        node.file,
        node.element,
        edit,
        zh=f"给{{it}}填写{zh}" + (f"；另有 {left} 项不能改写，请在属性面板里补上" if left else ""),
        en=f"fill in {en} of {{it}}" + (f"; {left} more cannot be said, add them in the panel" if left else ""),
        before=", ".join(name for _, name, _ in pairs),
        after=", ".join(f"{name}: {value}" for _, name, value in pairs),
        rule="foreign-ignored" if vendor.children(node.element, *MAPPINGS) else None,
        words=MAPPINGS,
    )


def said(node: Node, way: str) -> list[Pair]:
    """The pairs of one direction as (name, FEEL); a value of None cannot be said."""
    element, found = node.element, []
    for holder in vendor.children(element, "ioMapping"):
        found += [(_get(one, "target"), vendor.formula(_get(one, "source"))) for one in vendor.inside(holder, way)]
    for holder in vendor.children(element, "inputOutput"):
        found += [(_get(one, "name"), _parameter(one)) for one in vendor.inside(holder, way + "Parameter")]
    if node.tag == "callActivity":
        for one in vendor.children(element, "in" if way == "input" else "out"):
            if not one.get("variables") and not one.get("businessKey"):
                said = _get(one, "source") or _get(one, "sourceExpression")
                found.append((_get(one, "target"), vendor.formula(said, "name")))
    elif way == "input":
        for holder in vendor.children(element, "serviceTaskOperator"):
            for group in vendor.inside(holder, "parameters"):
                found += [(_get(one, "id"), _python(_get(one, "value"))) for one in vendor.inside(group, "parameter")]
    return found


def _parameter(element: Element) -> str | None:
    """The value of a parameter or an entry: a text, or the one element it holds."""
    if not len(element):
        return vendor.formula(text(element))
    return _value(element[0]) if len(element) == 1 else None


def _value(element: Element) -> str | None:
    """A script that calculates one value, a list, a map, or a plain value."""
    kind, language = vendor.name(element), _get(element, "scriptFormat").lower()
    if kind == "script":
        return translate.to_feel(text(element)) if language in _CALCULATES else None
    if kind not in ("list", "map"):
        return _parameter(element) if kind == "value" else None
    values = [_parameter(one) if kind == "map" else _value(one) for one in element]
    if not all(values):
        return None
    if kind == "list":
        return f"[{', '.join(filter(None, values))}]"
    names = [translate.literal(_get(one, "key")) for one in element]
    entries = ", ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))
    return None if len(set(names)) < len(names) else f"{{ {entries} }}"


def _python(words: str) -> str | None:
    return translate.to_feel(words, strict=True)


def _get(element: Element, name: str) -> str:
    return (element.get(name) or "").strip()
