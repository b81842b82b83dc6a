"""The knowledge base 知识库: entries with an owner, a basis, and the days of their review and their end.

An entry written in a process task (`consult`, `warm_transfer`: 补充知识库) comes as a draft; its owner confirms it.
Every change keeps what stood before. Entries hold no personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select

from engine import clock, errors, registry
from engine.db import db, transaction
from engine.hotline import privacy, wording
from engine.hotline.models import Knowledge, KnowledgeUse, KnowledgeVersion, Matter
from engine.hotline.roles import Viewer
from engine.hotline.sheets import Sheet, keeps
from engine.registry import Change

SHOWN = ("valid", "due", "expired", "draft", "withdrawn")  # what the list may be asked for
REVIEW = timedelta(days=365)  # until an entry is looked at again, when nobody said otherwise
TASK = "add_knowledge"  # the process task that writes entries
PROCESSES = ("consult", "warm_transfer")  # which have it
LONGEST = {"title": 100, "category": 60, "tags": 200, "basis": 500, "body": 4000, "note": 200}
KEPT = (
    "title", "body", "category", "tags", "basis", "unit", "review_on", "expires_on", "state", "author", "at", "note",
)  # fmt: skip


def state_of(entry: Knowledge) -> str:
    """How an entry stands today: draft valid due expired withdrawn. `due`: it holds, but is to be reviewed."""
    if entry.state != "valid":
        return entry.state
    if entry.expires_on is not None and entry.expires_on < clock.today():
        return "expired"
    return "due" if entry.review_on <= clock.today() else "valid"


def _shown(state: str) -> ColumnElement[bool]:
    if state in ("draft", "withdrawn"):
        return Knowledge.state == state
    held = Knowledge.state == "valid"
    if state == "expired":
        return and_(held, Knowledge.expires_on < clock.today())
    holds = and_(held, or_(Knowledge.expires_on.is_(None), Knowledge.expires_on >= clock.today()))
    return and_(holds, Knowledge.review_on <= clock.today()) if state == "due" else holds


def listed(*, search: str = "", state: str = "valid", category: str | None = None, limit: int = 200) -> list[Knowledge]:
    """Entries in a state of `SHOWN` that have every word of the search; `valid` includes those due for review."""
    said = (Knowledge.title, Knowledge.body, Knowledge.tags, Knowledge.category, Knowledge.basis)
    query = select(Knowledge).where(_shown(state), *wording.matches(search, said))
    if category:
        query = query.where(Knowledge.category == category)
    order = (Knowledge.review_on, Knowledge.id) if state == "due" else (Knowledge.at.desc(), Knowledge.id.desc())
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def counts() -> dict[str, int]:
    """How many entries are in each state of `SHOWN`."""
    columns = [func.count().filter(_shown(state)).label(state) for state in SHOWN]
    return dict(db.session.execute(select(*columns).select_from(Knowledge)).one()._mapping)


def categories() -> list[str]:
    """The categories in use."""
    query = select(Knowledge.category).where(Knowledge.category.is_not(None)).distinct()
    return sorted(str(found) for found in db.session.scalars(query))


def entry(number: int) -> Knowledge:
    """One entry. Raises NotFound."""
    found = db.session.get(Knowledge, number)
    if found is None:
        raise errors.NotFound(f"there is no entry {number}", zh="知识库没有这个条目")
    return found


def versions(number: int) -> list[KnowledgeVersion]:
    """What an entry said before, newest first."""
    query = select(KnowledgeVersion).where(KnowledgeVersion.entry_id == number)
    return list(db.session.scalars(query.order_by(KnowledgeVersion.version.desc())))


def uses(numbers: Iterable[int]) -> dict[int, int]:
    """In how many tasks' answers each entry was put."""
    query = select(KnowledgeUse.entry_id, func.count()).where(KnowledgeUse.entry_id.in_(list(numbers)))
    return dict(db.session.execute(query.group_by(KnowledgeUse.entry_id)).tuples().all())


def used(number: int, task_id: int, person: str) -> None:
    """Note that an entry went into the answer of a task; the same again counts once. Raises NotFound."""
    entry(number)
    with transaction() as session:
        if session.get(KnowledgeUse, (number, task_id)) is None:
            session.add(KnowledgeUse(entry_id=number, task_id=task_id, person=person, at=clock.now()))


# -- writing -------------------------------------------------------------------------------------------------------


def write(fields: dict[str, Any], viewer: Viewer, *, number: int | None = None) -> int:
    """A new entry, or a new version of one; returns its number. Who writes for its unit confirms it thereby.

    Of an entry that is there, `fields["version"]` says which version was read: Conflict when it is another by now.
    Raises FormInvalid by field, NotFound and Forbidden.
    """
    values = _checked(fields, viewer) | {"state": "valid", "author": viewer.name, "at": clock.now()}
    with transaction() as session:
        if number is None:
            new = Knowledge(**values, version=1)
            session.add(new)
            session.flush()
            return new.id
        found = own(number, viewer)
        if str(fields.get("version")) != str(found.version):
            raise errors.Conflict(
                f"version {found.version} was written meanwhile", zh="此条目刚刚被他人修改，请打开最新内容后再改"
            )
        _change(found, values)
        return found.id


def confirm(number: int, viewer: Viewer) -> None:
    """A draft holds from now on. Raises NotFound, Forbidden, and Conflict when it is no draft."""
    with transaction():
        found = own(number, viewer)
        if found.state != "draft":
            raise errors.Conflict(f"entry {number} is no draft", zh="此条目已不是待确认的草稿")
        _change(found, {"state": "valid", "author": viewer.name, "at": clock.now(), "note": "确认"})


def withdraw(number: int, viewer: Viewer, reason: str) -> None:
    """An entry holds no more; it stays to be read, with the reason. Raises FormInvalid, NotFound and Forbidden."""
    sheet = Sheet({"reason": reason})
    note = sheet.text("reason", LONGEST["note"], needed=True)
    sheet.done()
    with transaction():
        _change(own(number, viewer), {"state": "withdrawn", "author": viewer.name, "at": clock.now(), "note": note})


def own(number: int, viewer: Viewer) -> Knowledge:
    """An entry that this person may change. Raises NotFound and Forbidden."""
    found = entry(number)
    if not keeps(viewer, found.unit):
        raise errors.Forbidden("the entry is another unit's", zh="此条目由其他单位负责")
    return found


def _change(found: Knowledge, values: dict[str, Any]) -> None:
    kept = {name: getattr(found, name) for name in KEPT}
    db.session.add(KnowledgeVersion(entry_id=found.id, version=found.version, **kept))
    for name, value in values.items():
        setattr(found, name, value)
    found.version += 1


def _checked(fields: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
    sheet = Sheet(fields)
    texts = {name: sheet.text(name, most, needed=name in ("title", "body")) for name, most in LONGEST.items()}
    values: dict[str, Any] = texts | {
        "tags": sheet.words("tags", LONGEST["tags"]),
        "unit": sheet.unit("unit", viewer, needed=True),
        "review_on": sheet.day("review_on") or clock.today() + REVIEW,
        "expires_on": sheet.day("expires_on"),
    }
    if values["expires_on"] and values["expires_on"] < clock.today():
        sheet.wrong("expires_on", "失效日期已过；不再适用的请撤回", "This day has passed; withdraw what holds no more")
    sheet.done()
    return values


# -- from the process ----------------------------------------------------------------------------------------------


def impersonal(values: dict[str, Any], _known: dict[str, Any]) -> dict[str, list[str]]:
    """What becomes an entry names nobody by number."""
    return {
        field: ["写有手机号或身份证号，请删去"]
        for field in ("kb_title", "kb_text")
        if privacy.personal(str(values.get(field) or ""))
    }


for _process in PROCESSES:
    registry.form_check(f"{_process}/{TASK}")(impersonal)


@registry.projection
def follow(connection: Connection, changes: list[Change]) -> None:
    """What the task 补充知识库 says becomes a draft of the unit that answered."""
    tasks = [c for c in changes if c.element == TASK and c.process in PROCESSES]
    written = [c for c in tasks if c.kind == "task.completed" and _text(c)]
    for change in written:
        same = and_(Knowledge.instance_id == change.instance_id, Knowledge.seq == change.seq)
        if connection.scalar(select(Knowledge.id).where(same)) is None:
            unit = change.values.get("transfer_unit") or connection.scalar(
                select(Matter.unit).where(Matter.matter_no == str(change.business_key))
            )
            connection.execute(insert(Knowledge).values(_draft(change, unit)))


def _text(change: Change) -> str:
    return str(change.values.get("kb_text") or "")


def _draft(change: Change, unit: str | None) -> dict[str, Any]:
    try:
        review = date.fromisoformat(str(change.values.get("kb_expires"))[:10])
    except ValueError:
        review = clock.local(change.at).date() + REVIEW
    return {
        "title": str(change.values.get("kb_title") or _text(change))[: LONGEST["title"]],
        "body": _text(change),
        "unit": unit,
        "review_on": review,
        "state": "draft",
        "version": 1,
        "author": change.actor,
        "at": change.at,
        "matter_no": change.business_key,
        "instance_id": change.instance_id,
        "seq": change.seq,
    }
