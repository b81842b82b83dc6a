"""The report as a Word file."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from engine.hotline.bulletin.report import Chart, Report, Table, in_chinese

FONT = "宋体"
BAR = 24  # characters of the longest bar


def word(report: Report) -> bytes:
    """The bytes of a .docx: headings, sentences, tables; charts as bars in a table, to be read out."""
    document = Document()
    _fonts(document)
    document.core_properties.title = report.title[0]
    heading = document.add_heading(report.title[0], 0)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for zh, _en in report.facts:
        document.add_paragraph(zh).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for block in report.blocks:
        document.add_heading(block.title[0], 1)
        for text in block.paragraphs:
            document.add_paragraph(text).paragraph_format.first_line_indent = Pt(24)
        for chart in block.charts:
            _bars(document, chart)
        for table in block.tables:
            _table(document, table)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _fonts(document: Any) -> None:
    """A western font alone would leave the choice of the Chinese one to the reader's machine."""
    for style in document.styles:
        if getattr(style, "font", None) is not None and style.element.rPr is not None:
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    normal = document.styles["Normal"]
    normal.font.size = Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)


def _table(document: Any, table: Table) -> None:
    document.add_paragraph(f"表：{table.caption[0]}", style="Caption")
    shown = document.add_table(rows=1, cols=len(table.head), style="Table Grid")
    _row(shown.rows[0].cells, [zh for zh, _en in table.head], table, bold=True)
    for row in table.rows:
        _row(shown.add_row().cells, [in_chinese(cell) for cell in row], table)


def _row(cells: Any, texts: Any, table: Table, *, bold: bool = False) -> None:
    for column, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        run = cell.paragraphs[0].add_run(text)
        run.font.size, run.bold = Pt(9), bold
        if column in table.numeric:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _bars(document: Any, chart: Chart) -> None:
    longest = max((length for _label, length, _shown in chart.bars), default=0) or 1
    document.add_paragraph(f"图：{chart.caption[0]}", style="Caption")
    shown = document.add_table(rows=0, cols=2)
    for label, length, text in chart.bars:
        cells = shown.add_row().cells
        for cell, said in zip(cells, (label, f"{'█' * round(length / longest * BAR)} {text}"), strict=True):
            cell.paragraphs[0].add_run(said).font.size = Pt(9)
