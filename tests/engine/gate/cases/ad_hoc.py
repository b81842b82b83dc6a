from tests.engine.gate.draw import end, flow, node, start, through, user


def ad_hoc(*parts: str, **attributes: str) -> bytes:
    return through(node("adHocSubProcess", "u", *parts, **attributes), via=("u",))


BAD = [
    ("ad-hoc-order", "is", ad_hoc(start("is"), user("x"), flow("is", "x"))),
    ("ad-hoc-order", "ie", ad_hoc(user("x"), end("ie"), flow("x", "ie"))),
    ("ad-hoc-order", "x_y", ad_hoc(user("x"), user("y"), flow("x", "y"), ordering="Sequential")),
]
GOOD = [
    ad_hoc(user("x"), user("y"), "<completionCondition>done</completionCondition>"),
    ad_hoc(user("x"), user("y"), flow("x", "y")),
    ad_hoc(user("x"), user("y"), ordering="Sequential"),
]
