"""Python in diagrams, for files that come from other SpiffWorkflow systems: run by pydantic-monty, never by our
process.

Monty is an interpreter of its own, in worker processes, without files, network or packages of the host; time and memory
are limited, and the clock it sees is the engine's. Our own process only parses the text, to tell mistakes when the
diagram is deployed. The pool of workers cannot be carried over a fork, so it is made when a script first runs, once per
process; a process forked after that refuses scripts instead of waiting for workers it does not have.
"""

from __future__ import annotations

import ast
import atexit
import keyword
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

from engine import clock, errors, feel

LIMITS = {
    "max_feed_duration_secs": 1.0,
    "max_memory": 64 * 2**20,
    "max_recursion_depth": 200,
    "max_total_sleep_secs": 0.0,
}
KILL_AFTER = 3.0  # seconds; should the worker itself fail to stop
MAX_TEXT = 20_000  # characters
MODULES = frozenset({"datetime", "decimal", "json", "math", "re"})

# What neither a step of a process needs nor Monty has: told at deployment instead of in a running case.
_REFUSED: tuple[type[ast.AST], ...] = (
    *(ast.ClassDef, ast.With, ast.AsyncWith, ast.AsyncFor, ast.AsyncFunctionDef, ast.Await, ast.Delete),
    *(ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal),
)

_pools: dict[int, Any] = {}  # by process id: that of this process, or one inherited over a fork
_lock = threading.Lock()


class NotPython(ValueError):
    """A text that is not run as Python; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class ScriptError(errors.BanjieError):
    """The script has failed or was stopped."""

    zh = "脚本执行出错"


class Python:
    """The language "python": expressions and scripts in Python's syntax. A `${…}` around an expression is dropped."""

    def expression(self, text: str) -> Callable[[Mapping[str, Any]], Any]:
        text = text.strip()
        if text[:2] in ("${", "#{") and text.endswith("}"):
            text = text[2:-1].strip()
        _parse(text, "eval")
        return lambda variables: _run(text, variables)

    def script(self, text: str) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
        names = _assigned(_parse(text, "exec"))
        if not names and text.strip() == "pass":
            return lambda variables: {}
        return lambda variables: _run(text, variables, names)

    def true(self, value: Any) -> bool:
        return bool(value)


LANGUAGES = dict.fromkeys(("python", "python3", "text/python", "text/x-python", "application/x-python"), Python())


def _parse(text: str, mode: str) -> ast.AST:
    """The syntax tree. Raises NotPython."""
    if len(text) > MAX_TEXT:
        raise NotPython(f"脚本超过 {MAX_TEXT} 个字符", f"the script is longer than {MAX_TEXT} characters")
    try:
        tree = ast.parse(text, mode=mode)
    except (SyntaxError, ValueError) as problem:
        line, what = getattr(problem, "lineno", None) or 1, getattr(problem, "msg", str(problem))
        raise NotPython(f"Python 语法有误（第 {line} 行）：{what}", f"no Python, line {line}: {what}") from problem
    except (RecursionError, MemoryError) as problem:
        raise NotPython("脚本嵌套过深", "the script is nested too deeply") from problem
    for node in ast.walk(tree):
        if isinstance(node, _REFUSED):
            word = type(node).__name__
            raise NotPython(f"流程脚本不能使用 {word}", f"{word} cannot be used in the script of a process")
        for module in _imported(node):
            if module not in MODULES:
                raise NotPython(f"流程脚本不能引入模块 {module}", f"the module {module} cannot be imported here")
        if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
            raise NotPython(f"流程脚本不能使用 {node.attr}", f"{node.attr} cannot be used here")
    return tree


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."] if isinstance(node, ast.ImportFrom) else []


def _assigned(module: ast.AST) -> frozenset[str]:
    """The names a script binds."""
    nodes = (node for node in ast.walk(module) if isinstance(node, ast.Name))
    return frozenset(node.id for node in nodes if isinstance(node.ctx, ast.Store))


def _run(text: str, variables: Mapping[str, Any], names: frozenset[str] | None = None) -> Any:
    """The value of an expression, or the variables a script has bound or changed."""
    import pydantic_monty

    inputs = {name: _given(value) for name, value in variables.items() if _is_name(name)}
    policy = {"datetime": clock.now(), "timezone": "Asia/Shanghai", "process_time": "zero"}
    try:
        with _pool().checkout(limits=LIMITS, os_policy=policy) as session:
            value = session.feed_run(text, inputs=inputs, print_callback=_unheard)
            if names is None:
                return value
            found = session.feed_run("locals()", print_callback=_unheard)
    except pydantic_monty.MontyError as problem:
        inner = problem.exception() if hasattr(problem, "exception") else problem
        raise ScriptError(str(inner) or type(inner).__name__) from problem
    return {
        name: value
        for name, value in found.items()
        if name in names or (name in inputs and value != inputs[name])
        if not callable(value)
    }


def _is_name(name: str) -> bool:
    """Whether a script can say this variable; a form's field may well be called `class`."""
    return name.isidentifier() and not keyword.iskeyword(name)


def _given(value: Any) -> Any:
    """A variable as Monty takes it; FEEL's own types as their JSON view."""
    if isinstance(value, feel.YearMonth | feel.Range):
        return feel.to_json(value)
    if isinstance(value, dict):
        return {key: _given(item) for key, item in value.items()}
    return [_given(item) for item in value] if isinstance(value, list) else value


def _unheard(stream: str, text: str) -> None:
    """What a script prints is heard by nobody."""


def _pool() -> Any:
    pid = os.getpid()
    if _pools and pid not in _pools:
        raise ScriptError("this process was forked from one that has run scripts", zh="本进程不能执行 Python 脚本")
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
