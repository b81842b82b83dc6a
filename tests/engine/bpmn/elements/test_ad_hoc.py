"""Ad-hoc sub-processes."""

from __future__ import annotations

from typing import Any

import pytest

from engine import errors

from ..kit import end, line, load, start, sub, user


def ad_hoc(attributes: str = "", extra: str = "") -> str:
    inside = user("x") + user("y") + user("z") + extra
    return start() + sub("u", inside, "adHocSubProcess", attributes) + user("b") + end() + line("s", "u", "b", "e")


def test_all_activities_are_offered_at_once_and_all_must_be_done(case: Any) -> None:
    run = case(ad_hoc())
    assert sorted(run.tasks) == ["x", "y", "z"]
    assert run.complete("y").complete("x").complete("z").tasks == ["b"]


def test_sequential_ones_come_one_after_the_other(case: Any) -> None:
    run = case(ad_hoc('ordering="Sequential"'))
    assert run.tasks == ["x"]
    assert run.complete("x").complete("y").complete("z").tasks == ["b"]


def test_the_completion_condition_withdraws_the_rest(case: Any) -> None:
    run = case(ad_hoc(extra="<completionCondition>enough</completionCondition>")).complete("y", enough=False)
    assert sorted(run.tasks) == ["x", "z"]
    run.complete("x", enough=True)
    assert run.tasks == ["b"] and ["z", "cancelled"] in run.path


def test_the_rest_may_be_kept(case: Any) -> None:
    body = ad_hoc('cancelRemainingInstances="false"', "<completionCondition>true</completionCondition>")
    assert sorted(case(body).complete("y").tasks) == ["x", "z"]


def test_start_and_end_events_inside_are_refused() -> None:
    with pytest.raises(errors.DiagramRefused):
        load(ad_hoc(extra=start(id="is")))
