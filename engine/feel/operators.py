"""Arithmetic and comparison as closures; a comparison with a constant is the hot path of conditions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from . import arithmetic, tree
from .native import comparable, gives_int, native, native_or_value, number
from .scope import warn
from .values import Value, equal, less, less_or_equal

if TYPE_CHECKING:
    from .compiler import Closure, Compiler


def _unequal(a: Value, b: Value) -> bool | None:
    same = equal(a, b)
    return None if same is None else not same


OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
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


def checked(env: list[Any], sign: str, result: Value) -> Value:
    """The result of an operation, paid for when it is a text, with a note when there is none."""
    if result is None:
        warn(env, f"`{sign}` has no answer for these values")
    elif type(result) is str and env[0] is not None:
        env[0].spend(len(result) >> 5)
    return result


def binary(compiler: Compiler, node: tree.Binary) -> Closure:
    sign, operation = node.operator, OPERATIONS[node.operator]
    if sign in _EXACT:
        if isinstance(node.right, (tree.Number, tree.Text)):
            return beside_constant(native_or_value(compiler, node.left), sign, node.right.value)
        if isinstance(node.right, tree.Null) and sign in ("=", "!="):
            return _beside_null(native_or_value(compiler, node.left), sign == "=")
    elif made := native(compiler, node):
        return (lambda env: Decimal(v) if type(v := made(env)) is int else v) if gives_int(compiler, node) else made
    left, right = compiler.compile(node.left), compiler.compile(node.right)

    def operate(env: list[Any]) -> Value:
        result = operation(left(env), right(env))
        return result if result is not None and type(result) is not str else checked(env, sign, result)

    return operate


def _beside_null(left: Closure, equal_: bool) -> Closure:
    if equal_:
        return lambda env: left(env) is None
    return lambda env: left(env) is not None


def beside_constant(left: Closure, operator_: str, constant: Any) -> Closure:
    """`left operator constant`; `left` may be native."""
    kind, exact, operation = type(constant), partial(_EXACT[operator_], constant), OPERATIONS[operator_]

    def otherwise(env: list[Any], value: Any) -> bool | None:
        result = operation(number(value), constant)
        if result is None:
            warn(env, f"`{operator_}` has no answer for these values")
        return result

    bare = comparable(constant) if kind is Decimal else None
    if bare is None:
        return lambda env: exact(value) if type(value := left(env)) is kind else otherwise(env, value)
    direct = partial(_EXACT[operator_], bare)

    def beside(env: list[Any]) -> bool | None:
        value = left(env)
        found = type(value)
        if found is int or found is float:
            return direct(value)
        return exact(value) if found is Decimal else otherwise(env, value)

    return beside


def negation(compiler: Compiler, node: tree.Negation) -> Closure:
    operand, negate = compiler.compile(node.operand), arithmetic.negate
    return lambda env: negate(operand(env))


def between(compiler: Compiler, node: tree.Between) -> Closure:
    if isinstance(node.low, tree.Number) and isinstance(node.high, tree.Number):
        ends = (node.low.value, node.high.value)
        return inside(native_or_value(compiler, node.value), ends, (True, True), _between)
    value, low, high = compiler.all((node.value, node.low, node.high))
    return lambda env: _between(value(env), low(env), high(env))


def _between(v: Value, a: Value, b: Value) -> bool | None:
    above, below = less_or_equal(a, v), less_or_equal(v, b)
    if above is False or below is False:
        return False if a is not None and b is not None else None
    return True if above is True and below is True else None


def inside(
    value: Closure,
    ends: tuple[Decimal, Decimal],
    included: tuple[bool, bool],
    otherwise: Callable[[Value, Value, Value], bool | None],
) -> Closure:
    """Does a value, which may be native, lie between two constants? `otherwise` answers for what is no number."""
    above, below = (operator.le if included[0] else operator.lt), (operator.le if included[1] else operator.lt)
    low, high = ends
    bare_low: Any = comparable(low)
    bare_high: Any = comparable(high)
    exact = bare_low is not None and bare_high is not None

    def lies(env: list[Any]) -> bool | None:
        found = value(env)
        kind = type(found)
        if exact and (kind is int or kind is float):
            return above(bare_low, found) and below(found, bare_high)
        found = number(found)
        if type(found) is Decimal:
            return above(low, found) and below(found, high)
        return otherwise(found, low, high)

    return lies
