"""The revisions of a draft as they are kept: each file's content once, the fixes as ids, one number after the other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import orjson
import zstandard
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, registry, xml
from engine.clock import local
from engine.definitions import KINDS, SCENARIOS
from engine.errors import Conflict, Invalid, NotFound
from engine.gate import fixes
from engine.gate.elements import BANJIE
from engine.gate.fixes import Applied, Offer
from engine.models import Draft, DraftFile, DraftRevision

PATH_LENGTH = 300


@dataclass(frozen=True, slots=True)
class State:
    """What a revision holds: the files as they were given, the ids of the fixes applied to them, in order, and what
    came of it, once it is kept."""

    files: dict[str, bytes]
    fixes: tuple[str, ...] = ()
    kept: dict[str, bytes] | None = None

    def mended(self) -> dict[str, bytes]:
        """The files with the fixes made."""
        return dict(self.kept) if self.kept is not None else dict(apply(self.files, self.fixes).files)


def apply(given: Mapping[str, bytes], ids: Sequence[str]) -> Applied:
    """The files with these fixes made; which names the house knows matters to some."""
    return fixes.apply(given, ids, roles=registry.ROLES, connectors=registry.CONNECTORS)


def offers(given: Mapping[str, bytes]) -> list[Offer]:
    """The fixes that could be made now."""
    return fixes.offers(given, roles=registry.ROLES, connectors=registry.CONNECTORS)


def turn(session: Session, draft_id: int, revision: int) -> tuple[Draft, State]:
    """The draft, held for this transaction, and its newest state. Raises Conflict when `revision` is not the newest."""
    draft = session.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise NotFound(f"no draft {draft_id}", zh=f"没有草稿 {draft_id}，可能已被删除")
    if draft.revision != revision:
        raise stale(session, draft, revision)
    return draft, read(session, draft_id, revision)


def stale(session: Session, draft: Draft, revision: int) -> Conflict:
    """What to raise when a draft has gone on since `revision`: who was faster, and when."""
    at = f"{local(draft.updated_at):%Y-%m-%d %H:%M}"
    return Conflict(
        f"{draft.updated_by} has changed this draft at {at}: it is at revision {draft.revision}, you saw {revision}",
        zh=f"{draft.updated_by} 已于 {at} 改动这份草稿：现为第 {draft.revision} 版，您看到的是第 {revision} 版",
        by=draft.updated_by,
        at=at,
        revision=draft.revision,
    )


def read(session: Session, draft_id: int, number: int) -> State:
    """What a revision holds. Raises NotFound."""
    row = session.get(DraftRevision, (draft_id, number))
    if row is None:
        raise NotFound(f"no revision {number} of draft {draft_id}", zh=f"草稿 {draft_id} 没有第 {number} 版")
    given, mended = orjson.loads(row.files), orjson.loads(row.mended)
    query = select(DraftFile.sha256, DraftFile.content).where(
        DraftFile.draft_id == draft_id, DraftFile.sha256.in_({*given.values(), *mended.values()})
    )
    contents = {sha: zstandard.decompress(content) for sha, content in session.execute(query)}
    files, kept = ({path: contents[sha] for path, sha in paths.items()} for paths in (given, mended))
    return State(files, tuple(orjson.loads(row.fixes)), kept)


def write(session: Session, draft: Draft, after: State, kind: str, subject: str, actor: str) -> int:
    """The next revision of a draft."""
    given, mended = _kept(session, draft.id, after.files), _kept(session, draft.id, after.mended())
    draft.revision, draft.updated_at, draft.updated_by = draft.revision + 1, clock.now(), actor
    session.add(
        DraftRevision(
            draft_id=draft.id,
            number=draft.revision,
            at=draft.updated_at,
            author=actor,
            kind=kind,
            subject=subject,
            files=orjson.dumps(given).decode(),
            fixes=orjson.dumps(after.fixes).decode(),
            mended=orjson.dumps(mended).decode(),
        )
    )
    return draft.revision


def _kept(session: Session, draft_id: int, files: Mapping[str, bytes]) -> dict[str, str]:
    """Keep what is not kept yet; path -> digest."""
    paths = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    known = set(session.scalars(select(DraftFile.sha256).where(DraftFile.draft_id == draft_id)))
    for sha, content in {paths[path]: content for path, content in files.items()}.items():
        if sha not in known:
            session.add(DraftFile(draft_id=draft_id, sha256=sha, content=zstandard.compress(content)))
    session.flush()
    return paths


def declined(session: Session, draft_id: int, files: Mapping[str, bytes]) -> Container[str]:
    """The fixes that somebody took back, or undid by hand in a file that was mended: who cleared a field has meant it.

    A file without a word of our vocabulary was given afresh, and its fixes are on offer again.
    """
    query = select(DraftRevision).where(DraftRevision.draft_id == draft_id).order_by(DraftRevision.number)
    applied: set[str] = set()
    back: set[str] = set()
    then: dict[int, tuple[set[str], set[str]]] = {}
    for row in session.scalars(query):
        ids = set(row.subject.split("\n"))
        if row.kind == "restored":
            applied, back = then.get(int(row.subject), (applied, back))
        elif row.kind == "fixed":
            applied, back = applied | ids, back - ids
        elif row.kind == "undone":
            applied, back = applied - ids, back | ids
        then[row.number] = applied, back
    ours = {path for path, content in files.items() if BANJIE[1:-1].encode() in content}
    return back | {ident for ident in applied if any(ident.split(":", 1)[1].startswith(path + ":") for path in ours)}


def replaced(before: State, changed: set[str], wanted: dict[str, bytes]) -> State:
    """The state that shows the files `wanted`, which differ from what is there in the paths `changed`. Fixes of other
    files stay fixes where that comes to the same; else they are now part of their files."""
    applied = apply(before.files, before.fixes).done
    base = {path: content for path, content in before.files.items() if path not in changed}
    base |= {path: wanted[path] for path in changed if path in wanted}
    after = State(base, tuple(offer.id for offer in applied if offer.file not in changed))
    return after if after.mended() == wanted else State(wanted)


def readable(path: str, content: bytes) -> None:
    """Raise Invalid, naming the file, unless it is of a kind that is deployed and can be read."""
    parts = path.split("/")
    if len(path) > PATH_LENGTH or "\\" in path or re.search(r"[\x00-\x1f]", path) or {"", ".", ".."} & set(parts):
        raise Invalid(f"{path[:80]!r} is no path of a bundle", zh=f"“{path[:80]}”不是部署包内的文件路径")
    if path == SCENARIOS:
        return _text(path, content)
    kind = KINDS.get(PurePosixPath(path).suffix)
    if kind is None:
        raise Invalid(f"{path} is no file of a process", zh=f"{path} 不是流程文件（.bpmn、.dmn、.json）")
    try:
        orjson.loads(content) if kind == "form" else xml.parse(content)
    except orjson.JSONDecodeError as problem:
        raise Invalid(
            f"{path}: not JSON, line {problem.lineno}, column {problem.colno}",
            zh=f"{path}：第 {problem.lineno} 行第 {problem.colno} 列不是 JSON",
            mend=("从表单设计器重新导出", "export it again from the form editor"),
            path=path,
        ) from problem
    except Invalid as problem:
        raise Invalid(
            f"{path}: {problem}", zh=f"{path}：{problem.zh}", mend=problem.details.get("mend"), path=path
        ) from problem


def _text(path: str, content: bytes) -> None:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Invalid(f"{path}: not UTF-8", zh=f"{path} 不是 UTF-8 编码的文本", path=path) from problem
