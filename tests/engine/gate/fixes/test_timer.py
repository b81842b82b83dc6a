import pytest

from engine.gate.fixes.timer import duration
from tests.engine.gate.fixes.drawing import changes, diagram, offered


def _timer(text: str, tag: str = "timeDuration", name: str = "wait"):
    inside = f"<bpmn:{tag}>{text}</bpmn:{tag}>" if tag else ""
    return diagram(
        f"""<bpmn:intermediateCatchEvent id="c" name="{name}"><bpmn:timerEventDefinition>
      {inside}
    </bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"""
    )


@pytest.mark.parametrize(
    ("text", "tag", "new_tag", "new"),
    [
        ("5 minutes", "timeDuration", "timeDuration", "PT5M"),
        ("3d", "timeDuration", "timeDuration", "P3D"),
        ("2 days 3 hours", "timeDuration", "timeDuration", "P2DT3H"),
        ("2小时30分钟", "timeDuration", "timeDuration", "PT2H30M"),
        ("'P2D'", "timeDuration", "timeDuration", "P2D"),
        ("p2d", "timeDuration", "timeDuration", "P2D"),
        ("P2DT", "timeDuration", "timeDuration", "P2D"),
        ("timedelta(days=2, hours=1)", "timeDuration", "timeDuration", "P2DT1H"),
        ("${waitFor}", "timeDuration", "timeDuration", "waitFor"),
        ("5 minutes", "timeCycle", "timeCycle", "R/PT5M"),
        ("R3/10 minutes", "timeCycle", "timeCycle", "R3/PT10M"),
        ("0 0/15 * * * ?", "timeCycle", "timeCycle", "R/PT15M"),
        ("0 0 0/6 * * ?", "timeCycle", "timeCycle", "R/PT6H"),
        ("2026-1-31 09:00", "timeDate", "timeDate", "2026-01-31T09:00:00"),
        ("PT2H", "timeDate", "timeDuration", "PT2H"),
        ("R3/PT1H", "timeDuration", "timeCycle", "R3/PT1H"),
    ],
)
def test_times_become_iso(text, tag, new_tag, new):
    assert changes(_timer(text, tag), "timer") == [
        (f"<bpmn:{tag}>{text}</bpmn:{tag}>", f"<bpmn:{new_tag}>{new}</bpmn:{new_tag}>")
    ]
    [offer] = offered(_timer(text, tag), "timer")
    assert offer.element == "c" and offer.rule in ("expression-broken", "timer-value", "function-unknown")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("PT2H", "timeDuration"),
        ('"P2D"', "timeDuration"),
        ("due", "timeDate"),
        ('duration("PT2H")', "timeDuration"),
        ("0 0 9 ? * MON-FRI", "timeCycle"),  # a clock time, which a cycle cannot say
        ("0 0/7 * * * ?", "timeCycle"),
        ("soon after lunch", "timeDuration"),
        ("${bean.wait(1)}", "timeDuration"),
        ("0 minutes", "timeDuration"),
    ],
)
def test_what_is_right_or_unclear_is_left(text, tag):
    assert not offered(_timer(text, tag), "timer")


def test_an_empty_timer_takes_its_label():
    empty = _timer("", "timeDate", "24 Hours")
    assert changes(empty, "timer") == [
        ("<bpmn:timeDate></bpmn:timeDate>", "<bpmn:timeDuration>PT24H</bpmn:timeDuration>")
    ]
    assert offered(empty, "timer")[0].rule == "timer-empty"
    assert offered(_timer("", "", "3 天"), "timer")
    assert not offered(_timer("", "", "after the meeting"), "timer")


def test_a_cron_says_that_it_counts_from_arrival():
    assert "counted from" in offered(_timer("0 0/15 * * * ?", "timeCycle"), "timer")[0].en


@pytest.mark.parametrize("words", ["", "5", "minutes", "5 minutes 3 minutes", "5 moons", "5 minutes ago"])
def test_words_that_are_no_duration(words):
    assert duration(words) is None


def test_weeks_stand_alone_or_become_days():
    assert (duration("2 weeks"), duration("1 week 2 days")) == ("P2W", "P9D")
