"""Unary tests, ranges and `in` as closures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from . import tree
from .native import native_or_value, number
from .operators import OPERATIONS, beside_constant, inside
from .scope import Frame
from .values import Range, Value, contained, equal, less_or_equal

if TYPE_CHECKING:
    from .compiler import Closure, Compiler


def make_test(operator: str, bound: Value) -> Range:
    """`(< 5)` as a value."""
    if operator in ("=", "!="):
        return Range(bound, bound, operator == "=", operator == "=", operator)
    if operator in ("<", "<="):
        return Range(None, bound, False, operator == "<=", operator)
    return Range(bound, None, operator == ">=", False, operator)


def test_value(compiler: Compiler, node: tree.Test) -> Closure:
    operator, operand = node.operator, compiler.compile(node.operand)
    return lambda env: make_test(operator, operand(env))


def interval(compiler: Compiler, node: tree.Interval) -> Closure:
    start, end = compiler.all((node.start, node.end))
    start_included, end_included = node.start_included, node.end_included
    if _is_plain(node):
        constant = Range(node.start.value, node.end.value, start_included, end_included)  # type: ignore[attr-defined]
        return lambda env: constant

    def range_(env: list[Any]) -> Range | None:
        low, high = start(env), end(env)
        if low is not None and high is not None and less_or_equal(low, high) is None:
            return None
        return Range(low, high, start_included, end_included)

    return range_


def _is_plain(node: tree.Node) -> bool:
    """Is it a range between two numbers that has something in it?"""
    if not (isinstance(node, tree.Interval) and isinstance(node.start, tree.Number)):
        return False
    return isinstance(node.end, tree.Number) and node.start.value <= node.end.value


def _takes_native(node: tree.Node) -> bool:
    """Does the test of this tree take an int or float as it is?"""
    if isinstance(node, tree.Items):
        return bool(node.items) and all(type(item) in (tree.Number, tree.Text) for item in node.items)
    return _is_plain(node) or (isinstance(node, tree.Test) and isinstance(node.operand, (tree.Number, tree.Text)))


def tested(compiler: Compiler, value: Closure, node: tree.Node) -> Closure:
    """`value in node` for one test; a test that speaks of `?` answers for itself. See `_takes_native` for `value`."""
    if isinstance(node, tree.Test):
        operation, operand = OPERATIONS[node.operator], compiler.compile(node.operand)
        if isinstance(node.operand, (tree.Number, tree.Text)):
            return beside_constant(value, node.operator, node.operand.value)
        return lambda env: operation(value(env), operand(env))
    if isinstance(node, tree.Items) and node.items and all(type(i) in (tree.Number, tree.Text) for i in node.items):
        constants = [item.value for item in node.items]  # type: ignore[attr-defined]
        return _among(value, constants, lambda found: contained(found, constants))
    if _is_plain(node):
        interval_ = Range(node.start.value, node.end.value, node.start_included, node.end_included)  # type: ignore[attr-defined]
        ends, included = (interval_.start, interval_.end), (interval_.start_included, interval_.end_included)
        return inside(value, ends, included, lambda found, low, high: contained(found, interval_))
    asks = mentions_tested(node)
    test = compiler.compile(node)

    def asked(env: list[Any]) -> bool | None:
        wanted = test(env)
        if asks:
            return wanted if isinstance(wanted, bool) else contained(value(env), wanted) if wanted is not None else None
        return contained(value(env), wanted)

    return asked


def _among(value: Closure, constants: list[Any], otherwise: Callable[[Value], bool | None]) -> Closure:
    """Membership among numbers and texts by hash; `otherwise` answers for values of another kind."""
    members, kinds = frozenset(constants), {type(constant) for constant in constants}
    kind = kinds.pop() if len(kinds) == 1 else None
    whole = kind is Decimal  # an int has the hash of its Decimal

    def among(env: list[Any]) -> bool | None:
        found = value(env)
        if type(found) is kind or (whole and type(found) is int):
            return found in members
        return otherwise(number(found))

    return among


def _equals_any(found: Value, constants: list[Any]) -> bool | None:
    answers = {equal(found, constant) for constant in constants}
    return True if True in answers else False if False in answers else None


def _one_kind(tests: tuple[tree.Node, ...]) -> bool:
    """Do all the tests take an int or float as it is?"""
    if len(tests) > 1 and all(type(test) in (tree.Number, tree.Text) for test in tests):
        return True
    return all(map(_takes_native, tests))


def in_(compiler: Compiler, node: tree.In) -> Closure:
    value = native_or_value(compiler, node.value) if _one_kind(node.tests) else compiler.compile(node.value)
    if len(node.tests) > 1 and all(type(test) in (tree.Number, tree.Text) for test in node.tests):
        constants = [test.value for test in node.tests]  # type: ignore[attr-defined]
        return _among(value, constants, lambda found: _equals_any(found, constants))
    if mentions_tested(node.tests):
        return _asking(compiler, value, node.tests)
    tests = [tested(compiler, value, test) for test in node.tests]
    return tests[0] if len(tests) == 1 else any_of(tests)


def _asking(compiler: Compiler, value: Closure, nodes: tuple[tree.Node, ...]) -> Closure:
    """`value in (…)` whose tests speak of `?`: it stands for this value inside them."""
    slot = compiler.scope.slot()
    compiler.scope.frames.append(Frame({"?": slot}))
    answer = any_of([tested(compiler, itemgetter(slot), node) for node in nodes])
    compiler.scope.frames.pop()

    def bound(env: list[Any]) -> Value:
        env[slot] = value(env)
        return answer(env)

    return bound


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


def cell(compiler: Compiler, node: tree.Tests) -> Closure:
    tested_value = tree.Name("?")
    native = all(map(_takes_native, node.tests))
    value = native_or_value(compiler, tested_value) if native else compiler.compile(tested_value)
    if not node.tests:
        return lambda env: True
    tests = [tested(compiler, value, test) for test in node.tests]
    found = tests[0] if len(tests) == 1 else any_of(tests)
    if not node.negated:
        return found

    def negated(env: list[Any]) -> bool | None:
        answer = found(env)
        return (not answer) if isinstance(answer, bool) else None

    return negated
