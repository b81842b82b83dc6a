from tests.engine.gate.draw import diagram, end, flow, gateway, line, node, process, start, through, user


def call(id: str, to: str | None) -> str:
    return node("callActivity", id, **({"calledElement": to} if to else {}))


def calling(ident: str, to: str) -> str:
    return process(
        start(ident + "s"),
        call(ident + "c", to),
        end(ident + "e"),
        line(ident + "s", ident + "c", ident + "e"),
        id=ident,
    )


def perhaps(ident: str, to: str) -> str:
    s, g, c, e = (ident + x for x in "sgce")
    return process(
        start(s),
        gateway("exclusive", g, default=f"{g}_{e}"),
        call(c, to),
        end(e),
        flow(s, g),
        flow(g, c, "n > 0"),
        flow(g, e),
        flow(c, e),
        id=ident,
    )


LEAF = process(start("ls"), user("la"), end("le"), line("ls", "la", "le"), id="leaf")

BAD = [
    ("call-nothing", "a", through(call("a", None))),
    ("call-unknown", "a", through(call("a", "gone"))),
    ("call-endless", "pc", diagram(calling("p", "p"))),
    ("call-endless", "pc", diagram(calling("p", "q"), calling("q", "p"))),
    ("call-circle", "pc", diagram(perhaps("p", "p"))),
    ("call-circle", "pc", diagram(calling("p", "q"), perhaps("q", "p"))),
    (
        "call-endless",
        "c",
        diagram(
            process(
                start(),
                node("subProcess", "u", start("is"), call("c", "p"), end("ie"), line("is", "c", "ie")),
                end(),
                line("s", "u", "e"),
            )
        ),
    ),
]
GOOD = [
    diagram(calling("p", "leaf"), LEAF),
    diagram(calling("p", "leaf"), LEAF.replace('isExecutable="true"', 'isExecutable="false"')),
    {"one.bpmn": diagram(calling("p", "leaf")), "two.bpmn": diagram(LEAF)},
]
