"""The files of a deployment as a browser sends them: single files or archives, alone or with the rest of a version."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lxml import etree
from werkzeug.datastructures import FileStorage

from engine import called, definitions, queries, xml
from engine.errors import BanjieError, DiagramRefused, Finding, Invalid
from engine.models import ProcessDefinition
from engine.programs import FORMS

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
    files = {_suffixed(path, content): content for path, content in files.items()}
    if not files:
        raise Invalid("no files", zh="没有收到文件")
    if len(files) > MAX_FILES or any(".." in path.split("/") or path.startswith("/") for path in files):
        raise Invalid("too many files, or a path that leaves the bundle", zh="文件过多，或文件路径不合规")
    kept = {path: content for path, content in files.items() if _known(path)}
    if not kept:
        raise DiagramRefused([_stranger(path, "error") for path in files])
    return Bundle(kept, [_stranger(path, "warning") for path in files if path not in kept])


def _known(path: str) -> bool:
    return PurePosixPath(path).suffix in definitions.KINDS or path == definitions.SCENARIOS


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
            own = (r for r in queries.resources(newest[key].id) if not called.is_copy(r.path))
            beside |= {r.path: r.content for r in own}
            if (old := newest[key].path) not in uploaded:
                gone.add(old)
                bundle.replaced.append((key, old, path))
    bundle.files = {path: content for path, content in beside.items() if path not in gone} | uploaded


def settle(bundle: Bundle, beside: Mapping[str, bytes] | None = None) -> None:
    """Give each file the path it has among the files `beside`, or would have: a single file does not say. A diagram
    goes where the same process was drawn, a form where the diagrams look for it, anything else where its name was."""
    beside = beside or {}
    names = definitions.named_forms({**beside, **bundle.files})
    homes = {key: path for path, content in beside.items() for key in _keys(path, content)}
    settled: dict[str, bytes] = {}
    for path, content in bundle.files.items():
        same = [known for known in beside if known.rpartition("/")[2] == path and known not in bundle.files]
        drawn = {homes[key] for key in _keys(path, content) & homes.keys()} - bundle.files.keys()
        home = path
        if path not in beside and len(drawn) == 1:
            (home,) = drawn
            bundle.replaced.append((next(k for k, p in homes.items() if p == home), home, path))
        elif path not in beside and len(same) == 1:
            (home,) = same
        elif path.endswith(".json") and not path.startswith(FORMS):
            stem = path.removesuffix(".json")
            wanted = [name for name in names if name == stem or name.rpartition("/")[2] == stem]
            home = f"{FORMS}{wanted[0] if len(wanted) == 1 else stem}.json"
        settled[home] = content
    bundle.files = settled


def _suffixed(path: str, content: bytes) -> str:
    """Tools name their diagrams `x.bpmn20.xml`, `x.bpmn2` or plainly `x.xml`: what is inside decides."""
    if not path.lower().endswith((".xml", ".bpmn2", ".bpmn20")):
        return path
    try:
        root = etree.QName(xml.parse(content)).namespace or ""
    except Invalid:
        return path
    suffix = ".bpmn" if root == etree.QName(definitions.PROCESS).namespace else ".dmn" if "/DMN/" in root else ""
    return re.sub(r"(\.bpmn(20?)?)?(\.xml)?$", "", path, flags=re.IGNORECASE) + suffix if suffix else path


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


def _without_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without what a system packs beside the files, and without the folder that was packed as a whole."""
    files = {path: content for path, content in files.items() if not path.startswith("__MACOSX/")}
    tops = {path.partition("/")[0] + "/" for path in files}
    if len(tops) == 1 and tops != {FORMS} and all("/" in path for path in files):
        return {path.partition("/")[2]: content for path, content in files.items()}
    return files


def _unfold(content: bytes) -> dict[str, bytes]:
    try:
        with _opened(content) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise Invalid("the archive is too large", zh="压缩包过大")
            return _without_folder({entry.filename: archive.read(entry) for entry in entries})
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Invalid("not a zip archive", zh="压缩包无法打开") from error
    except RuntimeError as error:  # a password, or a way of packing that is not known here
        raise Invalid(
            "the archive needs a password or is packed in an unusual way", zh="压缩包设有密码或压缩方式特殊，无法打开"
        ) from error


def _opened(content: bytes) -> zipfile.ZipFile:
    """The archive; names that do not say their encoding come from a Chinese Windows."""
    try:
        return zipfile.ZipFile(io.BytesIO(content), metadata_encoding="gb18030")
    except UnicodeDecodeError:
        return zipfile.ZipFile(io.BytesIO(content))
