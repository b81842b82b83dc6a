"""Static checks while typing: unknown names and functions, wrong arguments, impossible types, constant conditions.

Nothing is run but literals: `date("31.12.2024")` can be told before any case comes along.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable, Mapping
from decimal import Decimal
from typing import Any

from . import tree
from .builtins import BUILTINS
from .calls import arity, outer, start
from .errors import NOTHING, FeelError, Say
from .expression import compile as compile_
from .foreign import FOREIGN
from .kinds import COMPARISONS, MAKERS, clash, kind_of, logic_operand, mend, mismatch, no_entry
from .parser import parse, parse_tests
from .printing import print_tree
from .texts import parse_temporal
from .written import duration_hint, iso_hint

_NEGATED = re.compile(r"(?:not |NOT |Not |非 ?|不 )(.+)")
_LITERALS = (tree.Number, tree.Text, tree.Temporal, tree.Boolean)


def check(
    text: str,
    names: Container[str] | None = None,
    functions: Mapping[str, Any] | None = None,
    unary: bool = False,
) -> list[FeelError]:
    """What is wrong with an expression (or, with `unary`, a decision-table cell), in the order of the text.

    `names` are the variables in scope; without them no name is called unknown. `functions` are the callables beside
    the built-ins.
    """
    known: list[str] = list(names) if isinstance(names, Iterable) else []
    functions = functions or {}
    try:
        node = (parse_tests if unary else parse)(text, [*known, *functions])
    except FeelError as error:
        return [error]
    checker = _checked(node, names, known, functions, unary)
    if not unary and not checker.found and not checker.varies and _boolean(node):
        checker.report(node, ("条件的结果与变量无关，永远不变", "the condition never depends on anything"))
    return sorted(checker.found, key=lambda error: error.position)


def mistakes(node: tree.Node, names: Iterable[str], functions: Mapping[str, Any]) -> list[FeelError]:
    """The same of a tree, but for a condition that never changes: somebody may just be trying it."""
    known = list(names)
    found = _checked(node, frozenset(known), known, functions, False).found
    return sorted(found, key=lambda error: error.position)


def _checked(
    node: tree.Node, names: Container[str] | None, known: list[str], functions: Mapping[str, Any], unary: bool
) -> _Checker:
    checker = _Checker(names, known, functions)
    checker.visit(node, frozenset({"?"}) if unary else frozenset(), False)
    checker.value(node)
    return checker


def _boolean(node: tree.Node) -> bool:
    if isinstance(node, tree.Binary):
        return node.operator in COMPARISONS
    return isinstance(node, (tree.And, tree.Or, tree.Between, tree.In))


class _Checker:
    def __init__(self, names: Container[str] | None, known: list[str], functions: Mapping[str, Any]) -> None:
        self.names = names
        self.known = known
        self.functions = functions
        self.found: list[FeelError] = []
        self.varies = False  # does a name or a call make the value depend on something?

    def report(self, node: tree.Node, expected: Say, hint: Say = NOTHING) -> None:
        self.found.append(FeelError(node.at, expected, hint))

    def visit(self, node: Any, local: frozenset[str], filtered: bool) -> None:
        """Check a tree; `local` are the names declared around it, in a `filtered` place any name may be an entry's."""
        if isinstance(node, tuple):
            for part in node:
                self.visit(part, local, filtered)
        elif isinstance(node, tree.Name):
            self.name(node, local, filtered)
        elif isinstance(node, tree.Call):
            self.call(node, local, filtered)
        elif isinstance(node, tree.Filter):
            self.visit(node.source, local, filtered)
            if isinstance(node.condition, tree.Number) and node.condition.value == 0:
                self.report(node, *no_entry(node, node.condition.value))
            self.visit(node.condition, local | {"item"}, True)
        elif isinstance(node, (tree.For, tree.Quantified)):
            for iteration in node.iterations:
                self.visit((iteration.source, iteration.end), local, filtered)
                local = local | {iteration.name}
            body = node.body if isinstance(node, tree.For) else node.condition
            self.visit(body, local | {"partial"} if isinstance(node, tree.For) else local, filtered)
        elif isinstance(node, tree.Entries):
            self.entries(node, local, filtered)
        elif isinstance(node, tree.Lambda):
            self.visit(node.body, local | {parameter.name for parameter in node.parameters}, filtered)
        elif isinstance(node, (tree.And, tree.Or)):
            self.logic(node)
            self.visit(node.parts, local, filtered)
        elif isinstance(node, tree.Binary):
            self.binary(node)
            self.visit((node.left, node.right), local, filtered)
        elif isinstance(node, tree.Temporal):
            if parse_temporal(node.text) is None:
                self.report(
                    node,
                    (f"“{node.text}”不是日期、时间或期间", f"`{node.text}` is no date, time or duration"),
                    iso_hint(node.text),
                )
        elif isinstance(node, tree.Node) and not isinstance(node, tree.Type):
            for slot in node.__slots__:
                self.visit(getattr(node, slot), local, filtered)

    def name(self, node: tree.Name, local: frozenset[str], filtered: bool) -> None:
        self.varies = True
        name = node.name
        negated = _NEGATED.match(name)
        if name in local or (self.names is not None and name in self.names):
            return
        if negated and (self.names is None or negated[1] in self.names or negated[1] in local):
            made = f"not({negated[1]})"
            self.report(node, ("not 后面须有括号", "`not` takes brackets"), (f"请写成 {made}", f"write {made}"))
            return
        if filtered or self.names is None:
            return
        if name not in self.functions and name not in BUILTINS:
            self.report(node, (f"没有名为“{name}”的变量", f"there is no variable `{name}`"), self.advice(name, local))

    def advice(self, name: str, local: frozenset[str], functions: bool = False) -> Say:
        if name in FOREIGN:
            return FOREIGN[name]
        if (hint := duration_hint(name))[0]:
            return hint
        if not functions and " " in name and (called := self.called(name)):
            return f"函数的参数要放在括号里：{called}(…)", f"arguments stand in brackets: {called}(…)"
        names = [*local, *([*BUILTINS, *self.functions] if functions else self.known)]
        near = difflib.get_close_matches(name, names, 1, 0.5 if len(name) == 2 else 0.6)  # 金鄂 for 金额
        if near:
            return f"是否指 {near[0]}？", f"did you mean {near[0]}?"
        if functions:
            return NOTHING
        return f'如果是文本，请加双引号："{name}"', f'if it is a text, put it in quotes: "{name}"'

    def called(self, name: str) -> str:
        """The function a name of several words begins with: somebody left its brackets out."""
        words = name.split(" ")
        starts = (" ".join(words[:count]) for count in range(len(words) - 1, 0, -1))
        return next((start for start in starts if start in self.functions or start in BUILTINS), "")

    def value(self, node: tree.Node) -> None:
        """A function stands where a value is wanted."""
        if not isinstance(node, tree.Name) or self.names is None or node.name in self.names:
            return  # without names any of them may be a variable's
        name = node.name
        if name in self.functions or name in BUILTINS:
            bare = name in BUILTINS and not any(signature.required for signature in BUILTINS[name].signatures)
            made = f"{name}()" if bare else f"{name}(…)"
            said = f"{name} 是函数，后面要有括号", f"{name} is a function, it takes brackets"
            self.report(node, said, (f"请写成 {made}", f"write {made}"))

    def logic(self, node: tree.And | tree.Or) -> None:
        """A part of `and` or `or` that is certainly no truth value."""
        for place, part in enumerate(node.parts):
            self.value(part)
            kind = kind_of(part)
            if kind is not None and kind != "boolean":
                expected, hint = logic_operand(node, place, kind)
                self.found.append(FeelError(start(part), expected, hint))

    def entries(self, node: tree.Entries, local: frozenset[str], filtered: bool) -> None:
        keys = [key for key, _ in node.entries]
        if len(set(keys)) < len(keys):
            self.report(node, ("同一名称出现两次", "a name is given twice"))
        for key, value in node.entries:
            self.visit(value, local | {key} if isinstance(value, tree.Lambda) else local, filtered)
            local = local | {key}

    def call(self, node: tree.Call, local: frozenset[str], filtered: bool) -> None:
        self.varies = True
        self.visit(node.arguments, local, filtered)
        if not isinstance(node.function, tree.Name):
            self.method(node.function, local)
            self.visit(node.function, local, filtered)
            return
        name = node.function.name
        if name in local or (self.names is not None and name in self.names):
            return
        if name in self.functions:
            self.registered(node, name)
            return
        builtin = BUILTINS.get(name)
        if builtin is None:
            if not filtered:
                missing = (f"没有名为“{name}”的函数", f"there is no function `{name}`")
                self.report(node.function, missing, self.advice(name, local, True))
            return
        signatures = builtin.signatures
        count = len(node.arguments)
        fits = any(s.order(node.names) is not None if node.names else s.takes(count) for s in signatures)
        if not fits:
            usage = " / ".join(f"{name}({', '.join(s.names)})" for s in signatures)
            self.report(
                node.function, (f"{name} 的参数不对，应为 {usage}", f"the arguments do not fit, expected {usage}")
            )
        elif name in MAKERS and all(isinstance(argument, _LITERALS) for argument in node.arguments):
            self.made(node, name)

    def method(self, function: tree.Node, local: frozenset[str]) -> None:
        """`text.contains("x")`: a variable holds data, so what follows its dot is no function."""
        if not (isinstance(function, tree.Path) and isinstance(function.source, tree.Name)):
            return
        owner, name = function.source.name, function.name
        if owner in local or self.names is None or owner not in self.names:
            return
        if name in BUILTINS:
            hint = (f"请写成 {name}({owner}, …)", f"write {name}({owner}, …)")
        elif name in FOREIGN:
            hint = FOREIGN[name]
        else:
            return
        self.report(function, ("函数不写在点号后面", "functions do not stand behind a dot"), hint)

    def registered(self, node: tree.Call, name: str) -> None:
        """A function of the house: its parameters are told by its declaration."""
        given = self.functions[name]
        least, most = arity(getattr(given, "call", given))
        parameters = outer(name, given).parameters
        unknown = [key for key in node.names if parameters is not None and key not in parameters]
        if unknown or not least <= len(node.arguments) <= most:
            usage = f"{name}({', '.join(parameters or ('…',))})"
            self.report(
                node.function, (f"{name} 的参数不对，应为 {usage}", f"the arguments do not fit, expected {usage}")
            )

    def made(self, node: tree.Call, name: str) -> None:
        """`date("31.12.2024")`: all arguments are literals, so the result is known now."""
        if compile_(print_tree(node))({}) is None:
            first = node.arguments[0] if node.arguments else None
            text = first.value if isinstance(first, tree.Text) else ""
            self.report(node.function, (f"{name}(…) 得不到有效的值", f"{name}(…) gives no valid value"), iso_hint(text))

    def binary(self, node: tree.Binary) -> None:
        left, right = kind_of(node.left), kind_of(node.right)
        if node.operator == "-" and _looks_like_date(node):
            self.report(node, ("这是减法，不是日期", "this is a subtraction, not a date"), iso_hint(_digits(node)))
        self.value(node.left)
        self.value(node.right)
        if left is None or right is None or left == right:
            if node.operator not in COMPARISONS | {"+"} and "string" in (left, right):
                self.report(
                    node, (f"文本不能参与 {node.operator} 运算", f"a text cannot take part in `{node.operator}`")
                )
        elif clash(node.operator, left, right):
            said = mismatch(node.operator, left, right)
            self.report(node, said, mend(node.operator, (left, node.left), (right, node.right)))


def _looks_like_date(node: tree.Binary) -> bool:
    left = node.left
    if not (isinstance(left, tree.Binary) and left.operator == "-" and isinstance(node.right, tree.Number)):
        return False
    if not (isinstance(left.left, tree.Number) and isinstance(left.right, tree.Number)):
        return False
    year, month, day = left.left.value, left.right.value, node.right.value
    return Decimal(1900) <= year <= Decimal(2200) and 1 <= month <= 12 and 1 <= day <= 31


def _digits(node: tree.Binary) -> str:
    left: Any = node.left
    right: Any = node.right
    return f"{left.left.value}-{left.right.value}-{right.value}"


__all__ = ["check", "kind_of"]
