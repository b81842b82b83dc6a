"""The files of a deployment as a browser sends them: single files or archives, alone or with the rest of a version."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage

from engine import definitions, queries
from engine.errors import BanjieError, DiagramRefused, Finding, Invalid
from engine.models import ProcessDefinition

MAX_FILES = 200
MAX_UNPACKED = 32 * 2**20  # bytes a .zip may unfold to


@dataclass(slots=True)
class Bundle:
    """Files by path; what was left out of them, as findings; which old file gave way to which new one."""

    files: dict[str, bytes]
    findings: list[Finding] = field(default_factory=list)
    replaced: list[tuple[str, str, str]] = field(default_factory=list)  # process key, old path, new path


def read(uploads: Iterable[FileStorage]) -> Bundle:
    """What was uploaded; a .zip unfolds. Files of other kinds are left out and named.

    Raises Invalid for too much or for paths that climb, DiagramRefused when there is no file of a process at all.
    """
    files: dict[str, bytes] = {}
    for upload in uploads:
        name, content = (upload.filename or "").replace("\\", "/"), upload.read()
        if name.lower().endswith(".zip"):
            files |= _unfold(content)
        elif name:
            files[name] = content
    if not files:
        raise Invalid("no files", zh="没有收到文件")
    if len(files) > MAX_FILES or any(".." in path.split("/") or path.startswith("/") for path in files):
        raise Invalid("too many files, or a path that leaves the bundle", zh="文件过多，或文件路径不合规")
    kept = {path: content for path, content in files.items() if PurePosixPath(path).suffix in definitions.KINDS}
    if not kept:
        raise DiagramRefused([_stranger(path, "error") for path in files])
    return Bundle(kept, [_stranger(path, "warning") for path in files if path not in kept])


def complete(bundle: Bundle) -> None:
    """Add what the newest versions of the uploaded processes have beside it. Processes are known by their ids: a file
    that draws the same process under another name is replaced."""
    newest: dict[str, ProcessDefinition] = {}
    for version in queries.definitions():
        newest.setdefault(version.definition.key, version.definition)
    uploaded = dict(bundle.files)
    beside: dict[str, bytes] = {}
    gone = set()
    for path in uploaded:
        for key in sorted(_keys(path, uploaded[path]) & newest.keys()):
            beside |= {r.path: r.content for r in queries.resources(newest[key].id)}
            if (old := newest[key].path) not in uploaded:
                gone.add(old)
                bundle.replaced.append((key, old, path))
    bundle.files = {path: content for path, content in beside.items() if path not in gone} | uploaded


def _keys(path: str, content: bytes) -> set[str]:
    try:
        return definitions.keys({path: content})
    except BanjieError:
        return set()  # the gate says what is wrong with it


def _stranger(path: str, severity: str) -> Finding:
    return Finding(
        "file-unknown",
        severity,
        path,
        None,
        f"{path} 不是流程文件，不会部署",
        f"{path} is no file of a process and will not be deployed",
        "流程图用 .bpmn，决策表用 .dmn，表单用 .json",
        "diagrams end in .bpmn, decisions in .dmn, forms in .json",
    )


def _unfold(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise Invalid("the archive is too large", zh="压缩包过大")
            return {entry.filename: archive.read(entry) for entry in entries}
    except zipfile.BadZipFile as error:
        raise Invalid("not a zip archive", zh="压缩包无法打开") from error
