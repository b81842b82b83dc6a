"""What a timer's words likely mean."""

from datetime import UTC, datetime

import pytest

from engine import clock, registry
from engine.gate.time_words import clock as by_clock
from engine.gate.time_words import means, working_days
from tests.engine.gate.cases.timers import wait
from tests.engine.gate.draw import end, judge, line, one, start, timer, user

WORKING_DAYS = registry.Function("working_days", ("start", "n"), "", "", lambda start, n: start)


@pytest.mark.parametrize(
    ("text", "period", "cycle", "zh"),
    [
        ("每天", "P1D", True, "每天"),
        ("2 days", "P2D", False, "2 天"),
        ("两天后", "P2D", False, "2 天"),
        ("every 3 hours", "PT3H", True, "每3 小时"),
        ("30分钟", "PT30M", False, "30 分钟"),
        ("weekly", "P1W", True, "每周"),
        ("0 0 9 * * *", "P1D", True, "每天 09:00"),
        ("30 8 * * MON", "P1W", True, "每周 08:30"),
        ("0 0/15 * * * ?", "PT15M", True, "每15 分钟"),
        ("0 0 9 1 * ?", "P1M", True, "每月 09:00"),
    ],
)
def test_words_and_cron_lines_are_understood(text, period, cycle, zh):
    found = means(text)
    assert found is not None and (found.period, found.cycle, found.zh) == (period, cycle, zh)


@pytest.mark.parametrize("text", ["P2D", "R/P1D", "days", "x", "due_at", "now()", "2026-01-01", "1 2 3", "0 days", ""])
def test_other_texts_are_left(text):
    assert means(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "mend"),
    [
        ("2 days", "timeDuration", "写成 P2D"),
        ("每天", "timeCycle", "写成 R/P1D"),
        ("每天", "timeDuration", "写成 R/P1D，并把“类型”改为“周期”"),
        ("0 0 9 * * *", "timeCycle", "写成 R/P1D；要从某一时刻起，写 R/2026-01-01T09:00:00+08:00/P1D"),
    ],
)
def test_the_gate_says_once_what_to_write_instead(text, kind, mend):
    findings = [one for one in judge(wait(text, kind)).findings if one.element == "c" and one.severity == "error"]
    assert [(one.rule, one.mend_zh) for one in findings] == [("timer-value", mend)]


def test_a_cron_line_of_a_weekday_keeps_it():
    with clock.virtual(datetime(2026, 11, 25, 4, tzinfo=UTC)):
        begins = one(start("s", timer("0 0 9 ? * MON", "timeCycle")), user(), end(), line("s", "a", "e"))
        [first] = [one for one in judge(begins).findings if one.rule == "timer-value"]
        [within] = [one for one in judge(wait("0 0 9 ? * MON", "timeCycle")).findings if one.rule == "timer-value"]
    assert first.mend_zh.startswith("写成 R/2026-11-30T09:00:00+08:00/P1W，")
    assert "丢掉" in within.mend_zh and "R/2026-11-30T09:00:00+08:00/P1W" in within.mend_zh and "信号" in within.mend_zh
    assert not means("0 0 9 * * *").dated


@pytest.mark.parametrize(
    ("text", "days"),
    [("5个工作日", 5), ("五个工作日内", 5), ("15 工作日", 15), ("3 working days", 3), ("工作日", None), ("5天", None)],
)
def test_working_days_are_told_apart_from_days(text, days):
    assert working_days(text) == days


def test_a_timer_of_working_days_is_pointed_to_the_calendar():
    [finding] = [
        f for f in judge(wait("5个工作日"), functions={"working_days": WORKING_DAYS}).errors if f.rule == "timer-value"
    ]
    assert "working_days(now(), 5)" in finding.mend_zh


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("每天9点", "timeCycle", "R/2026-01-01T09:00:00+08:00/P1D"),
        ("每天下午3点半", "timeCycle", "R/2026-01-01T15:30:00+08:00/P1D"),
        ("每月1日", "timeCycle", "R/2026-01-01T00:00:00+08:00/P1M"),
        ("每周一 8:30", "timeCycle", "R/2026-01-05T08:30:00+08:00/P1W"),
        ("明天9点", "timeDate", 'date and time(date(now() + duration("P1D")), time("09:00:00+08:00"))'),
    ],
)
def test_times_of_the_day_are_told_as_a_timer_wants_them(text, kind, value):
    assert by_clock(text) == (kind, value)
    [finding] = [one for one in judge(wait(text)).findings if one.rule in ("timer-value", "name-near", "name-unset")]
    assert finding.rule == "timer-value" and value in finding.mend_zh and "文本" not in finding.mend_zh


@pytest.mark.parametrize("text", ["每天", "每天25点", "每月40日", "金额"])
def test_other_words_say_no_time_of_the_day(text):
    assert by_clock(text) is None
