"""Which variables a bundle's nodes set, and which of them may be set when a token stands at a place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property

from engine import errors, feel, forms
from engine.feel import tree
from engine.gate import bundle as bundles
from engine.gate import tables
from engine.gate.bundle import Bundle
from engine.gate.elements import BANJIE
from engine.gate.model import Element, Flow, Node, Process, Scope, called, local, ref, text
from engine.gate.places import mappings, owners

Setting = tuple[str, str, Node]  # (variable, kind, the node that sets it)


class Reader:
    """Answers over one bundle; what is asked twice is found once."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._schemas: dict[str, frozenset[str]] = {}
        self._asked: set[Process] = set()  # against processes that call one another in a circle

    @cached_property
    def processes(self) -> dict[str, Process]:
        """The processes by id."""
        return {process.id: process for diagram in self.bundle.diagrams for process in diagram.processes}

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node of every process."""
        return (node for process in self.processes.values() for node in process.nodes)

    def find(self, ident: str, file: str | None = None) -> Node | Flow:
        """The node or flow of this id, in one file where the files of a bundle share ids; raises NotFound."""
        for process in self.processes.values():
            if file not in (None, process.file):
                continue
            for scope in process.scopes:
                if ident in scope.by_id:
                    return scope.by_id[ident]
                for flow in scope.flows:
                    if flow.id == ident:
                        return flow
        raise errors.NotFound(f"the bundle has no element {ident!r}", zh=f"流程图中没有元素“{ident}”")

    def before(self, place: Node | Flow) -> Iterator[Setting]:
        """What may have been set when a token stands at `place`."""
        if isinstance(place, Flow):
            if place.source is None:
                return
            yield from self.settings(place.source)
            yield from self.before(place.source)
            return
        yield from self._item(place)
        for node in _upstream(place):
            yield from self.settings(node)
        for node in place.scope.nodes:
            if _goes_on_beside(node):
                yield from self.settings(node)
        outer = place.scope.node
        if outer is not None:
            yield from self.before(outer)
        else:
            yield from self._from_callers(place.scope.process)

    def settings(self, node: Node) -> Iterator[Setting]:
        """What a node sets, with everything inside it."""
        if form := node.extension("form"):
            yield from ((name, "form", node) for name in self._keys(form))
        if node.tag == "scriptTask":
            code = text(next((child for child in node.element if local(child) == "script"), None))
            yield from ((name, "script", node) for name in assigned(code))
        decision = node.extension("decision")
        if result := node.extension("result"):
            yield result, "decision" if decision else "answer", node
        elif decision:
            yield from ((name, "decision", node) for name in tables.entries(self.bundle, decision))
        loop = next((child for child in node.element if local(child) == "multiInstanceLoopCharacteristics"), None)
        if loop is not None and (collected := (loop.get(BANJIE + "collect") or "").strip()):
            yield collected, "loop", node
        outputs = [name for child in mappings(node) if (name := _name(child, "output"))]
        if node.tag == "callActivity":
            yield from ((name, "call", node) for name in outputs or self._given_back(called(node)))
        elif message := self.caught(node):
            yield from ((name, "message", node) for name in outputs or self._sent(message))
        if node.inner is not None:
            for inner in node.inner.nodes:
                yield from self.settings(inner)

    def _item(self, node: Node) -> Iterator[Setting]:
        for child in node.element:
            if local(child) in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
                yield "loopCounter", "loop", node
                if item := child.get(BANJIE + "item"):
                    yield item.strip(), "loop", node

    def _keys(self, form: str) -> frozenset[str]:
        if form not in self._schemas:
            known = self.bundle.known_forms.get(form)
            try:
                file = self.bundle.forms.get(form)
                schema = json.loads(self.bundle.files[file]) if file else known
                self._schemas[form] = forms.keys(schema) if schema else frozenset()
            except (ValueError, TypeError, AttributeError, KeyError):  # a broken form is the gate's to tell
                self._schemas[form] = frozenset()
        return self._schemas[form]

    def _given_back(self, process_id: str) -> list[str]:
        process = self.processes.get(process_id)
        if process is None or process in self._asked:
            return []
        self._asked.add(process)
        names = {name for node in process.scopes[0].nodes for name, _, _ in self.settings(node)}
        self._asked.discard(process)
        return sorted(names)

    def _from_callers(self, process: Process) -> Iterator[Setting]:
        """What a called process is given."""
        if process in self._asked:
            return
        self._asked.add(process)
        for node in self.nodes:
            if node.tag == "callActivity" and called(node) == process.id:
                inputs = [name for child in mappings(node) if (name := _name(child, "input"))]
                names = set(inputs) or {name for name, _, _ in self.before(node)}
                yield from ((name, "call", node) for name in names)
        self._asked.discard(process)

    def caught(self, node: Node) -> str | None:
        """The message or signal a node waits for or starts with."""
        if node.tag not in ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"):
            return None
        return self._message(node)

    def sent_here(self, node: Node) -> bool:
        """Whether it is known what the message or signal a node waits for carries: a process of the bundle sends it, or
        somebody outside of whom that is known."""
        message = self.caught(node)
        return message is not None and (bool(self._sent(message)) or _bare(message) in self.bundle.messages)

    def _message(self, node: Node) -> str | None:
        for holder in owners(node):
            for attribute in ("messageRef", "signalRef"):
                if ident := ref(holder, attribute).rpartition(":")[2]:
                    target = node.scope.process.diagram.by_id.get(ident)
                    return f"{attribute} {target is not None and target.get('name') or ident}"
        return None

    @cached_property
    def payloads(self) -> dict[str, set[str]]:
        """What the bundle's own diagrams send with each message and signal."""
        found: dict[str, set[str]] = {}
        for node in self.nodes:
            if node.tag in ("sendTask", "intermediateThrowEvent", "endEvent") and (message := self._message(node)):
                names = {name for child in mappings(node) if (name := _name(child, "input"))}
                found.setdefault(message, set()).update(names)
        return found

    def _sent(self, message: str) -> list[str]:
        return sorted({*self.payloads.get(message, ()), *self.bundle.messages.get(_bare(message), ())})


def sent(diagram: bytes) -> dict[str, set[str]]:
    """What a diagram sends to others: the values its messages and signals carry, by their names."""
    found: dict[str, set[str]] = {}
    for message, names in Reader(bundles.read({"x.bpmn": diagram}, (), (), (), None)).payloads.items():
        found.setdefault(_bare(message), set()).update(names)
    return found


def _bare(message: str) -> str:
    return message.partition(" ")[2]


def _goes_on_beside(node: Node) -> bool:
    """Whether it is an event sub-process that leaves the rest of its scope going, so that it may act at any time."""
    starts = node.inner.starts if node.inner is not None and node.is_event_sub_process else []
    return any(start.element.get("isInterrupting") == "false" for start in starts)


def _upstream(place: Node) -> set[Node]:
    """The nodes of its scope that may act before `place`; itself among them when it stands in a loop."""
    scope = place.scope
    if place.apart:
        return set(scope.nodes) - {place}
    found: set[Node] = set()
    todo = _previous(place, scope)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += _previous(node, scope)
    return found | _reached(event for node in found for event in node.boundary if _leaves_going(event))


def _leaves_going(event: Node) -> bool:
    return event.element.get("cancelActivity") == "false"


def _reached(nodes: Iterable[Node]) -> set[Node]:
    """These nodes, and all that flows lead to from them."""
    found: set[Node] = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [flow.target for flow in node.outgoing if flow.target is not None]
    return found


def _previous(node: Node, scope: Scope) -> list[Node]:
    found = [flow.source for flow in node.incoming if flow.source is not None]
    if node.tag == "boundaryEvent" and (host := scope.by_id.get(ref(node.element, "attachedToRef"))):
        found.append(host)
    names = _links(node, "intermediateCatchEvent")
    return found + [other for other in scope.nodes if names & _links(other, "intermediateThrowEvent")]


def _links(node: Node, tag: str) -> set[str]:
    if node.tag != tag:
        return set()
    return {definition.get("name") or "" for kind, definition in node.definitions if kind == "link"}


def assigned(code: str) -> dict[str, list[tree.Node]]:
    """The variables a FEEL script sets, with what: its context's entries, or the name before its `=`."""
    try:
        script = feel.compile(code.strip().removeprefix("=")).tree
    except feel.FeelError:
        return {}
    if isinstance(script, tree.Binary) and script.operator == "=" and isinstance(script.left, tree.Name):
        return {script.left.name: [script.right]}
    found: dict[str, list[tree.Node]] = {}
    for context in (script.then, script.otherwise) if isinstance(script, tree.If) else (script,):
        for name, value in context.entries if isinstance(context, tree.Entries) else ():
            found.setdefault(name, []).append(value)
    return found


def _name(mapping: Element, kind: str) -> str:
    return (mapping.get("name") or "").strip() if mapping.tag == BANJIE + kind else ""
