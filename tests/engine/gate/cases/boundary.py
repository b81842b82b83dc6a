from tests.engine.gate.draw import COMPENSATE, ERROR, boundary, end, flow, line, node, script, through, timer, user

UNDO = script("undo", isForCompensation="true")
JOINED = '<association id="as" sourceRef="b" targetRef="undo"/>'

BAD = [
    ("boundary-detached", "b", through(user(), boundary("b", "gone", timer()), flow("b", "e"))),
    ("boundary-detached", "b", through(user(), boundary("b", "s", timer()), flow("b", "e"))),
    ("boundary-detached", "b", through(user(), node("boundaryEvent", "b", timer()), flow("b", "e"))),
    ("boundary-leads-nowhere", "b", through(user(), boundary("b", "a", timer()))),
    ("boundary-interrupts", "b", through(user(), boundary("b", "a", ERROR, cancelActivity="false"), flow("b", "e"))),
    ("compensation-handler", "b", through(user(), boundary("b", "a", COMPENSATE))),
    (
        "compensation-handler",
        "b",
        through(user(), boundary("b", "a", COMPENSATE), script("undo"), JOINED, line("s", "undo", "e")),
    ),
    ("compensation-handler", "undo", through(user(), UNDO)),
]
GOOD = [
    through(user(), boundary("b", "a", timer(), cancelActivity="false"), end("e2"), flow("b", "e2")),
    through(user(), boundary("b", "a", COMPENSATE), UNDO, JOINED),
]
