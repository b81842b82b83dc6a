"""Calling: built-ins, the caller's functions, and functions that are values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import tree
from .builtins import BUILTINS, Builtin, Signature
from .errors import FeelLimit, Refusal
from .limits import MAX_CALLS, Run
from .scope import Frame, warn
from .types import build, coerce
from .values import Function, Value, convert

if TYPE_CHECKING:
    from .compiler import Closure, Compiler


def named(name: str, functions: Mapping[str, Any]) -> Function | None:
    """The caller's function or the built-in of this name, as a value."""
    if name in functions:
        return outer(name, functions[name])
    return BUILTINS[name].value() if name in BUILTINS else None


def outer(name: str, given: Any) -> Function:
    """A function of the house as a value: a callable, or an object with `call` and `params`."""
    if isinstance(given, Function):
        return given
    target = getattr(given, "call", given)
    parameters = getattr(given, "params", None)
    least, most = arity(target)

    def invoke(run: Run, arguments: list[Value]) -> Value:
        if not least <= len(arguments) <= most:
            run.warn(f"{name}(…) takes {least} to {most} arguments")
            return None
        return convert(target(*arguments))

    return Function(name, tuple(parameters) if parameters is not None else _parameters(target), invoke)


@lru_cache(maxsize=512)
def arity(call: Callable[..., Any]) -> tuple[int, int]:
    """The least and the largest number of positional arguments a callable takes."""
    try:
        shape = inspect.signature(call)
    except (TypeError, ValueError):
        return 0, 1_000
    places = [p for p in shape.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    any_number = any(p.kind is p.VAR_POSITIONAL for p in shape.parameters.values())
    return sum(p.default is p.empty for p in places), 1_000 if any_number else len(places)


@lru_cache(maxsize=512)
def _parameters(call: Callable[..., Any]) -> tuple[str, ...] | None:
    try:
        shape = inspect.signature(call)
    except (TypeError, ValueError):
        return None
    if any(p.kind is p.VAR_POSITIONAL for p in shape.parameters.values()):
        return None
    return tuple(shape.parameters)


def charge(run: Run | None, result: Value) -> Value:
    """Pay for a list or text that a call has built; without a purse nothing is repeated, so nothing can grow."""
    if run is None:
        return result
    kind = type(result)
    if kind is list or kind is dict:
        run.spend(len(result))
    elif kind is str:
        run.spend(len(result) >> 5)
    return result


def call(compiler: Compiler, node: tree.Call) -> Closure:
    """A call; which function it is is decided now where the name is no variable."""
    arguments = compiler.all(node.arguments)
    target = node.function
    if isinstance(target, tree.Name):
        name = target.name
        free = not compiler.scope.declared(name) and name not in compiler.names
        compiler.costly = compiler.costly or not free or name in compiler.functions or name not in BUILTINS
        if free and name in compiler.functions:
            return _valued(_late(name, compiler.functions), arguments, node, name)
        if free and name in BUILTINS:
            builtin = BUILTINS[name]
            compiler.costly = compiler.costly or any(signature.needs_run for signature in builtin.signatures)
            return _builtin(builtin, arguments, node.names)
        if free and compiler.functions is not None:
            variable, functions = compiler.compile(target), compiler.functions
            return _valued(lambda env: variable(env) or _registered(name, functions), arguments, node, name)
    compiler.costly = True
    return _valued(compiler.compile(target), arguments, node, getattr(target, "name", "function"))


def _late(name: str, functions: Mapping[str, Any]) -> Closure:
    function = outer(name, functions[name])
    return lambda env: function


def _registered(name: str, functions: Mapping[str, Any]) -> Function | None:
    return outer(name, functions[name]) if name in functions else None


def _builtin(builtin: Builtin, arguments: list[Closure], names: tuple[str, ...]) -> Closure:
    if names:
        return _builtin_by_name(builtin, arguments, names)
    fitting = [signature for signature in builtin.signatures if signature.takes(len(arguments))]
    name = builtin.name
    if arguments and all(len(s.kinds) == 1 and not (s.needs_run or s.variadic) for s in fitting):
        return _single(name, fitting, arguments[0])
    if len(fitting) == 1 and len(arguments) == 2 == len(fitting[0].kinds[:2]) and not fitting[0].needs_run:
        return _pair(name, fitting[0], *arguments)

    return lambda env: _bound(env, name, fitting, [argument(env) for argument in arguments])


def _single(name: str, fitting: list[Signature], argument: Closure) -> Closure:
    ways = [(signature.kinds[0], signature.call) for signature in fitting]

    def invoke(env: list[Any]) -> Value:
        value = argument(env)
        kind = type(value)
        for kinds, function in ways:
            if kinds is None or kind in kinds:
                result = function(value)
                return result if env[0] is None else charge(env[0], result)
        return _bound(env, name, fitting, [value])

    return invoke


def _pair(name: str, signature: Signature, first: Closure, second: Closure) -> Closure:
    one, other, function = signature.kinds[0], signature.kinds[1], signature.call

    def invoke(env: list[Any]) -> Value:
        a, b = first(env), second(env)
        if (one is None or type(a) in one) and (other is None or type(b) in other):
            result = function(a, b)
            return result if env[0] is None else charge(env[0], result)
        return _bound(env, name, [signature], [a, b])

    return invoke


def _bound(env: list[Any], name: str, fitting: list[Signature], values: list[Value]) -> Value:
    """Call the first way the values can be fitted to."""
    for signature in fitting:
        fitted = signature.bind(values)
        if fitted is not None:
            result = signature.call(env[0], *fitted) if signature.needs_run else signature.call(*fitted)
            return charge(env[0], result)
    warn(env, f"{name}(…) cannot take these arguments")
    return None


def _builtin_by_name(builtin: Builtin, arguments: list[Closure], names: tuple[str, ...]) -> Closure:
    orders = [(s, order) for s in builtin.signatures if (order := s.order(names)) is not None]

    def invoke(env: list[Any]) -> Value:
        values = [argument(env) for argument in arguments]
        for signature, order in orders:
            fitted = signature.bind([values[place] if place >= 0 else None for place in order])
            if fitted is not None:
                result = signature.call(env[0], *fitted) if signature.needs_run else signature.call(*fitted)
                return charge(env[0], result)
        warn(env, f"{builtin.name}(…) cannot take these arguments")
        return None

    return invoke


def _valued(target: Closure, arguments: list[Closure], node: tree.Call, name: str) -> Closure:
    names = node.names

    def invoke(env: list[Any]) -> Value:
        function = target(env)
        run: Run = env[0]
        if type(function) is not Function:
            run.warn(f"there is no function `{name}`")
            return None
        values = [argument(env) for argument in arguments]
        if names:
            if function.parameters is None or any(given not in function.parameters for given in names):
                run.warn(f"`{name}` has no such parameter")
                return None
            given = dict(zip(names, values, strict=True))
            values = [given.get(parameter) for parameter in function.parameters]
            while values and len(values) > len(names) and function.parameters[len(values) - 1] not in given:
                values.pop()
        try:
            return charge(run, function.invoke(run, values))
        except Refusal as refusal:
            raise refusal.at(_place(node, function, refusal.argument)) from None

    return invoke


def _place(node: tree.Call, function: Function, argument: int) -> int:
    """Where the argument stands that a function refuses; the function's own place when it was left out."""
    place = argument
    if node.names:
        name = (function.parameters or ())[argument : argument + 1]
        place = node.names.index(name[0]) if name and name[0] in node.names else len(node.arguments)
    return start(node.arguments[place]) if place < len(node.arguments) else start(node)


def start(node: tree.Node) -> int:
    """Where the text of a node begins: an operator's own place is its sign."""
    place = node.at
    for part in ("left", "value", "source", "function", "parts", "start"):
        inner = getattr(node, part, None)
        inner = inner[0] if isinstance(inner, tuple) and inner else inner
        if isinstance(inner, tree.Node):
            place = min(place, start(inner))
    return place


def function(compiler: Compiler, node: tree.Lambda, own: int = 0) -> Closure:
    """`function(a, b) body` as a value; `own` is the slot of the context entry that will hold it."""
    compiler.costly = True
    frame = Frame()
    slots = []
    for parameter in node.parameters:
        frame.slots[parameter.name] = compiler.scope.slot()
        slots.append(frame.slots[parameter.name])
    compiler.scope.frames.append(frame)
    body = compiler.compile(node.body)
    compiler.scope.frames.pop()
    names = tuple(parameter.name for parameter in node.parameters)
    types = tuple(build(p.type, compiler.types) if p.type else None for p in node.parameters)
    checked = any(types)

    def make(env: list[Any]) -> Function:
        captured = env.copy()

        def invoke(run: Run, arguments: list[Value]) -> Value:
            if len(arguments) != len(slots) or node.external:
                run.warn("a function is called with the wrong number of arguments")
                return None
            frame_ = captured.copy()
            frame_[0] = run
            for slot, value, type_ in zip(slots, arguments, types, strict=True):
                if checked and type_ is not None and value is not None and (value := coerce(value, type_)) is None:
                    return None
                frame_[slot] = value
            return enter(run, body, frame_)

        made = Function("function", names, invoke, types if checked else ())
        if own:
            captured[own] = made
        return made

    return make


def enter(run: Run, body: Closure, env: list[Any]) -> Value:
    """Run a function's body one call deeper."""
    run.spend()
    run.calls += 1
    if run.calls > MAX_CALLS:
        raise FeelLimit(("函数调用层数过多（无限递归？）", "too many calls within calls (endless recursion?)"))
    try:
        return body(env)
    finally:
        run.calls -= 1
