from tests.engine.gate.draw import diagram, end, line, node, process, start, throw, timer, user

ROOTS = (
    '<itemDefinition id="T" structureRef="string"/><itemDefinition id="N" structureRef="int"/>'
    '<message id="Q" name="问" itemRef="T"/><signal id="L" name="报" structureRef="N"/>'
    '<error id="F" name="败" errorCode="F" structureRef="N"/>'
)
MESSAGE, SIGNAL = '<messageEventDefinition messageRef="Q"/>', '<signalEventDefinition signalRef="L"/>'
ERROR = '<errorEventDefinition errorRef="F"/>'


def given(*items: str) -> str:
    return "".join(f'<dataInput id="i{n}" itemSubjectRef="{item}"/>' for n, item in enumerate(items))


def taken(*items: str) -> str:
    return given(*items).replace("dataInput", "dataOutput")


def sends(*inside: str) -> bytes:
    return diagram(ROOTS, process(start(), throw("t", *inside), end(), line("s", "t", "e")))


def begins(*inside: str) -> bytes:
    return diagram(ROOTS, process(start("s", *inside), user(), end(), line("s", "a", "e")))


BAD = [
    ("event-data-missing", "t", sends(given("T"), MESSAGE, SIGNAL)),
    ("event-data-missing", "s", begins(taken("T"), MESSAGE, SIGNAL)),
    ("event-data-type", "t", sends(given("N"), MESSAGE)),
    ("event-data-type", "t", sends(given("T", "T"), MESSAGE, SIGNAL)),
    ("event-data-type", "s", begins(taken("T"), SIGNAL)),
    (
        "event-data-type",
        "e",
        diagram(ROOTS, process(start(), user(), node("endEvent", "e", given("T"), ERROR), line("s", "a", "e"))),
    ),
]
GOOD = [
    sends(given("T"), MESSAGE),
    sends(given("N", "T"), MESSAGE, SIGNAL),
    sends(MESSAGE, SIGNAL),
    begins(taken("N"), SIGNAL),
    begins(taken("N"), timer("R/PT1H", "timeCycle")),
]
