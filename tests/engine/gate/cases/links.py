from tests.engine.gate.draw import catch, end, flow, gateway, line, one, start, throw, user


def link(name: str) -> str:
    return f'<linkEventDefinition name="{name}"/>'


BAD = [
    ("link-broken", "t", one(start(), throw("t", link("L")), end(), line("s", "t"))),
    ("link-broken", "c", one(start(), user(), catch("c", link("L")), end(), line("s", "a", "e"), line("c", "e"))),
    (
        "link-broken",
        "t",
        one(start(), throw("t", link("")), catch("c", link("")), end(), line("s", "t"), line("c", "e")),
    ),
    (
        "link-broken",
        "c2",
        one(
            start(),
            throw("t", link("L")),
            catch("c", link("L")),
            catch("c2", link("L")),
            end(),
            line("s", "t"),
            line("c", "e"),
            line("c2", "e"),
        ),
    ),
    (
        "link-broken",
        "t",
        one(start(), throw("t", link("L")), catch("c", link("L")), end(), line("s", "t", "e"), line("c", "e")),
    ),
]
GOOD = [
    one(
        start(),
        gateway("exclusive", "g", default="g_t2"),
        throw("t", link("L")),
        throw("t2", link("L")),
        catch("c", link("L")),
        user(),
        end(),
        flow("s", "g"),
        flow("g", "t", "x"),
        flow("g", "t2"),
        line("c", "a", "e"),
    ),
]
