from __future__ import annotations

import io
import re
from datetime import date

import pytest
from flask import Flask

from engine import calendar
from engine.clock import now
from engine.db import db, transaction
from engine.hotline.models import ClockRun
from engine.models import Incident

NOTICE = "day,working,statutory,note\n2027-01-01,0,1,元旦\n2027-02-05,0,1,除夕\n2027-02-20,1,0,春节调休上班\n"
SOURCE = "国办发明电〔2026〕9号"
TAIL = "failed: CalendarYearMissing: the working-day calendar of 2027 has not been published"


@pytest.fixture
def admin(person):
    return person("admin", name="wu")


def _day(app: Flask, day: str) -> calendar.Day:
    with app.app_context():
        return calendar.current().day(date.fromisoformat(day))


def _cell(page: str, month: str, day: int) -> str:
    found = re.search(rf"<caption>{month}</caption>(.*?)</table>", page, re.S)
    assert found
    cell = re.search(rf'<td class="([^"]*)"[^>]*>{day}<', found[1] + "<")
    assert cell
    return cell[1]


def test_a_year_shows_working_days_holidays_and_make_up_days(admin):
    page = admin.get("/calendar?year=2026").text
    assert "已生效" in page
    assert _cell(page, "十月", 1) == "holiday statutory"
    assert _cell(page, "十月", 10) == "make_up"
    assert _cell(page, "十月", 12) == "weekday"
    assert _cell(page, "十月", 17) == "weekend"


def test_a_day_is_changed_with_its_grounds_and_the_change_is_withdrawn(app, admin):
    page = admin.post("/calendar/days", day="2026-10-12", working="no", note="台风停工", follow=True).text
    assert "台风停工" in page and _cell(page, "十月", 12) == "holiday changed"
    assert not _day(app, "2026-10-12").working and not _day(app, "2026-10-12").statutory
    page = admin.post("/calendar/days/2026-10-12/withdraw", follow=True).text
    assert "台风停工" not in page and _day(app, "2026-10-12").working


def test_only_a_day_of_rest_can_be_a_statutory_holiday(app, admin):
    admin.post("/calendar/days", day="2026-10-12", working="yes", statutory="1", note="照常上班")
    assert not _day(app, "2026-10-12").statutory
    admin.post("/calendar/days", day="2026-10-12", working="no", statutory="1", note="临时放假")
    assert _day(app, "2026-10-12").statutory


@pytest.mark.parametrize(
    "wrong", [{"day": "someday"}, {"note": " "}, {"working": "maybe"}, {"day": "", "note": "", "working": ""}]
)
def test_a_change_without_day_kind_or_grounds_is_told_at_its_field(app, admin, wrong: dict[str, str]):
    answer = admin.post("/calendar/days", **({"day": "2026-10-12", "working": "no", "note": "停工"} | wrong))
    assert answer.status_code == 422
    assert all(f'id="{name}-error"' in answer.text for name in wrong)
    assert _day(app, "2026-10-12").working


def test_a_years_notice_comes_from_a_file_and_mends_clocks_and_incidents(app, order, admin):
    number = order()
    with app.app_context(), transaction() as session:
        session.add(_clock(number))
        session.add(_incident())
    page = admin.get("/definitions").text
    assert "2027 年的放假安排尚未录入" in page and "/calendar?year=2027" in page
    page = admin.get("/incidents/1").text
    assert "缺少 2027 年的工作日历" in page and "/calendar?year=2027" in page
    assert "尚未录入" in admin.get("/calendar?year=2027").text

    page = _publish(admin, NOTICE).text
    assert "1 个时限已重算" in page and "1 件异常已重试成功" in page and "尚未录入" not in page
    assert SOURCE in page and _cell(page, "二月", 20) == "make_up changed"
    with app.app_context():
        run = db.session.get_one(ClockRun, (1, "C10", 99))
        assert run.due is not None and db.session.get_one(Incident, 1).status == "resolved"


def test_days_entered_one_by_one_become_the_notice_when_that_is_declared(app, admin):
    admin.post("/calendar/days", day="2027-01-01", working="no", statutory="1", note="元旦")
    with app.app_context():
        assert not calendar.current().published(2027)
    assert admin.post("/calendar/2027/publish", source="无").status_code == 422
    assert "已生效" in admin.post("/calendar/2027/publish", source=SOURCE, follow=True).text
    assert not _day(app, "2027-01-01").working and _day(app, "2027-01-04").working


def test_a_year_without_any_day_and_a_year_that_is_shipped_are_not_declared(app, admin):
    answer = admin.post("/calendar/2027/publish", source=SOURCE)
    assert answer.status_code == 422 and "尚未录入 2027 年的任何一天" in answer.text
    answer = _publish(admin, NOTICE.replace("2027", "2026"), year=2026)
    assert answer.status_code == 422
    assert _day(app, "2026-02-20").working is False  # as its own notice says


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("a,b\n1,2\n", "首行应有列名"),
        (NOTICE + "2027-13-01,0,1,错\n", "第 5 行有误"),
        (NOTICE + "2027-05-01,maybe,1,错\n", "第 5 行有误"),
        (NOTICE + "2026-05-01,0,1,错\n", "第 5 行：2026-05-01 不在 2027 年，或重复"),
        (NOTICE + "2027-01-01,0,1,元旦\n", "第 5 行：2027-01-01 不在 2027 年，或重复"),
        ("day,working\n", "文件中没有日期"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_line_and_changes_nothing(app, admin, file: str, told: str):
    answer = _publish(admin, file)
    assert answer.status_code == 422 and told in answer.text
    with app.app_context():
        assert not calendar.current().published(2027) and calendar.entries(2027) == []


def test_a_file_of_a_chinese_spreadsheet_is_read(admin):
    assert "春节调休上班" in _publish(admin, NOTICE.encode("gb18030")).text


def test_the_banner_is_for_those_who_can_help(order, person, app):
    order()
    with app.app_context(), transaction() as session:
        session.add(_incident())
    coordinator = person("coordinator", unit="HO")
    assert "放假安排尚未录入" not in coordinator.get("/incidents").text
    page = coordinator.get("/incidents/1").text
    assert "请系统管理员录入" in page and "/calendar" not in page


def test_years_beyond_reason_are_not_found(admin):
    assert admin.get("/calendar?year=1999").status_code == 404
    assert admin.post("/calendar/3000/publish", source=SOURCE).status_code == 404


def test_the_terminal_shows_loads_and_publishes(app, tmp_path):
    run = app.test_cli_runner().invoke
    assert "not published" in run(args=["calendar", "show", "2027"]).output
    path = tmp_path / "notice.csv"
    path.write_text(NOTICE, encoding="utf-8")
    done = run(args=["calendar", "load", str(path), "--year", "2027", "--source", SOURCE, "--json"])
    assert done.exit_code == 0 and '"clocks": 0' in done.output
    shown = run(args=["calendar", "show", "2027", "--json"]).output
    assert '"published": true' in shown and "春节调休上班" in shown
    refused = run(args=["calendar", "publish", "2026", "--source", SOURCE])
    assert refused.exit_code == 1 and "随系统提供" in refused.output


def _publish(admin, file: str | bytes, year: int = 2027):
    content = file if isinstance(file, bytes) else file.encode()
    return admin.post(f"/calendar/{year}/publish", source=SOURCE, file=(io.BytesIO(content), "notice.csv"), follow=True)


def _incident() -> Incident:
    return Incident(
        id=1, instance_id=1, element="look", kind="task", message=f"look {TAIL}", status="open", opened=now(),
        retry='{"task": 1, "values": {"finding": "属实"}}',
    )  # fmt: skip


def _clock(order_no: str) -> ClockRun:
    """A mediation that began in November: its 60 days end in January."""
    started = now().replace(year=2026, month=11, day=20)
    return ClockRun(
        instance_id=1, code="C10", seq=99, order_no=order_no, rule_version=121, started=started, state="running",
        pauses="[]", trace='{"error": "2027 年的放假调休安排尚未发布或录入，无法计算期限"}',
    )  # fmt: skip
