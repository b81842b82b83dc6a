import json
from typing import Any

from tests.engine.gate.draw import end, flow, gateway, line, one, script, start, user

OTHERWISE = 'verdict != "A" and verdict != null'


def asking(first: str = 'verdict = "A"', second: str = OTHERWISE, *more: str, **field: Any) -> dict[str, bytes]:
    """A gateway without a default that asks about a field; what is drawn `more` is a step `x` before it."""
    way = line("s", "a", *["x" for _ in more], "g") + flow("g", "e", first) + flow("g", "z", second)
    drawn = one(start(), user("a", banjie__form="verdict"), gateway("exclusive", "g"), end(), end("z"), *more, way)
    part = {"type": "textfield", "key": "verdict", "label": "结论", **field}
    form = {"type": "default", "schemaVersion": 19, "components": [part]}
    return {"test.bpmn": drawn, "forms/verdict.json": json.dumps(form).encode()}


BAD = [
    ("answer-optional", "a", asking()),
    ("answer-optional", "a", asking('verdict = "A"', 'verdict = "B"')),
]
GOOD = [
    asking(validate={"required": True}),
    asking(defaultValue="B"),
    asking("verdict", "not(verdict)", type="checkbox"),
    asking('verdict = "A"', 'verdict != "A"'),
    asking('verdict = "A"', 'verdict = "B" or verdict = null'),
    asking('verdict = "A"', 'verdict = "B" and other = 1'),
    asking('verdict = "A"', 'verdict = "B"', script("x", '{ verdict: "A" }')),
]
