from tests.engine.gate.draw import (
    catch,
    end,
    flow,
    gateway,
    line,
    node,
    one,
    process,
    script,
    start,
    through,
    throw,
    timer,
    user,
)


def loop(*inside: str, condition: str = "n < 3", via: tuple[str, ...] = ("x",), default: str = "g_e") -> bytes:
    return one(
        start(),
        gateway("exclusive", "m"),
        *inside,
        gateway("exclusive", "g", default=default),
        end(),
        line("s", "m", *via, "g"),
        flow("g", "m", condition),
        flow("g", "e"),
    )


MARKER = "<standardLoopCharacteristics{0}>{1}</standardLoopCharacteristics>"
WHILE = "<loopCondition>{0}</loopCondition>"


def marked(attributes: str = "", condition: str | None = None) -> bytes:
    inside = WHILE.format(condition) if condition else ""
    return through(user("a", MARKER.format(attributes, inside)))


def calling(called: str) -> bytes:
    return loop(node("callActivity", "x", calledElement="q")).replace(
        b"</definitions>", called.encode() + b"</definitions>"
    )


AGAIN = 'note = "again"'
BAD = [
    ("loop-never-waits", "m", loop(script("x"), condition="true")),
    (
        "loop-never-waits",
        "m",
        one(
            start(),
            gateway("exclusive", "m"),
            gateway("parallel", "g"),
            end(),
            line("s", "m", "g"),
            flow("g", "m"),
            flow("g", "m", id="again"),
            flow("g", "e"),
        ),
    ),
    ("loop-never-waits", "x", one(start(), script("x"), end(), line("s", "x", "x"), flow("x", "e"))),
    ("loop-automatic", "x", loop(script("x"))),
    (
        "loop-automatic",
        "m",
        loop(throw("x"), condition="true", default="g_m").replace(b'default="g_m"', b'default="g_m"'),
    ),
    ("loop-automatic", "x", loop(node("subProcess", "x", start("is"), script("y"), end("ie"), line("is", "y", "ie")))),
    ("loop-automatic", "x", calling(process(start("qs"), end("qe"), line("qs", "qe"), id="q"))),
    ("loop-endless", "a", marked()),
    ("loop-endless", "a", marked(condition="true")),
    ("loop-maximum", "a", marked(' loopMaximum="-1"', "x &lt; 3")),
    ("loop-maximum", "a", marked(' loopMaximum="many"')),
]
GOOD = [
    loop(script("x", "n = if n = null then 1 else n + 1")),
    loop(script("x", "{ n: n + 1 }"), condition='n < 3 and other = "x"'),
    loop(user("x"), condition=AGAIN),
    loop(catch("x", timer("PT1H")), condition="true"),
    loop(node("subProcess", "x", start("is"), user("y"), end("ie"), line("is", "y", "ie")), condition=AGAIN),
    calling(process(start("qs"), user("y"), end("qe"), line("qs", "y", "qe"), id="q")).replace(
        b"n &lt; 3", AGAIN.encode()
    ),
    marked(' loopMaximum="3"'),
    marked(condition="x &lt; 3"),
]
