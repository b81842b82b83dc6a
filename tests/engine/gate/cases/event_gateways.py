from tests.engine.gate.draw import MESSAGE, boundary, catch, end, flow, gateway, line, node, one, start, timer, user

WAITS = (catch("m", MESSAGE), catch("t", timer()))


def after(*parts: str) -> bytes:
    return one(start(), gateway("eventBased", "g"), end(), flow("s", "g"), *parts)


BAD = [
    ("event-gateway-condition", "g_m", after(*WAITS, flow("g", "m", "x"), line("m", "e"), line("g", "t", "e"))),
    ("event-gateway-few", "g", after(catch("m", MESSAGE), line("g", "m", "e"))),
    ("event-gateway-target", "a", after(catch("m", MESSAGE), user(), line("g", "m", "e"), line("g", "a", "e"))),
    ("event-gateway-target", "m", after(*WAITS, line("g", "m", "e"), line("g", "t", "m"))),
    (
        "event-gateway-target",
        "r",
        after(
            node("receiveTask", "r", messageRef="M"),
            catch("t", timer()),
            boundary("b", "r", timer()),
            flow("b", "e"),
            line("g", "r", "e"),
            line("g", "t", "e"),
        ),
    ),
]
GOOD = [
    after(*WAITS, line("g", "m", "e"), line("g", "t", "e")),
    after(node("receiveTask", "r", messageRef="M"), catch("t", timer()), line("g", "r", "e"), line("g", "t", "e")),
]
