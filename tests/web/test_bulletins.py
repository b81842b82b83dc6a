"""Pages and command of the bulletin: who sees what, what is asked for, what is written."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from engine import clock, definitions
from engine.db import db, transaction
from engine.hotline.bulletin import freezing, steps
from engine.hotline.models import Matter
from engine.models import Message

MAY = datetime(2026, 5, 11, 2, tzinfo=UTC)


@pytest.fixture
def frozen(app: Flask, person) -> int:
    """May 2026 with one matter of Pudong's, not published; an objection to it."""
    person("coordinator", unit="HO")
    with app.app_context(), clock.virtual(MAY + timedelta(30)):
        with transaction() as session:
            session.add(
                Matter(
                    matter_no="SH20260511-000001-C1", order_no="SH20260511-000001", instance_id=1, process="complaint",
                    nature="投诉", unit="310115", rule_version=121, received_at=MAY, dispatched_at=MAY,
                    closed_at=MAY + timedelta(1), state="closed", result="实际解决",
                )
            )  # fmt: skip
        number = freezing.take("2026-05", actor="coordinator-HO").id
        said = {"bulletin": number, "unit": "310115", "figure": "in_time", "claimed": 2, "reason": "系统故障"}
        steps.contest(said, 5)
        return number


def publish(app: Flask, number: int) -> None:
    with app.app_context():
        freezing.publish(number, {"practices": "统一承办口径。"}, signed_by="局长", public=True)


def test_the_office_sees_it_before_it_is_published_the_units_after(app, frozen, person):
    makers = [person("coordinator", unit="HO"), person("analyst"), person("leader", unit="HO"), person("section")]
    others = [person("leader", unit="310115"), person("operator", unit="310115"), person("auditor")]
    path = f"/bulletins/{frozen}"
    assert [each.get(path).status_code for each in makers + others] == [200] * 4 + [404] * 3
    assert all("2026-05" not in each.get("/bulletins").text for each in others)
    publish(app, frozen)
    assert [each.get(path).status_code for each in others] == [200] * 3
    assert person("admin").get(path).status_code == 403


def test_a_unit_sees_its_own_objections_only(app, frozen, person):
    publish(app, frozen)
    path = f"/bulletins/{frozen}"
    assert "系统故障" in person("operator", unit="310115").get(path).text
    assert "系统故障" not in person("operator", unit="310112").get(path).text
    assert "系统故障" in person("analyst").get(path).text


def test_the_page_shows_figures_with_formula_and_inputs(app, frozen, person):
    publish(app, frozen)
    page = person("analyst").get(f"/bulletins/{frozen}").text
    assert "按时办结 ÷ 办结与超期未结" in page and "100.00%" in page
    assert "统一承办口径。" in page and "相符" in page and "<svg" in page
    assert page.count("bulletin-block") == 10


def test_tampered_data_are_no_basis(app, frozen, person):
    with app.app_context(), transaction() as session:
        from engine.hotline.bulletin.models import Bulletin

        row = session.get(Bulletin, frozen)
        row.counts = row.counts.replace('"ended":1', '"ended":9', 1)
    assert "不能作为依据" in person("analyst").get(f"/bulletins/{frozen}").text


@pytest.mark.parametrize(("kind", "begins"), [("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!doctype"), ("json", b"{")])
def test_files(frozen, person, kind, begins):
    answer = person("analyst").get(f"/bulletins/{frozen}/file.{kind}")
    assert answer.status_code == 200 and answer.data.startswith(begins)
    assert f"TB-2026-05-1.{kind}" in answer.headers["Content-Disposition"]


def test_an_unknown_file_or_bulletin_is_not_found(frozen, person):
    analyst = person("analyst")
    for path in (f"/bulletins/{frozen}/file.pdf", "/bulletins/999", "/bulletins/printed/2001"):
        assert analyst.get(path).status_code == 404


def test_the_printed_one_tells_what_computes_and_what_does_not(person):
    analyst = person("analyst")
    plain = analyst.get("/bulletins/printed/2019").text
    assert "61.97%" in plain and "84.81分" in plain and "照录，无法重算" in plain and "91.03分" in plain
    assert ">61.97%<" in plain and ">61.97%<" not in analyst.get("/bulletins/printed/2019?residual=1").text
    for kind, begins in (("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!doctype")):
        assert analyst.get(f"/bulletins/printed/2019/file.{kind}").data.startswith(begins)


def test_asking_sends_the_message(app, person):
    answer = person("coordinator", unit="HO").post("/bulletins", period="2025", follow=True)
    assert "已开始" in answer.text
    with app.app_context():
        [kept] = db.session.query(Message).all()
        assert (kept.name, kept.correlation) == ("bulletin.requested", "2025")


def test_asking_for_nonsense_or_again_without_a_reason_is_refused(app, frozen, person):
    coordinator = person("coordinator", unit="HO")
    for period in ("2026-5", "2099"):
        assert coordinator.post("/bulletins", period=period).status_code == 422
    publish(app, frozen)
    answer = coordinator.post("/bulletins", period="2026-05")
    assert answer.status_code == 422 and "请写明更正的缘由" in answer.text
    assert coordinator.post("/bulletins", period="2026-05", reason="漏登").status_code == 303
    assert person("operator", unit="310115").post("/bulletins", period="2025").status_code == 403


def test_a_period_whose_bulletin_is_being_made_is_not_asked_for_again(app, person):
    settings = app.config["SETTINGS"]
    with app.app_context():
        files = definitions.read_bundle(settings.processes_path / "bulletin", settings.forms_path)
        definitions.deploy(files, author="admin")
    coordinator = person("coordinator", unit="HO")
    assert coordinator.post("/bulletins", period="2025").status_code == 303
    answer = coordinator.post("/bulletins", period="2025")
    assert answer.status_code == 422 and "正在进行" in answer.text


def test_the_command_freezes_and_writes(app, frozen, tmp_path: Path):
    with clock.virtual(MAY + timedelta(40)):
        arguments = ["bulletin", "--period", "2026-05", "--json", "--out", str(tmp_path / "out")]
        result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert (report["version"], report["mode"]) == (1, "database")
    [figure] = [each for each in report["figures"] if each["key"] == "on_time"]
    assert (figure["value"], figure["numerator"], figure["denominator"]) == ("100.00%", "1", "1")
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".docx", ".html", ".xlsx"]


@pytest.mark.parametrize(("option", "share"), [([], "61.97%"), (["--residual"], "61.96%")])
def test_the_command_tells_2019_as_printed(app, option, share):
    result = app.test_cli_runner().invoke(args=["bulletin", "--year", "2019", "--json", *option])
    report = json.loads(result.output)
    found = {figure["key"]: figure for figure in report["figures"]}
    assert report["mode"] == "given" and found["share_districts"]["computed"] == share
    assert (found["satisfaction"]["computed"], found["satisfaction"]["verdict"]) == ("84.81分", "equal")
    assert found["city_score"]["verdict"] == "given"


def test_the_command_wants_a_period_and_knows_what_is_kept(app):
    runner = app.test_cli_runner()
    for arguments in (["bulletin"], ["bulletin", "--year", "2020", "--given"], ["bulletin", "--period", "x"]):
        assert runner.invoke(args=arguments).exit_code != 0


def test_a_later_version_names_what_differs_and_leads_to_the_one_before(app, frozen, person):
    with app.app_context():
        correction = freezing.Correction("310115", "in_time", 0, "系统记录有误")
        second = freezing.correct(frozen, [correction], actor="coordinator-HO", reason="单位异议裁定").id
    page = person("analyst").get(f"/bulletins/{second}").text
    assert "units.310115.tally.in_time" in page and "单位异议裁定" in page
    assert f'href="/bulletins/{frozen}"' in page
    assert "更正：浦东新区局“按时办结”为 0，系统记录有误。" in page


def test_headings_and_formulas_are_in_the_readers_language(frozen, person):
    analyst = person("analyst")
    analyst.get("/language/en")
    page = analyst.get(f"/bulletins/{frozen}").text
    assert "2. Where orders went" in page and "closed in time ÷ closed, and overdue and open" in page
