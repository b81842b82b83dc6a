from tests.engine.gate.draw import node, through, throw, user

BAD = [
    ("role-unknown", "a", through(user("a", banjie__role="handlr"))),
    ("connector-unknown", "a", through(node("serviceTask", "a", banjie__connector="fax"))),
    (
        "connector-unknown",
        "t",
        through(throw("t", '<messageEventDefinition banjie:connector="fax" messageRef="M"/>'), via=("t",)),
    ),
]
GOOD = [through(user("a", banjie__role="clerk")), through(node("sendTask", "a", banjie__connector="notify"))]
