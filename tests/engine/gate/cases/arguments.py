from tests.engine.dmn.kit import decision, given, model, text
from tests.engine.gate.cases.decisions_tables import TASK
from tests.engine.gate.cases.meaning import assigned
from tests.engine.gate.draw import boundary, end, line, one, start, timer, user


def late(time: str) -> bytes:
    return one(
        start(),
        user(),
        boundary("b", "a", timer(time, "timeDate")),
        end(),
        end("e2"),
        line("s", "a", "e"),
        line("b", "e2"),
    )


def decided(expression: str) -> dict[str, bytes]:
    drawn = decision("D", text(expression), "input:day", type_="date and time")
    return {"test.bpmn": TASK, "d.dmn": model(drawn, given("day", "date"))}


BAD = [
    ("argument-wrong", "b", late('deadline("C99", received_at)')),
    ("argument-wrong", "b", late('deadline("C08", received_at, 119)')),
    ("argument-wrong", "b", late('deadline(received_at, "C08")')),
    ("argument-wrong", "b", late('deadline("C08", "tomorrow")')),
    ("argument-wrong", "b", late('deadline("C08", string length("x"))')),
    ("argument-wrong", "b", late('deadline(start: received_at, clock: "C9")')),
    ("argument-wrong", None, decided('deadline("C18", day)')),
    ("argument-doubtful", "a", assigned('deadline("C08", amount)')),
]
GOOD = [
    late('deadline("C08", received_at, rule_version)'),
    late('deadline(code, "2026-01-31", "20")'),
    late('deadline("C10", date and time("2026-01-31T09:00:00"), 121)'),
    assigned('deadline("C08", bought_on)'),
    assigned('deadline("C08", note)'),
    decided('deadline("C10", day)'),
]
