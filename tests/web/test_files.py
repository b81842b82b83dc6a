from __future__ import annotations

import io
import re
import time

import pytest
from openpyxl import Workbook

ROWS = """编号,姓名,电话,标题,时间,内容
1,张三,13800138000,退款,2026-05-11 09:30,商家不退款
2,李四,,,2026-13-45,坏的时间
3,王五,,漏水,,顶楼漏水
"""


@pytest.fixture
def clerk(deployed, person):
    return person("clerk", unit="HO")


def _import(clerk, content: bytes, name: str) -> str:
    """Upload a file and wait for the report, as the page does."""
    page = clerk.post("/import", file=(io.BytesIO(content), name), source="12345", follow=True)
    path = page.request.path
    for _ in range(100):
        fragment = clerk.get(path, headers={"HX-Request": "true"}).text
        if "hx-get" not in fragment:
            return clerk.get(path).text
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def _counts(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<div class="h3 mb-0 text-\w+">(\d+)</div>', page)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_good_rows_go_in_and_bad_ones_are_told_line_by_line(clerk, encoding: str):
    page = _import(clerk, ROWS.encode(encoding), "orders.csv")
    assert _counts(page) == [2, 0, 1]
    assert "第 3 行" in page and "时间格式有误" in page
    assert "13800138000" not in page


def test_the_same_file_again_registers_nothing(clerk):
    _import(clerk, ROWS.encode(), "orders.csv")
    assert _counts(_import(clerk, ROWS.encode(), "orders.csv")) == [0, 2, 1]


def test_a_workbook_is_read_too(clerk):
    book, kept = Workbook(), io.BytesIO()
    for line in ("编号,标题,内容", "7,退款,商家不退款"):
        book.active.append(line.split(","))
    book.save(kept)
    assert _counts(_import(clerk, kept.getvalue(), "orders.xlsx")) == [1, 0, 0]


def test_a_file_that_is_no_table_fails_with_a_sentence(clerk):
    assert "导入失败" in _import(clerk, b"PK\x03\x04 not a workbook", "orders.xlsx")


def test_another_kind_of_file_is_refused_at_once(clerk):
    page = clerk.post("/import", file=(io.BytesIO(b"x"), "orders.exe"), source="12345", follow=True)
    assert "请选择 CSV 或 XLSX 文件" in page.text


def test_an_interrupted_import_says_so(app, clerk, monkeypatch):
    from datetime import timedelta

    from web import uploads

    with app.app_context(), uploads.transaction() as session:
        old = uploads.now() - timedelta(hours=1)
        session.add(
            uploads.Upload(filename="a.csv", author="clerk-HO", at=old, moved=old, state="running", done=5, total=9)
        )
    assert "导入已中断" in clerk.get("/import/1").text
    assert "已中断" in clerk.get("/import").text


def test_the_page_tells_which_columns_it_left_out(clerk):
    page = _import(clerk, "内容,天气\n漏水,好\n".encode(), "orders.csv")
    assert "未识别的列（未导入）：天气" in page and "文件没有来源编号列" in page


def test_the_columns_are_listed_and_stand_in_a_template(clerk):
    page = clerk.get("/import").text
    assert "可识别的列" in page and "来源编号" in page and "/import/template.csv" in page
    sent = clerk.get("/import/template.csv")
    assert (
        sent.data.decode("utf-8-sig").startswith("来源,来源编号,")
        and "attachment" in sent.headers["Content-Disposition"]
    )
