"""Numbers as the caller has them: a Python int or float is compared and added as it is where the answer is the same.

A variable's slot may hold an int (below 10**18) or a finite float. `native` makes closures that hand these on; all
others read a variable through `number`, which makes them Decimal.

Why a comparison of floats is exact: a float means its shortest decimal text, and the decimals that mean two different
floats lie in the same order as the floats. So it may be compared with every constant that is itself the shortest
decimal of a float, and with every whole number below 2**53 (here: fifteen digits). No whole number lies between such
a constant and its float, so an int may be compared with it as well.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from . import properties, tree
from .scope import warn
from .values import MAX_SMALL, Value, convert, from_float

if TYPE_CHECKING:
    from .compiler import Closure, Compiler

AS_GIVEN = frozenset({str, bool, type(None), date})
LARGEST = 10**34  # whole numbers below need no rounding to 34 digits
MAX_FLOAT = 1.7976931348623157e308
_WHOLE: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def settled(value: object) -> Any:
    """A variable for its slot: a small int or a finite float stays, everything else is converted."""
    kind = type(value)
    if kind is float and -MAX_FLOAT <= value <= MAX_FLOAT:  # type: ignore[operator]
        return value
    return value if kind is int and -MAX_SMALL < value < MAX_SMALL else convert(value)  # type: ignore[operator]


def number(value: Any) -> Value:
    """What a native closure gives, as a value of the language."""
    kind = type(value)
    if kind is int:
        return Decimal(value)
    return from_float(value) if kind is float else value


def read(slot: int) -> Closure:
    """The value of a variable of the caller."""

    def variable(env: list[Any]) -> Value:
        value = env[slot]
        kind = type(value)
        if kind is int:
            return Decimal(value)
        return from_float(value) if kind is float else value

    return variable


def native(compiler: Compiler, node: tree.Node) -> Closure | None:
    """A closure that may give an int or a float, where the tree allows one."""
    if isinstance(node, tree.Name):
        name = node.name
        if not compiler.is_variable(name):
            return None
        slot, items = compiler.scope.find(name)
        return None if items else itemgetter(slot)
    if isinstance(node, tree.Number):
        constant = whole(node.value)
        return None if constant is None else lambda env: constant
    if isinstance(node, tree.Path):
        return variable_path(compiler, node)
    if isinstance(node, tree.Binary) and node.operator in _WHOLE:
        return _arithmetic(compiler, node)
    return None


def variable_path(compiler: Compiler, node: tree.Path) -> Closure | None:
    """A path into one of the caller's variables, of which only what lies at its end is converted."""
    names: list[str] = []
    source: tree.Node = node
    while isinstance(source, tree.Path):
        names.append(source.name)
        source = source.source
    if not (isinstance(source, tree.Name) and compiler.is_variable(source.name)):
        return None
    slot, steps = compiler.scope.raw_slot(source.name), tuple(reversed(names))

    def path(env: list[Any]) -> Any:
        value = env[slot]
        for step in steps:
            if type(value) is dict:
                value = value.get(step)
            else:
                value = properties.get(convert(value), step)
        if value is None:
            warn(env, f"there is no `{'.'.join(steps)}` here")
            return None
        return value if type(value) in AS_GIVEN else settled(value)

    return path


def native_or_value(compiler: Compiler, node: tree.Node) -> Closure:
    """The fastest closure for a consumer that takes ints and floats as they are."""
    return native(compiler, node) or compiler.compile(node)


def whole(value: Decimal) -> int | None:
    """A constant as an int, where it is one."""
    return int(value) if value.adjusted() < 15 and value == value.to_integral_value() else None


def comparable(value: Decimal) -> int | float | None:
    """A constant that ints and floats may be compared with exactly; None when there is none."""
    if (constant := whole(value)) is not None:
        return constant
    made = float(value)
    return made if value.adjusted() < 15 and Decimal(repr(made)) == value else None


def _arithmetic(compiler: Compiler, node: tree.Binary) -> Closure | None:
    """`+ - *` of whole numbers as ints; any other value goes through `operation`."""
    from .operators import OPERATIONS, checked

    if not (_may_be_whole(compiler, node.left) and _may_be_whole(compiler, node.right)):
        return None
    left, right = native_or_value(compiler, node.left), native_or_value(compiler, node.right)
    exact, operation, sign = _WHOLE[node.operator], OPERATIONS[node.operator], node.operator

    def operate(env: list[Any]) -> Any:
        a, b = left(env), right(env)
        if type(a) is int and type(b) is int and -LARGEST < (result := exact(a, b)) < LARGEST:
            return result
        return checked(env, sign, operation(number(a), number(b)))

    return operate


def _may_be_whole(compiler: Compiler, node: tree.Node) -> bool:
    if isinstance(node, tree.Name):
        return compiler.is_variable(node.name)
    if isinstance(node, tree.Path):
        return _may_be_whole(compiler, node.source)
    if isinstance(node, tree.Number):
        return whole(node.value) is not None
    if isinstance(node, tree.Binary) and node.operator in _WHOLE:
        return _may_be_whole(compiler, node.left) and _may_be_whole(compiler, node.right)
    return False
