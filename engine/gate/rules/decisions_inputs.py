"""Inputs of decisions that the diagram provides.

What. What a business rule task's decision reads is a variable something in the bundle sets; in a process with a plain
start, one that nothing sets must be given at the start, which is told, and in one that takes in a message it is at
least no misspelling. Where a form's options or another table's answers are all the values an input can have, each cell
asks for one of them; a form's number field does not feed a column of texts, and a column of texts is not asked for a
number.
Why. The table answers all the same: with null for what it was not given, and the case goes astray in silence.
Mend. Give the input of the table, the field of the form or the variable of the diagram the same name; take the cell's
text from the options of the form.

决策的输入须由流程提供：决策表读取的变量要有表单、脚本等产生，名称一致，没有步骤产生的须在启动时给出；单元格里的文本须是
表单选项之一；类型须一致。
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn import Decision, Model, Table
from engine.dmn.model import Input
from engine.errors import Finding
from engine.feel import tree
from engine.feel.types import Type
from engine.gate import facts, tables
from engine.gate.bundle import Bundle
from engine.gate.facts import Facts
from engine.gate.finding import found, in_file
from engine.gate.known import DATE_TEXTS, KINDS, Known
from engine.gate.model import Node, shown
from engine.gate.near import listed, misspelt, near

_TEMPORAL = frozenset({"date", "date and time", "time"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Findings about what decisions are given by the diagrams that ask them."""
    known = facts.of(bundle)
    told: set[tuple[str, str]] = set()
    for node in bundle.nodes:
        answer = tables.find(bundle, node.extension("decision") or "")
        if answer is None:
            continue
        model, decision = answer
        decisions, inputs = _reached(model, decision)
        for name, type_ in inputs.items():
            yield from _input(node, name, type_, known)
        file = next(file for file, other in tables.models(bundle).items() if other is model)
        for each in decisions:
            if (file, each.name) not in told:
                told.add((file, each.name))
                for table in each.tables:
                    yield from _cells(file, each, table, inputs, known)


def _reached(model: Model, decision: Decision) -> tuple[list[Decision], dict[str, Type | None]]:
    """The decisions one rests on, itself first, and the variables they read from outside."""
    decisions: list[Decision] = [decision]
    inputs: dict[str, Type | None] = {}
    for each in decisions:
        items = [model.items[reference.key] for reference in each.requires]
        inputs |= {item.name: item.type for item in items if isinstance(item, Input)}
        decisions += [item for item in items if isinstance(item, Decision) and item not in decisions]
        if not any(isinstance(item, Input | Decision) for item in items):  # nothing is drawn: the names are variables
            inputs |= dict.fromkeys(sorted(each.loose))
    return decisions, inputs


def _input(node: Node, name: str, type_: Type | None, known: Facts) -> Iterator[Finding]:
    if name in known.variables:
        kind = known.variables[name].kind
        if type_ is not None and kind is not None and not _fits(kind, type_):
            yield found(
                "input-kind",
                node,
                f"{{it}}的决策把输入“{shown(name)}”当作{KINDS[type_.kind][0]}，流程里它是{KINDS[kind][0]}，读到的会是空",
                f"the decision of {{it}} takes “{shown(name)}” as {KINDS[type_.kind][1]}, "
                f"but in the diagram it is {KINDS[kind][1]}: the decision would read null",
                "改输入的数据类型，或改表单字段的类型",
                "change the input's type, or the kind of the form's field",
            )
        return
    closed = not known.wild and node.scope.process.id not in known.open
    given = not known.wild and node.scope.process.id not in known.fed
    other = misspelt(name, known.variables.keys()) or (near(name, known.variables.keys()) if closed else None)
    if closed or other:
        yield found(
            "input-unset" if closed else "input-near",
            node,
            f"{{it}}的决策读取“{shown(name)}”，流程里没有产生这个变量",
            f"the decision of {{it}} reads “{shown(name)}”, which nothing in the bundle sets",
            f"是否指 {other}？两处的名称要一致" if other else "在表单或脚本里产生它，或改正输入的名称",
            f"did you mean {other}? Use one name in both places" if other else "set it, or correct the input's name",
        )
    elif given:
        other = near(name, known.variables.keys())
        meant = (f"；流程里有 {other}，是否指它？", f"; did you mean {other}?") if other else ("", "")
        yield found(
            "input-given",
            node,
            f"{{it}}的决策读取“{shown(name)}”，没有步骤产生它：启动时不给出的，读到空，每个办件都落到不问它的那一行",
            f"the decision of {{it}} reads “{shown(name)}”, which no step sets: unless it is given at the start it is"
            " null, and every case gets the row that does not ask for it",
            f"在“决策表”里把输入列的表达式改成流程里的变量，或在表单里加上字段 {shown(name)}{meant[0]}",
            f"let the expression of the table's input column be a variable of the process, or add the field"
            f" {shown(name)} to a form{meant[1]}",
        )


def _fits(kind: str, type_: Type) -> bool:
    if type_.kind not in KINDS or kind == type_.kind or "list" in (kind, type_.kind):
        return True  # a list of one is taken for its item
    return kind in ("string", *DATE_TEXTS) and type_.kind in _TEMPORAL | {"string"}


def _cells(
    file: str, decision: Decision, table: Table, inputs: dict[str, Type | None], known: Facts
) -> Iterator[Finding]:
    """Texts in a column that its variable, all of whose values are known, never has; numbers in a column of texts."""
    for place, column in enumerate(table.columns):
        node = column.expression.tree
        declared = column.type or (inputs.get(node.name) if isinstance(node, tree.Name) else None)
        if declared is not None and declared.kind == "string":
            yield from _numbers(file, decision, table, place)
        if not isinstance(node, tree.Name) or node.name not in inputs:
            continue
        values = known.variables.get(node.name, Known()).values
        if not values:
            continue
        options = {value for value in values if isinstance(value, str)}
        for rule in table.rules:
            test = rule.tests[place]
            for part in test.tree.tests if test is not None and isinstance(test.tree, tree.Tests) else ():
                if isinstance(part, tree.Text) and part.value not in values and options:
                    other = near(part.value, options)
                    zh, en = listed(sorted(options))
                    yield in_file(
                        "cell-never",
                        file,
                        f"决策“{shown(decision.name)}”：第 {rule.number} 条规则“{shown(column.label)}”列的"
                        f"“{shown(part.value)}”不会出现，流程给 {shown(node.name)} 的值只有 {zh}",
                        f"the decision “{shown(decision.name)}”: “{shown(part.value)}” in rule {rule.number}, column "
                        f"“{shown(column.label)}”, never comes: the diagram gives {shown(node.name)} one of {en}",
                        f'是否指 "{other}"？' if other else "改成其中之一，或在表单里加上这个选项",
                        f'did you mean "{other}"?' if other else "write one of them, or add it to the form's options",
                    )


def _numbers(file: str, decision: Decision, table: Table, place: int) -> Iterator[Finding]:
    """Cells that ask a text whether it is a number, or more or less than one: it never is."""
    label = shown(table.columns[place].label)
    for rule in table.rules:
        test = rule.tests[place]
        if test is None or not isinstance(test.tree, tree.Tests) or not any(map(_is_number, test.tree.tests)):
            continue
        cell = shown(test.text)
        yield in_file(
            "cell-kind",
            file,
            f"决策“{shown(decision.name)}”：第 {rule.number} 条规则“{label}”列的 {cell} 是数字，"
            "这一列的类型是文本，永远不会相符",
            f"the decision “{shown(decision.name)}”: {cell} in rule {rule.number}, column “{label}”, is a number; the"
            " column holds texts: it never matches",
            "把这一列的数据类型改为数字；确是文本的，加双引号",
            "let the column's type be number; write a text in double quotes",
        )


def _is_number(test: tree.Node) -> bool:
    asked = test.operand if isinstance(test, tree.Test) else test.start if isinstance(test, tree.Interval) else test
    return isinstance(asked, tree.Number)
