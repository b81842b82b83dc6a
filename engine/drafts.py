"""Drafts: bundles on their way to a deployment. Every change is a revision; nothing of an earlier one is lost.

A revision is a set of files and an ordered list of mechanical fixes (`engine/gate/fixes`) applied to them, so that each
fix can be taken back alone. Whoever changes a draft says which revision they saw; when it is no longer the newest, the
change is refused with Conflict and nothing has happened.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from lxml import etree
from sqlalchemy import delete as sql_delete
from sqlalchemy import select

from engine import clock, definitions, xml
from engine import revisions as kept
from engine.db import db, transaction
from engine.definitions import Deployed
from engine.errors import Finding, Invalid, NotFound
from engine.gate.elements import BPMN, NODES
from engine.gate.fixes import Offer
from engine.gate.standard import layout
from engine.models import Draft, DraftFile, DraftRevision, ProcessDefinition
from engine.programs import FORMS
from engine.revisions import State

BLANK = Path(__file__).with_name("blank")
SHAPES = "{http://www.omg.org/spec/BPMN/20100524/DI}"
NAME_LENGTH = 200
ROUNDS = 10  # fixes that make others possible: so many steps deep


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft's files as they are now, what the gate says of them, which fixes are on offer, and which are applied.

    `choices` are offers among which a person picks; `declined` are those that somebody took back or changed since.
    """

    files: dict[str, bytes]
    findings: list[Finding]
    offers: list[Offer]
    applied: list[Offer]
    choices: list[Offer] = field(default_factory=list)
    declined: list[Offer] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it may be deployed."""
        return all(finding.severity != "error" for finding in self.findings)


def create(files: Mapping[str, bytes], *, name: str, actor: str) -> int:
    """Keep files as a new draft; returns its id.

    Raises Invalid when there is no diagram among them, or when one of them cannot be read at all.
    """
    for path, content in files.items():
        kept.readable(path, content)
    if not any(path.endswith(".bpmn") for path in files):
        raise Invalid("there is no diagram among the files", zh="文件中没有流程图（.bpmn）")
    name, now = _named(name), clock.now()
    with transaction() as session:
        draft = Draft(name=name, author=actor, revision=0, updated_at=now, updated_by=actor)
        session.add(draft)
        session.flush()
        kept.write(session, draft, State(dict(files)), "created", "", actor)
        return draft.id


def blank(name: str) -> dict[str, bytes]:
    """The files a new draft may begin with: a process of one task, which could be deployed as it is."""
    key = f"process_{secrets.token_hex(3)}"
    root = xml.parse((BLANK / "process.bpmn").read_bytes())
    for element in root.iter("*"):
        for attribute, value in element.attrib.items():
            if value == "process":
                element.set(attribute, key)
            elif value == "process/handle":
                element.set(attribute, f"{key}/handle")
    root.find(definitions.PROCESS).set("name", _named(name))
    diagram = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return {f"{key}.bpmn": diagram, f"{FORMS}{key}/handle.json": (BLANK / "handle.json").read_bytes()}


def fresh_form(name: str, taken: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The path and content of a new form beside the files `taken`, called after `name`; its field has a key of its own,
    so that no task writes over what another has found. Raises Invalid."""
    schema = orjson.loads((BLANK / "handle.json").read_bytes())
    schema["id"] = f"form_{secrets.token_hex(3)}"
    field, used = schema["components"][0], b"".join(taken[path] for path in taken if path.endswith(".json"))
    keys = (field["key"], *(f"{field['key']}_{number}" for number in range(2, len(taken) + 3)))
    field["key"] = next(key for key in keys if f'"{key}"'.encode() not in used)
    return _free(FORMS, name, ".json", taken), orjson.dumps(schema, option=orjson.OPT_INDENT_2)


def fresh_table(name: str, taken: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The same for a decision table of one rule."""
    key = f"decision_{secrets.token_hex(3)}"
    root = xml.parse((BLANK / "table.dmn").read_bytes())
    for element in root.iter("*"):
        for attribute, value in element.attrib.items():
            if value == "table" or value.startswith("table_"):
                element.set(attribute, key + value.removeprefix("table"))
    for named in (root, root.find("{*}decision")):
        named.set("name", _named(name))
    return _free("", name, ".dmn", taken), etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _free(folder: str, name: str, suffix: str, taken: Mapping[str, bytes]) -> str:
    """A path after a name, such as no file has yet."""
    stem = re.sub(r"[^\w-]+", "_", _named(name)).strip("_")[:60] or "new"
    names = (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3)))
    return next(path for one in names if (path := f"{folder}{one}{suffix}") not in taken)


def get(draft_id: int) -> Draft:
    """One draft. Raises NotFound."""
    draft = db.session.get(Draft, draft_id)
    if draft is None:
        raise NotFound(f"no draft {draft_id}", zh=f"没有草稿 {draft_id}，可能已被删除")
    return draft


def drafts() -> list[Draft]:
    """All drafts, the one changed last first."""
    return list(db.session.scalars(select(Draft).order_by(Draft.updated_at.desc(), Draft.id.desc())))


def files(draft_id: int, revision: int | None = None) -> dict[str, bytes]:
    """The files of a revision (the newest when none is named) with its fixes applied. Raises NotFound."""
    return state(draft_id, revision).mended()


def state(draft_id: int, revision: int | None = None) -> State:
    """What a revision holds. Raises NotFound."""
    return kept.read(db.session(), draft_id, revision or get(draft_id).revision)


def save(draft_id: int, path: str, content: bytes, *, revision: int, actor: str) -> int:
    """Add or replace a file; returns the new revision. The same content again changes nothing.

    Raises Conflict when `revision` is not the newest any more, Invalid when the file cannot be read.
    """
    return put(draft_id, {path: content}, revision=revision, actor=actor)


def put(draft_id: int, given: Mapping[str, bytes], *, revision: int, actor: str) -> int:
    """The same for several files, in one revision."""
    for path, content in given.items():
        kept.readable(path, content)
    with transaction() as session:
        draft, before = kept.turn(session, draft_id, revision)
        mended = before.mended()
        changed = {path for path, content in given.items() if mended.get(path) != content}
        if not changed:
            return draft.revision
        after = kept.replaced(before, changed, {**mended, **given})
        return kept.write(session, draft, after, "saved", _lines(sorted(changed)), actor)


def remove(draft_id: int, path: str, *, revision: int, actor: str) -> int:
    """Take a file out; it stays in the revisions before. Raises Conflict, NotFound, Invalid for the last diagram."""
    with transaction() as session:
        draft, before = kept.turn(session, draft_id, revision)
        mended = before.mended()
        if path not in mended:
            raise NotFound(f"no file {path} in this draft", zh=f"草稿中没有文件 {path}")
        left = {kept: content for kept, content in mended.items() if kept != path}
        if not any(kept.endswith(".bpmn") for kept in left):
            raise Invalid("a draft needs a diagram", zh="草稿至少要有一张流程图；不再需要时请删除整个草稿")
        return kept.write(session, draft, kept.replaced(before, {path}, left), "removed", path, actor)


def fix(draft_id: int, ids: Sequence[str] | None, *, revision: int, actor: str) -> int:
    """Apply mechanical fixes that are on offer; None: all, and those that become possible by them. One that another
    has made needless is left out.

    Raises Conflict when stale, Invalid when none of them is on offer.
    """
    with transaction() as session:
        draft, before = kept.turn(session, draft_id, revision)
        wanted = (
            _every(draft_id, before)
            if ids is None
            else [*before.fixes, *(one for one in ids if one not in before.fixes)]
        )
        done = tuple(offer.id for offer in kept.apply(before.files, wanted).done)
        fresh = [one for one in done if one not in before.fixes]
        if not fresh:
            raise Invalid("no such fix is on offer", zh="这项修正已不适用")
        return kept.write(session, draft, State(before.files, done), "fixed", _lines(fresh), actor)


def undo(draft_id: int, fix_id: str, *, revision: int, actor: str) -> int:
    """Take one applied fix back; those that stood upon it go with it. Raises Conflict, NotFound."""
    with transaction() as session:
        draft, before = kept.turn(session, draft_id, revision)
        if fix_id not in before.fixes:
            raise NotFound(f"fix {fix_id} is not applied", zh="这项修正没有应用，或已撤回")
        left = kept.apply(before.files, [one for one in before.fixes if one != fix_id]).done
        after = State(before.files, tuple(offer.id for offer in left))
        gone = [one for one in before.fixes if one not in after.fixes]
        return kept.write(session, draft, after, "undone", _lines(gone), actor)


def restore(draft_id: int, number: int, *, revision: int, actor: str) -> int:
    """Make an earlier revision the newest again; the ones between stay listed. Raises Conflict, NotFound."""
    with transaction() as session:
        draft, _before = kept.turn(session, draft_id, revision)
        return kept.write(session, draft, kept.read(session, draft_id, number), "restored", str(number), actor)


def rename(draft_id: int, name: str, *, revision: int, actor: str) -> int:
    """Give a draft another name. Raises Conflict, Invalid."""
    name = _named(name)
    with transaction() as session:
        draft, before = kept.turn(session, draft_id, revision)
        draft.name = name
        return kept.write(session, draft, before, "renamed", name, actor)


def delete(draft_id: int, *, revision: int, actor: str) -> None:
    """Delete a draft with all its revisions; what was deployed from it stays. Raises Conflict, NotFound."""
    with transaction() as session:
        draft, _before = kept.turn(session, draft_id, revision)
        for table in (DraftRevision, DraftFile):
            session.execute(sql_delete(table).where(table.draft_id == draft_id))
        session.delete(draft)


def report(draft_id: int) -> Checked:
    """Check the newest revision. Never raises but NotFound: whatever the files hold, there is something to say."""
    now = state(draft_id)
    files, applied = now.mended(), kept.apply(now.files, now.fixes).done
    every, declined = kept.offers(files), kept.declined(db.session(), draft_id, files)
    return Checked(
        files,
        definitions.check(files).findings,
        [offer for offer in every if not offer.choice and offer.id not in declined],
        applied,
        [offer for offer in every if offer.choice],
        [offer for offer in every if not offer.choice and offer.id in declined],
    )


def revisions(draft_id: int) -> list[DraftRevision]:
    """All revisions, newest first."""
    query = select(DraftRevision).where(DraftRevision.draft_id == draft_id).order_by(DraftRevision.number.desc())
    return list(db.session.scalars(query))


def deploy(draft_id: int, *, revision: int, actor: str, note: str = "") -> Deployed:
    """Deploy exactly this revision. Raises Conflict when it is not the newest, DiagramRefused with all findings."""
    draft = get(draft_id)
    if draft.revision != revision:
        raise kept.stale(db.session(), draft, revision)
    deployed = definitions.deploy(files(draft_id, revision), author=actor, note=note)
    with transaction() as session:
        row = session.get(DraftRevision, (draft_id, revision))
        if row is not None:  # else the draft was deleted in this very moment
            row.deployment_id = deployed.deployment_id
    return deployed


def drawing(content: bytes, *, afresh: bool = False) -> bytes:
    """A diagram as a browser may draw it: with a layout when it brings none, or `afresh` in place of the one it brings.
    Raises Invalid when it cannot be read."""
    if afresh:
        root = xml.parse(content)
        for old in list(root.iter(SHAPES + "BPMNDiagram")):
            old.getparent().remove(old)
        content = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return xml.clean(layout(content))


def undrawn(content: bytes) -> list[str]:
    """The steps, by name or id, that the drawing a diagram brings leaves out; what is folded away is no part of it."""
    root = xml.parse(content)
    shapes = {(s.get("bpmnElement") or "").rpartition(":")[2]: s for s in root.iter(SHAPES + "BPMNShape")}
    unfolded = {ident for ident, shape in shapes.items() if shape.get("isExpanded") == "true"}
    return [
        node.get("name") or node.get("id") or node.tag.rpartition("}")[2]
        for node in (root.iter(*(BPMN + name for name in NODES)) if shapes else ())
        if node.get("id") not in shapes
        and (node.getparent().tag == definitions.PROCESS or node.getparent().get("id") in unfolded)
    ]


def deployments(draft_id: int) -> dict[int, list[ProcessDefinition]]:
    """What became of each revision that was deployed: the versions it brought, or was the same as."""
    query = (
        select(DraftRevision.number, ProcessDefinition)
        .join(ProcessDefinition, ProcessDefinition.deployment_id == DraftRevision.deployment_id)
        .where(DraftRevision.draft_id == draft_id)
        .order_by(DraftRevision.number.desc(), ProcessDefinition.key)
    )
    found: dict[int, list[ProcessDefinition]] = {}
    for number, definition in db.session.execute(query):
        found.setdefault(number, []).append(definition)
    return found


def _every(draft_id: int, before: State) -> list[str]:
    """The applied fixes, those on offer that need no choice and were not declined, those on offer then, and so on."""
    ids, declined = list(before.fixes), kept.declined(db.session(), draft_id, before.mended())
    for _ in range(ROUNDS):
        on_offer = kept.offers(kept.apply(before.files, ids).files)
        fresh = [offer.id for offer in on_offer if not (offer.choice or offer.id in declined or offer.id in ids)]
        if not fresh:
            break
        ids += fresh
    return ids


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise Invalid("a draft needs a name", zh=f"请给草稿起一个名字（不超过 {NAME_LENGTH} 个字）")
    return name


def _lines(ids: Sequence[str]) -> str:
    return "\n".join(ids)
