"""What a task's form says of telling people stands in the letter's record of deliveries."""

from __future__ import annotations

from typing import Any

from engine.db import transaction
from engine.hotline.letters import desk, served
from engine.registry import Change
from tests.engine.hotline.letters.conftest import NOW, MakeMatter
from tests.engine.hotline.letters.test_desk import HANDLER, issued

SAID = {"sent_how": "信函", "sent_at": "2026-05-12T09:30:00+08:00"}


def told(matter_no: str, element: str = "serve_termination", **values: Any) -> None:
    change = Change(
        1, "complaint", matter_no, 9, NOW, "li", "task.completed", element, SAID | values, "running", None, ()
    )
    with transaction() as session:
        served.follow(session.connection(), [change])


def test_telling_both_sides_is_the_delivery_of_the_termination(matter: MakeMatter) -> None:
    number = matter()
    issued(number, "5")
    last = issued(number, "8")
    told(number)
    told(number, sent_how="电话")
    accepted, ended = desk.of_order(number[:-3], HANDLER)
    assert accepted.deliveries == [] and ended.id == last
    sent = [(each.recipient, each.sent_how, f"{each.sent_at:%H:%M}", each.recorded_by) for each in ended.deliveries]
    assert sent == [("双方", "信函", "01:30", "li"), ("双方", "电话", "01:30", "li")]


def test_without_a_letter_or_a_moment_nothing_is_recorded(matter: MakeMatter) -> None:
    number = matter()
    told(number)
    issued(number, "8")
    told(number, sent_at=None)
    told(number, element="closing_report")
    assert desk.of_order(number[:-3], HANDLER)[0].deliveries == []
