"""The page of lines: counts of the exchange, the target, the register of numbers."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from flask import Flask

FILE = "日期,热线,呼入量,接通量,15秒内接通,平均等待(秒)\n2026-05-10,12315,100,97,90,8\n2026-05-11,12315,50,40,30,20\n"
SPAN = "/lines?first=2026-05-01&last=2026-05-31"
NUMBER = {
    "number": "02112300-02112399",
    "holder": "热线办",
    "purpose": "坐席",
    "approval": "沪通1号",
    "valid_from": "2026-01-01",
}


@pytest.fixture
def office(person):
    return person("coordinator", unit="HO")


def upload(who, text: str):
    return who.post("/lines/import", file=(io.BytesIO(text.encode()), "lines.csv"), follow=True)


def test_a_file_is_taken_in_and_shown_with_the_target(office):
    assert "新 2 行" in upload(office, FILE).text
    assert "已有 2 行" in upload(office, FILE).text
    page = office.get(SPAN).text
    assert "97.00%" in page and "80.00%" in page and "91.33%" in page  # two days and both together
    assert page.count(">未达标<") == 2 and page.count('state-success">达标<') == 1
    assert "2026-05-11" not in office.get(SPAN + "&by=month").text
    assert "没有话务数据" in office.get("/lines?first=2020-01-01&last=2020-01-02").text


def test_rows_that_cannot_be_are_named(office):
    assert "第 2 行" in upload(office, FILE.replace("100,97", "10,97")).text
    answer = office.post("/lines/import", file=(io.BytesIO(b"a,b\n1,2\n"), "lines.csv"))
    assert answer.status_code == 422 and "缺少列" in answer.text


def test_numbers_are_registered_and_errors_stay_at_their_field(office):
    page = office.post("/lines/numbers", **NUMBER, follow=True).text
    assert "02112300-02112399" in page and "沪通1号" in page
    answer = office.post("/lines/numbers", **NUMBER | {"holder": "", "purpose": "外呼"})
    assert answer.status_code == 422 and 'id="n-holder-error"' in answer.text and 'value="外呼"' in answer.text
    ended = office.post("/lines/numbers", **NUMBER, valid_to="2026-02-01", follow=True).text
    assert "已停用" in ended


def test_a_seat_reads_and_only_the_office_changes(person):
    clerk = person("clerk", unit="HO")
    assert 'href="/lines"' in clerk.get("/tasks").text
    assert "lines/import" not in clerk.get("/lines").text
    assert clerk.post("/lines/numbers", **NUMBER).status_code == 403
    assert person("handler", unit="310115").get("/lines").status_code == 403


def test_the_terminal_takes_a_file_once(app: Flask, tmp_path: Path):
    file = tmp_path / "lines.csv"
    file.write_text(FILE + "2026-05-12,12315,1,2,3,4\n", encoding="utf-8")
    runner = app.test_cli_runner()
    first = json.loads(runner.invoke(args=["lines", "import", str(file), "--json"]).output)
    assert (first["new"], first["bad"][0]["line"]) == (2, 4)
    assert "known 2" in runner.invoke(args=["lines", "import", str(file)]).output
