"""Process definitions: what is deployed, with which versions, and deploying more."""

from __future__ import annotations

import io
import zipfile
from itertools import groupby

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from engine import definitions, queries
from engine.errors import DiagramRefused, Invalid, NotFound
from web import accounts
from web.auth import shows_diagram
from web.errors import finding_view, sentence
from web.permissions import Permission, actor, requires
from web.present import done

pages = Blueprint("definitions", __name__)

MAX_FILES = 200
MAX_UNPACKED = 32 * 2**20  # bytes a .zip may unfold to


@pages.get("/definitions")
@requires(Permission.READ_DEFINITIONS)
def index() -> str:
    processes = [list(versions) for _key, versions in groupby(queries.definitions(), key=lambda v: v.definition.key)]
    return render_template("definitions/index.html", processes=processes)


@pages.get("/definitions/<key>")
@requires(Permission.READ_DEFINITIONS)
def show(key: str) -> str:
    """One process: the diagram of a version (the newest, or `?version=`) and all versions with their counts."""
    versions = queries.definitions(key)
    wanted = request.args.get("version", type=int)
    shown = next((v.definition for v in versions if wanted in (None, v.definition.version)), None)
    if shown is None:
        raise NotFound
    shows_diagram()
    files = queries.resources(shown.id)
    who = accounts.names([shown.deployment.author]).get(shown.deployment.author, shown.deployment.author)
    return render_template("definitions/show.html", versions=versions, shown=shown, files=files, author=who)


@pages.get("/definitions/<int:definition_id>/diagram.bpmn")
@requires(Permission.SIGNED_IN)
def diagram(definition_id: int) -> Response:
    """A version's diagram. It never changes, so browsers may keep it."""
    response = Response(queries.diagram(definition_id), mimetype="application/xml")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@pages.get("/definitions/<int:definition_id>/files/<path:path>")
@requires(Permission.READ_DEFINITIONS)
def file(definition_id: int, path: str) -> BaseResponse:
    found = next((r for r in queries.resources(definition_id) if r.path == path), None)
    if found is None:
        raise NotFound
    return send_file(
        io.BytesIO(found.content), "application/octet-stream", as_attachment=True, download_name=path.split("/")[-1]
    )


@pages.get("/definitions/deploy")
@requires(Permission.DEPLOY)
def deploy_form() -> str:
    return render_template("definitions/deploy.html", reuse=True)


@pages.post("/definitions/deploy")
@requires(Permission.DEPLOY)
def deploy() -> BaseResponse | tuple[str, int]:
    """Deploy the uploaded files; what the gate refuses is shown finding by finding."""
    reuse = "reuse" in request.form
    try:
        files = _uploaded()
        if reuse:
            files = _completed(files)
        deployed = definitions.deploy(files, author=actor(), note=request.form.get("note", "").strip())
    except (DiagramRefused, Invalid) as error:
        findings = [finding_view(f) for f in getattr(error, "findings", ())]
        return render_template("definitions/deploy.html", refused=sentence(error), findings=findings, reuse=reuse), 422
    if deployed.unchanged:
        return done(_("内容与现有版本相同，没有产生新版本"), url_for("definitions.index"), kind="info")
    new = _("、").join(f"{key} v{version}" for key, version in deployed.new)
    warnings = len(deployed.findings)
    text = _("已部署 %(new)s", new=new)
    if warnings:
        text += ngettext("（%(num)d 条提醒）", "（%(num)d 条提醒）", warnings)
    return done(
        text, url_for("definitions.show", key=deployed.new[0][0]) if deployed.new else url_for("definitions.index")
    )


@pages.post("/definitions/<int:definition_id>/retire")
@requires(Permission.DEPLOY)
def retire(definition_id: int) -> BaseResponse:
    definitions.retire(definition_id, actor=actor())
    return done(_("已停用；已开始的实例不受影响"), _page_of(definition_id))


@pages.post("/definitions/<int:definition_id>/activate")
@requires(Permission.DEPLOY)
def activate(definition_id: int) -> BaseResponse:
    definitions.activate(definition_id, actor=actor())
    return done(_("已启用"), _page_of(definition_id))


def _page_of(definition_id: int) -> str:
    return url_for("definitions.show", key=queries.definition(definition_id).key)


def _uploaded() -> dict[str, bytes]:
    """The files of the request by path; a .zip unfolds. Raises Invalid for too much or for paths that climb."""
    files: dict[str, bytes] = {}
    for upload in request.files.getlist("files"):
        name, content = (upload.filename or "").replace("\\", "/"), upload.read()
        if name.lower().endswith(".zip"):
            files |= _unfold(content)
        elif name:
            files[name] = content
    if not files:
        raise Invalid("no files", zh="没有收到文件")
    if len(files) > MAX_FILES or any(".." in path.split("/") or path.startswith("/") for path in files):
        raise Invalid("too many files, or a path that leaves the bundle", zh="文件过多，或文件路径不合规")
    return files


def _completed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The upload with the files beside it that the newest version of the same diagram has."""
    newest: dict[str, int] = {}
    for version in queries.definitions():
        newest.setdefault(version.definition.path, version.definition.id)
    beside = [r for path, number in newest.items() if path in files for r in queries.resources(number)]
    return {r.path: r.content for r in beside} | files


def _unfold(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise Invalid("the archive is too large", zh="压缩包过大")
            return {entry.filename: archive.read(entry) for entry in entries}
    except zipfile.BadZipFile as error:
        raise Invalid("not a zip archive", zh="压缩包无法打开") from error
