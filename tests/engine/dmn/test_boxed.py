"""Boxed expressions (DMN 1.5 §10.2), requirement graphs, knowledge models, services, imports and types."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine import dmn, feel

from .kit import SPACES, decision, given, model, table, text

D = Decimal


def value(
    logic: str, *more: str, variables: dict[str, object] | None = None, requires: tuple[str, ...] = (), type_: str = ""
) -> object:
    loaded = dmn.load(model(decision("D", logic, *requires, type_=type_), *more), {})
    return dmn.decide(loaded, "D", variables or {}).value


def entry(name: str, logic: str, type_: str = "") -> str:
    return f'<contextEntry><variable name="{name}" typeRef="{type_}"/>{logic}</contextEntry>'


def part(name: str, expression: str) -> str:
    return f"<{name}>{text(expression)}</{name}>"


def loop(kind: str, source: str, then: str, body: str, variable: str = "x") -> str:
    return f'<{kind} iteratorVariable="{variable}">{part("in", source)}{part(then, body)}</{kind}>'


LIST = f"<list>{text('1')}{text('1 + 1')}</list>"
RELATION = (
    '<relation><column name="a"/><column name="b"/>'
    f"<row>{text('1')}{text('2')}</row><row>{text('3')}{text('4')}</row></relation>"
)
CONTEXT = f"<context>{entry('full name', text('1'))}{entry('b', text('full name + 1'))}</context>"
RESULT = f"<context>{entry('a', text('1'))}<contextEntry>{text('a + 41')}</contextEntry></context>"
FUNCTION = (
    '<functionDefinition><formalParameter name="n" typeRef="number"/>'
    f"{text('if n < 2 then 1 else n * f(n - 1)')}</functionDefinition>"
)
RECURSIVE = f"<context>{entry('f', FUNCTION)}<contextEntry>{text('f(5)')}</contextEntry></context>"
BINDINGS = "".join(
    f'<binding><parameter name="{name}"/>{text(given_)}</binding>'
    for name, given_ in (("start position", "3"), ("string", '"abcd"'))
)
INVOCATION = f"<invocation>{text('substring')}{BINDINGS}</invocation>"


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (LIST, [D(1), D(2)]),
        (RELATION, [{"a": D(1), "b": D(2)}, {"a": D(3), "b": D(4)}]),
        (CONTEXT, {"full name": D(1), "b": D(2)}),
        (RESULT, D(42)),
        (RECURSIVE, D(120)),
        (INVOCATION, "cd"),
        (f"<conditional>{part('if', '1 < 2')}{part('then', '1')}{part('else', '2')}</conditional>", D(1)),
        (f"<conditional>{part('if', 'null')}{part('then', '1')}{part('else', '2')}</conditional>", D(2)),
        (loop("for", "[1, 2]", "return", "x * 10"), [D(10), D(20)]),
        (
            loop("for", "1..3" if False else "[1..3]", "return", "if x = 1 then 1 else partial[-1] * x"),
            [D(1), D(2), D(6)],
        ),
        (loop("some", "[1, 2]", "satisfies", "x > 1"), True),
        (loop("every", "[1, 2]", "satisfies", "x > 1"), False),
        (loop("every", "[]", "satisfies", "false"), True),
        (loop("some", "[1, 2]", "satisfies", '"x"'), None),
        (f"<filter>{part('in', '[{a: 1}, {a: 5}]')}{part('match', 'a > 2')}</filter>", [{"a": D(5)}]),
        (f"<filter>{part('in', '[1, 2, 3]')}{part('match', 'item >= 2')}</filter>", [D(2), D(3)]),
        ("", None),
    ],
)
def test_boxed_expressions(logic: str, expected: object) -> None:
    assert value(logic) == expected


def test_a_graph_makes_every_decision_once_and_leaves_its_steps() -> None:
    parts = (
        decision("E", text("C1 + C2"), "decision:C1", "decision:C2"),
        decision("C1", text("A * 2"), "decision:A"),
        decision("C2", text("A * 3"), "decision:A"),
        decision("A", table("FIRST", ["n"], ["o"], ["- -> n + 1"]), "input:n"),
        given("n"),
    )
    outcome = dmn.decide(dmn.load(model(*parts), {}), "E", {"n": 1})
    assert outcome.value == D(10)
    assert [step.decision for step in outcome.steps] == ["A"]


def test_what_is_not_required_is_not_seen() -> None:
    parts = (decision("E", text("A"), type_=""), decision("A", text("1")))
    assert dmn.decide(dmn.load(model(*parts), {}), "E", {"A": 5}).value is None


def test_cycles_are_refused() -> None:
    parts = (decision("A", text("B"), "decision:B"), decision("B", text("A"), "decision:A"))
    with pytest.raises(dmn.DmnError, match="depends on itself"):
        dmn.load(model(*parts), {})


KNOWLEDGE = (
    '<businessKnowledgeModel id="fact" name="fact"><variable name="fact" typeRef="number"/><encapsulatedLogic>'
    f'<formalParameter name="n" typeRef="number"/>{text("if n < 2 then 1 else n * fact(n - 1)")}'
    '</encapsulatedLogic><knowledgeRequirement><requiredKnowledge href="#fact"/></knowledgeRequirement>'
    "</businessKnowledgeModel>"
)


@pytest.mark.parametrize(
    ("call", "expected"), [("fact(5)", D(120)), ("fact(n: 3)", D(6)), ('fact("x")', None), ("fact()", None)]
)
def test_knowledge_models_are_functions_and_may_call_themselves(call: str, expected: object) -> None:
    assert value(text(call), KNOWLEDGE, requires=("knowledge:fact",)) == expected


def test_endless_recursion_is_stopped() -> None:
    endless = KNOWLEDGE.replace("if n &lt; 2 then 1 else n * fact(n - 1)", "fact(n + 1)")
    assert endless != KNOWLEDGE
    with pytest.raises(feel.FeelLimit):
        value(text("fact(1)"), endless, requires=("knowledge:fact",))


SERVICE = (
    '<decisionService id="S" name="S"><variable name="S"/><outputDecision href="#out"/>'
    '<inputDecision href="#inner"/><inputData href="#n"/></decisionService>',
    decision("out", text('string(n) + " " + inner'), "decision:inner", "input:n"),
    decision("inner", text('"never made"'), type_="string"),
    given("n", "number"),
)


def test_a_service_is_called_with_its_input_data_first() -> None:
    assert value(text('S(1, "a")'), *SERVICE, requires=("knowledge:S",)) == "1 a"
    assert value(text('S(inner: "a", n: 2)'), *SERVICE, requires=("knowledge:S",)) == "2 a"
    assert value(text("S(1, 2)"), *SERVICE, requires=("knowledge:S",)) is None
    loaded = dmn.load(model(*SERVICE), {})
    assert dmn.serve(loaded, "S", {"n": 3, "inner": "b"}).value == "3 b"
    assert dmn.decide_files([("s.dmn", model(*SERVICE))], "out", {"n": 3, "inner": "b"}, "S") == "3 b"


TYPES = (
    '<itemDefinition name="tLevel"><typeRef>string</typeRef>'
    '<allowedValues><text>"low", "high"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="tLevels" isCollection="true"><typeRef>tLevel</typeRef></itemDefinition>'
    '<itemDefinition name="tOrder"><itemComponent name="received on"><typeRef>date</typeRef></itemComponent>'
    '<itemComponent name="levels"><typeRef>tLevels</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("expression", "type_", "expected"),
    [
        ('"low"', "tLevel", "low"),
        ('"other"', "tLevel", None),
        ('["low", "high"]', "tLevels", ["low", "high"]),
        ('"low"', "tLevels", ["low"]),
        ('["low"]', "tLevel", "low"),
        ('["low", "x"]', "tLevels", None),
        ("1", "string", None),
        ('@"2026-01-31"', "date and time", "2026-01-31T00:00:00Z"),
        ('{received on: @"2026-01-31", levels: ["low"]}', "tOrder", {"received on": "2026-01-31", "levels": ["low"]}),
        ('{received on: 5, levels: ["low"]}', "tOrder", None),
        ("[1, 2]", "list<number>", [1, 2]),
    ],
)
def test_results_are_held_against_their_type(expression: str, type_: str, expected: object) -> None:
    assert feel.to_json(value(text(expression), TYPES, type_=type_)) == expected


def test_typed_input_may_come_as_text() -> None:
    parts = (given("order", "tOrder"), TYPES)
    variables = {"order": {"received on": "2026-01-31", "levels": ["low"]}}
    assert value(text("order.received on"), *parts, variables=variables, requires=("input:order",)) == date(2026, 1, 31)
    assert value(text("order"), *parts, variables={"order": {"received on": "soon"}}, requires=("input:order",)) is None


LIBRARY = model(
    TYPES,
    given("n", "number"),
    decision("doubled", text("n * 2"), "input:n"),
    KNOWLEDGE,
    namespace="urn:library",
)


@pytest.mark.parametrize(
    ("prefix", "expression"),
    [
        ("lib", "lib.doubled + lib.n + lib.fact(3)"),
        ("my lib", "my lib.doubled + my lib.n + my lib.fact(3)"),
        ("", "doubled + n + fact(3)"),
    ],
)
def test_imported_items_are_reached_by_the_name_of_the_import(prefix: str, expression: str) -> None:
    link = f'<import name="{prefix}" namespace="urn:library" importType="{SPACES["1.3"]}"/>'
    main = model(
        link,
        decision(
            "D", text(expression), "decision:urn:library#doubled", "input:urn:library#n", "knowledge:urn:library#fact"
        ),
    )
    for variables in ({"n": 5}, {prefix: {"n": 5}}) if prefix else ({"n": 5},):
        assert dmn.decide_files([("main.dmn", main), ("lib.dmn", LIBRARY)], "D", variables) == D(21)


def test_a_missing_import_is_told() -> None:
    link = f'<import name="lib" namespace="urn:none" importType="{SPACES["1.3"]}"/>'
    with pytest.raises(dmn.DmnError, match="not among the files"):
        dmn.load(model(link), {})
