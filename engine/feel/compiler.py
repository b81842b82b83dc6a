"""A tree to closures. Each takes the run's slots (a list) and returns a value; nothing is looked up by name at run time.

The hot constructs (a variable, a constant, a comparison with a constant) get closures of their own.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import Any

from . import arithmetic, calls, loops, properties, tree
from .errors import FeelLimit
from .limits import MAX_CHAIN
from .scope import Frame, Scope
from .texts import parse_temporal
from .types import Type, build, is_instance
from .values import Range, Value, contained, equal, less, less_or_equal, within

Closure = Callable[[list[Any]], Value]


class Compiler:
    """Compiles one tree. `functions` are the caller's, `types` the named types of a model."""

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

    def constant(self, node: tree.Node) -> bool:
        return isinstance(node, (tree.Number, tree.Text, tree.Boolean, tree.Null))

    def all(self, nodes: tuple[tree.Node, ...]) -> list[Closure]:
        return [self.compile(node) for node in nodes]


def warn(env: list[Any], text: str) -> None:
    """Note why something is null; returns it, so that a closure can end with it."""
    if env[0] is not None:
        env[0].warn(text)


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
    read: Closure = itemgetter(slot)
    if not scope.declared(name) and name not in compiler.names and (found := calls.named(name, compiler.functions)):
        scope.defaults[slot] = found  # a variable of that name hides the function
    if not items:
        return read

    def of_item(env: list[Any]) -> Value:
        for place in items:
            item = env[place]
            if type(item) is dict and name in item:
                return item[name]
            if type(item) in properties.PROPERTIES and name in properties.PROPERTIES[type(item)]:
                return properties.get(item, name)
        return read(env)

    return of_item


def _path(compiler: Compiler, node: tree.Path) -> Closure:
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


# --- arithmetic and comparison -------------------------------------------------------------------------------------


def _unequal(a: Value, b: Value) -> bool | None:
    same = equal(a, b)
    return None if same is None else not same


_OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "**": arithmetic.power,
    "=": equal,
    "!=": _unequal,
    "<": less,
    "<=": less_or_equal,
    ">": lambda a, b: less(b, a),
    ">=": lambda a, b: less_or_equal(b, a),
}
_EXACT: dict[str, Callable[[Any, Any], bool]] = {  # (constant, value) of the same kind: the order is turned round
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.gt,
    "<=": operator.ge,
    ">": operator.lt,
    ">=": operator.le,
}


def _binary(compiler: Compiler, node: tree.Binary) -> Closure:
    sign, operation = node.operator, _OPERATIONS[node.operator]
    left = compiler.compile(node.left)
    if sign in _EXACT and isinstance(node.right, (tree.Number, tree.Text)):
        return _beside_constant(left, sign, node.right.value)
    right = compiler.compile(node.right)
    grows = sign == "+"

    def binary(env: list[Any]) -> Value:
        result = operation(left(env), right(env))
        if result is None:
            warn(env, f"`{sign}` has no answer for these values")
        elif grows and type(result) is str and env[0] is not None:
            env[0].spend(len(result) >> 5)
        return result

    return binary


def _beside_constant(left: Closure, operator_: str, constant: Any) -> Closure:
    kind, exact, operation = type(constant), partial(_EXACT[operator_], constant), _OPERATIONS[operator_]

    def beside(env: list[Any]) -> bool | None:
        value = left(env)
        if type(value) is kind:
            return exact(value)
        result = operation(value, constant)
        if result is None:
            warn(env, f"`{operator_}` has no answer for these values")
        return result

    return beside


def _negation(compiler: Compiler, node: tree.Negation) -> Closure:
    operand, negate = compiler.compile(node.operand), arithmetic.negate
    return lambda env: negate(operand(env))


def _between(compiler: Compiler, node: tree.Between) -> Closure:
    value, low, high = compiler.all((node.value, node.low, node.high))

    def between(env: list[Any]) -> bool | None:
        v, a, b = value(env), low(env), high(env)
        above, below = less_or_equal(a, v), less_or_equal(v, b)
        if above is False or below is False:
            return False if a is not None and b is not None else None
        return True if above is True and below is True else None

    return between


def _instance(compiler: Compiler, node: tree.InstanceOf) -> Closure:
    value = compiler.compile(node.value)
    type_ = build(node.type, compiler.types)
    if type_ is None:
        return _constant(None)
    return lambda env: is_instance(value(env), type_)


# --- tests ---------------------------------------------------------------------------------------------------------


def make_test(operator: str, bound: Value) -> Range:
    """`(< 5)` as a value."""
    if operator in ("=", "!="):
        return Range(bound, bound, operator == "=", operator == "=", operator)
    if operator in ("<", "<="):
        return Range(None, bound, False, operator == "<=", operator)
    return Range(bound, None, operator == ">=", False, operator)


def _test(compiler: Compiler, node: tree.Test) -> Closure:
    operator, operand = node.operator, compiler.compile(node.operand)
    return lambda env: make_test(operator, operand(env))


def _interval(compiler: Compiler, node: tree.Interval) -> Closure:
    start, end = compiler.all((node.start, node.end))
    start_included, end_included = node.start_included, node.end_included

    def interval(env: list[Any]) -> Range | None:
        low, high = start(env), end(env)
        if low is not None and high is not None and less_or_equal(low, high) is None:
            return None
        return Range(low, high, start_included, end_included)

    return interval


def tested(compiler: Compiler, value: Closure, node: tree.Node) -> Closure:
    """`value in node` for one test; a test that speaks of `?` answers for itself."""
    if isinstance(node, tree.Test):
        operation, operand = _OPERATIONS[node.operator], compiler.compile(node.operand)
        if compiler.constant(node.operand) and isinstance(node.operand, (tree.Number, tree.Text)):
            return _beside_constant(value, node.operator, node.operand.value)
        return lambda env: operation(value(env), operand(env))
    if isinstance(node, tree.Items) and node.items and all(type(i) in (tree.Number, tree.Text) for i in node.items):
        return _among(value, [item.value for item in node.items])  # type: ignore[attr-defined]
    asks = mentions_tested(node)
    test = compiler.compile(node)

    def in_(env: list[Any]) -> bool | None:
        wanted = test(env)
        if asks:
            return wanted if isinstance(wanted, bool) else contained(value(env), wanted) if wanted is not None else None
        return contained(value(env), wanted)

    return in_


def _among(value: Closure, constants: list[Any]) -> Closure:
    members = frozenset(constants)

    def among(env: list[Any]) -> bool:
        found = value(env)
        return found in members if type(found) is Decimal or type(found) is str else False

    return among


def _in(compiler: Compiler, node: tree.In) -> Closure:
    value = compiler.compile(node.value)
    if len(node.tests) > 1 and all(type(test) in (tree.Number, tree.Text) for test in node.tests):
        return _among(value, [test.value for test in node.tests])  # type: ignore[attr-defined]
    tests = [tested(compiler, value, test) for test in node.tests]
    return tests[0] if len(tests) == 1 else any_of(tests)


def any_of(tests: list[Closure]) -> Closure:
    """True as soon as one is; False when at least one says so; else None."""

    def any_(env: list[Any]) -> bool | None:
        answer: bool | None = None
        for test in tests:
            found = test(env)
            if found is True:
                return True
            if found is False:
                answer = False
        return answer

    return any_


def mentions_tested(node: Any) -> bool:
    """Does the tree speak of `?`, the tested value?"""
    if isinstance(node, tree.Name):
        return node.name == "?"
    if isinstance(node, tuple):
        return any(mentions_tested(part) for part in node)
    if isinstance(node, tree.Node):
        return any(mentions_tested(getattr(node, field)) for field in node.__slots__)
    return False


def _tests(compiler: Compiler, node: tree.Tests) -> Closure:
    value = compiler.compile(tree.Name("?"))
    if not node.tests:
        return _constant(True)
    tests = [tested(compiler, value, test) for test in node.tests]
    found = tests[0] if len(tests) == 1 else any_of(tests)
    if not node.negated:
        return found

    def negated(env: list[Any]) -> bool | None:
        answer = found(env)
        return (not answer) if isinstance(answer, bool) else None

    return negated


# --- lists and contexts --------------------------------------------------------------------------------------------


def _items(compiler: Compiler, node: tree.Items) -> Closure:
    if node.items and all(compiler.constant(item) for item in node.items):
        values = [getattr(item, "value", None) for item in node.items]
        return lambda env: values  # values are never changed in place
    items = compiler.all(node.items)
    return lambda env: [item(env) for item in items]


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
    tree.Negation: _negation,
    tree.Binary: _binary,
    tree.And: _and,
    tree.Or: _or,
    tree.Between: _between,
    tree.In: _in,
    tree.Test: _test,
    tree.Interval: _interval,
    tree.Items: _items,
    tree.Entries: _entries,
    tree.If: _if,
    tree.For: loops.for_,
    tree.Quantified: loops.quantified,
    tree.Lambda: calls.function,
    tree.InstanceOf: _instance,
    tree.Tests: _tests,
}

__all__ = ["Closure", "Compiler", "within"]
