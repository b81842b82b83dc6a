"""A file to a model: items, their references (also into other files), types and logic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import feel

from . import xml
from .around import Around
from .boxed import function_parts, logic_in
from .errors import DmnError
from .item_types import Types
from .model import Decision, Input, Item, Knowledge, Model, Reference, Service

_KINDS: dict[str, type[Item]] = {
    "decision": Decision,
    "inputData": Input,
    "businessKnowledgeModel": Knowledge,
    "decisionService": Service,
}


def load(data: bytes, functions: Mapping[str, Any] | None = None, others: Mapping[str, Model] | None = None) -> Model:
    """The model of a DMN file; raises DmnError. `functions` are the house's, `others` the imports by namespace."""
    return Reader(xml.parse(data), functions, others or {}).model()


def imported_namespaces(root: xml.Element) -> list[str]:
    """The namespaces a file imports."""
    return [element.get("namespace", "") for element in xml.children(root, "import")]


class Reader:
    """Reads one file."""

    def __init__(self, root: xml.Element, functions: Mapping[str, Any] | None, others: Mapping[str, Model]) -> None:
        self.root = root
        self.functions = functions
        self.namespace = root.get("namespace", "")
        self.imports: dict[str, Model] = {}
        self.prefixes: dict[str, str] = {}
        for element in xml.children(root, "import"):
            space, name = element.get("namespace", ""), (element.get("name") or "").strip()
            if space in others:
                self.imports[name] = others[space]
                self.prefixes[space] = name
            elif "DMN" in element.get("importType", "") or "dmn" in element.get("importType", ""):
                raise DmnError(name or space, "the imported model is not among the files", "找不到所导入的模型")
        self.types = Types(root, self._imported_types())
        self.items: dict[tuple[str, str], Item] = {}
        for model in self.imports.values():
            self.items |= model.items
        self.by_name: dict[str, tuple[str, str]] = {}
        self.mistakes: list[DmnError] = []

    def _imported_types(self) -> dict[str, Any]:
        return {
            f"{name}.{key}" if name else key: type_
            for name, model in self.imports.items()
            for key, type_ in model.types.items()
        }

    def model(self) -> Model:
        """Read everything."""
        types = self.types.all()
        elements = list(xml.children(self.root, *_KINDS))
        own = [self._item(element) for element in elements]
        for item, element in zip(own, elements, strict=True):
            try:
                self._complete(item, element)
            except DmnError as mistake:  # the other items are read on: all mistakes of a file are told at once
                self.mistakes.append(mistake)
        if self.mistakes:
            first, *others = self.mistakes
            first.others = tuple(others)
            raise first
        self._acyclic(own)
        name, version = self.root.get("name", ""), xml.NAMESPACES[str(xml.etree.QName(self.root).namespace)]
        return Model(self.namespace, name, version, types, self.items, own, self.imports)

    def _item(self, element: xml.Element) -> Item:
        variable = xml.child(element, "variable")
        name = feel.normal(element.get("name", ""))
        identity = element.get("id", "")
        key = (self.namespace, identity or name)
        if not name:
            raise DmnError(identity, "the element has no name", "元素缺少名称")
        reference = variable.get("typeRef", "") if variable is not None else ""
        item = _KINDS[xml.tag(element)](key, identity, name, self.types.find(reference), reference)
        self.items[key] = item
        self.by_name.setdefault(name, key)
        return item

    def _reference(self, element: xml.Element, owner: str) -> Reference:
        space, _, identity = (element.get("href") or "").strip().rpartition("#")
        key = (space or self.namespace, identity)
        if key not in self.items and not space and identity in self.by_name:
            key = self.by_name[identity]
        if key not in self.items:
            raise DmnError(
                owner,
                f"it refers to {element.get('href')!r}, which does not exist",
                f"引用了不存在的元素 {element.get('href')}",
            )
        return Reference(key, self.prefixes.get(key[0], ""))

    def _references(self, element: xml.Element, *names: str) -> list[Reference]:
        owner = element.get("name", "")
        return [self._reference(found, owner) for found in xml.children(element, *names)]

    def _requires(self, element: xml.Element) -> list[Reference]:
        found: list[Reference] = []
        for requirement in xml.children(element, "informationRequirement", "knowledgeRequirement"):
            found += self._references_of(requirement, element.get("name", ""))
        return found

    def _references_of(self, requirement: xml.Element, owner: str) -> list[Reference]:
        targets = xml.children(requirement, "requiredInput", "requiredDecision", "requiredKnowledge")
        return [self._reference(target, owner) for target in targets]

    def _around(self, owner: str, requires: list[Reference], *more: str) -> Around:
        names = {reference.prefix or self.items[reference.key].name for reference in requires}
        # Entries with spaces or signs can only be read after a dot when they are known; names of imported items too.
        entries = {key for type_ in self.types.made.values() for key in _entry_names(type_) if not feel.is_simple(key)}
        entries |= {self.items[reference.key].name for reference in requires if reference.prefix}
        known = frozenset(names | entries | set(more))
        return Around(owner, known, self.functions, self.types, mistakes=self.mistakes)

    def _complete(self, item: Item, element: xml.Element) -> None:
        if isinstance(item, Decision):
            item.requires = self._requires(element)
            around = self._around(item.name, item.requires)
            item.logic = logic_in(element, around)
            item.loose = frozenset(around.mentioned - self.by_name.keys() - self.imports.keys())
            item.tables, item.literals = tuple(around.tables), tuple(around.literals)
        elif isinstance(item, Knowledge):
            self._knowledge(item, element)
        elif isinstance(item, Service):
            item.outputs = self._references(element, "outputDecision")
            item.input_decisions = self._references(element, "inputDecision")
            item.inputs = self._references(element, "inputData")

    def _knowledge(self, item: Knowledge, element: xml.Element) -> None:
        item.requires = self._requires(element)
        body = xml.child(element, "encapsulatedLogic")
        if item.type is not None and item.type.kind == "function":
            item.type = item.type.element  # the variable's type is the function's, what is checked is its result
        if body is None:
            return
        around = self._around(item.name, item.requires, item.name)
        item.parameters, item.types, item.logic = function_parts(body, around)
        item.tables, item.literals = tuple(around.tables), tuple(around.literals)

    def _acyclic(self, own: list[Item]) -> None:
        state: dict[tuple[str, str], int] = {}

        def visit(item: Item, depth: int) -> None:
            if depth > 200:
                raise DmnError(item.name, "the chain of required decisions is too long", "决策依赖链过长")
            state[item.key] = 1
            for reference in getattr(item, "requires", ()):
                target = self.items[reference.key]
                if not isinstance(target, Decision):
                    continue
                if state.get(target.key) == 1:
                    raise DmnError(
                        item.name, f"it depends on itself through {target.name!r}", f"经由“{target.name}”依赖于自身"
                    )
                if target.key not in state:
                    visit(target, depth + 1)
            state[item.key] = 2

        for item in own:
            if item.key not in state:
                visit(item, 0)


def _entry_names(type_: Any, depth: int = 0) -> list[str]:
    if type_ is None or depth > 20:
        return []
    names = [key for key, _ in type_.entries]
    for _, part in type_.entries:
        names += _entry_names(part, depth + 1)
    return names + _entry_names(type_.element, depth + 1)
