from tests.engine.gate.draw import (
    COMPENSATE,
    MESSAGE,
    boundary,
    catch,
    end,
    flow,
    gateway,
    line,
    node,
    one,
    script,
    start,
    through,
    throw,
    user,
)

BAD = [
    ("dead-end", "c", one(start(), catch("c", MESSAGE), line("s", "c"))),
    ("unreachable", "lost", through(user(), user("lost"), flow("lost", "e"))),
    ("unreachable", "l1", through(user(), user("l1"), user("l2"), line("l1", "l2", "l1"), flow("l2", "e"))),
    ("dead-end", "b", one(start(), user(), user("b"), end(), line("s", "a", "b"), line("a", "e"))),
    ("no-way-out", "a", one(start(), user(), line("s", "a", "a"))),
    (
        "no-way-out",
        "a",
        one(
            start(),
            gateway("exclusive", "g", default="g_e"),
            user(),
            user("b"),
            end(),
            flow("s", "g"),
            flow("g", "a", "x"),
            flow("g", "e"),
            line("a", "b", "a"),
        ),
    ),
    (
        "unreachable",
        "x",
        one(
            start(),
            node("subProcess", "u", start("is"), end("ie"), user("x"), flow("x", "ie"), line("is", "ie")),
            end(),
            line("s", "u", "e"),
        ),
    ),
]
GOOD = [
    one(user("a"), user("b"), flow("a", "b")),  # no start, no end drawn: implicit ones
    one(
        start(),
        throw("t", '<linkEventDefinition name="L"/>'),
        catch("c", '<linkEventDefinition name="L"/>'),
        end(),
        line("s", "t"),
        line("c", "e"),
    ),
    through(
        user(),
        boundary("b", "a", COMPENSATE),
        script("undo", isForCompensation="true"),
        '<association id="as" sourceRef="b" targetRef="undo"/>',
    ),
    through(node("adHocSubProcess", "a", user("x"), user("y"))),
    one(node("receiveTask", "r", messageRef="M", instantiate="true"), end(), line("r", "e")),
    one(
        start(),
        user(),
        end(),
        line("s", "a", "e"),
        node("subProcess", "ev", start("es", MESSAGE), end("ee"), line("es", "ee"), triggeredByEvent="true"),
    ),
]
