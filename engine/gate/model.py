"""A diagram as the rules see it: processes, scopes, nodes and flows, read once. Nothing here judges or raises.

Wrong references simply lead nowhere (None, an empty list); the rule that owns the mistake finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from engine.gate.elements import (
    ACTIVITIES,
    BANJIE,
    BPMN,
    ELEMENTS,
    EVENTS,
    GATEWAYS,
    GLOBAL_TASKS,
    NODES,
    SUB_PROCESSES,
)

Element: TypeAlias = etree._Element
_CLOSED = frozenset(("extensionElements", "documentation", "text", "choreography", "globalChoreographyTask"))
UNSEEN = dict.fromkeys([*range(32), 127, *range(128, 160), *range(8203, 8208), *range(8234, 8239)], "�")
UNSEEN |= dict.fromkeys([*range(8288, 8298), 65279], "�")


def local(element: Element) -> str:
    """The name of a BPMN element without its namespace; "" for any other vocabulary."""
    tag = element.tag
    return tag[len(BPMN) :] if isinstance(tag, str) and tag.startswith(BPMN) else ""


def ref(element: Element, name: str) -> str:
    """A reference attribute: an id, exactly as written."""
    return (element.get(name) or "").strip()


def called(node: Node) -> str:
    """The process a call activity calls, without the prefix some tools write before the id."""
    return ref(node.element, "calledElement").rpartition(":")[2]


def text(element: Element | None) -> str:
    """All of an element's text, trimmed: what the engine reads, not only what stands before the first inner element."""
    return "".join(element.itertext()).strip() if element is not None else ""


def shown(words: str, length: int = 40) -> str:
    """Words from a diagram as they may stand in a sentence: one line, short, nothing invisible."""
    line = " ".join(words.split()).translate(UNSEEN)
    return line if len(line) <= length else line[:length] + "…"


def say(element: Element) -> tuple[str, str]:
    """What a sentence calls an element, (zh, en): kind, label and id, or the line where there is neither."""
    row = ELEMENTS.get(local(element))
    zh, en = (row.zh, row.en) if row else ("元素 " + shown(_name(element)), "element " + shown(_name(element)))
    if label := shown(element.get("name") or _pool(element)):
        zh, en = f"{zh}“{label}”", f"{en} “{label}”"
    if ident := shown(element.get("id") or "", 60):
        return f"{zh}（{ident}）", f"{en} ({ident})"
    return f"{zh}（第 {element.sourceline} 行）", f"{en} (line {element.sourceline})"


def _pool(element: Element) -> str:
    """The name of the pool that a process without a name is drawn in; "" where there is none."""
    if local(element) != "process" or (ident := element.get("id")) is None:
        return ""
    pools = element.getroottree().iterfind(f"{BPMN}collaboration/{BPMN}participant")
    return next((one.get("name") or "" for one in pools if ref(one, "processRef").rpartition(":")[2] == ident), "")


def titled(element: Element) -> tuple[str, str]:
    """An element among others, (zh, en): its label in quotes, or its kind and id where it has none."""
    if label := shown(element.get("name") or "", 20):
        return f"“{label}”", f"“{label}”"
    row, ident = ELEMENTS.get(local(element)), shown(element.get("id") or "", 60)
    return (f"{row.zh}（{ident}）", f"{row.en} ({ident})") if row else (ident, ident)


def owner(element: Element) -> Element:
    """The nearest element with an id: the one an analyst can click on."""
    while not element.get("id") and (parent := element.getparent()) is not None:
        element = parent
    return element


def clicked(element: Element) -> str | None:
    """The id by which an analyst finds the place of an element; None where that is the file as a whole."""
    holder = owner(element)
    return None if local(holder) == "definitions" else holder.get("id")


def bearer(element: Element) -> Element:
    """What an element belongs to in the eyes of people: the task, event, gateway or process it stands in."""
    holder: Element | None = element
    while holder is not None and local(holder) not in NODES and local(holder) not in ("process", *GLOBAL_TASKS):
        holder = holder.getparent()
    return element if holder is None else holder


def _name(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else "?"


@dataclass(frozen=True, slots=True)
class At:
    """Any other element, with the file it stands in."""

    file: str
    element: Element


@dataclass(slots=True, eq=False)
class Flow:
    """A sequence flow; `source` and `target` are None where the diagram leads nowhere."""

    element: Element
    id: str
    source: Node | None
    target: Node | None
    condition: str | None  # None: no condition drawn
    scope: Scope

    @property
    def file(self) -> str:
        return self.scope.file


@dataclass(slots=True, eq=False)
class Node:
    """An activity, event or gateway."""

    element: Element
    tag: str
    id: str
    scope: Scope
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundary: list[Node] = field(default_factory=list)  # events attached to it
    inner: Scope | None = None  # what a sub-process holds

    @property
    def triggers(self) -> list[str]:
        """The kinds of its event definitions: message, timer, …; a reference counts as what it refers to."""
        return [kind for kind, _ in self.definitions]

    @property
    def definitions(self) -> list[tuple[str, Element]]:
        """Its event definitions as (kind, element), references followed."""
        found = []
        for child in self.element:
            name = local(child)
            if name.endswith("EventDefinition"):
                found.append((name.removesuffix("EventDefinition"), child))
            elif name == "eventDefinitionRef":
                target = self.scope.process.diagram.by_id.get(text(child).rpartition(":")[2])
                if target is not None and local(target).endswith("EventDefinition"):
                    found.append((local(target).removesuffix("EventDefinition"), target))
        return found

    def extension(self, name: str) -> str | None:
        """The value of one of our own attributes, trimmed; None when absent or empty."""
        return (self.element.get(BANJIE + name) or "").strip() or None

    @property
    def file(self) -> str:
        return self.scope.file

    @property
    def is_event_sub_process(self) -> bool:
        return self.tag in SUB_PROCESSES and self.element.get("triggeredByEvent") == "true"

    @property
    def is_compensation_handler(self) -> bool:
        return self.element.get("isForCompensation") == "true"

    @property
    def is_activity(self) -> bool:
        return self.tag in ACTIVITIES

    @property
    def is_event(self) -> bool:
        return self.tag in EVENTS

    @property
    def is_gateway(self) -> bool:
        return self.tag in GATEWAYS

    @property
    def apart(self) -> bool:
        """Whether it runs without being reached by a flow: event sub-processes, compensation handlers, ad-hoc work."""
        return self.is_event_sub_process or self.is_compensation_handler or self.scope.is_ad_hoc


@dataclass(slots=True, eq=False)
class Scope:
    """A process or sub-process: what flows may connect."""

    element: Element
    process: Process
    node: Node | None  # the sub-process itself; None for a process
    depth: int
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    by_id: dict[str, Node] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return self.process.diagram.file

    @property
    def is_ad_hoc(self) -> bool:
        return local(self.element) == "adHocSubProcess"

    @property
    def starts(self) -> list[Node]:
        return [node for node in self.nodes if node.tag == "startEvent"]

    @property
    def ends(self) -> list[Node]:
        return [node for node in self.nodes if node.tag == "endEvent"]


@dataclass(slots=True, eq=False)
class Process:
    """A process of a diagram. `runs` is whether the engine will ever execute it."""

    diagram: Diagram
    element: Element
    id: str
    executable: bool  # isExecutable is true or absent
    runs: bool = False
    scopes: list[Scope] = field(default_factory=list)  # itself first, then its sub-processes

    @property
    def file(self) -> str:
        return self.diagram.file

    @property
    def nodes(self) -> Iterator[Node]:
        return (node for scope in self.scopes for node in scope.nodes)


@dataclass(slots=True, eq=False)
class Diagram:
    """One .bpmn file."""

    file: str
    root: Element
    by_id: dict[str, Element] = field(
        default_factory=dict
    )  # the first element of each id, diagram interchange left out
    processes: list[Process] = field(default_factory=list)
    callable: set[str] = field(default_factory=set)  # ids of processes and global tasks


def read(file: str, root: Element) -> Diagram:
    """The diagram of one file whose root is bpmn:definitions."""
    diagram = Diagram(file, root)
    for element in semantic(root):
        if ident := element.get("id"):
            diagram.by_id.setdefault(ident, element)
    for child in root:
        tag = local(child)
        if tag == "process":
            process = Process(diagram, child, child.get("id") or "", child.get("isExecutable", "true") == "true")
            diagram.processes.append(process)
            _scope(child, process, None, 0)
        if tag == "process" or tag in GLOBAL_TASKS:
            diagram.callable.add(child.get("id") or "")
    return diagram


def imported_table(root: Element) -> str:
    """The file of the one decision model a diagram imports; "" when there is none, or several."""
    files = imported(root, "/spec/dmn/")
    return files[0] if len(files) == 1 else ""


def imported(root: Element, kind: str) -> list[str]:
    """The names of the files of a kind that a diagram imports."""
    return [
        name
        for element in root
        if local(element) == "import" and kind in (element.get("importType") or "").lower()
        if (name := (element.get("location") or "").rpartition("/")[2])
    ]


def semantic(root: Element) -> Iterator[Element]:
    """`root` and every BPMN element below it in the order of the file, without drawings and what `_CLOSED` holds."""
    todo = [root]
    while todo:
        element = todo.pop()
        if not (tag := local(element)):
            continue
        yield element
        if tag not in _CLOSED:
            todo.extend(reversed(element))


def _scope(element: Element, process: Process, node: Node | None, depth: int) -> Scope:
    scope = Scope(element, process, node, depth)
    process.scopes.append(scope)
    for child in element:
        if (tag := local(child)) in NODES:
            inner = Node(child, tag, child.get("id") or "", scope)
            scope.nodes.append(inner)
            scope.by_id.setdefault(inner.id, inner)
            if tag in SUB_PROCESSES:
                inner.inner = _scope(child, process, inner, depth + 1)
    for child in element:
        if local(child) == "sequenceFlow":
            scope.flows.append(_flow(child, scope))
    for inner in scope.nodes:
        if inner.tag == "boundaryEvent" and (host := scope.by_id.get(ref(inner.element, "attachedToRef"))):
            host.boundary.append(inner)
    return scope


def _flow(element: Element, scope: Scope) -> Flow:
    source, target = scope.by_id.get(ref(element, "sourceRef")), scope.by_id.get(ref(element, "targetRef"))
    condition = element.find(BPMN + "conditionExpression")
    flow = Flow(element, element.get("id") or "", source, target, None if condition is None else text(condition), scope)
    if source is not None:
        source.outgoing.append(flow)
    if target is not None:
        target.incoming.append(flow)
    return flow
