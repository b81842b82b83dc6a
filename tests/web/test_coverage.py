"""What scenarios walk, on a page: played in a process of its own, because it moves the clock."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bundles(app, tmp_path, monkeypatch) -> Path:
    """One shipped bundle, that its analyst may change."""
    shutil.copytree(ROOT / "processes" / "consult", tmp_path / "consult")
    monkeypatch.setattr(app.config["SETTINGS"], "processes_path", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_page_draws_the_counts_and_a_row_added_by_hand(bundles, person):
    analyst = person("analyst")
    assert "/definitions/consult/coverage/walked" in analyst.get("/definitions/consult/coverage").text
    page = analyst.get("/definitions/consult/coverage/walked").text
    assert 'class="pass"' in page and 'class="pass none"' not in page
    table = bundles / "consult" / "scenarios.csv"
    line = io.StringIO()
    csv.writer(line).writerow(
        ["consult", "分析员新加的场景", "", 'look_up={"answered_online":"是"}', "", "", "", "answered"]
    )
    table.write_text(table.read_text(encoding="utf-8-sig") + line.getvalue(), encoding="utf-8")
    page = analyst.get("/definitions/consult/coverage/walked").text
    assert "分析员新加的场景" in page and "ends at answered_online, not answered" in page


def test_a_process_without_scenarios_has_no_such_page(bundles, person):
    assert person("analyst").get("/definitions/intake/coverage").status_code == 404
