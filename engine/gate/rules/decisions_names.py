"""Names in decisions that mean something.

What. Every name in a cell, a column's expression or any other expression of a decision is one of the inputs and
decisions that are drawn to lead there, a function, or, where nothing is drawn, a variable a column of the table asks.
A constant in an output column is a value of the column's type. Each bad cell is named by table, rule and column.
Why. A name nobody knows is null: the cell never matches, or the answer is empty, and the case goes astray in silence.
A text without quotes is the usual reason. A range written 0-2 is a subtraction and matches -2 only.
Mend. Put texts in double quotes, correct the spelling, or draw the input and the arrow from it to the decision.

决策里的名称须有含义：单元格和表达式里的名称只能是连到该决策的输入、决策、函数；未画依赖时，只能是表中某列用到的变量。
文本要加半角双引号；输出值须符合列的数据类型。逐格指出表、规则和列。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.dmn import Decision, Model, Table
from engine.dmn.item_types import Allowed
from engine.dmn.model import Input, Knowledge
from engine.errors import Finding
from engine.feel import tree
from engine.feel.builtins import BUILTINS
from engine.feel.cell_words import cell_hint
from engine.feel.mistakes import FOREIGN
from engine.feel.types import Type, coerce
from engine.gate import facts, tables
from engine.gate.bundle import Bundle
from engine.gate.finding import in_file
from engine.gate.known import NOTHING
from engine.gate.model import shown
from engine.gate.near import listed, near

Say = tuple[str, str]


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about names and constants of decisions."""
    for file, model in tables.models(bundle).items():
        if isinstance(model, Model):
            for item in model.own:
                if isinstance(item, Decision | Knowledge):
                    yield from _Item(bundle, file, model, item).findings()


class _Item:
    """One decision or knowledge model, and what its expressions may name."""

    def __init__(self, bundle: Bundle, file: str, model: Model, item: Decision | Knowledge) -> None:
        self.bundle, self.file, self.model, self.item = bundle, file, model, item
        self.others = {other.name for other in model.own if other.name != item.name}
        targets = [model.items[reference.key] for reference in item.requires]
        self.loose = isinstance(item, Decision) and all(isinstance(target, Knowledge) for target in targets)
        self.asked: frozenset[str] = frozenset()  # the caller's variables a loose decision reads
        if self.loose:
            columns = (column.expression for table in item.tables for column in table.columns)
            free = (*columns, *(expression for expression, _ in item.literals))
            self.asked = frozenset(name for expression in free for name in expression.certain) - self.others

    def findings(self) -> Iterator[Finding]:
        """Of all its tables, and of what stands in no table."""
        for table in self.item.tables:
            yield from self._table(table)
        for expression, names in self.item.literals:
            if "item" not in names:  # of a filter: the entries of its items have names, too
                for name in self._unknown(expression, names):
                    yield self._name("decision-name", name, ("表达式", "the expression"), expression, names, {})

    def _table(self, table: Table) -> Iterator[Finding]:
        for place, column in enumerate(table.columns):
            texts = _texts([rule.tests[place] for rule in table.rules], column.type, column.allowed)
            if isinstance(column.expression.tree, tree.Name):
                given = facts.of(self.bundle).variables.get(column.expression.tree.name, NOTHING).values or ()
                texts |= dict.fromkeys(value for value in given if isinstance(value, str))
            textual = "string" in (column.type.kind if column.type else None, self._kind(column.expression))
            where = f"输入列“{shown(column.label)}”的表达式", f"the expression of the input “{shown(column.label)}”"
            for name in self._unknown(column.expression, table.names):
                yield self._name("decision-name", name, where, column.expression, table.names, {})
            for rule in table.rules:
                test = rule.tests[place]
                where = _cell(rule.number, column.label)
                if test is None:
                    continue
                for name in self._unknown(test, table.names):
                    yield self._name("table-name", name, where, test, table.names, texts, textual)
                yield from self._reckoned(where, test)
        for place, output in enumerate(table.outputs):
            label = output.name or self.item.name
            results = [rule.outputs[place] for rule in table.rules]
            texts = _texts(results, output.type, None, *output.order)
            for rule, result in zip(table.rules, results, strict=True):
                where = _cell(rule.number, label)
                for name in self._unknown(result, table.names):
                    yield self._name("table-name", name, where, result, table.names, texts)
                yield from self._result(table, where, result, output.type)

    def _kind(self, expression: feel.Expression) -> str | None:
        """What kind of value an input column asks for, as far as the model or the diagrams say."""
        if not isinstance(expression.tree, tree.Name):
            return None
        name = expression.tree.name
        types = (item.type for item in self.model.items.values() if isinstance(item, Input) and item.name == name)
        type_ = next(types, None)
        return type_.kind if type_ is not None else facts.of(self.bundle).variables.get(name, NOTHING).kind

    def _reckoned(self, where: Say, test: feel.UnaryTests) -> Iterator[Finding]:
        """`0-2` in a cell of an input column is the number -2."""
        hint = cell_hint(test.text)
        parts = test.tree.tests if isinstance(test.tree, tree.Tests) else ()
        if hint[0] and len(parts) == 1 and isinstance(parts[0], tree.Binary):
            yield self._say(
                "cell-reckoned",
                f"{where[0]}的“{shown(test.text)}”是一道减法，只与它的得数相符",
                f"“{shown(test.text)}” in {where[1]} is a subtraction and matches its result only",
                (f"如果是范围，{hint[0]}；否则直接写得数", f"for a range {hint[1]}; else write the result itself"),
            )

    def _unknown(self, expression: feel.Expression, names: frozenset[str]) -> list[str]:
        free = (expression.names & expression.certain) - names - self.asked - self.bundle.functions.keys() - {"?"}
        set_here = facts.of(self.bundle).variables if free and isinstance(self.item, Decision) else {}
        return sorted(name for name in free if name in self.others or name not in set_here)

    def _name(
        self,
        code: str,
        name: str,
        where: Say,
        expression: feel.Expression,
        names: frozenset[str],
        texts: dict[str, None],
        textual: bool = False,
    ) -> Finding:
        called = any(
            isinstance(part, tree.Call) and isinstance(part.function, tree.Name) and part.function.name == name
            for part in tree.parts(expression.tree)
        )
        kind = ("函数", "function") if called else ("已知的名称", "known name")
        whole = expression.text.strip() == name
        zh = where[0] + ("" if whole else f"“{shown(expression.text, 60)}”里") + f"的“{shown(name)}”不是{kind[0]}"
        en = (
            f"“{shown(name)}” in {where[1]}"
            + ("" if whole else f", “{shown(expression.text, 60)}”,")
            + f" is no {kind[1]}"
        )
        mend = cell_hint(name) if whole else ("", "")
        if textual and not called and name in FOREIGN and whole:
            mend = f'这一列是文本：写成 "{name}"', f'this column holds texts: write "{name}"'
        return self._say(code, zh, en, mend if mend[0] else self._mend(name, called, names | self.asked, texts))

    def _mend(self, name: str, called: bool, known: frozenset[str], texts: dict[str, None]) -> Say:
        if name in FOREIGN:
            return FOREIGN[name]
        if called:
            other = near(name, {*self.bundle.functions, *BUILTINS})
            return (f"是否指 {other}？", f"did you mean {other}?") if other else ("改正函数名", "correct its name")
        if name in self.others:
            return (
                f"从“{name}”画一条箭头连到“{self.item.name}”，或改名",
                f"draw an arrow from “{name}” to “{self.item.name}”, or correct the name",
            )
        if name in texts:
            return f'文本要加双引号：写成 "{name}"', f'texts stand in double quotes: write "{name}"'
        if other := near(name, texts.keys()):
            return f'是否指文本 "{other}"？', f'did you mean the text "{other}"?'
        if other := near(name, known | self.others):
            return f"是否指 {other}？", f"did you mean {other}?"
        given = "、".join(sorted(known)) or "（无）", ", ".join(sorted(known)) or "none"
        return (
            f'如果是文本，写成 "{name}"；可用的名称：{given[0]}',
            f'if it is a text, write "{name}"; names that may be used: {given[1]}',
        )

    def _result(self, table: Table, where: Say, result: feel.Expression, type_: Type | None) -> Iterator[Finding]:
        """A constant its column cannot take is null when the rule answers."""
        if type_ is None and len(table.outputs) == 1 and table is tables.own(self.item):
            type_ = self.item.type
            if table.policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER"):
                type_ = type_.element if type_ is not None and type_.kind == "list" else None
        if type_ is None or not isinstance(result.tree, tree.Text | tree.Number | tree.Boolean):
            return
        if coerce(result.tree.value, type_) is None:
            options = list(_texts([], type_, None))
            kind = type_.name or type_.kind
            zh = f"{where[0]}的 {shown(result.text)} 不是类型“{kind}”的值，结果会是空"
            en = f"{shown(result.text)} in {where[1]} is no value of the type “{kind}”: the answer would be null"
            yield self._say("table-result", zh, en, _instead(str(result.tree.value), options))

    def _say(self, code: str, zh: str, en: str, mend: Say) -> Finding:
        name = shown(self.item.name)
        return in_file(code, self.file, f"决策“{name}”：{zh}", f"the decision “{name}”: {en}", *mend)


def _cell(number: int, label: str) -> Say:
    return f"第 {number} 条规则“{shown(label)}”列", f"rule {number}, column “{shown(label)}”"


def _instead(text: str, options: list[str]) -> Say:
    if other := near(text, options):
        return f'是否指 "{other}"？', f'did you mean "{other}"?'
    if options:
        zh, en = listed(options)
        return f"可用的值：{zh}", f"it may be {en}"
    return "改成该类型的值，或改列的数据类型", "write a value of that type, or change the column's type"


def _texts(
    cells: list[feel.Expression | None] | list[feel.UnaryTests | None] | list[feel.Expression],
    type_: Type | None,
    allowed: feel.UnaryTests | None,
    *more: feel.Expression,
) -> dict[str, None]:
    """The texts a column knows: of its type, its allowed values and its cells."""
    found = [cell for cell in cells if cell is not None]
    narrow = type_.allowed if type_ is not None else None
    found += [*(narrow.tests if isinstance(narrow, Allowed) else ()), *([allowed] if allowed else ()), *more]
    return {part.value: None for cell in found for part in tree.parts(cell.tree) if isinstance(part, tree.Text)}
