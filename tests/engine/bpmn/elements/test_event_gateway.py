"""Event-based gateways."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine import errors

from ..kit import MESSAGE, MESSAGE2, SIGNAL, catch, condition, end, gateway, line, load, script, start, timer, user


def race(*catches: str) -> str:
    body = start() + gateway("eventBased", "g") + end() + line("s", "g")
    for number, inside in enumerate(catches):
        body += catch(f"c{number}", inside) + script(f"h{number}") + line("g", f"c{number}", f"h{number}", "e")
    return body


def test_each_event_waits_at_its_own_element_with_its_own_due_time(case: Any) -> None:
    run = case(race(timer("timeDuration", "PT1H"), timer("timeDuration", "P2D"), MESSAGE))
    assert [wait.element for wait in run.waits] == ["c0", "c1", "c2"]
    assert run.wait("c1").due - run.wait("c0").due == timedelta(hours=47)
    assert len({wait.token for wait in run.waits}) == 1


@pytest.mark.parametrize("chosen", [0, 1])
def test_of_two_timers_the_one_that_is_fired_decides(case: Any, chosen: int) -> None:
    run = case(race(timer("timeDuration", "PT1H"), timer("timeDuration", "P2D"))).fire(f"c{chosen}")
    assert run.left[-4:] == ["g", f"c{chosen}", f"h{chosen}", "e"] and run.effects.completed
    assert len(run.effects.closed) == 2


def test_a_message_or_signal_decides(case: Any) -> None:
    assert "h0" in case(race(MESSAGE, SIGNAL)).deliver("reply", {"x": 1}).left
    assert "h1" in case(race(MESSAGE, SIGNAL)).deliver("alarm").left
    assert "h1" in case(race(MESSAGE, MESSAGE2)).deliver("withdrawal").left


def test_a_condition_that_holds_decides_at_once(case: Any) -> None:
    assert "h1" in case(race(MESSAGE, condition("flag")), {"flag": True}).left


def test_a_receive_task_may_stand_behind_the_gateway(case: Any) -> None:
    body = race(timer("timeDuration", "PT1H")) + '<receiveTask id="r" messageRef="M"/>' + script("after")
    run = case(body + line("g", "r", "after")).deliver("reply")
    assert run.left[-2:] == ["r", "after"] and run.effects.completed


def test_a_target_that_is_no_catch_event_is_refused() -> None:
    with pytest.raises(errors.DiagramRefused) as refused:
        load(race(MESSAGE) + user("u") + line("g", "u"))
    assert refused.value.findings[0].rule == "event-gateway"
