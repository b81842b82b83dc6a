"""The languages of diagrams, behind SpiffWorkflow's script-engine hook.

Every expression is compiled when the diagram is loaded: a mistake is a finding for the analyst, not an incident at
night, and a step never parses text. SpiffWorkflow's own engine is replaced because it hands text to Python's eval.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

from engine import feel
from engine.feel import tree

Variables = Mapping[str, Any]

# Constructs of FEEL that never yield a context.
_NO_CONTEXT = (
    *(tree.Number, tree.Text, tree.Boolean, tree.Null, tree.Temporal, tree.Negation, tree.Binary, tree.And, tree.Or),
    *(tree.Between, tree.In, tree.Interval, tree.Items, tree.For, tree.Quantified, tree.Lambda, tree.InstanceOf),
)

# What editors write for "nothing in particular": BPMN's default is XPath, which no diagram here means.
_FEEL_NAMES = re.compile(r"^$|^feel$|FEEL/?$|/XPath$|^https?://www\.omg\.org/spec/FEEL", re.IGNORECASE)


class Language(Protocol):
    """A language of diagrams. Both methods raise an exception whose `zh` and `en` (or text) say what is wrong."""

    def expression(self, text: str) -> Callable[[Variables], Any]:
        """Compile to a function of the variables."""
        ...

    def script(self, text: str) -> Callable[[Variables], Mapping[str, Any]]:
        """Compile to a function that returns the variables the script sets."""
        ...

    def true(self, value: Any) -> bool:
        """Whether a condition with this value holds."""
        ...


class NoContext(ValueError):
    """A script whose value can never be a context."""

    zh = "脚本应写成上下文，如 {x: 1, y: 2}，或一个赋值，如 x = 1"
    en = "a script is written as a context such as {x: 1, y: 2}, or as one assignment such as x = 1"


class Feel:
    """FEEL with the registered functions. A script is a context whose entries become variables.

    One assignment, `x = 1`, is read as the context {x: 1}: as a comparison it could set nothing.
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self.functions = functions

    def expression(self, text: str) -> Callable[[Variables], Any]:
        return feel.compile(text, None, self.functions)

    def script(self, text: str) -> Callable[[Variables], Mapping[str, Any]]:
        script = feel.compile(text, None, self.functions)
        parsed = script.tree
        if isinstance(parsed, tree.Binary) and parsed.operator == "=" and isinstance(parsed.left, tree.Name):
            name, _, value = text.partition("=")
            if feel.is_simple(name.strip()):
                return feel.compile(f"{{{name.strip()}: {value.strip()}}}", None, self.functions)
        if isinstance(script.tree, _NO_CONTEXT):
            raise NoContext(text)
        return script

    def true(self, value: Any) -> bool:
        return value is True


class Formula:
    """A compiled expression or script: its text, the names it reads, and how to run it."""

    __slots__ = ("clocks", "language", "names", "run", "text")

    def __init__(self, text: str, run: Callable[[Variables], Any], language: Language) -> None:
        self.text, self.run, self.language = text, run, language
        self.names: frozenset[str] = getattr(run, "names", frozenset())
        self.clocks = _clocks(getattr(run, "tree", None))

    def __call__(self, variables: Variables) -> Any:
        return settled(self.run(variables))

    def holds(self, variables: Variables) -> bool:
        return self.language.true(self.run(variables))

    def operands(self, variables: Variables) -> dict[str, Any]:
        """The values this formula reads now, for the record of a decision."""
        return {name: variables[name] for name in sorted(self.names) if name in variables}


def _clocks(expression: tree.Node | None) -> frozenset[str]:
    """Texts handed to functions: how a time says which clock it hangs on, as "C10" in deadline("C10", start)."""
    found = tree.calls(expression) if expression is not None else ()
    return frozenset(a.value for _, call in found for a in call.arguments if isinstance(a, tree.Text))


ALWAYS_TRUE = Formula("true", lambda variables: True, Feel({}))  # a flow without a condition


class UnknownLanguage(Exception):
    """The diagram asks for a language that is not installed."""


class Languages:
    """The languages at hand, by the name a diagram uses."""

    def __init__(
        self, functions: Mapping[str, Callable[..., Any]], others: Mapping[str, Language] | None = None
    ) -> None:
        self._feel = Feel(functions)
        self._others = {name.lower(): language for name, language in (others or {}).items()}

    def compile(self, text: str, name: str | None = None, script: bool = False) -> Formula:
        """Compile `text`; a leading "=" marks FEEL in any file, as some editors write it."""
        text = text.strip()
        language = self._language(name)
        if text.startswith("="):
            text, language = text[1:].strip(), self._feel
        return Formula(text, language.script(text) if script else language.expression(text), language)

    def _language(self, name: str | None) -> Language:
        name = (name or "").strip()
        if name.lower() in self._others:
            return self._others[name.lower()]
        if _FEEL_NAMES.search(name):
            return self._feel
        raise UnknownLanguage(name)


class ScriptEngine(PythonScriptEngine):
    """SpiffWorkflow's hook for expressions: here they are formulas already, never text."""

    def __init__(self) -> None:
        self.environment = None

    def evaluate(self, task: Any, expression: Formula, external_context: Any = None) -> Any:
        return expression.holds(task.data)

    def execute(self, task: Any, script: Formula, external_context: Any = None) -> bool:
        task.data.update(script(task.data))
        return True


def settled(value: Any) -> Any:
    """A value as variables keep it: whole numbers as int, so that they are stored as plain JSON."""
    kind = value.__class__
    if kind is str or kind is bool or kind is int or value is None:
        return value
    if kind is Decimal:
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else value
    if kind is dict:
        return {key: settled(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [settled(item) for item in value]
    return value
