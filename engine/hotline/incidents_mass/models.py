"""The tables of mass incidents. Written inside one lock (`grouping.locked`): detection is one queue."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Digest, Id, Instant, Name, db
from engine.hotline.models import Code, Money


class MassGroup(db.Model):  # type: ignore[name-defined]
    """Orders that tell of one matter. Most groups are one order and nobody ever looks at them."""

    __table_args__ = (
        Index("ix_mass_group_state", "state", "last_at"),
        Index("ix_mass_group_instance_id", "instance_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    label: Mapped[str] = mapped_column(Text)  # the subject that says best what it is about
    trader: Mapped[str | None] = mapped_column(Name)  # normalised, of the order that began it
    opened_at: Mapped[datetime] = mapped_column(Instant)  # first and last order
    last_at: Mapped[datetime] = mapped_column(Instant)
    orders: Mapped[int]
    words: Mapped[str] = mapped_column(Text)  # JSON: digest of a word -> its weight in the group
    state: Mapped[str] = mapped_column(Code, default="watch")  # watch raised confirmed dismissed closed
    level: Mapped[str | None] = mapped_column(Code)  # the highest reached: attention III II I
    raised_at: Mapped[datetime | None] = mapped_column(Instant)  # when that level was reached
    instance_id: Mapped[int | None] = mapped_column(Id)
    decided_by: Mapped[str | None] = mapped_column(Name)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)  # 统一答复口径
    reply_by: Mapped[str | None] = mapped_column(Name)
    reply_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class MassMember(db.Model):  # type: ignore[name-defined]
    """An order in its group. `score` of the join is kept, so that anybody can ask why it is here."""

    __table_args__ = (
        Index("ix_mass_member_group", "group_id", "at"),
        Index("ix_mass_member_claimant", "claimant", "at"),
    )

    order_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(ForeignKey(MassGroup.id))
    at: Mapped[datetime] = mapped_column(Instant)  # when the order was received
    claimant: Mapped[bytes] = mapped_column(Digest)  # keyed digest of telephone or name
    counted: Mapped[bool] = mapped_column(default=True)  # False: one who complains of everything
    subject: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal | None] = mapped_column(Money)
    alarm: Mapped[str] = mapped_column(Text, default="")  # words of alarm in it, parted by blanks
    harm: Mapped[str] = mapped_column(Text, default="")  # words of harm to body and life
    score: Mapped[int] = mapped_column(default=100)  # per cent: who and where, wording, both
    place: Mapped[int] = mapped_column(default=100)
    wording: Mapped[int] = mapped_column(default=100)
    linked_by: Mapped[str | None] = mapped_column(Name)  # by hand; else by detection
    unlinked_by: Mapped[str | None] = mapped_column(Name)
    unlinked_at: Mapped[datetime | None] = mapped_column(Instant)
    unlink_reason: Mapped[str | None] = mapped_column(Text)


class MassKey(db.Model):  # type: ignore[name-defined]
    """Which groups mention a piece of a name: the blocking index."""

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(ForeignKey(MassGroup.id), primary_key=True)
    orders: Mapped[int]

    __table_args__ = (Index("ix_mass_key_group", "group_id"),)


class MassTerm(db.Model):  # type: ignore[name-defined]
    """How common a piece of a name (in groups) or of the wording (in orders) is. Key 0 counts the orders."""

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seen: Mapped[int]


class MassLevel(db.Model):  # type: ignore[name-defined]
    """A level a group has reached, and the numbers that raised it."""

    group_id: Mapped[int] = mapped_column(ForeignKey(MassGroup.id), primary_key=True)
    level: Mapped[str] = mapped_column(Code, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    why: Mapped[str] = mapped_column(Text)  # JSON, see levels.Verdict
