from tests.engine.gate.cases.tasks import DMN
from tests.engine.gate.draw import MESSAGE, catch, extended, node, script, through, user

BAD = [
    ("extension-unknown", "a", through(user("a", banjie__asignee="li"))),
    ("extension-unknown", "a", through(user("a", extended("<banjie:clocks/>")))),
    ("extension-misplaced", "a", through(script("a", banjie__role="handler"))),
    ("extension-misplaced", "a", through(user("a", extended('<banjie:output name="x" value="1"/>')))),
    ("extension-value", "a", through(user("a", extended('<banjie:clock code="C08"/>')))),
    ("extension-value", "a", through(user("a", extended('<banjie:clock code="C08" action="begin"/>')))),
    ("extension-value", "a", through(user("a", extended('<banjie:clock code="C80" action="start"/>')))),
    (
        "extension-value",
        "a",
        through(node("serviceTask", "a", extended('<banjie:input name="x"/>'), banjie__connector="notify")),
    ),
    ("foreign-ignored", "a", through(user("a", banjie__role="", camunda__assignee="li"))),
    (
        "foreign-ignored",
        "a",
        through(user("a", extended('<zeebe:assignmentDefinition assignee="x"/>'), banjie__role="")),
    ),
    (
        "foreign-ignored",
        "a",
        through(
            script("a").replace(
                "<script>", extended("<spiffworkflow:preScript>x = 1</spiffworkflow:preScript>") + "<script>"
            )
        ),
    ),
    ("foreign-needed", "a", through(node("sendTask", "a", camunda__expression="${send()}"))),
    ("foreign-needed", "a", through(node("sendTask", "a", extended('<zeebe:taskDefinition type="mail"/>')))),
    (
        "foreign-needed",
        "a",
        through(
            user(
                "a",
                "<multiInstanceLoopCharacteristics>"
                + extended('<zeebe:loopCharacteristics inputCollection="=items"/>')
                + "</multiInstanceLoopCharacteristics>",
            )
        ),
    ),
]
GOOD = [
    through(
        node(
            "serviceTask",
            "a",
            extended('<zeebe:ioMapping/><banjie:input name="x" value="1"/>'),
            banjie__connector="notify",
        )
    ),
    {
        "test.bpmn": through(
            node("businessRuleTask", "a", extended('<zeebe:taskDefinition type="DMN"/>'), banjie__decision="routing")
        ),
        "routing.dmn": DMN,
    },
    through(
        user(
            "a",
            extended('<banjie:clock code="C08" action="start"/>'),
            banjie__assignee='"li"',
            camunda__asyncBefore="true",
        )
    ),
    through(user("a", color__background="#fff", camunda__assignee="li", banjie__assignee='"li"')),
    through(user("a", camunda__assignee="li", camunda__candidateUsers="wang")),
    through(
        node(
            "serviceTask",
            "a",
            extended('<banjie:input name="x" value="1"/>'),
            banjie__connector="notify",
            camunda__class_="org.Mail",
        )
    ),
    through(catch("a", MESSAGE, extended('<banjie:output name="x" value="y"/>'), banjie__correlation="order_no")),
]
