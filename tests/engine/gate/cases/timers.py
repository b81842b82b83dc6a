from tests.engine.gate.draw import catch, script, through, timer


def wait(text: str, kind: str = "timeDuration") -> bytes:
    return through(catch("c", timer(text, kind)), via=("c",))


BAD = [
    ("timer-empty", "c", through(catch("c", "<timerEventDefinition/>"), via=("c",))),
    ("timer-empty", "c", wait("")),
    (
        "timer-several",
        "c",
        through(
            catch(
                "c",
                "<timerEventDefinition><timeDate>2026-01-01</timeDate><timeDuration>PT1H</timeDuration>"
                "</timerEventDefinition>",
            ),
            via=("c",),
        ),
    ),
    ("timer-value", "c", wait("P2X")),
    ("timer-value", "c", wait("-PT1H")),
    ("timer-value", "c", wait('"2 days"')),
    ("timer-value", "c", wait("2 days")),
    ("timer-value", "c", wait("每天", "timeCycle")),
    ("timer-value", "c", wait("0 0 9 * * *", "timeCycle")),
    ("timer-value", "c", wait("2026-01-01")),
    ("timer-value", "c", wait("2026-13-01", "timeDate")),
    ("timer-value", "c", wait("P2D", "timeDate")),
    ("timer-value", "c", wait("R3/2026", "timeCycle")),
    ("timer-value", "c", wait("17", "timeDuration")),
    ("timer-fast", "c", wait("R/PT1S", "timeCycle")),
    ("timer-fast", "c", wait("R11/PT59S", "timeCycle")),
    ("timer-fast", "c", wait('"R1000000/PT0.001S"', "timeCycle")),
    ("timer-kind", "c", wait('deadline("C08", received_at)')),
    ("timer-kind", "c", wait("string length(x) + 1", "timeDate")),
    ("timer-doubtful", "c", through(script("a", "{ n: 3 }"), catch("c", timer("n")), via=("a", "c"))),
    ("expression-broken", "c", wait("(open('x','w').close(),'PT1S')[1]")),
    ("function-unknown", "c", wait("open(x)")),
]
GOOD = [
    wait('deadline("C08", received_at)', "timeDate"),
    wait('now() + duration("P2D")', "timeDate"),
    wait('if urgent then "PT1H" else duration("P1D")'),
    through(
        catch("c", timer("'PT2H' if n > 1 else 'PT1H'").replace("<timeDuration>", '<timeDuration language="python">')),
        via=("c",),
    ),
    wait("P2D"),
    wait('"PT30S"'),
    wait('@"PT2H"'),
    wait('duration("P1D")'),
    wait('deadline("C10", accepted_at)', "timeDate"),
    wait("2026-01-01T09:00:00+08:00", "timeDate"),
    wait('@"2026-01-01"', "timeDate"),
    wait("R3/PT1M", "timeCycle"),
    wait("R10/PT1S", "timeCycle"),
    wait("R/2026-01-01T09:00:00+08:00/P1D", "timeCycle"),
    wait('if urgent then "PT1H" else "P1D"'),
]
