"""Times of what has happened, and how often somebody was rung before they count as not reached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import clock, registry
from engine.hotline import happened
from tests.engine.hotline.clock_kit import at

FORMS = Path(__file__).parents[3] / "forms"
NOW = at("2026-05-11T10:00")


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("2026-05-11T09:59:00+08:00", False),
        ("2026-05-11T10:04:00+08:00", False),
        ("2026-05-11T10:06:00+08:00", True),
        ("2026-05-11T02:06:00Z", True),
        ("2026-05-11T10:06", True),  # without a zone it is Shanghai's wall
        ("2027-01-05T09:00:00+08:00", True),
        (None, False),
    ],
)
def test_what_has_happened_does_not_lie_ahead(said: str | None, refused: bool) -> None:
    with clock.virtual(NOW):
        found = registry.judge("complaint/serve_termination", {"sent_at": said}, {})
        assert found == ({"sent_at": ["已经发生的事，时间不能晚于现在"]} if refused else {})


def test_what_is_planned_may_lie_ahead() -> None:
    with clock.virtual(NOW):
        assert happened.happened({"review_date": "2027-01-05", "plan_due": "2027-01-05"}, {}) == {}


@pytest.mark.parametrize(
    ("contacted", "tries", "refused"),
    [("未联", 1, True), ("未联", 2, True), ("未联", 3, False), ("已联", 1, False), ("未联", None, False)],
)
def test_nobody_counts_as_not_reached_before_three_calls(contacted: str, tries: int | None, refused: bool) -> None:
    said = happened.happened({"contacted": contacted, "contact_tries": tries}, {})
    assert bool(said.get("contact_tries")) is refused


def test_every_time_that_a_form_asks_for_is_known_as_past_or_is_a_date() -> None:
    """A new time in a form is either of what has happened, and stands in the list, or a day."""
    asked = {
        field["key"]
        for path in FORMS.rglob("*.json")
        for field in json.loads(path.read_text(encoding="utf-8")).get("components", ())
        if field.get("type") == "datetime" and field.get("subtype") == "datetime"
    }
    assert asked == happened.PAST
