"""The box of a decision table: its columns, outputs and rules."""

from __future__ import annotations

from engine import feel

from . import xml
from .around import Around
from .tables import AGGREGATIONS, POLICIES, Column, Output, Rule, Table

_INITIALS = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "O": "OUTPUT ORDER",
    "R": "RULE ORDER",
    "C": "COLLECT",
}


def table(element: xml.Element, around: Around) -> Table:
    """The table, also noted among those of its owner; raises DmnError where its shape is wrong."""
    policy = " ".join(element.get("hitPolicy", "UNIQUE").replace("_", " ").split()).upper()
    policy = _INITIALS.get(policy, policy)
    aggregation = element.get("aggregation", "").upper()
    if policy not in POLICIES or (aggregation and aggregation not in AGGREGATIONS):
        raise around.problem(f"unknown hit policy {policy} {aggregation}", f"未知的命中策略 {policy} {aggregation}")
    columns = tuple(_column(column, around) for column in xml.children(element, "input"))
    outputs = tuple(_output(output, around) for output in xml.children(element, "output"))
    if not outputs:
        raise around.problem("the table has no output", "决策表没有输出列")
    tested = around.knowing("?")
    named = [*(column.label for column in columns), *(output.name or around.owner for output in outputs)]
    rules = tuple(
        _rule(number, rule, around, tested, named, len(columns))
        for number, rule in enumerate(xml.children(element, "rule"), 1)
    )
    made = Table(around.owner, policy, aggregation, columns, outputs, rules, around.names)
    around.tables.append(made)
    return made


def _column(element: xml.Element, around: Around) -> Column:
    expression = xml.child(element, "inputExpression")
    text = xml.text(expression)
    if not text:
        raise around.problem("an input column has no expression", "输入列缺少表达式")
    allowed = xml.text(xml.child(element, "inputValues"))
    type_ = around.types.find(expression.get("typeRef")) if expression is not None else None
    label = element.get("label") or text
    here = around.cell(None, label)
    tests = here.knowing("?").tests(allowed) if allowed and allowed != "-" else None
    return Column(label, here.compile(text), type_, tests)


def _output(element: xml.Element, around: Around) -> Output:
    order = xml.text(xml.child(element, "outputValues"))
    default = xml.text(xml.child(element, "defaultOutputEntry"))
    name = element.get("name") or element.get("label") or ""
    here = around.cell(None, name or around.owner)
    values = _separate(order, here) if order else ()
    type_ = around.types.find(element.get("typeRef"))
    made = here.compile(default) if default and default != "-" else None
    return Output(name, type_, values, made)


def _separate(text: str, around: Around) -> tuple[feel.Expression, ...]:
    """The output values, in their order, as one expression each."""
    tests = around.tests(text).tree
    return tuple(around.compile(feel.print_tree(test)) for test in getattr(tests, "tests", ()))


def _rule(number: int, element: xml.Element, around: Around, tested: Around, named: list[str], inputs: int) -> Rule:
    tests = [xml.text(entry) for entry in xml.children(element, "inputEntry")]
    results = [xml.text(entry) for entry in xml.children(element, "outputEntry")]
    if len(tests) != inputs or len(results) != len(named) - inputs:
        raise around.problem(f"rule {number} has not one cell per column", f"第 {number} 条规则的单元格数与列数不符")
    asked = (
        tested.cell(number, column).tests(test) if test and test != "-" else None
        for column, test in zip(named, tests, strict=False)
    )
    given = (
        around.cell(number, column).compile(result if result and result != "-" else "null")
        for column, result in zip(named[inputs:], results, strict=True)
    )
    return Rule(number, tuple(asked), tuple(given), xml.text(element, "description"))
