from tests.engine.gate.draw import node, script, through, user

DMN = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dd" name="dd" namespace="urn:t">'
    b'<decision id="routing" name="routing"><variable name="routing"/>'
    b"<literalExpression><text>1 + 1</text></literalExpression></decision></definitions>"
)

BAD = [
    ("task-form", "a", through(user("a", banjie__form=""))),
    ("task-role", "a", through(user("a", banjie__role=" "))),
    ("task-role", "a", through(node("manualTask", "a"))),
    ("script-empty", "a", through(script("a", ""))),
    ("script-empty", "a", through(node("scriptTask", "a"))),
    ("service-connector", "a", through(node("serviceTask", "a"))),
    ("rule-decision", "a", through(node("businessRuleTask", "a"))),
    ("task-role", "a", through(node("task", "a"))),
]
GOOD = [
    through(node("task", "a", banjie__role="clerk")),
    through(node("manualTask", "a", banjie__role="clerk")),
    through(node("serviceTask", "a", banjie__connector="notify", banjie__result="answer")),
    {
        "test.bpmn": through(node("businessRuleTask", "a", banjie__decision="routing", banjie__result="route")),
        "routing.dmn": DMN,
    },
    through(script("a", "{ x: n + 1 }")),
]
