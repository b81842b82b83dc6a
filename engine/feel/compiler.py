"""A tree to closures. Each takes the run's slots (a list) and returns a value; no name is looked up at run time.

The hot constructs (a variable, a constant, a comparison with a constant) get closures of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from . import calls, loops, membership, native, operators, properties, tree
from .builtins import BUILTINS
from .errors import FeelLimit
from .limits import MAX_CHAIN
from .scope import Frame, Scope, warn
from .texts import parse_temporal
from .types import Type, build, is_instance
from .values import Value, convert

Closure = Callable[[list[Any]], Value]


class Compiler:
    """Compiles one tree. `functions` are the caller's, `types` the named types of a model."""

    shortcuts = True  # may a construct read its operands past `compile`, as Python's numbers?

    def __init__(
        self,
        names: frozenset[str] = frozenset(),
        functions: Mapping[str, Any] | None = None,
        types: Mapping[str, Type] | None = None,
    ) -> None:
        self.names = names
        self.functions = functions if functions is not None else {}
        self.types = types
        self.scope = Scope()
        self.costly = False  # does it loop, call or build, so that a run needs a purse?
        self.depth = 0

    def compile(self, node: tree.Node) -> Closure:
        self.depth += 1
        if self.depth > MAX_CHAIN + 20:
            raise FeelLimit(("表达式嵌套过深", "the expression is nested too deeply"), node.at)
        made = _COMPILE[type(node)](self, node)
        self.depth -= 1
        return made

    def is_variable(self, name: str) -> bool:
        """Does the name certainly mean a variable of the caller here?"""
        scope = self.scope
        hidden = scope.declared(name) or any(frame.item for frame in scope.frames)
        return not hidden and (name in self.names or (name not in self.functions and name not in BUILTINS))

    def constant(self, node: tree.Node) -> bool:
        return isinstance(node, (tree.Number, tree.Text, tree.Boolean, tree.Null))

    def all(self, nodes: tuple[tree.Node, ...]) -> list[Closure]:
        return [self.compile(node) for node in nodes]


# --- values and names ----------------------------------------------------------------------------------------------


def _constant(value: Value) -> Closure:
    return lambda env: value


def _number(compiler: Compiler, node: Any) -> Closure:
    return _constant(node.value)


def _null(compiler: Compiler, node: tree.Null) -> Closure:
    return _constant(None)


def _temporal(compiler: Compiler, node: tree.Temporal) -> Closure:
    return _constant(parse_temporal(node.text))


def _name(compiler: Compiler, node: tree.Name) -> Closure:
    name = node.name
    scope = compiler.scope
    slot, items = scope.find(name)
    read: Closure = itemgetter(slot) if scope.declared(name) else native.read(slot)
    if slot in scope.given:
        entry = native.read_given(slot)
        read = lambda env: native.number(entry(env))  # noqa: E731
    if not scope.declared(name) and name not in compiler.names and (found := calls.named(name, compiler.functions)):
        scope.defaults[slot] = found  # a variable of that name hides the function
    if not items:
        return read

    given = scope.given

    def of_item(env: list[Any]) -> Value:
        for place in items:
            item = env[place]
            if type(item) is dict and name in item:
                return convert(item[name]) if place in given else item[name]
            if type(item) in properties.PROPERTIES and name in properties.PROPERTIES[type(item)]:
                return properties.get(item, name)
        return read(env)

    return of_item


def _path(compiler: Compiler, node: tree.Path) -> Closure:
    if found := native.variable_path(compiler, node):
        return lambda env: native.number(found(env))
    source, name, get = compiler.compile(node.source), node.name, properties.get

    def path(env: list[Any]) -> Value:
        value = source(env)
        if type(value) is dict and name in value:
            return value[name]
        found = get(value, name)
        if found is None:
            warn(env, f"there is no `{name}` here")
        return found

    return path


# --- logic ---------------------------------------------------------------------------------------------------------


def _and(compiler: Compiler, node: tree.And) -> Closure:
    parts = compiler.all(node.parts)
    if len(parts) == 2:
        first, second = parts

        def both(env: list[Any]) -> bool | None:
            left = first(env)
            if left is False:
                return False
            right = second(env)
            if right is False:
                return False
            return True if left is True and right is True else None

        return both

    def every(env: list[Any]) -> bool | None:
        answer: bool | None = True
        for part in parts:
            value = part(env)
            if value is False:
                return False
            if value is not True:
                answer = None
        return answer

    return every


def _or(compiler: Compiler, node: tree.Or) -> Closure:
    parts = compiler.all(node.parts)

    def any_(env: list[Any]) -> bool | None:
        answer: bool | None = False
        for part in parts:
            value = part(env)
            if value is True:
                return True
            if value is not False:
                answer = None
        return answer

    return any_


def _if(compiler: Compiler, node: tree.If) -> Closure:
    condition, then, otherwise = compiler.all((node.condition, node.then, node.otherwise))
    return lambda env: then(env) if condition(env) is True else otherwise(env)


def _instance(compiler: Compiler, node: tree.InstanceOf) -> Closure:
    value = compiler.compile(node.value)
    type_ = build(node.type, compiler.types)
    if type_ is None:
        return _constant(None)
    return lambda env: is_instance(value(env), type_)


# --- lists and contexts --------------------------------------------------------------------------------------------


def _items(compiler: Compiler, node: tree.Items) -> Closure:
    if node.items and all(compiler.constant(item) for item in node.items):
        values = [getattr(item, "value", None) for item in node.items]
        return lambda env: values  # values are never changed in place
    items = compiler.all(node.items)
    size = len(items)

    def list_(env: list[Any]) -> list[Value]:
        if env[0] is not None:
            env[0].spend(size)
        return [item(env) for item in items]

    return list_


def _entries(compiler: Compiler, node: tree.Entries) -> Closure:
    frame = Frame()
    compiler.scope.frames.append(frame)
    entries: list[tuple[str, int, Closure]] = []
    for key, child in node.entries:
        slot = compiler.scope.slot()
        if isinstance(child, tree.Lambda):  # a function may call itself by its entry's name
            frame.slots[key] = slot
            made = calls.function(compiler, child, slot)
        else:
            made = compiler.compile(child)
        frame.slots[key] = slot
        entries.append((key, slot, made))
    compiler.scope.frames.pop()
    if len(frame.slots) != len(node.entries):
        return _constant(None)  # a key given twice

    def context(env: list[Any]) -> dict[str, Value]:
        if env[0] is not None:
            env[0].spend(len(entries))
        result = {}
        for key, slot, value in entries:
            result[key] = env[slot] = value(env)
        return result

    return context


_COMPILE: dict[type, Callable[[Compiler, Any], Closure]] = {
    tree.Number: _number,
    tree.Text: _number,
    tree.Boolean: _number,
    tree.Null: _null,
    tree.Temporal: _temporal,
    tree.Name: _name,
    tree.Path: _path,
    tree.Filter: loops.filter_,
    tree.Call: calls.call,
    tree.Negation: operators.negation,
    tree.Binary: operators.binary,
    tree.And: _and,
    tree.Or: _or,
    tree.Between: operators.between,
    tree.In: membership.in_,
    tree.Test: membership.test_value,
    tree.Interval: membership.interval,
    tree.Items: _items,
    tree.Entries: _entries,
    tree.If: _if,
    tree.For: loops.for_,
    tree.Quantified: loops.quantified,
    tree.Lambda: calls.function,
    tree.InstanceOf: _instance,
    tree.Tests: membership.cell,
}
