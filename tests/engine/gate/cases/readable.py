from tests.engine.gate.draw import FORM_FILE, one, through, user

BAD = [
    ("bundle-empty", None, {}),
    ("bundle-empty", None, {"routing.dmn": b"<a/>"}),
    ("file-unreadable", None, b""),
    ("file-unreadable", None, b"\x1f\x8b\x08\0\0\0"),
    ("file-unreadable", None, b"<!DOCTYPE a><definitions/>"),
    ("file-unreadable", None, {"test.bpmn": through(user()), "routing.dmn": b"<definitions>"}),
    ("not-bpmn", None, b"<html><body/></html>"),
    ("not-bpmn", None, b'<definitions xmlns="http://www.omg.org/spec/BPMN/20991231/MODEL"/>'),
    ("file-name", None, {"../test.bpmn": through(user())}),
    ("file-name", None, {"/etc/test.bpmn": through(user())}),
    ("file-name", None, {"a\u202eb.bpmn": through(user())}),
    ("file-unknown", None, {"test.bpmn": through(user()), "run.exe": b"MZ"}),
    ("instructions-dropped", None, b'<?xml-stylesheet href="javascript:alert(1)"?>' + through(user())),
]
GOOD = [
    through(user()),
    {"投诉办理.bpmn": through(user()), "README.md": b"# notes", "scenarios.csv": b"a,b"},
    {"test.bpmn": through(user()).decode().encode("utf-16"), "forms/note.json": FORM_FILE},
    one("<startEvent id='s'/><!-- a comment --><endEvent id='e'/><sequenceFlow id='f' sourceRef='s' targetRef='e'/>"),
]
