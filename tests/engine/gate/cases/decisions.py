from tests.engine.gate.cases.tasks import DMN
from tests.engine.gate.draw import node, through

TASK = through(node("businessRuleTask", "a", banjie__decision="routing", banjie__result="route"))

BAD = [
    ("decision-unknown", "a", TASK),
    ("decision-unknown", "a", {"test.bpmn": TASK, "routing.dmn": DMN.replace(b'"routing"', b'"other"')}),
    ("decision-broken", None, {"test.bpmn": TASK, "routing.dmn": DMN.replace(b"1 + 1", b"1 +")}),
    ("decision-broken", None, {"test.bpmn": TASK, "routing.dmn": b"<definitions/>"}),
    ("decision-twice", None, {"test.bpmn": TASK, "routing.dmn": DMN, "second.dmn": DMN}),
]
GOOD = [{"test.bpmn": TASK, "routing.dmn": DMN}]
