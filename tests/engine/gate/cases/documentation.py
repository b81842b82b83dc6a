from tests.engine.gate.draw import node, through, user

BAD = [
    ("text-format", "n", through(user("a", node("documentation", "n", "说明", textFormat="INVALID")))),
    ("text-format", "n", through(user(), node("textAnnotation", "n", "<text>注</text>", textFormat="plain text"))),
]
GOOD = [
    through(user("a", node("documentation", "n", "说明"))),
    through(user("a", node("documentation", "n", "说明", textFormat="text/html; charset=utf-8"))),
    through(
        user(), node("textAnnotation", "n", "<text>注</text>", textFormat="application/vnd.oasis.opendocument.text")
    ),
]
