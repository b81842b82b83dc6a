"""The tables of letters. What a letter says is sealed: it names people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.db import Digest, Id, Instant, Name, db
from engine.hotline.models import Code, Order, Sealed


class Letter(db.Model):  # type: ignore[name-defined]
    """A letter 文书 as it was issued. What it says never changes; its files are made from that and kept with a hash."""

    __table_args__ = (
        UniqueConstraint("unit", "year", "serial"),
        Index("ix_letter_order", "order_id", "id"),
        Index("ix_letter_matter_no", "matter_no", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(Name, unique=True)  # the job, or the request, that asked: once is enough
    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id))
    matter_no: Mapped[str | None] = mapped_column(Name)
    form: Mapped[str] = mapped_column(Code)  # its file among the templates
    name: Mapped[str] = mapped_column(Name)
    rule_version: Mapped[int]
    unit: Mapped[str] = mapped_column(Code)  # the authority in whose name it is
    year: Mapped[int]
    serial: Mapped[int | None]  # gapless for each authority and year; None: this kind bears no number
    number: Mapped[str | None] = mapped_column(Name)  # 沪浦市监〔2026〕第1号
    fields: Mapped[str] = mapped_column(Name)  # the personal fields in it
    document: Mapped[bytes] = mapped_column(Sealed, deferred=True)
    pdf: Mapped[bytes | None] = mapped_column(Sealed, deferred=True)
    sha256: Mapped[bytes | None] = mapped_column(Digest)  # of the PDF, before it was sealed
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(Name)
    deliveries: Mapped[list[Delivery]] = relationship(order_by="Delivery.number", lazy="selectin")

    @property
    def personal(self) -> frozenset[str]:
        return frozenset(filter(None, self.fields.split(",")))


class LetterSerial(db.Model):  # type: ignore[name-defined]
    """The last number an authority has given in a year."""

    __tablename__ = "letter_serial"

    unit: Mapped[str] = mapped_column(Code, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Delivery(db.Model):  # type: ignore[name-defined]
    """One sending of a letter 送达; a letter to both sides has two, a mistake is followed by another."""

    __tablename__ = "letter_delivery"

    letter_id: Mapped[int] = mapped_column(ForeignKey(Letter.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient: Mapped[str] = mapped_column(Code)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    sent_how: Mapped[str] = mapped_column(Code)  # 互联网 电话 短信 邮件 信函
    receipt: Mapped[bytes | None] = mapped_column(Sealed)  # people write names and numbers into it
    recorded_by: Mapped[str] = mapped_column(Name)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
