from tests.engine.gate.draw import diagram, end, line, node, process, start, user

TYPES = (
    '<itemDefinition id="T" structureRef="string"/><itemDefinition id="N" structureRef="int"/>'
    '<itemDefinition id="TS" structureRef="string" isCollection="true"/>'
)
OBJECTS = (
    '<dataObject id="o1" itemSubjectRef="T"/><dataObjectReference id="r1" dataObjectRef="o1"/>'
    '<dataObject id="o2" itemSubjectRef="N"/><dataObjectReference id="r2" dataObjectRef="o2"/>'
)
TAKES = (
    '<ioSpecification><dataInput id="i" itemSubjectRef="T"/><dataOutput id="o" itemSubjectRef="T"/>'
    "<inputSet><dataInputRefs>i</dataInputRefs></inputSet>"
    "<outputSet><dataOutputRefs>o</dataOutputRefs></outputSet></ioSpecification>"
)
LIST = TAKES.replace('"T"', '"TS" isCollection="true"')


def one(*parts: str) -> bytes:
    return diagram(TYPES, process(OBJECTS, start(), *parts, end(), line("s", "a", "e")))


def into(*names: str, to: str = "i", tag: str = "dataInputAssociation") -> str:
    return node(tag, "da", *(f"<sourceRef>{name}</sourceRef>" for name in names), f"<targetRef>{to}</targetRef>")


def out(name: str, to: str) -> str:
    return into(name, to=to, tag="dataOutputAssociation")


def each(reference: str, *inside: str) -> str:
    return node("multiInstanceLoopCharacteristics", "m", f"<loopDataInputRef>{reference}</loopDataInputRef>", *inside)


def inner(*extra: str) -> str:
    return node("subProcess", "a", *extra, start("is"), user("x"), end("ie"), line("is", "x", "ie"))


BAD = [
    ("data-sources", "a", one(user("a", TAKES, into("r1", "o1")))),
    ("data-direction", "a", one(user("a", TAKES, into("o")))),
    ("data-direction", "a", one(user("a", TAKES, out("o", "i")))),
    ("data-type", "a", one(user("a", TAKES, into("r2")))),
    ("data-type", "a", one(user("a", TAKES, out("o", "r2")))),
    ("data-type", "a", one(user("a", LIST, each("i", '<inputDataItem id="n" itemSubjectRef="N"/>')))),
    ("data-type", "a", one(user("a", LIST, each("i", '<inputDataItem id="n" itemSubjectRef="TS"/>')))),
    ("data-collection", "o9", one(user("a"), '<dataObject id="o9" itemSubjectRef="TS" isCollection="false"/>')),
    ("data-expected", "a", one(user("a", LIST, each("TS")))),
    ("data-of-sub-process", "a", one(inner(TAKES))),
]
GOOD = [
    one(user("a", TAKES, into("r1"))),
    one(user("a", TAKES, out("o", "o1"))),
    one(user("a", LIST, each("i", '<inputDataItem id="n" itemSubjectRef="T"/>'))),
    one(inner(LIST, each("i"))),
    one(inner()),
    one(user("a", TAKES, into("r9")), '<dataObjectReference id="r9" dataObjectRef="r9"/>'),
    one(user("a"), '<dataObject id="o9" itemSubjectRef="TS" isCollection="true"/>'),
]
