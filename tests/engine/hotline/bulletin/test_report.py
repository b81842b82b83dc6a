"""The report's ten blocks, and the same as Word file and workbook."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from io import BytesIO

import openpyxl
import pytest
from docx import Document

from engine.hotline.bulletin import charts, counts, excel, report, word
from tests.engine.hotline.bulletin.test_figures import GOOD, POOR, whole

TRANSFERRED = {
    "区局投诉举报": 148974, "处室和区局咨询": 63750, "市药品监管局": 4534, "市知识产权局": 30, "市消保委": 23121,
}  # fmt: skip


@pytest.fixture
def found() -> dict:
    return whole(
        {"闵行": GOOD | {"returned": 1}, "金山": POOR | {"defects": {"勾选不准确": 2}}},
        period={"key": "2019", "first": "2018-11-01", "last": "2019-10-31"},
        transferred=TRANSFERRED, natures={"投诉": 30, "咨询": 10}, orders=38, consultations=10, one_stop=5,
        incidents={"开心豆": 3350}, mass={"开心豆": 3300}, reviews=0,
        supervisions={"supervised": 2, "escalated": 1}, extensions=0, shelved=0,
    )  # fmt: skip


def words(built: report.Report) -> str:
    return "\n".join(text for block in built.blocks for text in block.paragraphs)


def test_ten_blocks_each_with_something_to_say(found) -> None:
    built = report.build(found, texts={"practices": "统一口径。\n\n三方转接。"})
    assert [block.key for block in built.blocks] == list(report.TITLES)
    assert all(block.paragraphs for block in built.blocks)
    practices = built.blocks[6]
    assert practices.paragraphs == ["督办 3 件，三方转接 8 件。", "统一口径。", "三方转接。"]


def test_the_residual_is_a_choice(found) -> None:
    assert "占 61.96%" in words(report.build(found))
    assert "占 61.97%" in words(report.build(found, residual=False))


def test_it_names_first_and_last_and_compares(found) -> None:
    said = words(report.build(found, before=found | {"all": counts.total([GOOD])}))
    assert "前列的：闵行" in said and "靠后的：金山" in said and "金山分值靠后" in said
    assert "比上期 30 件增加 10 件（+33.33%）" in said
    assert "群体性事件 1 起：“开心豆”（3300 件）" in said and "“开心豆”（3350 件）" in said


def test_a_correction_is_told(found) -> None:
    found["corrections"] = [{"unit": "闵行", "figure": "in_time", "value": 9, "reason": "系统故障"}]
    assert "更正：闵行“按时办结”为 9，系统故障。" in words(report.build(found))


def test_a_little_bureau_without_ranks_has_a_report(found) -> None:
    empty = whole({}, **{name: found[name] for name in found if name not in ("units", "all", "scheme")})
    assert "暂无可以计分的单位" in words(report.build(empty))


def test_the_word_file_has_the_words_and_the_figures(found) -> None:
    built = report.build(found)
    document = Document(BytesIO(word.word(built)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert all(title[0] in text for title in report.TITLES.values())
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {"61.96%", "148974", "97.50"} <= cells and any(cell.startswith("█") for cell in cells)


def test_the_workbook_computes_its_figures_itself(found) -> None:
    book = openpyxl.load_workbook(BytesIO(excel.excel(report.build(found))))
    sheet = book["全局指标"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "满意度")
    assert row[1].value == f"=ROUND(C{row[0].row}/D{row[0].row},2)" and row[3].value == 7
    assert len(book["各区局分值"]._charts) == 1
    assert next(book["转派去向"].iter_rows(min_row=2, values_only=True)) == ("区局投诉举报", 148974, 240409, 61.96)


def test_a_name_that_looks_like_a_formula_stays_a_text(found) -> None:
    found["incidents"] = {"=1+1": 3}
    book = openpyxl.load_workbook(BytesIO(excel.excel(report.build(found))))
    cell = book["集中诉求"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_chart_is_well_formed_and_says_its_figures(found) -> None:
    [chart] = report.build(found).blocks[1].charts
    root = ET.fromstring(charts.svg(chart, "<&>"))
    assert root.get("role") == "img" and "区局投诉举报 61.96%" in str(root.get("aria-label"))
    assert "style" not in charts.svg(chart, "")
