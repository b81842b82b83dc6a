"""Bulletins for readers: who may see which version, and a version with all that a page shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import ColumnElement, false, select, true

from engine import errors
from engine.db import db
from engine.hotline import access, organisation
from engine.hotline.bulletin import freezing, report, steps
from engine.hotline.bulletin.models import Bulletin, BulletinContest
from engine.hotline.bulletin.periods import before, period
from engine.hotline.bulletin.report import Report
from engine.hotline.roles import Viewer
from engine.models import ProcessDefinition, ProcessInstance

MAKERS = frozenset({"coordinator", "analyst"})  # see what is not published yet
SIGNERS = frozenset({"leader", "section"})  # so do these, when they belong to the office or to a section
READERS = access.WORKING | {"analyst", "auditor"}  # see what is published


@dataclass(frozen=True, slots=True)
class Opened:
    """A version with its report, the other versions of its period that the viewer may see, and the objections."""

    bulletin: Bulletin
    number: str
    whole: bool  # the counts are those that were frozen
    report: Report
    versions: list[Bulletin]
    changes: list[dict[str, Any]]
    contests: list[BulletinContest]


def versions(viewer: Viewer) -> list[Bulletin]:
    """What this person may read, newest period and version first."""
    query = select(Bulletin).where(_visible(viewer))
    return list(db.session.scalars(query.order_by(Bulletin.last.desc(), Bulletin.period, Bulletin.version.desc())))


def makes(viewer: Viewer) -> bool:
    """Does this person see unpublished versions?"""
    central = bool(viewer.roles & SIGNERS) and (viewer.unit == organisation.OFFICE or "section" in viewer.roles)
    return bool(viewer.roles & MAKERS) or central


def opened(bulletin_id: int, viewer: Viewer, *, residual: bool | None = None) -> Opened:
    """One version. Raises NotFound for what is not there and for what is not theirs to see."""
    found = db.session.scalar(select(Bulletin).where(Bulletin.id == bulletin_id, _visible(viewer)))
    if found is None:
        raise errors.NotFound(f"there is no bulletin {bulletin_id}", zh="没有这份通报")
    same = select(Bulletin).where(Bulletin.period == found.period, _visible(viewer)).order_by(Bulletin.version.desc())
    contests = steps.contests(found.id)
    if not makes(viewer):
        contests = [each for each in contests if each.unit == viewer.unit]
    return Opened(
        found,
        steps.number(found),
        freezing.whole(found),
        built(found, residual=residual),
        list(db.session.scalars(same)),
        orjson.loads(found.changes),
        contests,
    )


def built(bulletin: Bulletin, *, residual: bool | None = None) -> Report:
    """The report of a version, compared with the newest published one of the period before, if there is one."""
    old = freezing.newest(before(period(bulletin.period)).key, published=True)
    return report.build(
        orjson.loads(bulletin.counts),
        texts=orjson.loads(bulletin.texts),
        before=orjson.loads(old.counts) if old else None,
        residual=residual,
        facts=_facts(bulletin),
    )


def _facts(bulletin: Bulletin) -> list[report.Text]:
    facts = [
        (f"期间 {bulletin.first} 至 {bulletin.last}", f"{bulletin.first} – {bulletin.last}"),
        (
            f"第 {bulletin.version} 版，编号 {steps.number(bulletin)}",
            f"version {bulletin.version}, {steps.number(bulletin)}",
        ),
        (f"数据指纹（SHA-256）{bulletin.sha256}", f"SHA-256 of the data {bulletin.sha256}"),
    ]
    if bulletin.reason:
        facts.append((f"本版缘由：{bulletin.reason}", f"reason: {bulletin.reason}"))
    if bulletin.public:
        facts.append(("（此件公开发布）", "(public)"))
    return facts


def under_way(key: str) -> bool:
    """Is a bulletin of this period being made?"""
    query = (
        select(ProcessInstance.id)
        .join(ProcessDefinition)
        .where(ProcessDefinition.key == "bulletin", ProcessInstance.business_key == key)
        .where(ProcessInstance.status.in_(("running", "suspended")))
    )
    return db.session.scalar(query.limit(1)) is not None


def printed_files(processes: Path) -> dict[int, Path]:
    """Bulletins of which only the printed page is left, by year."""
    files = sorted((processes / "bulletin").glob("printed-*.json"))
    return {int(file.stem.removeprefix("printed-")): file for file in files}


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    if makes(viewer):
        return true()
    return Bulletin.published_at.is_not(None) if viewer.roles & READERS else false()
