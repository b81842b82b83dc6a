from tests.engine.gate.draw import diagram, end, flow, gateway, line, node, one, process, script, start, through, user

TERMINATE = "<terminateEventDefinition/>"
SPACE = ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'


def drawn(**places: int) -> bytes:
    """A diagram whose steps stand at these columns."""
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}"><dc:Bounds x="{x}" y="0" width="90" height="80"/>'
        "</bpmndi:BPMNShape>"
        for name, x in places.items()
    )
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="p">{shapes}</bpmndi:BPMNPlane>'
    parts = process(start(), user("a"), user("b"), end(), line("s", "a", "b", "e"))
    return diagram(parts, f'<bpmndi:BPMNDiagram id="drawing">{plane}</bpmndi:BPMNDiagram>', attributes=SPACE)


def twice(second: str) -> bytes:
    return one(start(), user("a"), user("b"), end(), line("s", "a", "b", "e"), second)


def branches(*gateways: str) -> bytes:
    first = "g" if gateways else "a"
    parts = [start(), user("a"), user("b"), user("c"), end(), end("e2"), *gateways, flow("b", "e"), flow("c", "e2")]
    return one(*parts, flow("s", "a"), *(flow("a", g) for g in ("g",) if gateways), flow(first, "b"), flow(first, "c"))


LONELY = through(user("a"), gateway("parallel", "g"), via=("a", "g"))
BAD = [
    ("label-missing", "a", through(script(name=""))),
    ("label-missing", "e", one(start(), user(), end(name=""), line("s", "a", "e"))),
    ("label-superfluous", "x", twice("").replace(b'id="a_b"', b'id="x" name="same"')),
    ("flow-double", "again", twice(flow("a", "b", id="again"))),
    ("split-implicit", "a", branches()),
    ("gateway-superfluous", "g", LONELY),
    ("terminate-superfluous", "e", one(start(), user(), end("e", TERMINATE), line("s", "a", "e"))),
    ("shapes-overlap", "b", drawn(s=0, a=100, b=150, e=300)),
]
GOOD = [
    through(script()),
    twice(""),
    branches(gateway("parallel", "g")),
    one(start(), user(), user("b"), end("e", TERMINATE), end("e2"), gateway("parallel", "g"), line("s", "g", "a", "e"),
        line("g", "b", "e2")),
    drawn(s=0, a=100, b=200, e=300),
    diagram(process(node("task", "t", name=""), id="paper", isExecutable="false"),
            process(start(), user(), end(), line("s", "a", "e"))),
]  # fmt: skip
