"""Cron lines keep the weekday, the day and the time, or are left."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine import clock
from engine.gate.fixes import cron
from tests.engine.gate.fixes.drawing import diagram, mended, offered

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=clock.SHANGHAI)  # a Wednesday


@pytest.mark.parametrize(
    ("line", "cycle"),
    [
        ("0 0 9 ? * MON", "R/2026-11-30T09:00:00+08:00/P1W"),
        ("0 30 9 * * WED *", "R/2026-12-02T09:30:00+08:00/P1W"),
        ("0 15 * * 3", "R/2026-11-25T15:00:00+08:00/P1W"),
        ("0 0 9 * * ?", "R/2026-11-26T09:00:00+08:00/P1D"),
        ("30 18 * * *", "R/2026-11-25T18:30:00+08:00/P1D"),
        ("0 0 8 1 * ?", "R/2026-12-01T08:00:00+08:00/P1M"),
        ("0 0 8 1 JAN ?", "R/2027-01-01T08:00:00+08:00/P1Y"),
        ("0 15 * * * ?", "R/2026-11-25T12:15:00+08:00/PT1H"),
        ("0 0 9 ? * MON-FRI", None),
        ("0 0 9 ? * 2", None),  # Monday for one product, Tuesday for the other
        ("0 0 9 31 * ?", None),
        ("0 0 9 L * ?", None),
        ("0 0 9-17 * * ?", None),
        ("0 0 9 ? 3 MON", None),
        ("once a week", None),
    ],
)
def test_a_cron_line_becomes_a_cycle_from_the_next_such_moment_on(line: str, cycle: str | None):
    with clock.virtual(NOW):
        assert cron.cycle(line) == cycle


def _event(tag: str, attributes: str = "") -> dict[str, bytes]:
    timer = "<bpmn:timerEventDefinition><bpmn:timeCycle>0 0 9 ? * MON</bpmn:timeCycle></bpmn:timerEventDefinition>"
    return diagram(f'<bpmn:task id="t"/><bpmn:{tag} id="s" {attributes}>{timer}</bpmn:{tag}>')


def test_the_start_of_a_process_takes_it_and_says_from_when_on():
    with clock.virtual(NOW):
        [offer] = offered(_event("startEvent"), "timer")
        assert "2026-11-30 09:00（星期一）" in offer.zh and "“周期”" in offer.zh and offer.rule == "timer-value"
        assert ">R/2026-11-30T09:00:00+08:00/P1W<" in mended(_event("startEvent"), "timer")


def test_within_a_case_it_is_left():
    assert not offered(_event("boundaryEvent", 'attachedToRef="t" cancelActivity="false"'), "timer")
