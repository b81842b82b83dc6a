from tests.engine.gate.draw import diagram, end, line, node, one, process, start, through, user

LANE = '<laneSet id="ls"><lane id="l" name="承办人"><flowNodeRef>{0}</flowNodeRef></lane></laneSet>'
DATA = '<dataObject id="do"/><dataObjectReference id="dor" dataObjectRef="{0}"/>'
FROM = "<dataInputAssociation id='da'><sourceRef>{0}</sourceRef><targetRef>dor</targetRef></dataInputAssociation>"
BODY = (start(), user(), end(), line("s", "a", "e"))

BAD = [
    ("target-kind", "l", one(LANE.format("s_a"), *BODY)),
    ("target-kind", "a", through(user("a", FROM.format("s")), DATA.format("do"))),
    (
        "target-kind",
        "i",
        through(
            user(
                "a",
                "<ioSpecification>",
                node("inputSet", "i", "<dataInputRefs>s</dataInputRefs>"),
                "<outputSet/></ioSpecification>",
            )
        ),
    ),
    (
        "target-kind",
        "op",
        diagram(
            '<interface id="if"><operation id="op"><inMessageRef>M</inMessageRef><errorRef>M</errorRef></operation>',
            "</interface>",
            process(*BODY),
        ),
    ),
    (
        "target-unknown",
        "pe",
        diagram('<partnerEntity id="pe"><participantRef>gone</participantRef></partnerEntity>', process(*BODY)),
    ),
    ("target-unknown", "l", one(LANE.format("gone"), *BODY)),
    ("target-unknown", "dor", one(DATA.format("gone"), *BODY)),
    ("target-unknown", "a", through(user("a", FROM.format("gone")), DATA.format("do"))),
    ("target-unknown", "as", one(*BODY, '<association id="as" sourceRef="a" targetRef="gone"/>')),
    (
        "target-unknown",
        "pl",
        diagram('<collaboration id="c"><participant id="pl" processRef="gone"/></collaboration>', process(*BODY)),
    ),
    (
        "target-unknown",
        "i",
        through(
            user(
                "a",
                "<ioSpecification>",
                node("inputSet", "i", "<dataInputRefs>gone</dataInputRefs>"),
                "<outputSet/></ioSpecification>",
            )
        ),
    ),
]
GOOD = [
    one(LANE.format("a"), DATA.format("do"), start(), user("a", FROM.format("do")), end(), line("s", "a", "e")),
]
