from tests.engine.gate.draw import diagram, end, line, node, process, start

TEXT, NUMBER = '<itemDefinition id="T" structureRef="string"/>', '<itemDefinition id="N" structureRef="int"/>'
ALSO_TEXT = '<itemDefinition id="T2" structureRef="string"/>'
SERVICE = (
    '<message id="Q" name="问" itemRef="T"/><message id="A" name="答" itemRef="N"/><interface id="I" name="服务">'
    '<operation id="O" name="查询"><inMessageRef>Q</inMessageRef><outMessageRef>A</outMessageRef></operation>'
    "</interface>"
)


def data(*inside: str) -> str:
    return f"<ioSpecification>{''.join(inside)}</ioSpecification>"


def put(item: str, id: str = "i") -> str:
    return f'<dataInput id="{id}" itemSubjectRef="{item}"/><inputSet><dataInputRefs>{id}</dataInputRefs></inputSet>'


def got(item: str, id: str = "o") -> str:
    return (
        f'<dataOutput id="{id}" itemSubjectRef="{item}"/><outputSet><dataOutputRefs>{id}</dataOutputRefs></outputSet>'
    )


def one(task: str, *of_process: str) -> bytes:
    body = process(*of_process, start(), task, end(), line("s", "a", "e"))
    return diagram(TEXT, NUMBER, ALSO_TEXT, SERVICE, body)


def send(spec: str) -> bytes:
    return one(node("sendTask", "a", spec, messageRef="Q"))


def receive(spec: str) -> bytes:
    return one(node("receiveTask", "a", spec, messageRef="Q"))


def call(spec: str) -> bytes:
    return one(node("serviceTask", "a", spec, operationRef="O", banjie__connector="notify"))


def bound(given: str, taken: str) -> bytes:
    binding = '<ioBinding operationRef="O" inputDataRef="i" outputDataRef="o"/>'
    return one(node("sendTask", "a", messageRef="Q"), data(put(given), got(taken)), binding)


BAD = [
    ("message-data-several", "a", send(data(put("T"), put("T", "j"), "<outputSet/>"))),
    ("message-data-several", "a", receive(data("<inputSet/>", got("T"), got("T", "p")))),
    ("message-data-several", "a", call(data(put("T"), got("N"), "<outputSet/>"))),
    ("message-data-type", "a", send(data(put("N"), "<outputSet/>"))),
    ("message-data-type", "a", receive(data("<inputSet/>", got("N")))),
    ("message-data-type", "a", receive(data("<inputSet/>", got("T").replace(' itemSubjectRef="T"', "")))),
    ("message-data-type", "a", call(data(put("T"), got("T")))),
    ("message-data-type", "p", bound("N", "N")),
]  # fmt: skip
GOOD = [
    send(data(put("T"), "<outputSet/>")),
    send(data(put("T2"), "<outputSet/>")),
    receive(data("<inputSet/>", got("T"))),
    call(data(put("T"), got("N"))),
    bound("T", "N"),
    send(""),
]
