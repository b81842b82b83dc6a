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
from .values import CONTEXT, FLOATS, MAX_SMALL, Value, convert, from_float

if TYPE_CHECKING:
    from .compiler import Closure, Compiler

AS_GIVEN = frozenset({str, bool, type(None), date})
_ENTRIES = AS_GIVEN | {int, float, Decimal, dict}
LARGEST = 10**34  # whole numbers below need no rounding to 34 digits
MAX_FLOAT = 1.7976931348623157e308
_WHOLE: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_DECIMAL: dict[str, Callable[[Any, Any], Decimal]] = {  # they take ints as well
    "+": CONTEXT.add, "-": CONTEXT.subtract, "*": CONTEXT.multiply, "/": CONTEXT.divide,
}  # fmt: skip
_NUMBERS = frozenset({Decimal, int})


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
    if not compiler.shortcuts:
        return None
    if isinstance(node, tree.Name):
        return _name(compiler, node.name)
    if isinstance(node, tree.Number):
        constant = whole(node.value)
        return None if constant is None else lambda env: constant
    if isinstance(node, tree.Path):
        return variable_path(compiler, node)
    if isinstance(node, tree.Binary) and node.operator in _DECIMAL:
        return arithmetic(compiler, node)
    return None


def _name(compiler: Compiler, name: str) -> Closure | None:
    if compiler.is_variable(name):
        slot, items = compiler.scope.find(name)
        return None if items else itemgetter(slot)
    if slot := given(compiler, name):
        return read_given(slot)
    if name == "item" and compiler.scope.declared(name):
        slot, items = compiler.scope.find(name)
        return _read_item(slot) if items == [slot] and slot in compiler.scope.given else None
    return None


def given(compiler: Compiler, name: str) -> int:
    """The slot of a loop's name that holds a caller's entry as it is; 0 when the name is no such one."""
    if not compiler.scope.declared(name):
        return 0
    slot, items = compiler.scope.find(name)
    return slot if slot in compiler.scope.given and not items else 0


def read_given(slot: int) -> Closure:
    """A caller's entry, settled when it is asked for."""

    def entry(env: list[Any]) -> Any:
        value = env[slot]
        return value if type(value) in AS_GIVEN else settled(value)

    return entry


def _read_item(slot: int) -> Closure:
    """The entry that a filter looks at, or what it calls `item` itself."""

    def item(env: list[Any]) -> Any:
        value = env[slot]
        if type(value) in AS_GIVEN:
            return value
        return settled(value["item"] if type(value) is dict and "item" in value else value)

    return item


def listed(compiler: Compiler, node: tree.Node) -> Closure | None:
    """A caller's list with its entries as they are, for loops that ask only for some of what is in them."""
    if not (compiler.shortcuts and isinstance(node, tree.Name) and compiler.is_variable(node.name)):
        return None
    slot = compiler.scope.raw_slot(node.name)

    def entries(env: list[Any]) -> Value:
        value = env[slot]
        return value if type(value) is list and _ENTRIES.issuperset(map(type, value)) else convert(value)

    return entries


def variable_path(compiler: Compiler, node: tree.Path) -> Closure | None:
    """A path into one of the caller's variables, of which only what lies at its end is converted."""
    if not compiler.shortcuts:
        return None
    names: list[str] = []
    source: tree.Node = node
    while isinstance(source, tree.Path):
        names.append(source.name)
        source = source.source
    if not isinstance(source, tree.Name):
        return None
    if not (slot := given(compiler, source.name)):
        if not compiler.is_variable(source.name):
            return None
        slot = compiler.scope.raw_slot(source.name)
    steps = tuple(reversed(names))

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


def arithmetic(compiler: Compiler, node: tree.Binary) -> Closure:
    """`+ - * /`: whole numbers as ints, where the result is one; other numbers directly; the rest by `OPERATIONS`."""
    from .operators import OPERATIONS, checked

    left, right = native_or_value(compiler, node.left), native_or_value(compiler, node.right)
    exact, direct = _WHOLE.get(node.operator), _DECIMAL[node.operator]
    operation, sign = OPERATIONS[node.operator], node.operator
    known = FLOATS.get
    if isinstance(node.right, tree.Number):
        constant = whole(node.right.value)
        exact = None if constant is None else exact
        fixed: Any = node.right.value if constant is None else constant

        def with_constant(env: list[Any]) -> Any:
            a = left(env)
            kind = type(a)
            if kind is int and exact is not None and -LARGEST < (result := exact(a, fixed)) < LARGEST:
                return result
            if kind is float:
                a, kind = known(a) or from_float(a), Decimal
            if kind in _NUMBERS:
                found = direct(a, fixed)
                if found.is_finite():
                    return found
            return checked(env, sign, operation(number(a), number(fixed)))

        return with_constant

    def operate(env: list[Any]) -> Any:
        a, b = left(env), right(env)
        kind, other = type(a), type(b)
        if kind is int and other is int and exact is not None and -LARGEST < (result := exact(a, b)) < LARGEST:
            return result
        if kind is float:
            a, kind = known(a) or from_float(a), Decimal
        if other is float:
            b, other = known(b) or from_float(b), Decimal
        if kind in _NUMBERS and other in _NUMBERS:
            found = direct(a, b)
            if found.is_finite():
                return found
        return checked(env, sign, operation(number(a), number(b)))

    return operate


def gives_int(compiler: Compiler, node: tree.Node) -> bool:
    """May a native closure of this tree give an int?"""
    if isinstance(node, tree.Binary):
        return node.operator in _WHOLE and gives_int(compiler, node.left) and gives_int(compiler, node.right)
    if isinstance(node, tree.Number):
        return whole(node.value) is not None
    return isinstance(node, (tree.Name, tree.Path)) and native(compiler, node) is not None
