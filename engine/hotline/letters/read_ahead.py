"""What letters to be issued together say of their cases, read together: a handful of queries for all of them.

The rows are held in the session meanwhile, so that whoever asks for one of them by its key is answered from memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from engine.db import db
from engine.hotline.letters.facts import Case
from engine.hotline.models import Matter, Order, Party, Unit


@dataclass(frozen=True, slots=True)
class Cases:
    """Orders and matters by number; `held` keeps the others in the session."""

    orders: dict[str, Order]
    matters: dict[str, Matter]
    natures: dict[str, tuple[str, ...]]  # by order number, in the order of its matters
    held: list[Any]

    def case(self, order_no: Any, matter_no: Any) -> Case | None:
        """The case of a matter's or an order's number; None when there is none."""
        matter = self.matters.get(str(matter_no)) if matter_no else None
        order = self.orders.get(matter.order_no if matter else str(order_no))
        return Case(order, matter, self.natures.get(order.order_no, ())) if order else None


@contextmanager
def cases(payloads: Collection[dict[str, Any]]) -> Iterator[Cases]:
    """Read the cases that payloads of the connector `notice` name."""
    db.session.rollback()  # a new look, not an older snapshot
    numbers = {str(payload["order_no"]) for payload in payloads if payload.get("order_no")}
    mine = {str(payload["matter_no"]) for payload in payloads if payload.get("matter_no")}
    found = select(Matter).where(or_(Matter.matter_no.in_(mine), Matter.order_no.in_(numbers)))
    matters = db.session.scalars(found.order_by(Matter.matter_no)).all()
    numbers |= {matter.order_no for matter in matters}
    orders = db.session.scalars(select(Order).where(Order.order_no.in_(numbers))).all()
    natures: dict[str, tuple[str, ...]] = {}
    for matter in matters:
        natures[matter.order_no] = (*natures.get(matter.order_no, ()), matter.nature)
    held: list[Any] = list(
        db.session.scalars(select(Party).where(Party.order_id.in_([o.id for o in orders]), Party.number == 1))
    )
    wanted = {unit for unit in (*(o.unit for o in orders), *(m.unit for m in matters)) if unit}
    while wanted:
        units = db.session.scalars(select(Unit).where(Unit.code.in_(wanted))).all()
        held += units
        wanted = {unit.parent for unit in units if unit.parent} - {unit.code for unit in held if isinstance(unit, Unit)}
    yield Cases({each.order_no: each for each in orders}, {each.matter_no: each for each in matters}, natures, held)
