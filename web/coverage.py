"""What the scenarios beside a diagram walk, drawn on it.

Playing a row moves the clock of its process, so it is done by a process of its own, `flask scenarios coverage`; the
answer is kept until a file of the bundle changes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup

from engine import drawing, queries, scenarios, xml
from engine.errors import NotFound, Unavailable
from web.permissions import Permission, requires

pages = Blueprint("coverage", __name__)

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120  # seconds


@pages.get("/definitions/<key>/coverage")
@requires(Permission.READ_DEFINITIONS)
def show(key: str) -> str:
    """The page of a process's scenarios; what they walk comes when they have been played."""
    diagram = _diagram(current_app.config["SETTINGS"].processes_path, key)
    if diagram is None:
        raise NotFound
    versions = queries.definitions(key)
    newest = versions[0].definition if versions else None
    return render_template(
        "definitions/coverage.html",
        key=key,
        name=newest.name if newest else key,
        newest=newest,
        same=newest is not None and queries.diagram(newest.id) == xml.clean(diagram.read_bytes()),
        folder=diagram.parent.name,
    )


@pages.get("/definitions/<key>/coverage/walked")
@requires(Permission.READ_DEFINITIONS)
def walked(key: str) -> str:
    """The shipped diagram of a process with a count at each element, and its rows."""
    settings = current_app.config["SETTINGS"]
    diagram = _diagram(settings.processes_path, key)
    if diagram is None:
        raise NotFound
    played = _walked(diagram.parent, settings.forms_path, _state(diagram.parent, settings.forms_path))
    found = next(each for each in played if each["process"] == key)
    picture = Markup(drawing.svg(diagram.read_bytes(), found["counts"], key))
    return render_template("definitions/_walked.html", walked=found, picture=picture)


@pages.get("/drawing.css")
@requires(Permission.SIGNED_IN)
def style() -> Response:
    """How drawings look: pages may not have styles of their own."""
    return Response(drawing.STYLE, mimetype="text/css")


def has(key: str) -> bool:
    """Are there scenarios for a process?"""
    return _diagram(current_app.config["SETTINGS"].processes_path, key) is not None


def beside(bundles: Path, key: str) -> Path | None:
    """The scenarios that are shipped with a process."""
    diagram = _diagram(bundles, key)
    return diagram.parent / "scenarios.csv" if diagram else None


def _diagram(bundles: Path, key: str) -> Path | None:
    for diagram in sorted(bundles.glob("*/*.bpmn")):
        if (diagram.parent / "scenarios.csv").exists() and key in _processes(diagram, diagram.stat().st_mtime_ns):
            return diagram
    return None


@lru_cache(maxsize=200)
def _processes(diagram: Path, _changed: int) -> frozenset[str]:
    return frozenset(scenarios.elements(diagram.read_bytes()))


def _state(folder: Path, forms: Path) -> str:
    """A digest of everything that the answer depends on, but the code."""
    digest = sha256()
    for file in sorted((*folder.iterdir(), *forms.glob("*/*.json"))):
        if file.is_file():
            digest.update(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}".encode())
    return digest.hexdigest()


@lru_cache(maxsize=100)
def _walked(folder: Path, forms: Path, _state: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "flask", "--app", "app:create_app", "scenarios", "coverage"]
    try:
        done = subprocess.run(
            [*command, str(folder), "--forms", str(forms), "--json"],
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        found: list[dict[str, Any]] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Unavailable(
            f"the scenarios of {folder.name} could not be played", zh="场景未能演练，请检查场景表"
        ) from error
    return found
