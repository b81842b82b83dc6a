from tests.engine.gate.draw import MESSAGE, catch, diagram, end, line, node, process, start, throw, user

POOLS = '<participant id="A" processRef="p"/><participant id="B" processRef="q"/><participant id="C"/>'
OTHER = '<messageEventDefinition messageRef="M2"/>'


def between(source: str, target: str, one: str, other: str, more: str = "") -> bytes:
    """Two pools: `one` stands in the first, `other` in the second, and a message flow `mf` from one to the other."""
    drawn = POOLS + f'<messageFlow id="mf" sourceRef="{source}" targetRef="{target}"/>'
    return diagram(
        node("collaboration", "co", drawn),
        process(start(), one, end(), line("s", "x", "e")),
        process(start("s2"), other, end("e2"), line("s2", "y", "e2"), id="q"),
    )


def sends(**attributes: str) -> str:
    return throw("x", MESSAGE, **attributes)


WAITS = catch("y", MESSAGE, banjie__correlation='"1"')
KNOWN = {"banjie__correlation": '"1"'}

BAD = [
    ("message-flow-idle", "mf", between("x", "y", user("x"), WAITS)),
    ("message-flow-idle", "mf", between("x", "y", sends(**KNOWN), user("y"))),
    ("message-flow-idle", "mf", between("A", "y", sends(**KNOWN), WAITS)),
    ("message-flow-idle", "mf", between("x", "B", sends(**KNOWN), WAITS)),
    ("message-flow-idle", "mf", between("x", "y", sends(banjie__connector="notify"), WAITS)),
    ("message-flow-idle", "mf", between("x", "y", throw("x", OTHER, **KNOWN), WAITS)),
    ("message-flow-idle", "mf", between("x", "y", sends(), WAITS)),
]
GOOD = [
    between("x", "y", sends(**KNOWN), WAITS),
    between("x", "C", user("x"), user("y")),
    between("C", "y", user("x"), WAITS),
    between("x", "C", sends(banjie__connector="notify"), user("y")),
]
