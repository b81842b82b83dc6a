"""Personal data in clear, for a reason that is recorded before anything is shown; and notes about orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from engine import clock, errors
from engine.db import db, transaction
from engine.hotline import access, privacy
from engine.hotline.casefile import natures_of, order
from engine.hotline.models import Order, OrderNote, Party, Reading
from engine.hotline.roles import Viewer

SHORTEST = 4  # characters: "工作" is no reason


def read(order_no: str, viewer: Viewer, fields: Iterable[str], *, reason: str) -> dict[str, str | None]:
    """These personal fields of an order in clear. The reading is recorded, whether or not the fields are filled.

    Raises NotFound, FormInvalid (no reason), Forbidden (a field that this person may not read).
    """
    wanted = sorted(set(fields))
    order_id = order(order_no, viewer).order_id
    if len(reason.strip()) < SHORTEST:
        raise errors.FormInvalid({"reason": ["请写明查看理由"]}, "a reason is wanted")
    found = db.session.get_one(Order, order_id)
    refused = set(wanted) - access.readable(viewer, natures_of(found))
    if refused or not wanted:
        raise errors.Forbidden(f"may not read {', '.join(sorted(refused)) or 'nothing'}", zh="您无权查看这些个人信息")
    with transaction() as session:
        session.add(
            Reading(
                order_id=order_id, person=viewer.name, fields=",".join(wanted), reason=reason.strip(), at=clock.now()
            )
        )
    return {name: _open(order_id, name) for name in wanted}


def _open(order_id: int, name: str) -> str | None:
    if name in access.STORY:
        sealed = getattr(db.session.get_one(Order, order_id), name)
        return privacy.decrypt(sealed, "work_order", order_id, name) if sealed else None
    sealed = getattr(db.session.get(Party, (order_id, 1)), name, None)
    return privacy.decrypt(sealed, "party", order_id, 1, name) if sealed else None


def readings(*, order_no: str | None = None, person: str | None = None, since: datetime | None = None) -> list[Reading]:
    """Who has read what, newest first; for the auditor."""
    query = select(Reading).join(Reading.order).options(contains_eager(Reading.order))
    query = query.order_by(Reading.id.desc()).limit(500)
    if order_no is not None:
        query = query.where(Order.order_no == order_no)
    if person is not None:
        query = query.where(Reading.person == person)
    if since is not None:
        query = query.where(Reading.at >= since)
    return list(db.session.scalars(query))


def add_note(order_no: str, viewer: Viewer, text: str) -> None:
    """Write a note about an order. Raises NotFound, FormInvalid, and Forbidden for who may not read its story."""
    text = text.strip()
    order_id = order(order_no, viewer).order_id
    if not viewer.roles & access.READS_STORY:
        raise errors.Forbidden("may not write notes")
    if not 1 <= len(text) <= 2000:
        raise errors.FormInvalid({"text": ["请填写，不超过 2000 字"]}, en={"text": ["Must have 1 to 2000 characters"]})
    at = clock.now()
    sealed = privacy.encrypt(text, "order_note", order_id, viewer.name, at.isoformat())
    with transaction() as session:
        session.add(OrderNote(order_id=order_id, author=viewer.name, at=at, text=sealed))
