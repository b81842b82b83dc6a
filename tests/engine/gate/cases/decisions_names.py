from tests.engine.dmn.kit import decision, given, model, table, text
from tests.engine.gate.cases.decisions_tables import TASK
from tests.engine.gate.draw import script, through

UNITS = '<itemDefinition name="units"><typeRef>string</typeRef><allowedValues><text>"LG","YJ"</text></allowedValues></itemDefinition>'  # noqa: E501
SETS = through(
    script("b", '{ domain: "x", extra: 1 }'),
    TASK[TASK.index(b"<businessRuleTask") : TASK.index(b"</businessRuleTask>") + 19].decode(),
    via=("b", "a"),
)


def unit(*rules: str, column: str = "domain", type_: str = "string", arrows: tuple[str, ...] = ("input:domain",)):
    """A table from the input `domain` to a unit."""
    drawn = decision("D", table("FIRST", [column], ["o"], list(rules)), *arrows, type_=type_)
    return {"test.bpmn": TASK, "d.dmn": model(UNITS, drawn, given("domain", "string"), given("region", "string"))}


def literal(expression: str, *arrows: str) -> dict[str, bytes]:
    drawn = decision("D", text(expression), *arrows, type_="number")
    return {"test.bpmn": TASK, "d.dmn": model(drawn, given("n", "number"), given("m", "number"))}


ALONE = decision("D", table("FIRST", ["domain"], ["o"], ["药械化 -> 1", "- -> 2"]), type_="number")
BAD = [
    ("table-name", None, unit('是 -> "YJ"', '- -> "LG"')),
    ("cell-reckoned", None, unit('0-2 -> "YJ"', '- -> "LG"')),
    ("table-name", None, unit('药械化 -> "YJ"', '"食品" -> "LG"', '- -> "LG"')),
    ("table-name", None, unit('"药械化" -> YJ', '- -> "LG"')),
    ("table-name", None, unit('contain(?, "药") -> "YJ"', '- -> "LG"')),
    ("table-name", None, unit('region -> "YJ"', '- -> "LG"')),  # drawn, but no arrow leads here
    ("table-name", None, {"test.bpmn": TASK, "d.dmn": model(ALONE)}),
    ("decision-name", None, unit('"药械化" -> "YJ"', '- -> "LG"', column="domian")),
    ("decision-name", None, literal("n + k", "input:n")),
    ("decision-name", None, literal("n + m", "input:n")),
    ("table-result", None, unit('"药械化" -> 3', '- -> "LG"')),
    ("table-result", None, unit('"药械化" -> "YG"', '- -> "LG"', type_="units")),
]
GOOD = [
    unit('"药械化" -> "YJ"', 'contains(?, "食") -> "LG"', "- -> domain"),
    unit('"药械化" -> "YJ"', '- -> "LG"', type_="units"),
    unit('region -> "YJ"', '- -> "LG"', arrows=("input:domain", "input:region")),
    literal("if n > 3 then sum([n, 1]) else max(for i in 1..3 return i * n)", "input:n"),
    {"test.bpmn": TASK, "d.dmn": model(decision("D", text("sum(list[a > 1].a)"), type_="number"))},
    # Nothing is drawn: the columns read the caller's variables, and cells may read what the diagram sets.
    {
        "test.bpmn": SETS,
        "d.dmn": model(decision("D", table("FIRST", ["domain"], ["o"], ['"x" -> extra', "- -> 2"]), type_="number")),
    },
]
