"""What an expression at an element may speak of: the variables set on the way to it, and the functions.

Pure, for the modeler: the files of a bundle and an id in, JSON data out. A variable is listed when some path sets it; a
path may leave it out, so an expression still has to reckon with null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from engine import errors, feel, forms
from engine.feel import tree
from engine.gate import bundle as bundles
from engine.gate.bundle import Bundle
from engine.gate.elements import BANJIE
from engine.gate.model import Element, Flow, Node, Process, Scope, called, local, ref, text
from engine.gate.places import mappings, owners

Setting = tuple[str, str, Node]  # (variable, kind, the node that sets it)


def at(
    files: Mapping[str, bytes],
    element: str,
    *,
    functions: Mapping[str, Any] | None = None,
    start: Iterable[str] = (),
    known_forms: Mapping[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Variables and functions in scope at a node (before it acts) or a sequence flow of the bundle's diagrams.

    `start` are the variables a process is started with from outside; `functions` the registry's. Kinds of origin are
    form, script, decision, answer (of a connector), message, call, loop and start. Raises NotFound.
    """
    reader = Reader(bundles.read(files, {}, (), (), (), known_forms))
    place = reader.find(element)
    origins: dict[str, list[dict[str, str]]] = {name: [{"kind": "start"}] for name in start}
    for name, kind, node in sorted(set(reader.before(place)), key=lambda s: (s[0], s[2].element.sourceline or 0)):
        origin = {"kind": kind, "element": node.id, "name": (node.element.get("name") or "").strip()}
        if origin not in origins.setdefault(name, []):
            origins[name].append(origin)
    variables = [{"name": name, "from": origins[name]} for name in sorted(origins)]
    return {"element": element, "variables": variables, "functions": catalogue(functions or {})}


def catalogue(functions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The functions an expression may call, those of the house first."""
    own = [
        {
            "name": name,
            "signatures": [f"{name}({', '.join(getattr(given, 'params', ()))})"],
            "zh": getattr(given, "zh", ""),
            "en": getattr(given, "en", ""),
        }
        for name, given in sorted(functions.items())
    ]
    return own + feel.catalogue()


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

    def find(self, ident: str) -> Node | Flow:
        """The node or flow of this id; raises NotFound."""
        for process in self.processes.values():
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
            yield from ((name, "script", node) for name in _assigned(code))
        if result := node.extension("result"):
            yield result, "decision" if node.extension("decision") else "answer", node
        loop = next((child for child in node.element if local(child) == "multiInstanceLoopCharacteristics"), None)
        if loop is not None and (collected := (loop.get(BANJIE + "collect") or "").strip()):
            yield collected, "loop", node
        outputs = [name for child in mappings(node) if (name := _name(child, "output"))]
        if node.tag == "callActivity":
            yield from ((name, "call", node) for name in outputs or self._given_back(called(node)))
        elif message := self._caught(node):
            yield from ((name, "message", node) for name in outputs or self._sent(message))
        if node.inner is not None:
            for inner in node.inner.nodes:
                yield from self.settings(inner)

    def _item(self, node: Node) -> Iterator[Setting]:
        for child in node.element:
            if local(child) == "multiInstanceLoopCharacteristics" and (item := child.get(BANJIE + "item")):
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

    def _caught(self, node: Node) -> str | None:
        """The message or signal a node waits for or starts with."""
        if node.tag not in ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"):
            return None
        return self._message(node)

    def _message(self, node: Node) -> str | None:
        for holder in owners(node):
            for attribute in ("messageRef", "signalRef"):
                if ident := ref(holder, attribute).rpartition(":")[2]:
                    target = node.scope.process.diagram.by_id.get(ident)
                    return f"{attribute} {target.get('name') if target is not None else ident}"
        return None

    @cached_property
    def _payloads(self) -> dict[str, set[str]]:
        """What the bundle's own diagrams send with each message."""
        found: dict[str, set[str]] = {}
        for node in self.nodes:
            if node.tag in ("sendTask", "intermediateThrowEvent", "endEvent") and (message := self._message(node)):
                names = {name for child in mappings(node) if (name := _name(child, "input"))}
                found.setdefault(message, set()).update(names)
        return found

    def _sent(self, message: str) -> list[str]:
        return sorted(self._payloads.get(message, ()))


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


def _assigned(code: str) -> list[str]:
    """The variables a FEEL script sets: the entries of its context, or the name before its `=`."""
    try:
        script = feel.compile(code).tree
    except feel.FeelError:
        return []
    if isinstance(script, tree.If):  # either branch may be the context
        return [name for branch in (script.then, script.otherwise) for name in _entries(branch)]
    if isinstance(script, tree.Binary) and script.operator == "=" and isinstance(script.left, tree.Name):
        return [script.left.name]
    return _entries(script)


def _entries(node: tree.Node) -> list[str]:
    return [name for name, _ in node.entries] if isinstance(node, tree.Entries) else []


def _name(mapping: Element, kind: str) -> str:
    return (mapping.get("name") or "").strip() if mapping.tag == BANJIE + kind else ""
