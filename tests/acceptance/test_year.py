"""A short year: orders arrive when they arrived, colleagues handle them, every case comes to its end."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app import create_app
from engine.hotline import recusal
from tests.conftest import KEYS

SUBJECTS = ("投诉商家不退款", "举报无证经营小餐馆", "咨询营业执照如何变更地址", "反映商场电梯故障", "建议公开抽检结果")
ORDERS = 30
ROOT = Path(__file__).resolve().parents[2]
DRAWN = 12


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
    processes = report["processes"]
    assert {key: row["started"] for key, row in processes.items() if row["started"]} == {
        key: sum(counts.values()) for key, counts in ends.items()
    }
    assert set(report["never_started"]) == processes.keys() - ends.keys()
    assert processes["intake"]["ends"]["dispatched"] == ends["intake"]["dispatched"]
    assert all(not processes[end.partition("#")[0]]["ends"][end.partition("#")[2]] for end in report["never_reached"])
    lived = create_app({**KEYS, "database_url": f"sqlite:///{tmp_path / 'year.db'}", "INSTANCE_PATH": tmp_path / "i"})
    with lived.app_context():
        assert recusal.broken() == []  # nobody has reviewed what they handled
    again = runner.invoke(args=[*arguments, "--database", f"sqlite:///{tmp_path / 'again.db'}"])
    assert json.loads(again.stdout)["instances_by_process_and_end"] == ends  # the same seed lives the same year


@pytest.mark.slow
def test_a_year_that_is_killed_again_and_again_ends_as_the_one_that_is_not(app: Flask, tmp_path: Path) -> None:
    if not str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite"):
        pytest.skip("once is enough: the simulation makes its own database")
    killed, whole = tmp_path / "killed.db", tmp_path / "whole.db"
    for events in (1, 80):
        _live(killed, kill_after=events)
    report, expected = _live(killed), _live(whole)
    assert report["orders"] > DRAWN and report["incidents"] == report["instances_unfinished"] == 0
    for name in ("orders_by_state", "matters_by_nature_and_end", "instances_by_process_and_end", "tasks", "shares"):
        assert report[name] == expected[name]
    bulletins = report["instances_by_process_and_end"]["bulletin"]
    assert bulletins["published"] == 1 and bulletins["flash_published"] >= 10  # begun by the calendar


def _live(database: Path, kill_after: int | None = None) -> dict[str, Any]:
    """The report of the year in a process of its own; nothing when that is killed after so many events."""
    command = ["flask", "--app", "app:create_app", "simulate", "year", "--orders", str(DRAWN), "--seed", "3", "--json"]
    address = f"sqlite:///{database}"
    with subprocess.Popen(
        [sys.executable, "-m", *command, "--database", address],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | {"BANJIE_DATABASE_URL": address},
    ) as process:  # fmt: skip
        while kill_after is not None and process.poll() is None:
            if _events(database) >= kill_after:
                process.send_signal(signal.SIGKILL)
                process.wait()
                return {}
            time.sleep(0.02)
        output, _ = process.communicate()
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(output)
    return found


def _events(database: Path) -> int:
    if not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM event").fetchone()[0])
    except sqlite3.OperationalError:  # no tables yet
        return 0
