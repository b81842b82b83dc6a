from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from rich.cells import cell_len

from engine import definitions, queries
from engine.clock import now
from engine.db import transaction
from engine.models import Event, Incident
from tests.engine.test_scenarios import CALLER, INNER
from tests.web.conftest import BUNDLE
from web import accounts
from web.present import minute


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Run a command as typed; returns the result with `.report` when it printed JSON."""
    app.config["SETTINGS"].forms_path = BUNDLE / "forms"
    runner = app.test_cli_runner()

    def command(line: str, **kw):
        result = runner.invoke(args=line.split(), **kw)
        result.report = json.loads(result.stdout) if "--json" in line and result.stdout.startswith(("{", "[")) else None
        return result

    return command


def test_deploy_tells_new_versions_and_what_is_unchanged(run):
    first, second = run(f"deploy {BUNDLE} --json"), run(f"deploy {BUNDLE} --json")
    assert first.exit_code == 0, first.output
    assert first.report == [{"bundle": "bundle", "deployment": 1, "new": [["case", 1]], "unchanged": False}]
    assert second.report[0]["unchanged"] is True


def test_lint_ends_with_1_when_a_deployment_would_be_refused(run, tmp_path: Path):
    assert run(f"lint {BUNDLE} --json").report["ok"] is True
    broken = (BUNDLE / "case.bpmn").read_text().replace('banjie:role="clerk"', 'banjie:role="wizard"')
    (tmp_path / "case.bpmn").write_text(broken)
    result = run(f"lint {tmp_path} --json")
    assert result.exit_code == 1 and result.report["ok"] is False
    assert any(finding["severity"] == "error" for finding in result.report["findings"])
    deployed = run(f"deploy {tmp_path}")
    assert deployed.exit_code == 1 and "未通过检查" in deployed.output and "Traceback" not in deployed.output


@pytest.mark.parametrize("stored", [True, False])
def test_lint_finds_what_is_called_in_the_folder_beside(run, tmp_path: Path, monkeypatch, stored: bool):
    for name, drawn in (("caller", CALLER), ("inner", INNER)):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.bpmn").write_text(drawn, encoding="utf-8")
    monkeypatch.setattr(definitions, "_stored", lambda: stored)
    for path in (tmp_path / "caller", tmp_path / "caller" / "caller.bpmn", tmp_path):
        result = run(f"lint {path} --json")
        assert result.report["ok"] is True, result.output
    shutil.move(tmp_path / "inner", tmp_path / "elsewhere" / "inner")
    alone = run(f"lint {tmp_path / 'caller'}")
    assert alone.exit_code == 1 and "放在旁边" in alone.output
    assert run(f"lint {tmp_path / 'caller'} {tmp_path / 'elsewhere'} --json").report["ok"] is True


def test_lint_takes_a_single_file(run, tmp_path: Path):
    diagram = next(Path(BUNDLE).glob("*.bpmn"))
    assert run(f"lint {diagram} --json").report["ok"] is True
    table = tmp_path / "t.dmn"
    shipped = Path(__file__).parents[2] / "processes" / "intake" / "routing.dmn"
    assert run(f"lint {shipped} --json").report["ok"] is True
    table.write_bytes(shipped.read_bytes().replace(b"<text>domain</text>", b"<text>1 +</text>"))
    result = run(f"lint {table} --json")
    assert result.exit_code == 1 and any(f["file"] == "t.dmn" for f in result.report["findings"])
    (tmp_path / "x.txt").write_text("")
    refused = run(f"lint {tmp_path / 'x.txt'}")
    assert refused.exit_code == 2 and "Traceback" not in refused.output


def test_lint_plays_what_the_rules_pass_unless_told_not_to(run, tmp_path: Path):
    endless = '<bpmn:scriptTask id="x" name="x" scriptFormat="python"><bpmn:script>while True: y = 1</bpmn:script>'
    ends = '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x"/>'
    flow = '<bpmn:sequenceFlow id="g" sourceRef="x" targetRef="e"/>'
    (tmp_path / "p.bpmn").write_text(
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'
        f'<bpmn:process id="p" isExecutable="true">{ends}{endless}</bpmn:scriptTask>{flow}</bpmn:process>'
        "</bpmn:definitions>"
    )
    result = run(f"lint {tmp_path} --json")
    assert result.exit_code == 1 and "dry-run-endless" in {finding["rule"] for finding in result.report["findings"]}
    assert run(f"lint {tmp_path} --json --no-dry-run").report["ok"] is True


def test_a_file_of_orders_is_imported_once(run, tmp_path: Path):
    run(f"deploy {BUNDLE}")
    file = tmp_path / "orders.csv"
    file.write_text("编号,标题,内容,时间\n1,退款,商家不退款,\n2,漏水,顶楼漏水,昨天\n", encoding="utf-8")
    first = run(f"orders import {file} --json").report
    assert first | {"bad": 1} == {
        "new": 1, "known": 0, "started": 1, "bad": 1, "ignored": [], "warnings": [],
    }  # fmt: skip
    again = run(f"orders import {file} --json")
    assert (again.report["new"], again.report["known"]) == (0, 1)
    assert again.report["bad"][0]["line"] == 3
    assert "已有 1" in run(f"orders import {file}").output


def test_columns_that_an_import_leaves_out_are_told(run, tmp_path: Path):
    file = tmp_path / "orders.csv"
    file.write_text("内容,天气[晴]\n漏水,好\n", encoding="utf-8")
    said = "".join(run(f"orders import {file}").output.split())
    assert "未识别的列（未导入）：天气[晴]" in said and "文件没有来源编号列" in said
    report = run(f"orders import {file} --json").report
    assert report["ignored"] == ["天气[晴]"] and len(report["warnings"]) == 1


def test_instances_are_listed_and_managed(run, order):
    order()
    assert [row["status"] for row in run("instances list --json").report] == ["running"]
    assert "case" in run("instances list").output
    run("instances suspend 1 --reason 核实")
    assert [row["status"] for row in run("instances list --status suspended --json").report] == ["suspended"]
    run("instances resume 1")
    run("instances cancel 1 --reason 重复")
    assert [row["status"] for row in run("instances list --json").report] == ["cancelled"]
    again = run("instances cancel 1 --reason 重复")
    assert again.exit_code == 1 and "已经结束" in again.output and "Traceback" not in again.output


def test_verify_finds_a_changed_event(app: Flask, run, order):
    order()
    assert run("verify --json").report == {"ok": True, "breaks": []}
    with app.app_context(), transaction() as session:
        session.get(Event, (1, 1)).actor = "somebody else"
    result = run("verify --json")
    assert result.exit_code == 1 and result.report["breaks"][0]["instance"] == 1


def test_a_user_is_created_and_gets_a_token(app: Flask, run):
    assert run("units load --json").report["new"] > 0 and "HO" in run("units list --json").report
    made = run("users create wang --password correct-horse --name 王 --unit HO --role clerk --json")
    assert made.report == {"username": "wang", "unit": "HO", "roles": ["clerk"]}
    token = run("users token wang --json").report["token"]
    with app.app_context():
        assert accounts.bearer(token).username == "wang"
        assert accounts.bearer(token + "x") is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("users create wang --password short --role clerk", "密码至少 8 位"),
        ("users create wang --password short --role clerk", "at least 8 characters"),
        ("users token nobody", "没有这个用户"),
        ("users token nobody", "no such user"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_without_traceback(run, line: str, said: str):
    result = run(line)
    assert result.exit_code == 1 and said in result.output and "Traceback" not in result.output


@pytest.mark.parametrize(
    ("line", "said"),
    [("--role wizard", "没有这样的角色：wizard / no such role"), ("--unit XX", "没有这个单位：XX / no such unit")],
)
def test_an_unknown_role_or_unit_is_refused_before_a_password_is_asked_for(run, line: str, said: str):
    run("units load")
    result = run(f"users create wang {line}")
    assert result.exit_code == 2 and said in result.output and "Password" not in result.output
    assert "reviewer 审核人" in " ".join(run("users create --help").output.split())


def test_instances_are_readable_on_a_narrow_terminal_in_beijing_time(app: Flask, run, order):
    number = order()
    with app.app_context():
        started = minute(queries.instance(1).started)
    lines = run("instances list").output.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert any(number in line and started in line for line in lines)


def test_incidents_are_listed_retried_and_put_aside(app: Flask, run, order):
    order()
    with app.app_context(), transaction() as session:
        for number in (1, 2):
            session.add(
                Incident(
                    id=number, instance_id=1, element="look", kind="stuck", message="it [stands] still", retry="{}",
                    status="open", opened=now(),
                )
            )  # fmt: skip
    assert [row["id"] for row in run("incidents list --json").report] == [2, 1]
    assert "[stands]" in run("incidents list").output
    again = run("incidents retry 1")
    assert again.exit_code == 1 and "没有可以重试的步骤" in again.output
    assert run("incidents resolve 1").exit_code == 2  # without saying what was done
    assert run("incidents resolve 1 --note 已核对").exit_code == 0
    assert [row["id"] for row in run("incidents list --json").report] == [2]
    assert run("incidents list --status resolved --json").report[0]["resolved_by"].startswith("cli:")


def test_a_year_without_a_notice_has_no_count_of_working_days(run):
    shown = run("calendar show 2031").output
    assert "not published / 尚未录入" in shown and "工作日" not in shown
    assert run("calendar show 2031 --json").report["working_days"] is None
    assert "working days / 工作日 2" in run("calendar show 2026").output


def test_a_clock_is_counted_day_by_day(run):
    counted = run("clocks count C10 2026-04-10 --json").report
    assert (counted["rule_version"], counted["due"][:16]) == (20, "2026-06-16 17:30")
    assert run("clocks count C10 2026-04-10 --rule 121 --json").report["due"].startswith("2026-06-09 17:30")
    assert "2026-06-22 17:30" in run("clocks count C10 2026-04-20").output
    unknown = run("clocks count C99 2026-04-10")
    assert unknown.exit_code == 1 and "C99" in unknown.output and "Traceback" not in unknown.output


def test_clocks_are_counted_again_on_demand(run):
    assert run("clocks recount --reason 内控天数调整 --json").report == {"clocks": 0}


def test_units_go_out_and_in_as_a_file_and_a_roster_comes_in(app: Flask, run, tmp_path: Path):
    run("units load")
    file = tmp_path / "units.csv"
    assert run(f"units export {file}").exit_code == 0
    assert run(f"units import {file} --json").report == {"changed": 0}
    file.write_text(file.read_text("utf-8").replace("机场分局,机场分局", "机场分局,机场局"), "utf-8")
    assert run(f"units import {file} --json").report == {"changed": 1}
    run("users create wang --password correct-horse --unit HO --role clerk")
    roster = tmp_path / "roster.csv"
    roster.write_text("unit,account,begins,ends\nHO,wang,2026-05-11 09:00,2026-05-11 17:30\n", "utf-8")
    assert run(f"duty import {roster} --json").report == {"changed": 1}
    assert run(f"duty import {roster} --json").report == {"changed": 0}
    roster.write_text("unit,account,begins,ends\nHO,nobody,2026-05-11 09:00,2026-05-11 17:30\n", "utf-8")
    assert run(f"duty import {roster}").exit_code != 0
