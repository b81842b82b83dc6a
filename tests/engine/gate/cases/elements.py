from tests.engine.gate.draw import (
    MESSAGE,
    boundary,
    diagram,
    end,
    flow,
    line,
    node,
    one,
    process,
    script,
    start,
    through,
    user,
)

SIMPLE = process(start(), user(), end(), line("s", "a", "e"))

HIDDEN = process(start("hs"), end("he"), line("hs", "he"), id="hidden")

BAD = [
    ("element-nested", "x", through(user("a", user("x")))),
    ("element-nested", "hidden", through(user("a", f"<documentation>{HIDDEN}</documentation>"))),
    ("element-nested", "hidden", through(user("a", f"<extensionElements>{HIDDEN}</extensionElements>"))),
    ("element-nested", "hidden", diagram(SIMPLE, f'<choreography id="ch">{HIDDEN}</choreography>')),
    ("element-nested", "a", through(user("a", MESSAGE))),
    ("element-ignored", "a", through(user("a", node("potentialOwner", "po"), banjie__role=""))),
    (
        "element-refused",
        "a",
        through(
            user(
                "a",
                node("dataInputAssociation", "di", "<assignment><from>1</from><to>x</to></assignment>"),
            )
        ),
    ),
    ("element-unknown", "t", through(node("usertask", "t"), user())),
    ("element-unknown", "x", through(user("a", node("magicMarker", "x")))),
    ("element-refused", "ct", through(user(), node("callChoreography", "ct"))),
    ("element-refused", None, diagram(SIMPLE, '<import importType="x" location="y" namespace="z"/>')),
    ("attribute-unknown", "a", through(user("a", assignee="li"))),
    ("attribute-unknown", "s", one(start("s", isinterrupting="false"), user(), end(), line("s", "a", "e"))),
    (
        "value-refused",
        "a",
        through(
            user(
                "a",
                '<multiInstanceLoopCharacteristics behavior="Complex"><loopCardinality>2</loopCardinality>'
                "</multiInstanceLoopCharacteristics>",
            )
        ),
    ),
    ("value-unknown", "p", one(start(), user(), end(), line("s", "a", "e"), isClosed="0")),
    ("value-unknown", "b", through(user(), boundary("b", "a", MESSAGE, cancelActivity="0"), flow("b", "e"))),
    ("value-unknown", "a", through(user("a", completionQuantity="0"))),
    ("value-unknown", "a", through(user("a", startQuantity="1000000"))),
    ("value-refused", None, diagram(SIMPLE, '<extension definition="x" mustUnderstand="true"/>')),
    ("element-misplaced", "a", through(script("a").replace("</script>", "<hidden xmlns=''/></script>"))),
    ("element-misplaced", "a", through(user("a", "<banjie:input name='x' value='1'/>"))),
    (
        "element-misplaced",
        None,
        diagram(SIMPLE, '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
    ),
]
GOOD = [
    diagram(
        '<collaboration id="c"><participant id="pl" name="办理" processRef="p"/><participant id="citizen" name="市民"/>'
        '<messageFlow id="mf" sourceRef="citizen" targetRef="s"/></collaboration>',
        '<choreography id="ch"><choreographyTask id="ct" initiatingParticipantRef="x1"/></choreography>',
        process(
            '<laneSet id="ls"><lane id="l" name="承办人"><flowNodeRef>a</flowNodeRef></lane></laneSet>',
            start(),
            user(),
            end(),
            line("s", "a", "e"),
            '<dataObject id="do"/><dataObjectReference id="dor" dataObjectRef="do"/>',
            '<textAnnotation id="ta"><text>说明</text></textAnnotation>',
            '<association id="as" sourceRef="a" targetRef="ta"/><group id="g"/>',
        ),
    ),
    through(user("a", "<documentation>写给办理人的说明 <b>粗体</b></documentation>", color__border="red")),
    one(start("s", MESSAGE), user(), end(), line("s", "a", "e")),
]
