"""The hotline's telephones: counts of the exchange come in once, figures follow from them, numbers have their time."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from engine import errors
from engine.hotline import lines

FILE = (
    "日期,热线,呼入量,接通量,15秒内接通,放弃量,平均等待（秒）,平均通话（秒）\n"
    "2026-05-10,12315,100,97,90,3,8.5,180\n"
    "2026/5/11,12315,50,40,30,8,20,200\n"
    "2026-05-11,12345,10,10,10,0,5,60\n"
)
NUMBER = {
    "number": "12315",
    "holder": "热线办",
    "purpose": "热线",
    "valid_from": "2026-01-01",
    "approval": "沪通〔2026〕1号",
}
MAY = (date(2026, 5, 1), date(2026, 5, 31))


def load(text: str) -> lines.Report:
    return lines.import_file(io.BytesIO(text.encode("gb18030")))


def test_a_file_again_changes_nothing_and_other_counts_replace(app: Flask) -> None:
    assert (load(FILE).new, load(FILE).known) == (3, 3)
    report = load(FILE.replace("100,97,90", "100,96,90"))
    assert (report.new, report.changed, report.known) == (0, 1, 2)
    assert lines.statistics(*MAY)["2026-05-10"].answered == 96


def test_figures_follow_from_the_counts(app: Flask) -> None:
    load(FILE)
    days = lines.statistics(*MAY)
    assert list(days) == ["2026-05-11", "2026-05-10"]
    good, bad = days["2026-05-10"], lines.statistics(*MAY, line="12315")["2026-05-11"]
    assert (good.connected, good.quick, good.met) == (Decimal("97.00"), Decimal("92.78"), True)
    assert (good.wait, good.mean_wait, good.mean_talk) == (825, Decimal("8.51"), Decimal("180.00"))
    assert (bad.connected, bad.mean_wait, bad.met) == (Decimal("80.00"), Decimal("20.00"), False)
    month = lines.statistics(*MAY, by="month")
    assert month["2026-05"] == lines.total(days.values()) and month["2026-05"].offered == 160
    assert lines.statistics(date(2026, 6, 1), date(2026, 6, 30)) == {}
    assert lines.known_lines() == ["12315", "12345"]


def test_where_nobody_called_there_is_no_rate(app: Flask) -> None:
    load("日期,热线,呼入量,接通量,15秒内接通\n2026-05-10,12315,0,0,0\n")
    tally = lines.statistics(*MAY)["2026-05-10"]
    assert (tally.connected, tally.quick, tally.mean_wait, tally.met) == (None, None, None, None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-05-10,12315,10,11,5", "≤ 接通量 ≤ 呼入量"),
        ("2026-05-10,12315,10,9,10", "≤ 接通量 ≤ 呼入量"),
        ("2026-13-10,12315,10,9,9", "日期应写成"),
        ("2999-01-01,12315,10,9,9", "不能晚于今天"),
        ("2026-05-10,,10,9,9", "缺少热线号码"),
        ("2026-05-10,12315,-1,0,0", "呼入量应为整数"),
        ("2026-05-10,12315,²,0,0", "呼入量应为整数"),
    ],
)
def test_a_row_that_cannot_be_is_named_and_the_others_come_in(app: Flask, row: str, said: str) -> None:
    report = load(f"日期,热线,呼入量,接通量,15秒内接通\n{row}\n2026-05-09,12315,10,9,9\n")
    assert report.new == 1
    [line] = report.bad
    assert line.line == 2 and said in line.reason


def test_two_rows_of_one_day_are_told(app: Flask) -> None:
    head = "日期,热线,呼入量,接通量,15秒内接通\n"
    report = load(head + "2026-05-10,12315,10,9,9\n2026-05-10,12315,11,9,9\n")
    assert (report.new, [line.line for line in report.bad]) == (1, [3])


def test_a_file_without_the_columns_is_refused(app: Flask) -> None:
    with pytest.raises(errors.Invalid) as refused:
        load("日期,热线,呼入量\n")
    assert "接通量" in refused.value.zh


def test_a_number_is_entered_changed_and_passed_on(app: Flask) -> None:
    lines.enter(NUMBER)
    lines.enter(NUMBER | {"valid_to": "2026-06-30"})
    lines.enter(NUMBER | {"valid_from": "2026-07-01", "holder": "市局"})
    assert [(n.holder, n.valid_to) for n in lines.numbers()] == [("市局", None), ("热线办", date(2026, 6, 30))]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "一二三"}, "number"),
        ({"holder": ""}, "holder"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_to": "2025-01-01"}, "valid_to"),
        ({"valid_to": "soon"}, "valid_to"),
        ({"valid_from": "2026-03-01"}, "valid_from"),  # held by another then
    ],
)
def test_an_entry_that_cannot_be_is_refused_at_its_field(app: Flask, change: dict[str, str], field: str) -> None:
    lines.enter(NUMBER)
    with pytest.raises(errors.FormInvalid) as refused:
        lines.enter(NUMBER | change)
    assert list(refused.value.errors) == [field] == list(refused.value.en)
