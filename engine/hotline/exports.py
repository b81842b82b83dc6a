"""Lists that leave the house as files, and the record of who took which. No cell can be read as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from sqlalchemy import select

from engine import clock
from engine.db import db, transaction
from engine.hotline.models import Export

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would reckon with


def csv_file(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV that Excel opens as UTF-8."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(head)
    writer.writerows([_tame(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def workbook(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same as a sheet of a workbook."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(head) - 1, 18)
    for number, row in enumerate((head, *rows)):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, _shown(cell))
    book.close()
    return buffer.getvalue()


def _tame(cell: Any) -> str:
    text = _shown(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _shown(cell: Any) -> str:
    return f"{clock.local(cell):%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else "" if cell is None else str(cell)


def note(person: str, kind: str, form: str, *, rows: int, **asked: Any) -> None:
    """Record an export, before it is handed out. `asked`: by what it was filtered."""
    said = "，".join(f"{name}={value}" for name, value in asked.items() if value not in (None, ""))
    with transaction() as session:
        session.add(Export(person=person, kind=kind, form=form, filter=said, rows=rows, at=clock.now()))


def exports(*, person: str | None = None, since: datetime | None = None) -> list[Export]:
    """Who has exported what, newest first; for the auditor."""
    query = select(Export).order_by(Export.id.desc()).limit(500)
    if person is not None:
        query = query.where(Export.person == person)
    if since is not None:
        query = query.where(Export.at >= since)
    return list(db.session.scalars(query))
