from tests.engine.gate.draw import diagram, end, line, node, process, start, user

RESOURCE = '<resource id="R" name="科室"/>'
NAMED = "<resourceRef>R</resourceRef>"
FOUND = "<resourceAssignmentExpression><formalExpression>unit</formalExpression></resourceAssignmentExpression>"


def done_by(tag: str, *inside: str) -> bytes:
    return diagram(RESOURCE, process(start(), user("a", node(tag, "who", *inside)), end(), line("s", "a", "e")))


BAD = [
    ("performer-both", "a", done_by("performer", NAMED, FOUND)),
    ("performer-both", "a", done_by("potentialOwner", NAMED, FOUND)),
]
GOOD = [done_by("performer", NAMED), done_by("potentialOwner", FOUND), done_by("humanPerformer")]
