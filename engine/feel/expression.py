"""The door of the language: text in, something callable out, cached."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from . import tree
from .compiler import Closure, Compiler
from .errors import FeelLimit
from .limits import DEFAULT, Limits, Run
from .parser import parse, parse_tests
from .types import Type
from .values import Value, convert

CACHE = 4096  # compiled texts kept, of all bundles


class Expression:
    """A compiled expression. Call it with the variables; what it cannot answer is None."""

    __slots__ = ("text", "tree", "names", "certain", "_free", "_pad", "_defaults", "_run", "_costly")

    def __init__(self, text: str, node: tree.Node, compiler: Compiler) -> None:
        self.text = text
        self.tree = node
        self._run: Closure = compiler.compile(node)
        self._free = tuple(sorted(compiler.scope.free, key=compiler.scope.free.__getitem__))
        defaults = compiler.scope.defaults
        self._defaults = tuple(defaults.items())
        self.names = frozenset(name for name in self._free if compiler.scope.free[name] not in defaults)
        self.certain = frozenset(compiler.scope.certain)
        self._costly = compiler.costly
        slots = [compiler.scope.free[name] for name in self._free]
        # Free names are read often, so they come first: the slots of a run are [run, free…, declared…].
        self._pad = (compiler.scope.size, tuple(slots))

    def __call__(
        self, variables: Mapping[str, Any], warnings: list[str] | None = None, limits: Limits = DEFAULT
    ) -> Value:
        """The value over `variables` (Python or FEEL values); raises FeelLimit only."""
        run = Run(limits, warnings) if self._costly or warnings is not None else None
        return self._enter(run, variables, convert)

    def over(self, values: Mapping[str, Value], run: Run) -> Value:
        """The value over variables that are FEEL values already, in a run that others share."""
        return self._enter(run, values, None)

    def _enter(self, run: Run | None, variables: Mapping[str, Any], conversion: Callable[[Any], Value] | None) -> Value:
        size, slots = self._pad
        env: list[Any] = [None] * size
        env[0] = run
        for slot, function in self._defaults:
            env[slot] = function
        for name, slot in zip(self._free, slots):
            if name in variables:
                value = variables[name]
                env[slot] = conversion(value) if conversion is not None else value
        try:
            return self._run(env)
        except RecursionError:
            raise FeelLimit(("表达式嵌套过深", "the expression is nested too deeply")) from None

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


class UnaryTests(Expression):
    """A compiled decision-table cell: call it with the tested value and the variables."""

    __slots__ = ()

    def __call__(self, value: Any, variables: Mapping[str, Any] = {}, warnings: list[str] | None = None) -> bool | None:  # type: ignore[override]  # noqa: B006
        """Does the value pass? None when the standard has no answer."""
        return super().__call__({**variables, "?": value}, warnings)


_lock = threading.Lock()
_cache: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


def _cached(key: tuple[Any, ...], keep: Any, make: Callable[[], Any]) -> Any:
    """The compiled text of this key; `keep` holds the objects whose ids are in the key alive."""
    found = _cache.get(key)
    if found is not None:
        return found[0]
    made = make()
    with _lock:
        _cache[key] = (made, keep)
        while len(_cache) > CACHE:
            _cache.popitem(last=False)
    return made


def _names(names: Container[str] | None) -> frozenset[str]:
    if names is None:
        return frozenset()
    return names if isinstance(names, frozenset) else frozenset(names) if isinstance(names, Iterable) else frozenset()


def compile(  # noqa: A001  the word of the language's door
    text: str,
    names: Container[str] | None = None,
    functions: Mapping[str, Any] | None = None,
    types: Mapping[str, Type] | None = None,
) -> Expression:
    """An expression ready to run; raises FeelError. `names` are the variables in scope (needed where names hold
    spaces or signs, or where one hides a built-in), `functions` the callables an expression may call beside the built-ins."""
    known = _names(names)
    key = (Expression, text, known, id(functions), id(types))
    return _cached(key, (functions, types), lambda: _build(Expression, text, parse, known, functions, types))


def compile_unary(
    text: str,
    names: Container[str] | None = None,
    functions: Mapping[str, Any] | None = None,
    types: Mapping[str, Type] | None = None,
) -> UnaryTests:
    """A decision-table cell ready to run; raises FeelError."""
    known = _names(names)
    key = (UnaryTests, text, known, id(functions), id(types))
    return _cached(key, (functions, types), lambda: _build(UnaryTests, text, parse_tests, known, functions, types))


def _build(
    made: Any, text: str, read: Any, known: frozenset[str], functions: Mapping[str, Any] | None, types: Any
) -> Any:
    node = read(text, [*known, *(functions or ())])
    return made(text, node, Compiler(known, functions, types))
