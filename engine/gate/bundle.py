"""Everything one deployment brings, read once, and the names it may refer to outside of itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import errors, xml
from engine.gate import model
from engine.gate.elements import BPMN
from engine.gate.model import Diagram, Element, Node, Process, Scope

DIAGRAM, TABLE, FORM, ASIDE, UNKNOWN = "bpmn", "dmn", "form", "aside", "unknown"
_ASIDE = (".md", ".csv", ".txt", ".svg", ".png")  # people's notes, scenarios and pictures beside the diagrams


def kind(path: str) -> str:
    """What a file of a bundle is, by its name."""
    if path.endswith(".bpmn"):
        return DIAGRAM
    if path.endswith(".dmn"):
        return TABLE
    if path.startswith("forms/") and path.endswith(".json"):
        return FORM
    return ASIDE if path.endswith(_ASIDE) else UNKNOWN


@dataclass(slots=True)
class Bundle:
    """The files of a deployment as the rules see them."""

    files: Mapping[str, bytes]
    functions: Mapping[str, Callable[..., Any]]
    connectors: Container[str]
    roles: Container[str]
    known_forms: Mapping[str, dict[str, Any]]
    messages: Mapping[str, Collection[str]] = field(default_factory=dict)  # what is sent from elsewhere, by name
    declared: Mapping[str, Any] = field(default_factory=dict)  # the functions with what their registry says of them
    diagrams: list[Diagram] = field(default_factory=list)
    tables: dict[str, bytes] = field(default_factory=dict)  # .dmn files that are sound XML
    forms: dict[str, str] = field(default_factory=dict)  # form name -> its file in the bundle
    unreadable: dict[str, errors.Invalid] = field(default_factory=dict)
    not_bpmn: dict[str, Element] = field(default_factory=dict)  # .bpmn files with another root
    decorated: list[str] = field(default_factory=list)  # files with processing instructions
    memo: dict[str, Any] = field(default_factory=dict)  # what several rules ask and one has found

    @property
    def running(self) -> Iterator[Process]:
        """The processes the engine will execute."""
        return (process for diagram in self.diagrams for process in diagram.processes if process.runs)

    @property
    def scopes(self) -> Iterator[Scope]:
        """The processes and sub-processes the engine will execute."""
        return (scope for process in self.running for scope in process.scopes)

    @property
    def nodes(self) -> Iterator[Node]:
        """Their activities, events and gateways."""
        return (node for scope in self.scopes for node in scope.nodes)

    @property
    def callable(self) -> set[str]:
        """What a call activity may call within the bundle."""
        return {ident for diagram in self.diagrams for ident in diagram.callable}


def read(
    files: Mapping[str, bytes],
    functions: Container[str] | Mapping[str, Any],
    connectors: Container[str],
    roles: Container[str],
    forms: Mapping[str, dict[str, Any]] | None,
    messages: Mapping[str, Collection[str]] | None = None,
) -> Bundle:
    """Read every file; what cannot be read is noted in the bundle, never raised."""
    bundle = Bundle(files, _callables(functions), connectors, roles, forms or {}, messages or {})
    if isinstance(functions, Mapping):
        bundle.declared = functions
    for file, data in sorted(files.items()):
        what = kind(file)
        if what == FORM:
            bundle.forms[file[len("forms/") : -len(".json")]] = file
        elif what in (DIAGRAM, TABLE):
            _xml(bundle, file, data, what)
    _mark_running(bundle)
    return bundle


def _xml(bundle: Bundle, file: str, data: bytes, what: str) -> None:
    try:
        root = xml.parse(data)
        if xml.instructions(data):
            bundle.decorated.append(file)
    except errors.Invalid as refusal:
        bundle.unreadable[file] = refusal
        return
    if what == TABLE:
        bundle.tables[file] = data
    elif root.tag == BPMN + "definitions":
        bundle.diagrams.append(model.read(file, root))
    else:
        bundle.not_bpmn[file] = root


def _callables(functions: Container[str] | Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Functions by name; the registry's entries are unwrapped, bare names stand for anything."""
    if isinstance(functions, Mapping):
        return {name: getattr(function, "call", function) for name, function in functions.items()}
    return dict.fromkeys(functions, _anything) if isinstance(functions, Iterable) else {}


def _anything(*arguments: object) -> None:
    return None


def _mark_running(bundle: Bundle) -> None:
    """Executable processes run, and so does what they call. Where none is executable, those with steps are judged as
    if they were: that they are not is one more thing to mend, and not a reason to look again afterwards."""
    every = [process for diagram in bundle.diagrams for process in diagram.processes]
    by_id = {process.id: process for process in every}
    todo = [process for process in every if process.executable]
    todo = todo or [process for process in every if process.scopes[0].nodes]
    while todo:
        process = todo.pop()
        if not process.runs:
            process.runs = True
            names = (model.called(node) for node in process.nodes if node.tag == "callActivity")
            todo.extend(by_id[ident] for ident in names if ident in by_id)
