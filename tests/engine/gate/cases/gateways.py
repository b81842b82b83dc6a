from tests.engine.gate.draw import end, flow, gateway, line, one, start, through, user


def choice(kind: str, a: str | None, b: str | None, **attributes: str) -> bytes:
    return one(
        start(),
        gateway(kind, "g", **attributes),
        user("a"),
        user("b"),
        end(),
        flow("s", "g"),
        flow("g", "a", a),
        flow("g", "b", b),
        flow("a", "e"),
        flow("b", "e"),
    )


BAD = [
    ("gateway-direction", "g", choice("parallel", None, None, gatewayDirection="Converging")),
    ("gateway-direction", "g", choice("parallel", None, None, gatewayDirection="Mixed")),
    ("gateway-condition", "g_b", choice("inclusive", "x = 1", None)),
    ("gateway-condition", "g_a", choice("exclusive", None, "x = 1")),
    ("default-unsaid", "g_b", choice("exclusive", "x = 1", None)),
    ("gateway-condition", "g_a", choice("inclusive", None, None, default="g_b")),
    ("gateway-condition", "g_a", choice("complex", None, "x")),
    ("gateway-default", "g", choice("exclusive", "x = 1", "x = 2")),
    ("default-unknown", "g", choice("exclusive", "x = 1", "x = 2", default="a_e")),
    ("default-unknown", "a", through(user("a", default="gone"))),
    ("default-condition", "g_b", choice("exclusive", "x = 1", "x = 2", default="g_b")),
    ("condition-ignored", "g_a", choice("parallel", "x = 1", None)),
]
GOOD = [
    choice("exclusive", "x = 1", None, default="g_b"),
    choice("inclusive", "x = 1", None, default="g_b"),
    choice("parallel", None, None, gatewayDirection="Diverging"),
    choice("parallel", None, None, gatewayDirection="Unspecified"),
    one(
        start(),
        user("a", default="a_c"),
        user("b"),
        user("c"),
        end(),
        flow("s", "a"),
        flow("a", "b", "x > 1"),
        flow("a", "c"),
        line("b", "e"),
        line("c", "e"),
    ),
]
