from tests.engine.gate.draw import diagram, end, line, node, one, process, start, through, user

BODY = (start(), user(), end(), line("s", "a", "e"))

BAD = [
    ("public-executable", "p", one(*BODY, processType="Public")),
    ("nothing-executable", None, one(*BODY, isExecutable="false")),
    ("nothing-executable", None, diagram()),
    ("executable-unsaid", "p", diagram(node("process", "p", *BODY))),
    ("scope-empty", "p", one()),
    ("scope-empty", "u", through(node("subProcess", "u"), via=("u",))),
]
GOOD = [
    through(user()),
    diagram(process(*BODY), node("process", "partner", node("task", "t"), isExecutable="false")),
]
