from tests.engine.gate.draw import (
    COMPENSATE,
    CONDITION,
    ERROR,
    MESSAGE,
    SIGNAL,
    boundary,
    catch,
    end,
    flow,
    line,
    node,
    one,
    start,
    through,
    throw,
    timer,
    user,
)


def event_sub(*starts: str) -> bytes:
    first = starts[0] if starts else ""
    ids = ["es"] if first else []
    return one(
        start(),
        user(),
        end(),
        line("s", "a", "e"),
        node("subProcess", "ev", *starts, user("h"), end("ee"), line(*ids, "h", "ee"), triggeredByEvent="true"),
    )


TERMINATE, CANCEL = "<terminateEventDefinition/>", "<cancelEventDefinition/>"
DONE = (start("is"), user("x"), end("ie"), line("is", "x", "ie"))

BAD = [
    ("trigger-condition", "c", through(catch("c", "<conditionalEventDefinition/>"), via=("c",))),
    ("trigger-condition", "c", through(catch("c", CONDITION.replace("flag", " ")), via=("c",))),
    ("trigger-missing", "c", through(catch("c"), via=("c",))),
    ("trigger-missing", "b", through(user(), boundary("b", "a"), flow("b", "e"))),
    ("trigger-misplaced", "s", one(start("s", ERROR), user(), end(), line("s", "a", "e"))),
    ("trigger-misplaced", "c", through(catch("c", ERROR), via=("c",))),
    ("trigger-misplaced", "t", through(throw("t", timer()), via=("t",))),
    ("trigger-misplaced", "e", one(start(), user(), end("e", timer()), line("s", "a", "e"))),
    ("trigger-misplaced", "b", through(user(), boundary("b", "a", TERMINATE), flow("b", "e"))),
    ("trigger-misplaced", "b", through(user(), boundary("b", "a", CANCEL), flow("b", "e"))),
    ("trigger-misplaced", "e", one(start(), user(), end("e", CANCEL), line("s", "a", "e"))),
    (
        "trigger-misplaced",
        "is",
        through(node("subProcess", "u", start("is", MESSAGE), end("ie"), line("is", "ie")), via=("u",)),
    ),
    ("trigger-unknown", "c", through(catch("c", "<eventDefinitionRef>none</eventDefinitionRef>"), via=("c",))),
    ("event-sub-process-start", "ev", event_sub(start("es"))),
    ("event-sub-process-start", "ev", event_sub(start("es", MESSAGE), start("es2", SIGNAL), line("es2", "h"))),
    ("trigger-interrupts", "es", event_sub(start("es", ERROR, isInterrupting="false"))),
    ("instantiate-reached", "r", through(node("receiveTask", "r", messageRef="M", instantiate="true"), via=("r",))),
    ("start-several", "s2", one(start(), start("s2"), user(), end(), line("s", "a", "e"), line("s2", "a"))),
]
GOOD = [
    one(start("s", MESSAGE, SIGNAL), user(), end(), line("s", "a", "e")),
    one(start("s", CONDITION), user(), end("e", TERMINATE), line("s", "a", "e")),
    event_sub(start("es", ERROR)),
    event_sub(start("es", timer(), isInterrupting="false")),
    through(catch("c", MESSAGE, SIGNAL), throw("t"), catch("w", timer()), via=("c", "t", "w")),
    one(
        start(),
        node("transaction", "u", *DONE, end("ic", CANCEL), flow("x", "ic")),
        boundary("b", "u", CANCEL),
        end(),
        end("e2"),
        line("s", "u", "e"),
        line("b", "e2"),
    ),
    through(
        user(),
        boundary("b", "a", COMPENSATE),
        node("scriptTask", "undo", "<script>{ y: 1 }</script>", isForCompensation="true"),
        '<association id="as" sourceRef="b" targetRef="undo"/>',
    ),
]
