"""Files of orders that somebody has uploaded: read in the background, so that the page can show how far it is.

A killed process leaves an upload that no longer moves; the page says so, and the same file may be uploaded again,
because an import that is repeated registers nothing twice.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Text, update
from sqlalchemy.orm import Mapped, mapped_column

from engine.clock import now
from engine.db import Instant, Name, db, transaction
from engine.errors import BanjieError
from engine.hotline import orders

log = logging.getLogger("banjie.web")

BEAT = 0.5  # seconds between two notes of the progress
STILL = timedelta(minutes=2)  # an upload that has not moved for so long was interrupted
KEPT_LINES = 500  # of wrong cells: a wholly wrong file needs no more to be understood


class Upload(db.Model):  # type: ignore[name-defined]
    """One uploaded file and what became of it. The file itself is not kept: it is full of personal data."""

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(Name)
    author: Mapped[str] = mapped_column(Name)
    at: Mapped[datetime] = mapped_column(Instant)
    moved: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(Name)  # running done failed
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    new: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    bad_count: Mapped[int] = mapped_column(default=0)  # lines; one may have several wrong cells
    # JSON: {lines: [{line, column, reason}], ignored: [heading], warnings: [sentence]}, never a value
    bad: Mapped[str] = mapped_column(Text, default="{}")
    error: Mapped[str | None] = mapped_column(Text)

    @property
    def interrupted(self) -> bool:
        return self.state == "running" and now() - self.moved > STILL

    @property
    def told(self) -> dict[str, Any]:
        """What is to be said about the file: `lines`, `ignored`, `warnings`."""
        told = json.loads(self.bad)
        # Uploads of the first days hold the lines alone.
        return {"lines": [], "ignored": [], "warnings": []} | ({"lines": told} if isinstance(told, list) else told)


def start(app: Flask, path: Path, filename: str, *, source: str, author: str) -> int:
    """Begin to import the file at `path`, which is deleted afterwards; returns the upload's id."""
    with transaction() as session:
        upload = Upload(filename=filename[:200], author=author, at=now(), moved=now(), state="running")
        session.add(upload)
        session.flush()
        number = upload.id
    threading.Thread(
        target=_run, args=(app, number, path, source, author), name=f"upload-{number}", daemon=True
    ).start()
    return number


def _run(app: Flask, number: int, path: Path, source: str, author: str) -> None:
    with app.app_context():
        try:
            report = orders.import_file(path, source=source, actor=author, progress=_Beat(number))
            lines = [{"line": b.line, "column": b.column, "reason": b.reason} for b in report.bad[:KEPT_LINES]]
            told = {"lines": lines, "ignored": report.ignored, "warnings": report.warnings}
            _note(
                number, state="done", new=report.new, known=report.known,
                bad_count=report.bad_lines, bad=json.dumps(told, ensure_ascii=False),
            )  # fmt: skip
        except BanjieError as error:
            _note(number, state="failed", error=error.zh)
        except Exception:
            log.exception("upload %d failed", number)
            _note(number, state="failed", error="文件无法读取")
        finally:
            path.unlink(missing_ok=True)


class _Beat:
    """Notes the progress now and then: a commit per row would cost more than the row."""

    def __init__(self, number: int) -> None:
        self.number, self.last = number, 0.0

    def __call__(self, done: int, total: int | None = None) -> None:
        if time.monotonic() - self.last >= BEAT or done == total:
            self.last = time.monotonic()
            _note(self.number, done=done, total=total)


def _note(number: int, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Upload).where(Upload.id == number).values(moved=now(), **values))
