"""Who rings: the earlier orders of a telephone number, for the seat that takes the call.

The number is compared by its keyed digest and shown masked. Looking is a reading of personal data, because it joins a
number with its orders, and is recorded for each of them before they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from engine import clock
from engine.db import db, transaction
from engine.hotline import access, privacy
from engine.hotline.models import Order, Party, Reading
from engine.hotline.register import OrderRow, rows_of
from engine.hotline.roles import Viewer

SHOWN = 10  # orders, the newest first
REASON = "来电弹屏"


@dataclass(frozen=True, slots=True)
class Caller:
    """A number that rings. `name` is that of the newest order which may tell it; None: nobody knows."""

    number: str  # masked
    name: str | None  # masked
    orders: list[OrderRow]
    count: int  # of all orders this viewer may know of
    open: int  # of those, not closed


def caller(number: str, viewer: Viewer) -> Caller | None:
    """What is known of a number; None when it is no telephone number. Records who looked at which order."""
    normal = privacy.normal_phone(number)
    if normal is None:
        return None
    same = select(Party.order_id).where(Party.phone_index == privacy.phone_index(number))
    found = (Order.id.in_(same), access.visible_orders(viewer))
    orders = db.session.scalars(
        select(Order).where(*found).order_by(Order.received_at.desc(), Order.id.desc()).limit(SHOWN)
    ).all()
    count, waiting = db.session.execute(
        select(func.count(), func.count().filter(Order.state != "closed")).select_from(Order).where(*found)
    ).one()
    rows = rows_of(list(orders))
    shown = Caller(privacy.mask_phone(number), _name(rows, viewer), rows, count, waiting)
    with transaction() as session:
        at = clock.now()
        for row in rows:
            reading = Reading(order_id=row.order_id, person=viewer.name, fields="phone", reason=REASON, at=at)
            session.add(reading)
    return shown


def _name(rows: list[OrderRow], viewer: Viewer) -> str | None:
    for row in rows:
        party = db.session.get(Party, (row.order_id, 1))
        if party and party.name and access.sees_masked(viewer, row.nature.split("、")):
            return privacy.mask_name(privacy.decrypt(party.name, "party", row.order_id, 1, "name"))
    return None
