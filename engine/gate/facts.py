"""What a bundle's diagrams set: every variable, what is known of its value, and who else may set variables.

Asked over the whole bundle and not along the flows: a variable that anything sets is no mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.feel import tree
from engine.gate import tables
from engine.gate.bundle import Bundle
from engine.gate.elements import BANJIE
from engine.gate.items import children
from engine.gate.known import NEVER, NOTHING, Known, joined, of_decision, of_field, of_node
from engine.gate.model import Node, Process, called, local, ref, semantic, text
from engine.gate.near import Guesses
from engine.gate.places import mappings
from engine.gate.scope import Reader, assigned

_NAME = re.compile(r"[^\W\d]\w*")
_COPIES = ("dataInputAssociation", "dataOutputAssociation")
_HELD = ("dataObject", "dataInput", "dataOutput", "property")
_WAITS = ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask")


@dataclass(slots=True)
class Facts:
    """`variables`: all that is set, with what is known of it. `open`: processes that get others from outside."""

    variables: dict[str, Known] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    fed: set[str] = field(default_factory=set)  # those of them that get some after their start, or by a message
    late: set[str] = field(default_factory=set)  # those that get some after their start
    setters: dict[str, list[Node]] = field(default_factory=dict)  # the steps that certainly set a variable
    told: set[str] = field(default_factory=set)  # processes whose messages the bundle itself sends
    messages: dict[Node, str] = field(default_factory=dict)  # what the steps that take in others wait for
    opening: set[Node] = field(default_factory=set)  # the steps that take in what only the sender knows
    texts: set[str] = field(default_factory=set)  # all options of forms and answers of tables
    wild: bool = False  # something sets variables nobody can foretell
    guesses: Guesses = field(default_factory=lambda: Guesses(()))  # what names that nothing sets mean


def of(bundle: Bundle) -> Facts:
    """The facts of a bundle, found once."""
    if "facts" not in bundle.memo:
        bundle.memo["facts"] = _Finder(bundle).facts
    found: Facts = bundle.memo["facts"]
    return found


class _Finder:
    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.reader = Reader(bundle)
        self.facts = Facts()
        self.parts: dict[str, list[Known]] = {}
        for process in bundle.running:
            for node in process.nodes:
                self._node(node)
            opening = [node for node in process.nodes if self._opens(node)]
            self.facts.opening.update(opening)
            if opening:
                self.facts.open.add(process.id)
            if not all(self.reader.sent_here(node) for node in opening):
                self.facts.fed.add(process.id)
            elif opening:
                self.facts.told.add(process.id)
            if set(opening) - set(process.scopes[0].starts):
                self.facts.late.add(process.id)
            for node in opening:
                if (message := self.reader.caught(node)) and not self.reader.sent_here(node):
                    self.facts.messages[node] = message.partition(" ")[2]
            if self._starts(process):
                self.facts.open.add(process.id)
        self.facts.open |= self.facts.fed
        joins = list(self._joins())
        for ids in (self.facts.open, self.facts.fed, self.facts.late):
            _inherit(ids, joins)
        self._data()
        self.facts.variables = {name: joined(parts) for name, parts in self.parts.items()}
        self.facts.guesses = Guesses(self.facts.variables.keys())
        for known in self.facts.variables.values():
            for options in (known.values, known.items, *(e.values for e in (known.entries or {}).values())):
                self.facts.texts |= {value for value in options or () if isinstance(value, str)}

    def _set(self, name: str, known: Known = NOTHING) -> None:
        self.parts.setdefault(name, []).append(known)

    # -- what a node sets ---------------------------------------------------------------------------------------------
    def _node(self, node: Node) -> None:
        told: set[str] = set()
        for name, known in self._told(node):
            told.add(name)
            self._set(name, known)
            if known is not NEVER:
                self.facts.setters.setdefault(name, []).append(node)
        if node.inner is None:
            for name, _, _ in self.reader.settings(node):
                if name not in told:
                    self._set(name)
        if children(node.element, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
            self._set("loopCounter")
        for marker in children(node.element, "multiInstanceLoopCharacteristics"):
            for child in marker:
                for name in (child.get("name"), child.get("id"), text(child)):
                    if name and _NAME.fullmatch(name):
                        self._set(name)
            for key, value in marker.attrib.items():
                if str(key).startswith("{") and _NAME.fullmatch(str(value)):
                    self._set(str(value))

    def _told(self, node: Node) -> Iterator[tuple[str, Known]]:
        """Those of a node's variables of which something is known."""
        if form := node.extension("form"):
            yield from self._fields(form)
        if node.tag == "scriptTask":
            yield from self._script(node)
        if decision := node.extension("decision"):
            yield from self._answers(decision, node.extension("result"))
        for child in mappings(node):
            name, value = (child.get("name") or "").strip(), (child.get("value") or "").strip()
            if child.tag == BANJIE + "output" and name:
                yield name, self._constant(value)

    def _constant(self, text: str) -> Known:
        """What an output maps, which may read what nobody here knows."""
        try:
            return of_node(feel.compile(text).tree, {}, self.bundle.declared)
        except feel.FeelError:
            return NOTHING

    def _fields(self, form: str) -> Iterator[tuple[str, Known]]:
        schema = self._schema(form)
        if schema is None:
            self.facts.wild = True
        for component in components(schema or {}):
            key = component.get("key")
            if isinstance(key, str) and "." not in key:
                shown = component.get("readonly") is True or component.get("disabled") is True
                yield key, NEVER if shown else of_field(component)

    def _schema(self, form: str) -> Mapping[str, Any] | None:
        try:
            file = self.bundle.forms.get(form)
            schema = json.loads(self.bundle.files[file]) if file else self.bundle.known_forms.get(form)
        except ValueError:
            return None
        return schema if isinstance(schema, Mapping) else None

    def _script(self, node: Node) -> Iterator[tuple[str, Known]]:
        code = text(next(iter(children(node.element, "script")), None))
        values = assigned(code)
        if not values and code:
            self.facts.wild = True
            yield from ((name, NOTHING) for name in _NAME.findall(code))
        for name, nodes in values.items():
            yield from ((name, of_node(value, {}, self.bundle.declared)) for value in nodes)

    def _answers(self, decision: str, result: str | None) -> Iterator[tuple[str, Known]]:
        found = tables.find(self.bundle, decision)
        if found is None:
            self.facts.wild = self.facts.wild or result is None
            return
        known = of_decision(tables.own(found[1]), found[1].type)
        if result:
            yield result, known
        elif known.entries is not None:
            yield from known.entries.items()
        elif known.kind in (None, "context"):
            self.facts.wild = True

    # -- who else sets ------------------------------------------------------------------------------------------------
    def _starts(self, process: Process) -> bool:
        """Whether somebody outside starts it with any variables."""
        starts = [node for node in process.scopes[0].starts if not node.triggers]
        return bool(starts) and (process.executable or not any(one.executable for one in self.bundle.running))

    def _opens(self, node: Node) -> bool:
        """Whether a node takes in what nobody here knows."""
        outputs = [child for child in mappings(node) if child.tag == BANJIE + "output"]
        if node.tag in _WAITS and not outputs:
            return node.tag == "receiveTask" or any(kind not in ("timer", "conditional") for kind in node.triggers)
        if node.tag == "callActivity" and not outputs:
            return called(node) not in self.reader.processes
        return False

    def _joins(self) -> Iterator[tuple[str, str]]:
        """What is called without inputs gets all its caller has, and gives all it has back."""
        for process in self.bundle.running:
            for node in process.nodes:
                if node.tag == "callActivity" and called(node) in self.reader.processes.keys() - {process.id}:
                    yield process.id, called(node)

    def _data(self) -> None:
        """What an association copies into. Data that is only drawn is no variable: nothing gives it a value."""
        for diagram in self.bundle.diagrams:
            for element in semantic(diagram.root):
                if local(element) in _COPIES:
                    for end in children(element, "targetRef"):
                        target = diagram.by_id.get(text(end).rpartition(":")[2])
                        if target is not None and local(target) == "dataObjectReference":
                            self._set(ref(target, "dataObjectRef"))
                        elif target is not None and local(target) in _HELD:
                            self._set(target.get("id", ""))


def _inherit(ids: set[str], joins: list[tuple[str, str]]) -> None:
    """Add what is joined with one of these processes, however far."""
    grown = True
    while grown:
        grown = False
        for pair in joins:
            if len(ids.intersection(pair)) == 1:
                ids.update(pair)
                grown = True


def components(holder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A form's components; those of a group without a path of its own are the form's."""
    parts = holder.get("components")
    for component in parts if isinstance(parts, list) else ():
        if isinstance(component, Mapping):
            if component.get("type") == "group" and not component.get("path"):
                yield from components(component)
            else:
                yield component


def declared_inside(parts: list[tree.Node]) -> frozenset[str]:
    """The names an expression declares itself: of loops, contexts and functions."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part, tree.Iteration | tree.Parameter):
            found.add(part.name)
        elif isinstance(part, tree.Entries):
            found.update(name for name, _ in part.entries)
    return frozenset(found)
