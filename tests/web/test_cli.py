from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from engine.db import transaction
from engine.models import Event
from tests.web.conftest import BUNDLE
from web import accounts


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


def test_a_file_of_orders_is_imported_once(run, tmp_path: Path):
    run(f"deploy {BUNDLE}")
    file = tmp_path / "orders.csv"
    file.write_text("编号,标题,内容,时间\n1,退款,商家不退款,\n2,漏水,顶楼漏水,昨天\n", encoding="utf-8")
    first = run(f"orders import {file} --json").report
    assert first | {"bad": 1} == {"new": 1, "known": 0, "started": 1, "bad": 1}
    again = run(f"orders import {file} --json")
    assert (again.report["new"], again.report["known"]) == (0, 1)
    assert again.report["bad"][0]["line"] == 3
    assert "已有 1" in run(f"orders import {file}").output


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
        ("users create wang --password correct-horse --role wizard", "wizard"),
        ("users token nobody", "没有这个用户"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_without_traceback(run, line: str, said: str):
    result = run(line)
    assert result.exit_code == 1 and said in result.output and "Traceback" not in result.output
