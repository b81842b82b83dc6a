"""Clocks that move, and what hangs on them: pauses, extensions, the calendar, the rule a case is pinned to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import orjson
import pytest
from flask import Flask
from sqlalchemy import delete, update

from engine import calendar, errors, history, instances, registry
from engine.db import transaction
from engine.hotline import calendar_changes, clock_changes, derivations
from engine.hotline.models import ClockRun

from .clock_kit import Case, at, case, deploy


@pytest.fixture
def mediated(app: Flask) -> Iterator[Case]:
    """Accepted on Monday 2026-05-11 under Order 121: sixty days end on 10 July."""
    deploy()
    with case(app, "2026-05-11T09:00") as found:
        yield found.do("accept")


def test_what_hangs_on_a_paused_clock_waits_and_goes_on_with_it(mediated: Case) -> None:
    assert mediated.timer() == at("2026-07-10T17:30") == mediated.task("mediate").due
    mediated.until("2026-06-01T09:00").do("mediate")
    assert mediated.task("appraise").due is None and mediated.run("C10").next_at is None
    mediated.until("2026-06-21T16:00").do("appraise")
    run = mediated.run("C10")
    assert run.operational == at("2026-07-30T17:30") and run.state == "running"
    told = [orjson.loads(text) for text in mediated.events("clock.moved")]
    assert [(said["clock"], said["why"]) for said in told] == [("C10", "paused"), ("C10", "resumed")]
    assert told[1]["due"].startswith("2026-07-30") and ["2026-06-01", None, "中止"] in told[1]["days"]


def test_a_timer_does_not_fire_in_a_pause_but_at_the_moved_end(mediated: Case) -> None:
    """E12: accepted 11 May, a test of twenty days moves 10 July to 30 July."""
    mediated.until("2026-06-01T09:00").do("mediate").until("2026-06-21T16:00").do("appraise")
    assert mediated.until("2026-07-29T17:30").events("timer.fired") == []
    assert len(mediated.until("2026-07-30T17:30").events("timer.fired")) == 1


def test_a_clock_that_is_paused_for_longer_than_it_had_left_has_not_run_out(mediated: Case) -> None:
    mediated.until("2026-06-01T09:00").do("mediate").until("2026-09-01T09:00")
    assert mediated.events("timer.fired") == []


def test_a_timer_that_moves_stays_held_with_its_instance(mediated: Case) -> None:
    instances.suspend(mediated.instance, actor="admin")
    calendar.override(date(2026, 7, 10), working=False, statutory=True, note="停工", author="admin")
    calendar_changes.follow("admin")
    assert mediated.until("2026-07-20T09:00").events("timer.fired") == []
    assert mediated.timer() == at("2026-07-13T17:30")  # the weekend beside the holiday counts to it
    instances.resume(mediated.instance, actor="admin")
    assert len(mediated.until("2026-07-20T09:01").events("timer.fired")) == 1


def test_an_extension_moves_the_clock_and_the_tasks_to_come(mediated: Case) -> None:
    mediated.until("2026-05-12T09:00").do("mediate")
    assert mediated.run("C03").operational == at("2026-05-18T17:30")
    clock_changes.extend(mediated.number, "C03", 15, reason="法定时限", actor="sun", key="k")
    clock_changes.extend(mediated.number, "C03", 15, reason="法定时限", actor="sun", key="k")
    run = mediated.run("C03")
    assert run.operational == at("2026-06-08T17:30")
    assert [entry[:3] for entry in orjson.loads(run.extensions)] == [[15, "法定时限", "sun"]]
    mediated.do("appraise")
    assert mediated.task("report").due == at("2026-06-08T17:30")
    assert history.verify(mediated.instance) == []


@pytest.mark.parametrize(("code", "days"), [("C10", 15), ("C99", 1), ("C03", 0)])
def test_what_may_not_be_extended_is_refused(mediated: Case, code: str, days: int) -> None:
    mediated.do("mediate")
    with pytest.raises((errors.Invalid, errors.NotFound)):
        clock_changes.extend(mediated.number, code, days, reason="特殊疑难", actor="sun")
    with pytest.raises(errors.Invalid):
        clock_changes.extend(mediated.number, "C03", 5, reason=" ", actor="sun")


def test_an_approval_that_comes_after_its_clock_has_stopped_gives_no_days(mediated: Case) -> None:
    """Seen in a drawn year: the leader approves more days for a check that was decided meanwhile."""
    mediated.do("mediate")
    extend = registry.CONNECTORS["extend_clock"].call
    asked = {"matter_no": mediated.number, "code": "C03", "days": 15, "reason": "法定时限", "actor": "sun"}
    with transaction() as session:
        session.execute(update(ClockRun).where(ClockRun.code == "C03").values(state="stopped"))
    assert extend(asked, 1) == {"days": 0}
    with pytest.raises(errors.NotFound):
        extend(asked | {"code": "C12"}, 2)  # of a clock that has never run


def test_a_changed_calendar_moves_timers_and_due_times_and_logs_the_days(app: Flask) -> None:
    deploy()
    with case(app, "2026-05-11T09:00") as found:
        assert found.task("accept").due == at("2026-05-20T17:30")
        calendar.override(date(2026, 5, 13), working=False, note="台风停工", author="admin")
        assert calendar_changes.follow("admin").clocks == 1
        assert found.task("accept").due == at("2026-05-21T17:30") == found.run("C08").operational
        [told] = [orjson.loads(text) for text in found.events("clock.moved")]
        assert told["was"].startswith("2026-05-20") and ["2026-05-13", None, "台风停工"] in told["days"]
        assert calendar_changes.follow("admin").clocks == 0


def test_the_acceptance_pins_the_rule(app: Flask) -> None:
    """Received under Order 20, accepted under Order 121: the acceptance decides, and the timer follows."""
    deploy()
    with case(app, "2026-04-13T09:00") as found:
        assert (found.matter.rule_version, found.matter.rule_basis) == (20, "received")
        found.until("2026-04-20T10:00").do("accept")
        matter = found.matter
        assert (matter.rule_version, matter.rule_basis, matter.rule_at) == (121, "accepted", at("2026-04-20T10:00"))
        assert found.timer() == at("2026-06-22T17:30") == found.task("mediate").due
        assert instances.variables(found.instance)["rule_version"] == 121


def test_two_cases_across_the_change_of_the_rule_stand_side_by_side(app: Flask) -> None:
    """Order 20: 45 working days. Order 121: sixty calendar days, over the Dragon Boat holiday to the Monday."""
    deploy()
    with case(app, "2026-04-10T09:00") as old:
        old.do("accept")
        old.hand.move_to(at("2026-04-20T09:00"))
        new = Case(app, old.hand).do("accept")
        assert (old.matter.rule_version, old.run("C10").operational) == (20, at("2026-06-16T17:30"))
        assert (new.matter.rule_version, new.run("C10").operational) == (121, at("2026-06-22T17:30"))
        assert old.timer() == at("2026-06-16T17:30") and new.timer() == at("2026-06-22T17:30")
        counted = [day for day, number, _why in orjson.loads(old.run("C10").trace) if number]
        assert len(counted) == 45


def test_a_legal_officer_may_pin_another_rule_with_a_reason(app: Flask) -> None:
    deploy()
    with case(app, "2026-04-10T09:00") as found:
        found.do("accept")
        clock_changes.pin_rule(found.number, 121, reason="当事人受理后补充新请求", actor="zheng")
        matter = found.matter
        assert (matter.rule_version, matter.rule_basis, matter.rule_by) == (121, "override", "zheng")
        assert found.timer() == at("2026-06-09T17:30") == found.run("C10").operational
        assert instances.variables(found.instance)["rule_version"] == 121
        [told] = [orjson.loads(text) for text in found.events("rule.pinned")]
        assert told["reason"] == "当事人受理后补充新请求"
        for version, reason in ((121, "再次"), (7, "无此规则"), (20, " ")):
            with pytest.raises(errors.Invalid):
                clock_changes.pin_rule(found.number, version, reason=reason, actor="zheng")


def test_an_override_before_the_acceptance_stands(app: Flask) -> None:
    deploy()
    with case(app, "2026-04-13T09:00") as found:
        clock_changes.pin_rule(found.number, 121, reason="按新规办理", actor="zheng")
        clock_changes.pin_rule(found.number, 20, reason="仍按旧规", actor="zheng")
        found.until("2026-04-20T10:00").do("accept")
        assert (found.matter.rule_version, found.matter.rule_basis) == (20, "override")
        assert found.timer() == found.run("C10").operational == at("2026-06-25T17:30")


def test_a_due_time_is_traced_back_to_its_clock(mediated: Case) -> None:
    task = mediated.task("mediate")
    found = derivations.of([task.id])[task.id]
    assert (found.code, found.rule_version, found.due) == ("C10", 121, task.due)
    assert found.days[0][1] == 0 and found.days[-1][:2] == ["2026-07-10", 60]
    clock_changes.recount("admin", "again")
    mediated.do("mediate").do("appraise")
    clock_changes.extend(mediated.number, "C03", 15, reason="特殊疑难", actor="sun")
    report = mediated.task("report").id
    assert derivations.of([report])[report].extensions[0][:2] == [15, "特殊疑难"]


def test_a_due_time_without_a_run_is_counted_again(app: Flask) -> None:
    deploy()
    with case(app, "2026-05-11T09:00") as found:
        found.do("accept")
        accept = found.task("accept").id
        assert derivations.of([accept])[accept].code == "C08"
        with transaction() as session:
            session.execute(delete(ClockRun))
        again = derivations.of([accept])[accept]
        assert (again.code, again.days[-1][:2]) == ("C08", ["2026-05-20", 7])
        assert derivations.of([]) == {}
