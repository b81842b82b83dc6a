import json

from tests.engine.gate.draw import FORM, through, user

TASK = through(user())


def form(**changes: object) -> bytes:
    return json.dumps({**FORM, **changes}).encode()


BAD = [
    ("form-unknown", "a", through(user("a", banjie__form="forms/note"))),
    ("form-broken", None, {"test.bpmn": TASK, "forms/note.json": b"{"}),
    ("form-broken", None, {"test.bpmn": TASK, "forms/note.json": b"[1]"}),
    ("form-broken", None, {"test.bpmn": TASK, "forms/note.json": b"\xff"}),
    ("form-broken", None, {"test.bpmn": TASK, "forms/note.json": form(components=[{"type": "iframe", "id": "x"}])}),
    ("form-unused", None, {"test.bpmn": TASK, "forms/other/old.json": form()}),
]
GOOD = [
    {"test.bpmn": through(user("a", banjie__form="complaint/decide")), "forms/complaint/decide.json": form()},
]
