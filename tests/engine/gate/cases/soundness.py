from tests.engine.gate.draw import (
    ERROR,
    MESSAGE,
    boundary,
    end,
    flow,
    gateway,
    line,
    node,
    one,
    script,
    start,
    through,
    timer,
    user,
)

TERMINATE = "<terminateEventDefinition/>"
AB = user("a") + user("b")


def split(first: str, second: str, *more: str) -> bytes:
    """Two tasks between two gateways."""
    when = (None, None) if first == "parallel" else ("x > 1", "x < 2")
    return one(start(), gateway(first, "g"), AB, gateway(second, "j"), end(), flow("s", "g"), flow("g", "a", when[0]),
               flow("g", "b", when[1]), flow("a", "j"), flow("b", "j"), flow("j", "e"), *more)  # fmt: skip


def forked(*more: str, extra: str = "") -> bytes:
    """Two parallel tasks, joined, with something more."""
    return one(start(), gateway("parallel", "g"), AB, gateway("parallel", "j"), end(), line("s", "g", "a", "j", "e"),
               line("g", "b", "j"), extra, *more)  # fmt: skip


def wide(branches: int, choices: int) -> bytes:
    """Parallel branches of choices that end in different ways: as many standstills as combinations."""
    parts = [start(), gateway("parallel", "g"), end(), flow("s", "g")]
    for n in range(branches):
        parts.append(gateway("exclusive", f"x{n}", default=f"x{n}_j{n}_0") + flow("g", f"x{n}"))
        for m in range(choices):
            join = f"j{n}_{m}"
            parts.append(gateway("parallel", join) + flow(f"x{n}", join, "x = 1" if m else None) + flow(join, "e"))
            parts.append(flow("g", join))
    return one(*parts)


EXPIRED = boundary("b1", "a", timer()) + end("e2") + line("b1", "e2")
BAD = [
    ("deadlock", "j", split("exclusive", "parallel")),
    (
        "deadlock",
        "j",
        one(start(), gateway("parallel", "j"), user("a"), gateway("exclusive", "x", default="x_e"), end(),
            line("s", "j", "a", "x", "e"), flow("x", "j", "again = true")),
    ),
    (
        "deadlock",
        "ij",
        through(node("subProcess", "u", start("is"), gateway("exclusive", "ig", default="ig_ib"), user("ia"),
                     user("ib"), gateway("parallel", "ij"), end("ie"), flow("is", "ig"), flow("ig", "ia", "x > 1"),
                     flow("ig", "ib"), flow("ia", "ij"), flow("ib", "ij"), flow("ij", "ie")), via=("u",)),
    ),
    ("deadlock-possible", "j", split("inclusive", "parallel")),
    ("deadlock-possible", "j", forked(EXPIRED)),
    ("deadlock-possible", "j", one(start(), user("a"), boundary("b1", "a", MESSAGE, cancelActivity="false"), user("b"),
                                   gateway("parallel", "j"), end(), line("s", "a", "j", "e"), line("b1", "b", "j"))),
    (
        "deadlock-possible",  # for ever, if nobody withdraws
        "j",
        split("exclusive", "parallel", node("subProcess", "ev", start("es", MESSAGE), end("ee"), line("es", "ee"),
                                            triggeredByEvent="true")),
    ),
    ("runs-twice", "j", split("parallel", "exclusive")),
    ("runs-twice", "c", one(start(), gateway("parallel", "g"), AB, user("c"), end(), line("s", "g", "a", "c", "e"),
                            line("g", "b", "c"))),
    ("runs-twice", "c", one(start(), user("a"), boundary("b1", "a", MESSAGE, cancelActivity="false"), user("c"), end(),
                            line("s", "a", "c", "e"), line("b1", "c"))),
    ("runs-many", "p", wide(6, 4)),
    ("deadlock", "a", through(user(startQuantity="3"))),
    ("runs-many", "b", forked().replace(b'<userTask id="b"', b'<userTask id="b" startQuantity="2"')),
    ("runs-many", "a", forked().replace(b'<userTask id="a"', b'<userTask id="a" completionQuantity="3"')),
]  # fmt: skip
GOOD = [
    split("exclusive", "exclusive"),
    split("parallel", "parallel"),
    split("inclusive", "inclusive"),
    split("exclusive", "inclusive"),
    split("parallel", "inclusive"),
    forked(boundary("b1", "a", timer()), user("c"), gateway("exclusive", "m"), line("b1", "c", "m")).replace(
        b'sourceRef="a" targetRef="j"', b'sourceRef="a" targetRef="m"'
    ).replace(b"</process>", flow("m", "j").encode() + b"</process>"),
    forked(boundary("b1", "a", ERROR), end("e2", TERMINATE), line("b1", "e2")),  # ends the other branch too
    through(user(), boundary("b1", "a", timer(), cancelActivity="false"), user("r"), end("re"), line("b1", "r", "re")),
    one(start(), gateway("parallel", "g"), AB, end(), line("s", "g", "a", "e"), line("g", "b", "e")),
    one(start(), gateway("exclusive", "m"), gateway("parallel", "g"), AB, gateway("parallel", "j"),
        gateway("exclusive", "x", default="x_e"), end(), line("s", "m", "g", "a", "j", "x", "e"), line("g", "b", "j"),
        flow("x", "m", 'note = "again"')),
    one(start(), node("inclusiveGateway", "g", default="g_b"), AB, script("c"), gateway("inclusive", "j"), end(),
        flow("s", "g"), flow("g", "a", "x > 1"), flow("g", "c", "x > 2"), flow("g", "b"), flow("a", "j"),
        flow("b", "j"), flow("c", "j"), flow("j", "e")),
]  # fmt: skip
