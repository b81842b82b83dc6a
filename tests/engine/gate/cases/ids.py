from tests.engine.gate.draw import diagram, end, flow, line, node, one, process, start, through, user

GOOD_PROCESS = process(start(), user(), end(), line("s", "a", "e"))
OTHER = process(start("s2"), user("a2"), end("e2"), line("s2", "a2", "e2"))

BAD = [
    ("id-missing", "p", one(start(), user(), end(), line("s", "a", "e"), "<task/>")),
    ("id-missing", None, diagram(GOOD_PROCESS, '<message name="无编号"/>')),
    ("id-unsafe", "../../etc", one(start(), user(), end(), line("s", "a", "e"), id="../../etc")),
    ("id-unsafe", "p'; DROP TABLE x;--", one(start(), user(), end(), line("s", "a", "e"), id="p'; DROP TABLE x;--")),
    ("id-undrawn", "受理_1.a-b", through(user("受理_1.a-b"), via=("受理_1.a-b",))),
    ("id-undrawn", "办理", through(user("办理"), via=("办理",))),
    ("id-unsafe", "1a", through(user("1a"), via=("1a",))),
    ("id-unsafe", "a" * 101, through(user("a" * 101), via=("a" * 101,))),
    ("id-twice", "a", one(start(), user(), user(), end(), line("s", "a", "e"))),
    ("id-twice", "p", diagram(GOOD_PROCESS, OTHER)),
    ("process-twice", "p", {"one.bpmn": diagram(GOOD_PROCESS), "two.bpmn": diagram(OTHER)}),
]
GOOD = [
    through(user("accept_1.a-b"), via=("accept_1.a-b",)),
    one(start(), user("a" * 100), end(), flow("s", "a" * 100, id="f1"), flow("a" * 100, "e", id="f2")),
    one(
        start(), user(), end(), '<sequenceFlow sourceRef="s" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="e"/>'
    ),
    one(start("Start"), user(), end("End"), line("Start", "a", "End")),
    {
        "one.bpmn": diagram(GOOD_PROCESS),
        "two.bpmn": diagram(node("process", "q", start(), end(), line("s", "e"), isExecutable="true")),
    },
]
