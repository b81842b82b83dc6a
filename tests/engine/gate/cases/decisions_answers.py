import json

from tests.engine.dmn.kit import decision, given, model, table
from tests.engine.gate.draw import end, flow, gateway, line, node, one, start, user

SHOWS = [{"type": "textfield", "key": "level", "label": "等级", "readonly": True}]


def form(*fields: dict) -> bytes:
    return json.dumps({"type": "default", "schemaVersion": 19, "components": list(fields)}).encode()


def asking(condition: str | None, *outputs: str, result: str = "", fields: tuple = ()) -> dict[str, bytes]:
    """A table over an amount, then a gateway that asks, or a task whose form shows something."""
    low, high = " ; ".join(['"低"'] * len(outputs)), " ; ".join(['"高"'] * len(outputs))
    drawn = decision(
        "评定", table("FIRST", ["amount"], list(outputs), [f"< 10 -> {low}", f"- -> {high}"]), "input:amount"
    )
    rule = node("businessRuleTask", "a", banjie__decision="评定", **({"banjie__result": result} if result else {}))
    parts = [start(), user("u", banjie__form="facts"), rule, user("b", banjie__form="show"), end()]
    if condition:
        parts += [gateway("exclusive", "g", default="g_e"), line("s", "u", "a", "g")]
        parts += [flow("g", "b", condition), flow("g", "e"), line("b", "e")]
    else:
        parts.append(line("s", "u", "a", "b", "e"))
    return {
        "test.bpmn": one(*parts),
        "d.dmn": model(drawn, given("amount", "number")),
        "forms/facts.json": form({"type": "number", "key": "amount", "label": "数额"}, *fields),
        "forms/show.json": form(),
    }


SHOWN = asking(None, "level") | {"forms/show.json": form(*SHOWS)}
BAD = [
    ("answer-lost", "a", asking('level = "高"', "level")),
    ("answer-lost", "a", asking('评定 = "高"', "level")),
    ("answer-lost", "a", asking('verdict = "高"', "level")),  # nothing else sets it: the next gateway means the answer
    ("answer-lost", "a", SHOWN),
    ("answer-unkept", "a", asking(None, "level")),
    ("answer-unkept", "a", asking('level = "高"', "level", fields=({**SHOWS[0], "readonly": False},))),
]
GOOD = [
    asking('level = "高"', "level", result="level"),
    asking('level = "高"', "level", "days"),  # several outputs become variables
    asking('评定 = "高"', "level", result="评定"),
]
