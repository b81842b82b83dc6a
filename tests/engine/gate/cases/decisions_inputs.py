import json

from engine import drafts
from tests.engine.dmn.kit import decision, given, model, table
from tests.engine.gate.draw import (
    MESSAGE,
    end,
    extended,
    line,
    node,
    one,
    start,
    user,
)

FIELDS = [
    {
        "type": "select",
        "key": "domain",
        "label": "领域",
        "values": [{"label": v, "value": v} for v in ("药械化", "食品")],
    },
    {"type": "number", "key": "amount", "label": "金额"},
]
FORM = json.dumps({"type": "default", "schemaVersion": 19, "components": FIELDS}).encode()
OPEN = start()
CLOSED = start("s", extended('<banjie:output name="subject" value="subject"/>'), MESSAGE)
FED = start("s", MESSAGE)
FRESH = drafts.fresh_table("D", {})[1]


def asked(begin: str, name: str, type_: str, *rules: str) -> dict[str, bytes]:
    """A form with a domain and an amount, then a table over one input."""
    drawn = decision("D", table("FIRST", [name], ["o"], list(rules)), f"input:{name}", type_="number")
    process = one(
        begin, user("u", banjie__form="facts"),
        node("businessRuleTask", "a", banjie__decision="D", banjie__result="d"), end(), line("s", "u", "a", "e"),
    )  # fmt: skip
    return {"test.bpmn": process, "d.dmn": model(drawn, given(name, type_)), "forms/facts.json": FORM}


ANY = ('"药械化" -> 1', "- -> 2")
BAD = [
    ("input-near", "a", asked(OPEN, "domian", "string", *ANY)),
    ("input-unset", "a", asked(CLOSED, "domian", "string", *ANY)),
    ("input-unset", "a", asked(CLOSED, "channel", "string", *ANY)),
    ("input-given", "a", asked(OPEN, "金额", "number", "> 500 -> 1", "- -> 2")),  # unless it is given at the start
    ("input-given", "a", {**asked(OPEN, "domain", "string", *ANY), "d.dmn": FRESH}),
    ("cell-kind", None, asked(OPEN, "domain", "string", "> 500 -> 1", "- -> 2")),
    ("input-kind", "a", asked(OPEN, "amount", "string", *ANY)),
    ("cell-never", None, asked(OPEN, "domain", "string", '"药械" -> 1', "- -> 2")),
]
GOOD = [
    asked(OPEN, "domain", "string", *ANY),
    asked(CLOSED, "domain", "string", *ANY),
    asked(CLOSED, "subject", "string", *ANY),
    asked(FED, "channel", "string", *ANY),  # may come with the message
    asked(OPEN, "domain", "string", "string length(?) > 3 -> 1", "- -> 2"),
    asked(OPEN, "amount", "number", "> 3 -> 1", "- -> 2"),
]
