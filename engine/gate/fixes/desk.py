"""Everything the fixes look at: the readable diagrams of a bundle with their pages, and the names at hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine import errors
from engine.gate import bundle as bundles
from engine.gate import model
from engine.gate.elements import BPMN
from engine.gate.fixes.offer import Fix, Offer
from engine.gate.fixes.page import Page
from engine.gate.model import Diagram, Element, Flow, Node, Process, local, say, shown

SHOWN = 120  # characters of a text in an offer


@dataclass(slots=True)
class Sheet:
    """A diagram and the page on which it is edited."""

    file: str
    page: Page
    diagram: Diagram


@dataclass(slots=True)
class Names:
    """What a diagram may name: roles and connectors of the house, forms that are deployed already."""

    roles: Container[str] = ()
    connectors: Container[str] = ()
    forms: Container[str] = ()

    def role(self, words: str) -> str | None:
        """The registered role of this name, or of this label in Chinese or English."""
        words = words.strip()
        if words and words in self.roles:
            return words
        labels = self.roles.items() if isinstance(self.roles, Mapping) else ()
        same = {name for name, role in labels if words.casefold() in _labels(role)}
        return same.pop() if words and len(same) == 1 else None

    def connector(self, words: str) -> str | None:
        """The registered connector of this name, or of one that is written alike."""
        if words in self.connectors:
            return words
        known = sorted(self.connectors) if isinstance(self.connectors, Iterable) else []
        same = [name for name in known if words and _alike(name) == _alike(words)]
        return same[0] if len(same) == 1 else None


def called(names: Container[str], name: str) -> tuple[str, str]:
    """What people call a role or connector, in Chinese and English: its label, without one its name."""
    entry = names[name] if isinstance(names, Mapping) and name in names else None
    return str(getattr(entry, "zh", "") or name), str(getattr(entry, "en", "") or name)


def _alike(words: str) -> str:
    return re.sub(r"[\W_]", "", words).casefold()


def _labels(role: object) -> set[str]:
    return {str(getattr(role, part, "")).casefold() for part in ("name", "zh", "en")} - {""}


@dataclass(slots=True)
class Desk:
    """The files of a bundle, read for one round of fixes."""

    files: Mapping[str, bytes]
    names: Names
    sheets: list[Sheet] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)  # all readable diagrams, also those with a wrong root
    processes: list[tuple[Sheet, Process]] = field(default_factory=list)  # those that run, or would after a fix
    moves: dict[str, str] = field(default_factory=dict)  # files to be renamed
    fresh: dict[str, bytes] = field(default_factory=dict)  # files to be added

    def __post_init__(self) -> None:
        for file, data in sorted(self.files.items()):
            if bundles.kind(file) != bundles.DIAGRAM:
                continue
            try:
                page = Page(data)
            except errors.Invalid:
                continue
            self.pages[file] = page
            if page.root.tag == BPMN + "definitions":
                self.sheets.append(Sheet(file, page, model.read(file, page.root)))
        every = [(sheet, process) for sheet in self.sheets for process in sheet.diagram.processes]
        self.processes = list(_running(every)) or every

    @property
    def nodes(self) -> Iterator[tuple[Page, Node]]:
        """The activities, events and gateways of what runs."""
        return ((sheet.page, node) for sheet, process in self.processes for node in process.nodes)

    @property
    def flows(self) -> Iterator[tuple[Page, Flow]]:
        """Their sequence flows."""
        scopes = ((sheet.page, scope) for sheet, process in self.processes for scope in process.scopes)
        return ((page, flow) for page, scope in scopes for flow in scope.flows)

    @property
    def forms(self) -> list[str]:
        """The names of the form files in the bundle."""
        found = (file for file in sorted(self.files) if bundles.kind(file) == bundles.FORM)
        return [file[len("forms/") : -len(".json")] for file in found]

    def form(self, name: str) -> bool:
        """Whether there is a form of this name."""
        return name in self.names.forms or name in self.forms


def _running(every: list[tuple[Sheet, Process]]) -> Iterator[tuple[Sheet, Process]]:
    """Executable processes and those that they call, in the order of the files."""
    by_id = {process.id: process for _, process in every}
    running, todo = set(), [process for _, process in every if process.executable]
    while todo:
        process = todo.pop()
        if id(process) not in running:
            running.add(id(process))
            calls = (model.called(node) for node in process.nodes if node.tag == "callActivity")
            todo.extend(by_id[ident] for ident in calls if ident in by_id)
    return ((sheet, process) for sheet, process in every if id(process) in running)


def fix(
    kind: str,
    file: str,
    element: Element,
    edit: Callable[[], None],
    *,
    zh: str,
    en: str,
    before: str,
    after: str,
    rule: str | None = None,
    part: str = "",
    about: Element | None = None,
    words: tuple[str, ...] = (),
    pick: tuple[str, str] | None = None,
    also: Iterable[tuple[str, str | None]] = (),
) -> Fix:
    """A fix at an element; `{it}` in the sentences becomes its kind, label and id, or those of the element that the
    fix is `about` in the gate's eyes. `part` tells fixes of one kind at one element apart, `words` say which of several
    findings it answers, `also` the others (rule, element); with `pick`, what it is called among them in both languages,
    those parts exclude each other."""
    about = element if about is None else about
    name_zh, name_en = say(about)
    en = en.replace("{it}", name_en)
    ident = model.clicked(about)
    offer = Offer(
        f"{kind}:{file}:{place(element)}" + (f":{part}" if part else ""),
        kind,
        file,
        ident,
        zh.replace("{it}", name_zh),
        en[:1].upper() + en[1:],
        shown(before, SHOWN),
        shown(after, SHOWN),
        rule,
        words,
        f"{kind}:{file}:{place(element)}" if pick else "",
        pick or ("", ""),
        frozenset(also),
    )
    return Fix(offer, edit)


def file_fix(kind: str, file: str, target: str, edit: Callable[[], None], *, zh: str, en: str) -> Fix:
    """A fix that gives a file of unknown kind another name."""
    return Fix(Offer(f"{kind}:{file}:", kind, file, None, zh, en, file, target, "file-unknown"), edit)


def ours(name: str, value: str) -> str:
    """One of our attributes as an offer shows it."""
    return f"banjie:{name}='{value}'" if '"' in value else f'banjie:{name}="{value}"'


def place(element: Element) -> str:
    """Where an element stands: its id, or the way to it from the nearest one that has an id."""
    steps: list[str] = []
    while not (ident := element.get("id")) and (parent := element.getparent()) is not None:
        same = [child for child in parent if child.tag == element.tag]
        name = local(element) or "other"
        steps.append(name if len(same) == 1 else f"{name}[{same.index(element) + 1}]")
        element = parent
    return "/".join([ident or "", *reversed(steps)])


def distinct(fixes: Iterable[Fix]) -> Iterator[Fix]:
    """Fixes with ids of their own: a second one of the same kind at the same place is numbered."""
    seen: dict[str, int] = {}
    for one in fixes:
        count = seen[one.offer.id] = seen.get(one.offer.id, 0) + 1
        yield one if count == 1 else Fix(replace(one.offer, id=f"{one.offer.id}:{count}"), one.edit)
