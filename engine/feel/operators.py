"""Arithmetic and comparison as closures; a comparison with a constant is the hot path of conditions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from . import arithmetic, tree
from .values import Value, equal, less, less_or_equal

if TYPE_CHECKING:
    from .compiler import Closure, Compiler


def warn(env: list[Any], text: str) -> None:
    """Note why something is null."""
    if env[0] is not None:
        env[0].warn(text)


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


def binary(compiler: Compiler, node: tree.Binary) -> Closure:
    sign, operation = node.operator, OPERATIONS[node.operator]
    left = compiler.compile(node.left)
    if sign in _EXACT and isinstance(node.right, (tree.Number, tree.Text)):
        return beside_constant(left, sign, node.right.value)
    right = compiler.compile(node.right)
    grows = sign == "+"

    def operate(env: list[Any]) -> Value:
        result = operation(left(env), right(env))
        if result is None:
            warn(env, f"`{sign}` has no answer for these values")
        elif grows and type(result) is str and env[0] is not None:
            env[0].spend(len(result) >> 5)
        return result

    return operate


def beside_constant(left: Closure, operator_: str, constant: Any) -> Closure:
    """`left operator constant`."""
    kind, exact, operation = type(constant), partial(_EXACT[operator_], constant), OPERATIONS[operator_]

    def beside(env: list[Any]) -> bool | None:
        value = left(env)
        if type(value) is kind:
            return exact(value)
        result = operation(value, constant)
        if result is None:
            warn(env, f"`{operator_}` has no answer for these values")
        return result

    return beside


def negation(compiler: Compiler, node: tree.Negation) -> Closure:
    operand, negate = compiler.compile(node.operand), arithmetic.negate
    return lambda env: negate(operand(env))


def between(compiler: Compiler, node: tree.Between) -> Closure:
    value, low, high = compiler.all((node.value, node.low, node.high))

    def lies(env: list[Any]) -> bool | None:
        v, a, b = value(env), low(env), high(env)
        above, below = less_or_equal(a, v), less_or_equal(v, b)
        if above is False or below is False:
            return False if a is not None and b is not None else None
        return True if above is True and below is True else None

    return lies
