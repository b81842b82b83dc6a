"""The report as a workbook: a sheet for each table, charts the spreadsheet draws, figures as formulas to follow."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import xlsxwriter

from engine.hotline.bulletin.report import FIGURES, Chart, Report, Table, in_chinese

VALUE, TOP, BASE = 1, 2, 3  # columns of a table of figures


def excel(report: Report) -> bytes:
    """The bytes of a .xlsx. Texts are written as texts: none can become a formula."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": report.title[0]})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#E5E7EB", "border": 1, "text_wrap": True}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "two": book.add_format({"num_format": "0.00"}),
    }
    _words(book, report, formats)
    for block in report.blocks:
        charts = {chart.caption: chart for chart in block.charts}
        for table in block.tables:
            _table(book, table, charts.get(table.caption), formats)
    book.close()
    return buffer.getvalue()


def _words(book: Any, report: Report, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("通报")
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, report.title[0], formats["title"])
    row = 1
    for text in (zh for zh, _en in report.facts):
        sheet.write_string(row, 0, text)
        row += 1
    for block in report.blocks:
        row += 1
        sheet.write_string(row, 0, block.title[0], formats["head"])
        for text in block.paragraphs:
            row += 1
            sheet.write_string(row, 0, text, formats["text"])
        row += 1


def _table(book: Any, table: Table, chart: Chart | None, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(table.caption[0][:31])
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(table.head), 14)
    for column, (zh, _en) in enumerate(table.head):
        sheet.write_string(0, column, zh, formats["head"])
    for number, cells in enumerate(table.rows, 1):
        row = tuple(in_chinese(cell) for cell in cells)
        for column, text in enumerate(row):
            if column in table.numeric:
                _number(sheet, number, column, text, formats["two"])
            else:
                sheet.write_string(number, column, text)
        if table.head == FIGURES:
            _formula(sheet, number, row, formats["two"])
    if chart is not None:
        _chart(book, sheet, table, chart)


def _number(sheet: Any, row: int, column: int, text: str, two: Any) -> None:
    """`61.97%` and `84.81分` are numbers to reckon with; `–` stays a dash."""
    bare = text.rstrip("%分")
    try:
        value = float(bare)
    except ValueError:
        sheet.write_string(row, column, text)
        return
    sheet.write_number(row, column, value, two if "." in bare else None)


def _formula(sheet: Any, row: int, texts: tuple[str, ...], two: Any) -> None:
    """The figure out of its inputs beside it. Satisfaction's numerator is in points already."""
    if texts[VALUE] == "–":
        return
    top, base = xlsxwriter.utility.xl_rowcol_to_cell(row, TOP), xlsxwriter.utility.xl_rowcol_to_cell(row, BASE)
    times = "" if texts[VALUE].endswith("分") else "*100"
    sheet.write_formula(row, VALUE, f"=ROUND({top}{times}/{base},2)", two, float(texts[VALUE].rstrip("%分")))


def _chart(book: Any, sheet: Any, table: Table, chart: Chart) -> None:
    """Bars over the columns that the chart shows, beside the table."""
    label, value = chart.columns
    drawn, name, last = book.add_chart({"type": "bar"}), sheet.get_name(), len(chart.bars)
    drawn.add_series({
        "name": chart.caption[0],
        "categories": [name, 1, label, last, label],
        "values": [name, 1, value, last, value],
        "data_labels": {"value": True},
    })  # fmt: skip
    drawn.set_title({"name": chart.caption[0]})
    drawn.set_legend({"none": True})
    drawn.set_y_axis({"reverse": True})
    sheet.insert_chart(1, len(table.head) + 1, drawn)
