from tests.engine.gate.draw import end, flow, gateway, line, node, one, start, through, user


def nested(levels: int) -> bytes:
    inner = user("a")
    for level in range(levels):
        inner = node("subProcess", f"u{level}", inner)
    return through(inner, via=(f"u{levels - 1}",))


def fan(flows: int) -> bytes:
    tasks = [f"t{n}" for n in range(flows)]
    return one(
        start(),
        gateway("parallel", "g"),
        end(),
        flow("s", "g"),
        *(user(t) for t in tasks),
        *(line("g", t, "e") for t in tasks),
    )


BAD = [("nesting-deep", "u0", nested(11)), ("fan-out", "g", fan(31))]
GOOD = [nested(10), fan(30)]
