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
from .native import AS_GIVEN, settled
from .parser import parse, parse_tests
from .types import Type
from .values import MAX_SMALL, Value

CACHE = 4096  # compiled texts kept, of all bundles


class Expression:
    """A compiled expression. Call it with the variables; what it cannot answer is None."""

    __slots__ = ("text", "tree", "names", "certain", "_blank", "_slots", "_raw", "_evaluate", "_costly")

    def __init__(self, text: str, node: tree.Node, compiler: Compiler) -> None:
        self.text = text
        self.tree = node
        self._evaluate: Closure = compiler.compile(node)
        scope = compiler.scope
        self._slots = tuple(scope.free.items())
        self._raw = tuple(scope.raw.items())
        self._blank: list[Any] = [scope.defaults.get(slot) for slot in range(scope.size)]
        self.names = frozenset(name for name, slot in self._slots if slot not in scope.defaults) | scope.raw.keys()
        self.certain = frozenset(scope.certain)
        self._costly = compiler.costly

    def __call__(
        self, variables: Mapping[str, Any], warnings: list[str] | None = None, limits: Limits = DEFAULT
    ) -> Value:
        """The value over `variables` (Python or FEEL values); raises FeelLimit only."""
        env = self._blank.copy()
        if self._costly or warnings is not None:
            env[0] = Run(limits, warnings)
        for name, slot in self._slots:
            if name in variables:
                value = variables[name]
                kind = type(value)
                given = kind in AS_GIVEN or (kind is int and -MAX_SMALL < value < MAX_SMALL)  # saves most a call
                env[slot] = value if given else settled(value)
        for name, slot in self._raw:
            if name in variables:
                env[slot] = variables[name]
        try:
            return self._evaluate(env)
        except RecursionError:
            raise _too_deep() from None

    def over(self, values: Mapping[str, Value], run: Run) -> Value:
        """The value over variables that are FEEL values already, in a run that others share."""
        env = self._blank.copy()
        env[0] = run
        for name, slot in (*self._slots, *self._raw):
            if name in values:
                env[slot] = values[name]
        try:
            return self._evaluate(env)
        except RecursionError:
            raise _too_deep() from None

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def _too_deep() -> FeelLimit:
    return FeelLimit(("表达式嵌套过深", "the expression is nested too deeply"))


class UnaryTests(Expression):
    """A compiled decision-table cell: call it with the tested value and the variables."""

    __slots__ = ()

    def __call__(  # type: ignore[override]
        self,
        value: Any,
        variables: Mapping[str, Any] = {},  # noqa: B006
        warnings: list[str] | None = None,
        limits: Limits = DEFAULT,
    ) -> bool | None:
        """Does the value pass? None when the standard has no answer."""
        return super().__call__({**variables, "?": value}, warnings, limits)


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
    """An expression ready to run; raises FeelError.

    `names` are the variables in scope (needed where names hold spaces or signs, or where one hides a built-in),
    `functions` the callables an expression may call beside the built-ins.
    """
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
