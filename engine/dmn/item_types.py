"""Item definitions to types: components, collections, allowed values, functions; references in any order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine import feel
from engine.feel import texts, tree
from engine.feel.parser import Parser
from engine.feel.types import ANY, Type, basic, build
from engine.feel.types_text import parse_type

from . import xml
from .errors import DmnError


@dataclass(frozen=True, slots=True)
class Allowed:
    """The restrictions on a type's values; all must hold."""

    tests: tuple[feel.UnaryTests, ...]

    def __call__(self, value: feel.Value) -> bool:
        return all(test(value) is True for test in self.tests)


class Types:
    """The named types of one model, built when first asked for."""

    def __init__(self, definitions: xml.Element, imported: Mapping[str, Type]) -> None:
        self._elements = {element.get("name", ""): element for element in xml.children(definitions, "itemDefinition")}
        self.made: dict[str, Type] = dict(imported)
        self._open: set[str] = set()

    def all(self) -> dict[str, Type]:
        """Every named type."""
        for name in self._elements:
            self.named(name)
        return self.made

    def find(self, reference: str | None) -> Type | None:
        """The type a typeRef means; None for no type or one that is unknown."""
        if not reference or not reference.strip():
            return None
        name = reference.strip()
        found = self.named(name) or basic(name)
        if found is None and ":" in name:  # DMN 1.1 wrote feel:string
            found = self.find(name.split(":", 1)[1])
        if found is None and "<" in name:
            found = self._text(name)
        return None if found is ANY else found

    def _text(self, text: str) -> Type | None:
        try:
            parser = Parser(text)
            node = parse_type(parser)
            parser.finish()
        except feel.FeelError:
            return None
        for part in _names(node):
            self.named(part)
        return build(node, self.made)

    def named(self, name: str) -> Type | None:
        """The item definition of this name."""
        if name in self.made:
            return self.made[name]
        if name not in self._elements:
            return None
        if name in self._open:
            raise DmnError(name, "the item definition contains itself", "数据类型包含自身")
        self._open.add(name)
        made = self._build(self._elements[name])
        self._open.discard(name)
        self.made[name] = made
        return made

    def _build(self, element: xml.Element) -> Type:
        name = element.get("name", "")
        function = xml.child(element, "functionItem")
        components = list(xml.children(element, "itemComponent"))
        if components:
            made = Type("context", entries=tuple((c.get("name", ""), self._build(c)) for c in components), name=name)
        elif function is not None:
            parameters = tuple(self.find(p.get("typeRef")) or ANY for p in xml.children(function, "parameters"))
            made = Type("function", element=self.find(function.get("outputTypeRef")), parameters=parameters, name=name)
        else:
            base = self.find(xml.text(element, "typeRef")) or ANY
            made = Type(base.kind, base.element, base.entries, base.parameters, name, base.allowed)
        made = narrowed(made, _allowed(element, "allowedValues"))
        if element.get("isCollection") == "true":
            made = Type("list", element=made, name=name)
        return narrowed(made, _allowed(element, "typeConstraint"))


def narrowed(type_: Type, allowed: Allowed | None) -> Type:
    """The type with one more restriction on its values."""
    if allowed is None:
        return type_
    before = type_.allowed
    both = Allowed((*before.tests, *allowed.tests)) if isinstance(before, Allowed) else allowed
    return Type(type_.kind, type_.element, type_.entries, type_.parameters, type_.name, both)


def from_text(value: feel.Value, type_: Type | None) -> feel.Value:
    """Data from outside, where dates and durations are texts, as the declared type has them."""
    if type_ is None:
        return value
    if type(value) is str and type_.kind in _TEMPORAL:
        parsed = _TEMPORAL[type_.kind](value)
        return parsed if parsed is not None else value
    if type(value) is list and type_.kind == "list":
        return [from_text(item, type_.element) for item in value]
    if type(value) is dict and type_.entries:
        entries = dict(type_.entries)
        return {key: from_text(item, entries.get(key)) for key, item in value.items()}
    return value


_TEMPORAL: dict[str, Callable[[str], feel.Value]] = {
    "date": texts.parse_date,
    "time": texts.parse_time,
    "date and time": texts.parse_date_time,
    "days and time duration": texts.parse_duration,
    "years and months duration": texts.parse_duration,
}


def _allowed(element: xml.Element, name: str) -> Allowed | None:
    text = xml.text(xml.child(element, name))
    if not text:
        return None
    try:
        tests = feel.compile_unary(text)
    except feel.FeelError as error:
        raise DmnError(element.get("name", ""), f"allowed values: {error.en}", f"允许值：{error.zh}") from None
    return Allowed((tests,))


def _names(node: tree.Type) -> list[str]:
    return [node.name, *(name for part in node.parts for name in _names(part))]
