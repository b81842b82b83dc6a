"""Boxed expressions to logic: each element becomes a function of (values in scope, session)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from engine import feel
from engine.feel.loops import domain, weight
from engine.feel.types import Type, coerce

from . import xml
from .errors import DmnError
from .item_types import Types
from .model import Literal, Logic, Values
from .session import Session, function
from .tables import AGGREGATIONS, POLICIES, Column, Output, Rule, Table

Made = TypeVar("Made", bound=feel.Expression)

MAX_DEPTH = 25  # boxes within boxes
_LANGUAGES = ("/FEEL/", "feel")
_INITIALS = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "O": "OUTPUT ORDER",
    "R": "RULE ORDER",
    "C": "COLLECT",
}


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an expression: whose it is, the names it may use, the caller's functions, the types."""

    owner: str
    names: frozenset[str]
    functions: Mapping[str, Any] | None
    types: Types
    depth: int = 0
    mentioned: set[str] = field(default_factory=set)  # free names of all expressions compiled here
    tables: list[Table] = field(default_factory=list)  # all tables found here
    literals: list[Literal] = field(default_factory=list)  # all other expressions found here

    def knowing(self, *names: str) -> Around:
        """The same with more names in scope, one box deeper."""
        return replace(self, names=self.names | frozenset(names), depth=self.depth + 1)

    def compile(self, text: str) -> feel.Expression:
        """The compiled expression; raises DmnError with the owner's name."""
        try:
            return self._noted(feel.compile(text, self.names, self.functions, self.types.made))
        except feel.FeelError as error:
            raise self._refused(text, error) from None

    def tests(self, text: str) -> feel.UnaryTests:
        """The compiled cell."""
        try:
            return self._noted(feel.compile_unary(text, self.names, self.functions, self.types.made))
        except feel.FeelError as error:
            raise self._refused(text, error) from None

    def _noted(self, made: Made) -> Made:
        self.mentioned.update(made.names - self.names)
        return made

    def _refused(self, text: str, error: feel.FeelError) -> DmnError:
        return DmnError(self.owner, f"`{text}`: {error.en}", f"{text}：{error.zh}", error.hint)

    def problem(self, en: str, zh: str) -> DmnError:
        """An error at this owner."""
        return DmnError(self.owner, en, zh)


EXPRESSIONS = (
    "literalExpression", "decisionTable", "context", "list", "relation", "functionDefinition", "invocation",
    "conditional", "for", "every", "some", "filter",
)  # fmt: skip


def logic_in(element: xml.Element, around: Around) -> Logic | None:
    """The logic of the boxed expression inside `element`, if there is one."""
    found = next(xml.children(element, *EXPRESSIONS), None)
    return logic(found, around) if found is not None else None


def logic(element: xml.Element, around: Around) -> Logic:
    """The logic of a boxed expression; its typeRef, where given, holds for the result."""
    if around.depth > MAX_DEPTH:
        raise around.problem("the expressions are nested too deeply", "表达式嵌套过深")
    made = _BOXES[xml.tag(element)](element, around)
    type_ = around.types.find(element.get("typeRef"))
    if type_ is None:
        return made
    return lambda values, session: coerce(made(values, session), type_)


def _needed(element: xml.Element | None, name: str, around: Around) -> Logic:
    part = xml.child(element, name)
    made = logic_in(part, around) if part is not None else None
    if made is None:
        raise around.problem(f"the part `{name}` is missing", f"缺少“{name}”部分")
    return made


def _literal(element: xml.Element, around: Around) -> Logic:
    language = element.get("expressionLanguage")
    if language and not language.rstrip("/").lower().endswith("feel"):
        raise around.problem(
            f"the expression language {language} is not FEEL", f"不支持表达式语言 {language}，请用 FEEL"
        )
    text = xml.text(element)
    if not text:
        return lambda values, session: None
    expression = around.compile(text)
    around.literals.append((expression, around.names))
    return lambda values, session: expression.over(values, session.run)


def _context(element: xml.Element, around: Around) -> Logic:
    entries: list[tuple[str | None, Logic, Type | None]] = []
    for entry in xml.children(element, "contextEntry"):
        variable = xml.child(entry, "variable")
        name = variable.get("name", "").strip() if variable is not None else None
        type_ = around.types.find(variable.get("typeRef")) if variable is not None else None
        box = next(xml.children(entry, *EXPRESSIONS), None)
        recursive = box is not None and name is not None and xml.tag(box) == "functionDefinition"
        inner = around.knowing(name) if recursive and name else around.knowing()
        entries.append((name, logic(box, inner) if box is not None else _null, type_))
        if name:
            around = around.knowing(name)
    around = replace(around, depth=0)

    def context(values: Values, session: Session) -> feel.Value:
        scope = dict(values)
        result: Values = {}
        for name, value, type_ in entries:
            if name is None:
                return value(scope, session)
            result[name] = scope[name] = coerce(value(scope, session), type_)
        return result

    return context


def _null(values: Values, session: Session) -> feel.Value:
    return None


def _list(element: xml.Element, around: Around) -> Logic:
    inner = around.knowing()
    items = [logic(child, inner) for child in xml.children(element, *EXPRESSIONS)]
    return lambda values, session: [item(values, session) for item in items]


def _relation(element: xml.Element, around: Around) -> Logic:
    inner = around.knowing()
    columns = [(c.get("name", ""), around.types.find(c.get("typeRef"))) for c in xml.children(element, "column")]
    rows = [[logic(cell, inner) for cell in xml.children(row, *EXPRESSIONS)] for row in xml.children(element, "row")]
    if any(len(row) != len(columns) for row in rows):
        raise around.problem("a row has not one cell per column", "关系表的行与列数不符")

    def relation(values: Values, session: Session) -> feel.Value:
        return [
            {name: coerce(cell(values, session), type_) for (name, type_), cell in zip(columns, row, strict=True)}
            for row in rows
        ]

    return relation


def parameters(element: xml.Element, around: Around) -> tuple[tuple[str, ...], tuple[Type | None, ...]]:
    """Names and types of the formal parameters."""
    formal = list(xml.children(element, "formalParameter"))
    return tuple(p.get("name", "").strip() for p in formal), tuple(around.types.find(p.get("typeRef")) for p in formal)


def function_parts(
    element: xml.Element, around: Around
) -> tuple[tuple[str, ...], tuple[Type | None, ...], Logic | None]:
    """Parameters, their types and the body of a function definition; Java and PMML functions have no body here."""
    names, types = parameters(element, around)
    if element.get("kind", "FEEL") != "FEEL":
        return names, types, None
    return names, types, logic_in(element, around.knowing(*names))


def _function(element: xml.Element, around: Around) -> Logic:
    names, types, body = function_parts(element, around)

    def make(values: Values, session: Session) -> feel.Function:
        captured = dict(values)
        made = function(session, "function", names, types, None, body, captured)
        parent = element.getparent()
        variable = xml.child(parent, "variable") if parent is not None else None
        if variable is not None and variable.get("name"):
            captured.setdefault(variable.get("name", ""), made)  # may call itself by its entry's name
        return made

    return make


def _invocation(element: xml.Element, around: Around) -> Logic:
    inner = around.knowing()
    called = next(xml.children(element, *EXPRESSIONS), None)
    if called is None:
        raise around.problem("the invocation names no function", "调用缺少函数")
    target = logic(called, inner)
    bindings: list[tuple[str, Logic]] = []
    for binding in xml.children(element, "binding"):
        parameter = xml.child(binding, "parameter")
        bindings.append((parameter.get("name", "") if parameter is not None else "", logic_in(binding, inner) or _null))

    def invoke(values: Values, session: Session) -> feel.Value:
        found = target(values, session)
        if not isinstance(found, feel.Function):
            session.run.warn("the invoked expression is not a function")
            return None
        given = {name: value(values, session) for name, value in bindings}
        names = found.parameters
        if names is None:
            return found.invoke(session.run, list(given.values()))
        if any(name not in names for name in given):
            session.run.warn(f"{found.name}(…) has no such parameter")
            return None
        return found.invoke(session.run, [given.get(name) for name in names])

    return invoke


def _conditional(element: xml.Element, around: Around) -> Logic:
    inner = around.knowing()
    condition, then, otherwise = (_needed(element, part, inner) for part in ("if", "then", "else"))

    def conditional(values: Values, session: Session) -> feel.Value:
        answer = condition(values, session)
        if answer is not None and not isinstance(answer, bool):
            session.run.warn("a condition is not a boolean")
            return None
        return then(values, session) if answer is True else otherwise(values, session)

    return conditional


def _items(value: feel.Value) -> Any:
    if value is None or isinstance(value, feel.Range):
        return domain(value, None, False)
    return value if isinstance(value, list) else [value]


def _for(element: xml.Element, around: Around) -> Logic:
    variable = element.get("iteratorVariable", "")
    source = _needed(element, "in", around.knowing())
    body = _needed(element, "return", around.knowing(variable, "partial"))

    def loop(values: Values, session: Session) -> feel.Value:
        items = _items(source(values, session))
        if items is None:
            return None
        results: list[feel.Value] = []
        for item in items:
            session.run.spend(1 + (len(results) >> 4))
            result = body({**values, variable: item, "partial": results.copy()}, session)
            session.run.spend(weight(result))
            results.append(result)
        return results

    return loop


def _quantified(decisive: bool) -> Callable[[xml.Element, Around], Logic]:
    def box(element: xml.Element, around: Around) -> Logic:
        variable = element.get("iteratorVariable", "")
        source = _needed(element, "in", around.knowing())
        test = _needed(element, "satisfies", around.knowing(variable))

        def quantify(values: Values, session: Session) -> feel.Value:
            items = _items(source(values, session))
            if items is None:
                return None
            unknown = False
            for item in items:
                session.run.spend()
                answer = test({**values, variable: item}, session)
                if answer is decisive:
                    return decisive
                if answer is not None and not isinstance(answer, bool):
                    session.run.warn("`satisfies` must give true or false")
                    return None
                unknown = unknown or answer is None
            return None if unknown else not decisive

        return quantify

    return box


def _filter(element: xml.Element, around: Around) -> Logic:
    source = _needed(element, "in", around.knowing())
    names = _component_names(xml.child(element, "in"), around)
    match = _needed(element, "match", around.knowing("item", *names))

    def filtered(values: Values, session: Session) -> feel.Value:
        value = source(values, session)
        items = value if isinstance(value, list) else [] if value is None else [value]
        result = []
        for item in items:
            session.run.spend()
            scope = {**values, **item, "item": item} if isinstance(item, dict) else {**values, "item": item}
            answer = match(scope, session)
            if answer is True:
                result.append(item)
            elif not isinstance(answer, bool) and answer is not None:
                return feel.pick(items, answer) if not isinstance(answer, str) else None
        return result

    return filtered


def _component_names(element: xml.Element | None, around: Around) -> list[str]:
    """Names with spaces or signs that the filtered entries may have."""
    return [key for type_ in around.types.made.values() for key, _ in type_.entries if not feel.is_simple(key)]


def _table(element: xml.Element, around: Around) -> Logic:
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
    rules = tuple(
        _rule(number, rule, around, tested, len(columns), len(outputs))
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
    tests = around.knowing("?").tests(allowed) if allowed and allowed != "-" else None
    return Column(element.get("label") or text, around.compile(text), type_, tests)


def _output(element: xml.Element, around: Around) -> Output:
    order = xml.text(xml.child(element, "outputValues"))
    default = xml.text(xml.child(element, "defaultOutputEntry"))
    values = _separate(order, around) if order else ()
    type_ = around.types.find(element.get("typeRef"))
    made = around.compile(default) if default and default != "-" else None
    return Output(element.get("name") or element.get("label") or "", type_, values, made)


def _separate(text: str, around: Around) -> tuple[feel.Expression, ...]:
    """The output values, in their order, as one expression each."""
    tests = around.tests(text).tree
    return tuple(around.compile(feel.print_tree(test)) for test in getattr(tests, "tests", ()))


def _rule(number: int, element: xml.Element, around: Around, tested: Around, inputs: int, outputs: int) -> Rule:
    tests = [xml.text(entry) for entry in xml.children(element, "inputEntry")]
    results = [xml.text(entry) for entry in xml.children(element, "outputEntry")]
    if len(tests) != inputs or len(results) != outputs:
        raise around.problem(f"rule {number} has not one cell per column", f"第 {number} 条规则的单元格数与列数不符")
    named = replace(around, owner=f"{around.owner} #{number}")
    within = replace(tested, owner=named.owner)
    return Rule(
        number,
        tuple(within.tests(test) if test and test != "-" else None for test in tests),
        tuple(named.compile(result if result and result != "-" else "null") for result in results),
        xml.text(element, "description"),
    )


_BOXES: dict[str, Callable[[xml.Element, Around], Logic]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "functionDefinition": _function,
    "invocation": _invocation,
    "conditional": _conditional,
    "for": _for,
    "every": _quantified(False),
    "some": _quantified(True),
    "filter": _filter,
}
