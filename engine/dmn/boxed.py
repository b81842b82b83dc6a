"""Boxed expressions to logic: each element becomes a function of (values in scope, session)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine import feel
from engine.feel.loops import domain, weight
from engine.feel.types import Type, coerce

from . import xml
from .around import Around
from .boxed_table import table
from .model import Logic, Values
from .session import Session, function

MAX_DEPTH = 25  # boxes within boxes


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


_BOXES: dict[str, Callable[[xml.Element, Around], Logic]] = {
    "literalExpression": _literal,
    "decisionTable": table,
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
