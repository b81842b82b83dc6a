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
    start,
    through,
    timer,
    user,
)

SUB = node("subProcess", "u", start("is"), user("x"), end("ie"), line("is", "x", "ie"))
EVENT_SUB = node(
    "subProcess", "ev", start("es", MESSAGE), user("h"), end("ee"), line("es", "h", "ee"), triggeredByEvent="true"
)

BAD = [
    ("flow-nowhere", "a_nowhere", through(user(), flow("a", "nowhere"))),
    ("flow-nowhere", "f", through(user(), '<sequenceFlow id="f" sourceRef="a"/>')),
    ("flow-across", "a_x", one(start(), user(), SUB, end(), line("s", "a", "u", "e"), flow("a", "x"))),
    (
        "flow-across",
        "a_b",
        diagram(
            process(start(), user(), end(), line("s", "a", "e"), flow("a", "b")),
            process(start("s2"), user("b"), end("e2"), line("s2", "b", "e2"), id="q"),
        ),
    ),
    ("flow-direction", "e_a", through(user(), flow("e", "a"))),
    ("flow-direction", "a_s", through(user(), flow("a", "s"))),
    ("flow-direction", "a_b", through(user(), boundary("b", "a", timer()), flow("b", "e"), flow("a", "b"))),
    ("flow-direction", "a_ev", one(start(), user(), EVENT_SUB, end(), line("s", "a", "e"), flow("a", "ev"))),
]
GOOD = [
    through(user(), boundary("b", "a", timer()), flow("b", "e")),
    one(start(), SUB, EVENT_SUB, end(), line("s", "u", "e")),
]
