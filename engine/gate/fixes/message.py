"""Name the message or signal.

What. An event or task that waits for or sends a message or signal without saying which gets one: that of the message
flow drawn to it, or a new one that bears the event's label (of the sender, where a message flow joins both ends). A
send task that nothing in the diagram would hear is left to a person: a connector, somebody to do it by hand, or a
message inside. Thrown errors and escalations are named in the same way; one without a code takes its name as code.
Why. Drawings say by their label what is heard; the engine finds who waits by the message's name. Ends with the same
label, or joined by a message flow, hear each other.
Before. `<intermediateCatchEvent id="c" name="Paid"><messageEventDefinition/>`
After. `<message id="Message_c" name="Paid"/>` and `<messageEventDefinition messageRef="Message_c"/>`

给消息、信号起名：没有指明消息或信号的事件，用消息流所连的消息，或按事件名称新建一个；抛出的错误、升级没有代码时以名称为代码。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.gate.elements import BPMN, ELEMENTS
from engine.gate.fixes import workers
from engine.gate.fixes.desk import Desk, fix
from engine.gate.fixes.offer import Fix
from engine.gate.fixes.page import Page, escaped
from engine.gate.model import Element, Node, local, ref
from engine.gate.rules.definitions import CODES

KIND = "message"
_MAX = 100  # characters of a name


def find(desk: Desk) -> Iterator[Fix]:
    """Messages and the like that are not named, and errors that are not coded."""
    for page, node in desk.nodes:
        for kind, holder in _silent(node):
            yield from _named(page, node, kind, holder)
    seen: set[Element] = set()
    for page, node in desk.nodes:
        for kind, definition in node.definitions:
            if kind in CODES and node.tag in ("intermediateThrowEvent", "endEvent"):
                target = node.scope.process.diagram.by_id.get(ref(definition, kind + "Ref"))
                if target is not None and target not in seen and not ref(target, CODES[kind]):
                    seen.add(target)
                    yield from _coded(page, node, kind, target)


def _silent(node: Node) -> Iterator[tuple[str, Element]]:
    """What should say its message or signal: the task, or the definitions of the event."""
    sends = node.tag in ("sendTask", "intermediateThrowEvent", "endEvent")
    if sends and (node.extension("connector") or workers.said(node) or workers.unheard(node)):
        return
    if node.tag in ("sendTask", "receiveTask") and not ref(node.element, "messageRef"):
        yield "message", node.element
    for kind, definition in node.definitions:
        own = definition.getparent() is node.element
        throws = node.tag in ("intermediateThrowEvent", "endEvent")
        if own and not ref(definition, kind + "Ref") and (kind in ("message", "signal") or (throws and kind in CODES)):
            yield kind, definition


def _named(page: Page, node: Node, kind: str, holder: Element) -> Iterator[Fix]:
    found = meant(node, kind)
    if found is None:
        return
    ident, said = found
    taken = node.scope.process.diagram.by_id.get(ident)
    words = said or (taken.get("name") if taken is not None else "") or ident
    zh = ELEMENTS[kind].zh
    yield fix(
        KIND,
        node.file,
        node.element,
        partial(name, page, node, kind, holder, ident, said),
        zh=f"给{{it}}写上{zh}“{words}”",
        en=f"give {{it}} the {kind} “{words}”",
        before="",
        after=f'{kind}Ref="{ident}"',
        rule="reference-missing",
    )


def meant(node: Node, kind: str) -> tuple[str, str] | None:
    """The id and name of the message or the like that a node means; None when that cannot be told."""
    ident, said = _meant(node, kind)
    taken = node.scope.process.diagram.by_id.get(ident)
    if not ident or not (said or taken is not None) or (taken is not None and local(taken) != kind):
        return None
    return ident, said


def name(page: Page, node: Node, kind: str, holder: Element, ident: str, said: str) -> None:
    """Let `holder` refer to a message or the like, which is made where it is not there."""
    page.set(holder, kind + "Ref", ident)
    first = next(child for child in page.root if local(child) in ("collaboration", "process"))
    if ident not in node.scope.process.diagram.by_id:
        code = f' {CODES[kind]}="{escaped(said)}"' if kind in CODES else ""
        page.before(first, f'<{page.bpmn(first, kind)} id="{escaped(ident)}" name="{escaped(said)}"{code}/>')


def _meant(node: Node, kind: str) -> tuple[str, str]:
    """The id and name of the message: from the message flow at this node, else from its label."""
    label = _label(node.element)
    diagram = node.scope.process.diagram
    flows = diagram.root.iter(BPMN + "messageFlow") if kind == "message" else iter(())
    for flow in flows:
        ends = (ref(flow, "sourceRef"), ref(flow, "targetRef"))
        if node.id not in ends:
            continue
        if said := ref(flow, "messageRef"):
            return said, ""
        sender, other = (diagram.by_id.get(end) for end in ends)
        if sender is not None and other is not None and _speaks(sender) and _speaks(other) and flow.get("id"):
            return f"Message_{flow.get('id')}", _label(flow) or _label(sender) or label
    return (f"{kind.capitalize()}_{node.id}" if node.id else ""), label


def _speaks(element: Element) -> bool:
    """Whether an end of a message flow is a step rather than a pool."""
    return local(element) not in ("participant", "")


def _label(element: Element) -> str:
    return " ".join((element.get("name") or "").split())[:_MAX]


def _coded(page: Page, node: Node, kind: str, target: Element) -> Iterator[Fix]:
    code = _label(target) or target.get("id") or ""
    if code:
        yield fix(
            KIND,
            node.file,
            node.element,
            partial(page.set, target, CODES[kind], code),
            zh=f"以名称“{code}”作{{it}}的代码",
            en=f"let the name “{code}” be the code that {{it}} throws",
            before="",
            after=f'{CODES[kind]}="{code}"',
            rule="code-missing",
            part="code",
        )
