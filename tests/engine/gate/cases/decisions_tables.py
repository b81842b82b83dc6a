from engine import drafts
from tests.engine.dmn.kit import decision, given, model, table
from tests.engine.gate.draw import end, flow, gateway, line, node, one, start, through, user

TASK = through(node("businessRuleTask", "a", banjie__decision="D", banjie__result="d"))


def bundle(policy: str, *rules: str, type_: str = "number") -> dict[str, bytes]:
    """A table over the inputs n (a number) and `kind`."""
    names = ["n", 'kind | "投诉", "举报"']
    drawn = decision("D", table(policy, names, ["o"], list(rules)), "input:n", "input:kind", type_="number")
    return {"test.bpmn": TASK, "d.dmn": model(drawn, given("n", type_), given("kind", "string"))}


SOUND = ('< 10 ; "投诉" -> 1', '>= 10 ; "投诉" -> 2', '- ; "举报" -> 3')
HARD = [
    " ; ".join(f"< {(31 * row + 17 * column * row + column) % 41}" for column in range(12)) + " -> 1"
    for row in range(120)
]
LARGE = decision("D", table("FIRST", [f"n{i}" for i in range(12)], ["o"], HARD), type_="number")

GIVEN = through(
    user("u", banjie__form="n"), node("businessRuleTask", "a", banjie__decision="D", banjie__result="d"), via=("u", "a")
)
NUMBER = b'{"type": "default", "schemaVersion": 19, "components": [{"type": "number", "key": "n", "label": "n"}]}'
FRESH = drafts.fresh_table("D", {})[1]


def branching(answer: str) -> bytes:
    """Flows that ask for an answer of the decision."""
    rule = node("businessRuleTask", "a", banjie__decision="D", banjie__result="d")
    flows = flow("g", "e", f'd = "{answer}"') + flow("g", "b") + line("s", "a", "g")
    return one(start(), rule, gateway("exclusive", "g", default="g_b"), end(), end("b"), flows)


BAD = [
    ("table-gap", None, bundle("UNIQUE", '< 10 ; "投诉" -> 1', '> 10 ; "投诉" -> 2', '- ; "举报" -> 3')),
    ("table-gap", None, bundle("FIRST", '- ; "投诉" -> 1')),
    ("table-overlap", None, bundle("UNIQUE", '<= 10 ; "投诉" -> 1', '>= 10 ; "投诉" -> 2', '- ; "举报" -> 3')),
    ("table-overlap", None, bundle("ANY", *SOUND, '5 ; "投诉" -> 4')),
    ("table-unreachable", None, bundle("FIRST", *SOUND, '5 ; "投诉" -> 4')),
    ("table-impossible", None, bundle("UNIQUE", *SOUND, '5 ; "咨询" -> 4')),
    ("table-unused", None, bundle("UNIQUE", "< 10 ; - -> 1", ">= 10 ; - -> 2")),
    ("table-unused", None, bundle("FIRST", "- ; - -> 1") | {"test.bpmn": GIVEN, "forms/n.json": NUMBER}),
    ("table-unused", None, {"test.bpmn": through(user("a")), "d.dmn": FRESH}),  # nothing asks it
    ("table-blank", None, {"test.bpmn": TASK, "d.dmn": FRESH}),
    ("table-blank", None, {"test.bpmn": branching("通过"), "d.dmn": FRESH}),
    ("table-blank", None, {"test.bpmn": branching("通过").replace(b' banjie:result="d"', b""), "d.dmn": FRESH}),
    ("table-untyped", None, bundle("UNIQUE", *SOUND, type_="nonsense")),
    ("table-large", None, {"test.bpmn": TASK, "d.dmn": model(LARGE)}),
]
GOOD = [
    bundle("UNIQUE", *SOUND),
    bundle("FIRST", '< 10 ; "投诉" -> 1', "- ; - -> 2"),
    bundle("COLLECT", '< 10 ; "投诉" -> 1', '< 5 ; "投诉" -> 2'),
]
