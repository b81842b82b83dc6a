from tests.engine.gate.draw import (
    CONDITION,
    catch,
    diagram,
    end,
    extended,
    flow,
    gateway,
    line,
    node,
    one,
    process,
    script,
    start,
    through,
    user,
)


def choosing(condition: str) -> bytes:
    return one(
        start(),
        gateway("exclusive", "g", default="g_e"),
        user(),
        end(),
        flow("s", "g"),
        flow("g", "a", condition),
        flow("g", "e"),
        flow("a", "e"),
    )


EVERY = '<multiInstanceLoopCharacteristics banjie:collection="{0}" banjie:item="{1}"/>'

BAD = [
    ("expression-broken", "g_a", choosing("amount >")),
    ("expression-broken", "g_a", choosing("amount == 3")),
    ("expression-broken", "g_a", choosing("${amount > 3}")),
    ("expression-broken", "g_a", choosing("(" * 3000)),
    ("expression-broken", "a", through(user("a", banjie__assignee="li wei)"))),
    ("expression-broken", "a", through(script("a", "import os\nos.system('x')"))),
    ("expression-broken", "c", through(catch("c", CONDITION.replace("flag", "flag and")), via=("c",))),
    ("expression-broken", "a", through(user("a", EVERY.format("[1, 2", "x")))),
    (
        "expression-broken",
        "a",
        through(node("serviceTask", "a", extended('<banjie:input name="x" value="1 +"/>'), banjie__connector="notify")),
    ),
    ("expression-empty", "g_a", choosing("")),
    ("expression-foreign", "g_a", choosing("flag = True")),
    ("function-unknown", "a", through(script("a", "{ n: len(items) }"))),
    ("expression-wrong", "g_a", choosing('n > "3" + 1')),
    ("expression-wrong", "g_a", choosing("contains(text) and n = 1")),
    ("expression-constant", "g_a", choosing("1 = 1")),
    ("condition-never", "g_a", choosing("23")),
    ("condition-never", "g_a", choosing('"同意"')),
    ("script-context", "a", through(script("a", "x > 1"))),
    ("expression-wrong", "a", through(script("a", 'x = "A" * 3'))),
    ("expression-wrong", "a", through(script("a", '{ x: "3" - n, y: 1 }'))),
    ("script-context", "a", through(script("a", "17"))),
    ("function-unknown", "g_a", choosing("open(x) = 1")),
    ("function-unknown", "a", through(user("a", banjie__due="deadlin(1, 2)"))),
    ("python-broken", "a", through(script("a", "import os", scriptFormat="python"))),
    ("python-broken", "a", through(script("a", "x = ", scriptFormat="python"))),
    ("language-refused", "a", through(script("a", "x = 1", scriptFormat="JavaScript"))),
    (
        "language-refused",
        "g_a",
        choosing("x").replace(b"<conditionExpression>", b'<conditionExpression language="juel">'),
    ),
    (
        "language-refused",
        "a",
        diagram(process(start(), script(), end(), line("s", "a", "e")), attributes=' expressionLanguage="groovy"'),
    ),
    ("variable-name", "a", through(user("a", EVERY.format("[1]", "in")))),
    ("variable-name", "a", through(node("serviceTask", "a", banjie__connector="notify", banjie__result="my answer"))),
    (
        "variable-name",
        "a",
        through(node("serviceTask", "a", extended('<banjie:input name="1x" value="1"/>'), banjie__connector="notify")),
    ),
]
GOOD = [
    choosing('金额 > 10000 and 类别 in ("食品", "药品")'),
    choosing("= amount > 3"),
    choosing("every x in items satisfies x > 1"),
    through(script("a", '{ total: sum(items), due: deadline("C10", accepted_at) }', scriptFormat="FEEL")),
    through(
        user("a", EVERY.format("for x in items return x + 1", "x"), banjie__unit="order.unit", banjie__priority="0")
    ),
    diagram(
        process(start(), script(), end(), line("s", "a", "e")),
        attributes=' expressionLanguage="http://www.w3.org/1999/XPath"',
    ),
]
