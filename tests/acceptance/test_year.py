"""A short year: orders arrive when they arrived, colleagues handle them, every case comes to its end."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

SUBJECTS = ("投诉商家不退款", "举报无证经营小餐馆", "咨询营业执照如何变更地址", "反映商场电梯故障", "建议公开抽检结果")
ORDERS = 30


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    path = tmp_path / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["id", "sender", "subject", "received_at", "text"])
        for number in range(ORDERS):
            subject = SUBJECTS[number % len(SUBJECTS)]
            at = f"2019-{1 + number % 12:02}-{1 + number % 28:02}T{8 + number % 12:02}:15:00"
            lines.writerow([f"M{number}", f"A{number:05}", subject, at, f"{subject}，请核实处理（第{number}件）。"])
    return path


def test_every_order_of_a_year_ends_and_nothing_goes_wrong(app: Flask, messages: Path, tmp_path: Path) -> None:
    if not str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite"):
        pytest.skip("once is enough: the simulation makes its own database")
    runner: FlaskCliRunner = app.test_cli_runner()
    arguments = ["simulate", "year", "--messages", str(messages), "--json", "--seed", "7"]
    result = runner.invoke(args=[*arguments, "--database", f"sqlite:///{tmp_path / 'year.db'}"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["orders"] == ORDERS
    assert report["orders_by_state"] == {"closed": ORDERS}
    assert report["incidents"] == report["faults"] == report["timers_late"] == 0
    ends = report["instances_by_process_and_end"]
    assert sum(ends["intake"].values()) == ORDERS
    assert all(end not in ("running", "suspended", "None") for counts in ends.values() for end in counts)
    again = runner.invoke(args=[*arguments, "--database", f"sqlite:///{tmp_path / 'again.db'}"])
    assert json.loads(again.stdout)["instances_by_process_and_end"] == ends  # the same seed lives the same year
