"""Why is it null? An expression evaluated under watch: every part that has no answer says so, with place and mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import reasons, tree
from .checking import mistakes
from .compiler import Closure, Compiler
from .errors import FeelError
from .expression import Expression
from .limits import DEFAULT, Limits
from .parser import parse
from .values import Value

MAX_REMARKS = 20


@dataclass(frozen=True, slots=True)
class Explained:
    """A value, the `mistakes` that can be told without it, and `remarks` on what became null while it was made."""

    value: Value
    mistakes: list[FeelError]
    remarks: list[FeelError]


def explain(
    text: str,
    variables: Mapping[str, Any],
    functions: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT,
) -> Explained:
    """The value of an expression as `compile` gives it, and why parts of it are null.

    Raises FeelError for what cannot be read, what a limit stops, and what a function of the house fails at; what that
    function raised is the error's cause.
    """
    functions = functions or {}
    node = parse(text, [*variables, *functions])
    watcher = _Watcher(frozenset(variables), functions)
    expression = Expression(text, node, watcher)
    told = mistakes(node, variables, functions)
    value = expression(variables, [], limits)
    places = {mistake.position for mistake in told}
    remarks = {r.position: r for r in reversed(watcher.remarks) if r.position not in places}  # of a loop the first
    return Explained(value, told, sorted(remarks.values(), key=lambda remark: remark.position)[:MAX_REMARKS])


class _Watcher(Compiler):
    """Compiles as ever, but keeps the last value of every part and asks after each one whether it can be explained."""

    shortcuts = False  # each part is to come by

    def __init__(self, names: frozenset[str], functions: Mapping[str, Any]) -> None:
        super().__init__(names, functions)
        self.values: dict[int, Value] = {}
        self.remarks: list[FeelError] = []
        self.parts = 0
        self.told: set[int] = set()  # the parts that have said why

    def compile(self, node: tree.Node) -> Closure:
        made = super().compile(node)
        reason, key, values = reasons.REASONS.get(type(node)), id(node), self.values
        house = isinstance(node, tree.Call) and getattr(node.function, "name", None) in self.functions

        def watched(env: list[Any]) -> Value:
            try:
                value = made(env)
            except FeelError:
                raise
            except Exception as error:  # whatever a function of the house raises
                if not house or isinstance(error, RecursionError):
                    raise
                said = getattr(error, "zh", "") or f"函数无法计算：{error}", str(error) or type(error).__name__
                raise FeelError(node.at, said) from error
            values[key] = value
            self.parts += 1
            if not self.parts & 511:  # watching takes time that no step pays for
                env[0].look()
            if reason is not None and key not in self.told:
                found = list(reason(node, value, self.seen))
                if found:  # of a loop the first time is enough
                    self.told.add(key)
                    self.remarks += found
            return value

        return watched

    def seen(self, node: tree.Node) -> Value:
        """The last value of a part; UNSEEN when it was not needed."""
        if isinstance(node, (tree.Number, tree.Text, tree.Boolean)):
            return node.value
        return None if isinstance(node, tree.Null) else self.values.get(id(node), reasons.UNSEEN)
