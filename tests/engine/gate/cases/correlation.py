from tests.engine.gate.draw import MESSAGE, boundary, catch, end, line, node, one, start, through, user

ON = {"banjie__correlation": "order_no"}


def late(**attributes: str) -> bytes:
    return one(
        start(),
        user(),
        boundary("b", "a", MESSAGE, **attributes),
        end(),
        end("e2"),
        line("s", "a", "e"),
        line("b", "e2"),
    )  # fmt: skip


BAD = [
    ("correlation-missing", "c", through(catch("c", MESSAGE), via=("c",))),
    ("correlation-missing", "b", late()),
    ("correlation-missing", "r", through(node("receiveTask", "r", messageRef="M"), via=("r",))),
]
GOOD = [
    through(catch("c", MESSAGE, **ON), via=("c",)),
    late(**ON),
    through(node("receiveTask", "r", messageRef="M", **ON), via=("r",)),
    one(start("s", MESSAGE), user(), end(), line("s", "a", "e")),
]
