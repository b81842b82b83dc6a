import json

from tests.engine.gate.draw import (
    MESSAGE,
    boundary,
    catch,
    end,
    flow,
    gateway,
    line,
    one,
    script,
    start,
    timer,
    user,
)

RESULT = json.dumps(
    {"type": "default", "schemaVersion": 19, "components": [{"type": "textfield", "key": "verdict", "label": "结论"}]}
).encode()


def loop(*more: str, condition: str = 'verdict != "通过"', form: str = "note", first: str = "a") -> dict[str, bytes]:
    """Two steps that are done again while a condition holds."""
    drawn = one(
        start(),
        user("a", name="调查取证"),
        user("b", name="复核", banjie__form=form),
        gateway("exclusive", "g", name="通过？", default="g_e"),
        end(),
        line("s", first),
        line("a", "b", "g", "e"),
        flow("g", "a", condition),
        *more,
    )
    return {"test.bpmn": drawn, "forms/verdict.json": RESULT}


READ_ONLY = {**loop(form="verdict"), "forms/verdict.json": RESULT.replace(b'"label"', b'"readonly": true, "label"')}
BEFORE = loop(user("f", banjie__form="verdict"), line("f", "a"), first="f")
ALARM = boundary("t", "a", timer()) + end("late") + line("t", "late")
BESIDE = boundary("t", "a", timer(), cancelActivity="false") + user("r", banjie__form="verdict") + end("o")
BAD = [
    ("loop-no-way-out", "b", loop()),
    ("loop-no-way-out", "b", loop(condition='verdict != "通过" and not(done)')),
    ("loop-no-way-out", "b", READ_ONLY),
    ("loop-no-way-out", "b", BEFORE),
    ("loop-left-by-event", "b", loop(ALARM)),
]
GOOD = [
    loop(form="verdict"),
    loop(form="verdict", condition='verdict != "通过" and kind = "a"'),
    loop(condition='verdict != "通过" and now() < end_of_day'),
    loop(BESIDE, line("t", "r", "o")),
    loop(catch("c", MESSAGE, banjie__correlation="note"), line("b", "c", "g")),
    loop(script("x", '{ verdict: "通过" }'), line("b", "x", "g")),
    loop(gateway("exclusive", "h", default="h_b"), flow("h", "b"), flow("h", "e", 'note = "停"'), line("a", "h")),
]
