"""The scenarios of a draft: rows of cases that are played on its diagrams, and what they walk.

They are kept in the draft as `scenarios.csv`, with its revisions, and are never deployed. Playing moves the clock of
its process, so a process of its own does it.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from engine import definitions, drafts, drawing, scenarios, xml
from engine.definitions import SCENARIOS
from engine.errors import BanjieError, Invalid
from web import coverage
from web.errors import sentence
from web.permissions import Permission, actor, requires
from web.present import chinese, done

pages = Blueprint("scenarios", __name__)

COLUMNS = ("process", "scenario", "start", "steps", "path", "sends", "due", "end")
END = "{http://www.omg.org/spec/BPMN/20100524/MODEL}endEvent"
PATIENCE = 60  # seconds


@pages.get("/studio/<int:draft_id>/scenarios")
@requires(Permission.DRAFT)
def show(draft_id: int) -> str:
    """The rows, to be changed here, and what they walk once they have been played."""
    return _page(draft_id)


@pages.post("/studio/<int:draft_id>/scenarios")
@requires(Permission.DRAFT)
def save(draft_id: int) -> BaseResponse | tuple[str, int]:
    """Keep the rows as a revision of the draft; what cannot be read is refused, and stays in the field."""
    text = request.form.get("rows", "").replace("\r\n", "\n")
    try:
        readable(text)
        revision = request.form.get("revision", 0, type=int)
        drafts.save(draft_id, SCENARIOS, text.encode(), revision=revision, actor=actor())
    except Invalid as error:
        return _page(draft_id, text, error), 422
    return done(_("已保存 %(files)s", files=SCENARIOS), url_for("studio.scenarios.show", draft_id=draft_id))


@pages.get("/studio/<int:draft_id>/scenarios/walked")
@requires(Permission.DRAFT)
def walked(draft_id: int) -> str:
    """Each diagram with a count at each element, and its rows; or why they cannot be played."""
    files = drafts.files(draft_id)
    if not definitions.check(files).ok:
        return render_template("studio/_walked.html", broken=_("草稿还有错误，改正后才能演练。"))
    found, said = _play(files)
    parts = [
        {"walked": one, "picture": Markup(drawing.svg(_drawn(files, one), one["counts"], one["process"]))}
        for one in found
    ]
    return render_template("studio/_walked.html", broken=said, parts=parts)


def readable(text: str) -> None:
    """Raise Invalid unless these are rows that can be played."""
    columns = next(csv.reader(io.StringIO(text)), [])
    if missing := [name for name in COLUMNS if name not in columns]:
        raise Invalid(f"the first line lacks {', '.join(missing)}", zh=f"第一行（列名）缺少 {'、'.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, SCENARIOS)
        file.write_text(text, encoding="utf-8")
        try:
            scenarios.read(file)
        except (ValueError, TypeError, AttributeError) as error:
            raise Invalid(f"a row cannot be read: {error}", zh=f"有一行无法识别：{error}") from error


def _page(draft_id: int, typed: str | None = None, refused: Invalid | None = None) -> str:
    draft, files = drafts.get(draft_id), drafts.files(draft_id)
    kept = files[SCENARIOS].decode("utf-8-sig") if SCENARIOS in files else None
    return render_template(
        "studio/scenarios.html",
        draft=draft,
        kept=kept is not None,
        rows=typed if typed is not None else kept or _begin(files),
        shipped=kept is None and _shipped(files) is not None,
        refused=sentence(refused) if refused else "",
    )


def _begin(files: dict[str, bytes]) -> str:
    """Rows to begin with: those that are shipped for the same process, else one case of each process."""
    if (shipped := _shipped(files)) is not None:
        return shipped
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for content in _diagrams(files).values():
        for process in xml.parse(content).iter(definitions.PROCESS):
            ends = [end.get("id") for end in process.iter(END)]
            name = "照常办理到结束" if chinese() else "goes the usual way to its end"
            rows.writerow([process.get("id"), name, "{}", "", "", "", "", ends[0] if ends else ""])
    return text.getvalue()


def _shipped(files: dict[str, bytes]) -> str | None:
    keys = {key for content in _diagrams(files).values() for key in scenarios.elements(content)}
    bundles = current_app.config["SETTINGS"].processes_path
    found = next((file for key in sorted(keys) if (file := coverage.beside(bundles, key))), None)
    return found.read_text(encoding="utf-8-sig") if found else None


def _diagrams(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path.endswith(".bpmn")}


def _drawn(files: dict[str, bytes], one: dict[str, Any]) -> bytes:
    return drafts.drawing(files[Path(one["diagram"]).name])


def _play(files: dict[str, bytes]) -> tuple[list[dict[str, Any]], str]:
    """What the rows walk, and what else is to be said: rows of processes that the draft does not draw, or why nothing
    could be played."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "draft")
        for path, content in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        (folder / "forms").mkdir(exist_ok=True)
        if SCENARIOS not in files:
            (folder / SCENARIOS).write_text(_begin(files), encoding="utf-8")
        command = [sys.executable, "-m", "flask", "--app", "app:create_app", "scenarios", "coverage"]
        try:
            played = subprocess.run(
                [*command, str(folder), "--forms", str(folder / "forms"), "--json"],
                cwd=coverage.ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
            )  # fmt: skip
            found: list[dict[str, Any]] = json.loads(played.stdout)
            rows = {row.process for row in scenarios.read(folder / SCENARIOS)}
        except subprocess.TimeoutExpired:
            return [], _("演练超过 %(n)s 秒，已停止。", n=PATIENCE)
        except (ValueError, BanjieError):
            said = played.stderr.strip().rpartition("\n")[2].replace(f"{folder}: ", "")
            return [], _("场景未能演练：%(why)s", why=said)
    strange = sorted(rows - {one["process"] for one in found})
    return found, _("草稿里没有画这些流程，它们的场景没有演练：%(keys)s", keys=_("、").join(strange)) if strange else ""
