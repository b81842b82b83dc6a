from tests.engine.gate.draw import (
    COMPENSATE,
    ERROR,
    boundary,
    catch,
    diagram,
    end,
    flow,
    line,
    node,
    one,
    process,
    start,
    through,
    throw,
    user,
)

CODELESS = '<error id="E0" name="败"/><escalation id="X0" name="报"/>'


def thrown(trigger: str) -> bytes:
    return diagram(CODELESS, process(start(), user(), end("e", trigger), line("s", "a", "e")))


BAD = [
    ("code-missing", "e", thrown('<escalationEventDefinition escalationRef="X0"/>')),
    ("code-missing", "e", thrown('<errorEventDefinition errorRef="E0"/>')),
    ("reference-missing", "c", through(catch("c", "<messageEventDefinition/>"), via=("c",))),
    ("reference-missing", "c", through(catch("c", "<signalEventDefinition/>"), via=("c",))),
    ("reference-missing", "r", through(node("receiveTask", "r"), via=("r",))),
    ("reference-missing", "r", through(node("sendTask", "r"), via=("r",))),
    ("reference-missing", "e", one(start(), user(), end("e", "<errorEventDefinition/>"), line("s", "a", "e"))),
    ("reference-unknown", "c", through(catch("c", '<messageEventDefinition messageRef="gone"/>'), via=("c",))),
    ("reference-unknown", "c", through(catch("c", '<messageEventDefinition messageRef="S"/>'), via=("c",))),
    (
        "reference-unknown",
        "t",
        through(user(), throw("t", '<compensateEventDefinition activityRef="gone"/>'), via=("a", "t")),
    ),
    (
        "reference-nameless",
        "r",
        diagram(
            '<message id="N"/>', process(start(), node("receiveTask", "r", messageRef="N"), end(), line("s", "r", "e"))
        ),
    ),
]
GOOD = [
    through(
        catch("c", '<messageEventDefinition messageRef="M"/>'),
        throw("t", '<signalEventDefinition signalRef="S"/>'),
        via=("c", "t"),
    ),
    through(throw("t", "<messageEventDefinition/>", banjie__connector="notify"), via=("t",)),
    through(node("sendTask", "r", banjie__connector="notify"), via=("r",)),
    one(
        start(),
        node("subProcess", "u", start("is"), user("x"), end("ie", ERROR), line("is", "x", "ie")),
        boundary("b", "u", "<errorEventDefinition/>"),
        end(),
        end("e2"),
        line("s", "u", "e"),
        flow("b", "e2"),
    ),
    through(
        user(),
        throw("t", '<compensateEventDefinition activityRef="a"/>'),
        boundary("b", "a", COMPENSATE),
        node("scriptTask", "undo", "<script>{ y: 1 }</script>", isForCompensation="true"),
        '<association id="as" sourceRef="b" targetRef="undo"/>',
        via=("a", "t"),
    ),
]
