from __future__ import annotations

from datetime import UTC, datetime

from engine.hotline import clocks, thresholds
from engine.hotline.fields import NATURES, SOURCES
from web import present


def test_times_are_shown_on_the_wall_of_shanghai():
    late = datetime(2026, 5, 11, 16, 30, tzinfo=UTC)
    assert present.minute(late) == "2026-05-12 00:30"
    assert present.machine(late) == "2026-05-12T00:30:00+08:00"
    assert present.minute(None) == "–"


def test_every_code_of_the_hotline_has_a_name():
    assert set(present.SOURCES) == set(SOURCES)
    assert set(NATURES) <= set(present.NATURES)
    assert {"received", "in_progress", "closed"} <= set(present.STATES)


def test_every_clock_has_a_name_that_can_be_translated():
    named = {clock.code: clock.zh for clock in clocks.CATALOGUE}
    assert {code: str(name) for code, name in present.CLOCKS.items()} == named


def test_the_end_of_a_clock_is_told_by_whose_limit_it_is(app):
    with app.test_request_context():
        told = {code: present.point_name(thresholds.LEGAL, code) for code in ("C04", "C08", None)}
    assert told == {"C04": "内控届满", "C08": "法定届满", None: "届满"}
