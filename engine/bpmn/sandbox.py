"""Python in diagrams, for files that come from other SpiffWorkflow systems: run by pydantic-monty, never by our
process.

Monty is an interpreter of its own, in worker processes, without files, network or imports of the host; time and
memory are limited. Not offered to `load` by default: `load(..., languages={"python": Python()})`. The pool must not
be carried over a fork, so it is made when first used, once per process.
"""

from __future__ import annotations

import ast
import atexit
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

from engine import errors

LIMITS = {"max_feed_duration_secs": 1.0, "max_memory": 64 * 2**20, "max_recursion_depth": 200}
KILL_AFTER = 3.0  # seconds; should the worker itself fail to stop

_pools: dict[int, Any] = {}
_lock = threading.Lock()


class Python:
    """The language "python": expressions and scripts in Python's syntax. A `${…}` around an expression is dropped."""

    def expression(self, text: str) -> Callable[[Mapping[str, Any]], Any]:
        text = text.strip()
        if text[:2] in ("${", "#{") and text.endswith("}"):
            text = text[2:-1].strip()
        ast.parse(text, mode="eval")
        return lambda variables: _run(text, variables)

    def script(self, text: str) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
        names = _assigned(ast.parse(text))
        if not names and text.strip() == "pass":
            return lambda variables: {}
        return lambda variables: _run(text, variables, names)

    def true(self, value: Any) -> bool:
        return bool(value)


def _assigned(module: ast.Module) -> frozenset[str]:
    """The names a script binds at its top level."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return frozenset(found)


def _run(text: str, variables: Mapping[str, Any], names: frozenset[str] | None = None) -> Any:
    """The value of an expression, or the variables a script has bound or changed."""
    import pydantic_monty

    inputs = {name: value for name, value in variables.items() if name.isidentifier()}
    try:
        with _pool().checkout(limits=LIMITS) as session:
            value = session.feed_run(text, inputs=inputs)
            if names is None:
                return value
            found = session.feed_run("locals()")
    except pydantic_monty.MontyRuntimeError as problem:
        raise ScriptError(str(problem.exception())) from problem
    return {
        name: value
        for name, value in found.items()
        if name in names or (name in inputs and value != inputs[name])
        if not callable(value)
    }


class ScriptError(errors.BanjieError):
    """The script has failed."""

    zh = "脚本执行出错"


def _pool() -> Any:
    pid = os.getpid()
    with _lock:
        if pid not in _pools:
            import pydantic_monty

            pool = pydantic_monty.Monty(request_timeout=KILL_AFTER)
            pool.__enter__()
            _pools[pid] = pool
            atexit.register(_close, pid)
        return _pools[pid]


def _close(pid: int) -> None:
    if os.getpid() == pid and pid in _pools:
        _pools.pop(pid).__exit__(None, None, None)
