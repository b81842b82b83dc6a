"""The import page: upload a file of orders, see how far it is, read the report line by line."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Flask, current_app, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from engine.db import db
from engine.errors import NotFound
from engine.hotline import tables
from web import uploads
from web.permissions import Permission, actor, requires
from web.present import done, is_fragment
from web.uploads import Upload

pages = Blueprint("files", __name__)

ENDINGS = (".csv", ".xlsx")


@pages.get("/import")
@requires(Permission.IMPORT_ORDERS)
def index() -> str:
    recent = list(db.session.scalars(select(Upload).order_by(Upload.id.desc()).limit(20)))
    return render_template("files/index.html", recent=recent, headers=tables.HEADERS.values())


@pages.get("/import/template.csv")
@requires(Permission.IMPORT_ORDERS)
def template() -> Response:
    """An empty file with all the headings; the mark at its start tells Excel that it is UTF-8."""
    content = BytesIO(tables.template().encode("utf-8-sig"))
    return send_file(content, "text/csv", as_attachment=True, download_name="banjie-orders.csv")


@pages.post("/import")
@requires(Permission.IMPORT_ORDERS)
def upload() -> Response:
    """Take the file in and begin; the next page shows the progress."""
    sent = request.files.get("file")
    ending = Path(sent.filename or "").suffix.lower() if sent else ""
    if sent is None or ending not in ENDINGS:
        return done(_("请选择 CSV 或 XLSX 文件"), url_for("files.index"), kind="danger")
    with tempfile.NamedTemporaryFile(suffix=ending, delete=False) as kept:
        sent.save(kept)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    source = request.form.get("source", "").strip() or "12345"
    number = uploads.start(app, Path(kept.name), Path(sent.filename or "").name, source=source, author=actor())
    return redirect(url_for("files.show", upload_id=number), 303)


@pages.get("/import/<int:upload_id>")
@requires(Permission.IMPORT_ORDERS)
def show(upload_id: int) -> str:
    """Progress and report; htmx asks again every second while it runs."""
    found = db.session.get(Upload, upload_id)
    if found is None:
        raise NotFound
    return render_template("files/_progress.html" if is_fragment() else "files/show.html", upload=found)
