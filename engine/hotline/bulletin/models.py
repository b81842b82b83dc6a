"""Tables of the bulletin. A row of `bulletin` is a version: its counts are written once and never again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Id, Instant, Name, db
from engine.hotline.models import Code


class Bulletin(db.Model):  # type: ignore[name-defined]
    """One version of one period's bulletin: the counts of an instant, frozen, and what people wrote to them."""

    __table_args__ = (UniqueConstraint("period", "version"), UniqueConstraint("job_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    period: Mapped[str] = mapped_column(Code)  # 2019, 2019Q3, 2019-07
    version: Mapped[int]
    first: Mapped[date]
    last: Mapped[date]
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[str] = mapped_column(Name)
    job_id: Mapped[int | None] = mapped_column(Id)  # of the step that wanted it: asked again, it is the same version
    counts: Mapped[str] = mapped_column(Text)  # canonical JSON
    sha256: Mapped[str] = mapped_column(String(64))  # of `counts`
    reason: Mapped[str] = mapped_column(Text, default="")  # why there is a version after the first
    changes: Mapped[str] = mapped_column(Text, default="[]")  # JSON: what differs from the version before
    texts: Mapped[str] = mapped_column(Text, default="{}")  # JSON: block -> what people wrote; frozen with publication
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    signed_by: Mapped[str | None] = mapped_column(Name)
    public: Mapped[bool] = mapped_column(default=False)  # 此件公开发布


class BulletinContest(db.Model):  # type: ignore[name-defined]
    """A unit's objection to one of its figures, and what became of it."""

    __table_args__ = (Index("ix_bulletin_contest_bulletin", "bulletin_id", "unit"),)

    job_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)  # of the step that told of it
    bulletin_id: Mapped[int] = mapped_column(ForeignKey(Bulletin.id))
    unit: Mapped[str] = mapped_column(Code)
    figure: Mapped[str] = mapped_column(Code)  # the count of the unit that is contested
    claimed: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    ruling: Mapped[str | None] = mapped_column(Code)  # 采纳 不采纳
    ruled: Mapped[int | None]  # the count that holds
    note: Mapped[str | None] = mapped_column(Text)
    ruled_at: Mapped[datetime | None] = mapped_column(Instant)
