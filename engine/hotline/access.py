"""Who may see which order, and what of its people. Whatever is not allowed here is not seen.

Nobody reads personal data in clear just by looking: that takes a reason and leaves a record (`readings.py`).
The identity of an informant is kept from everybody who can work without it (Order 121 art 37).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from engine.hotline import organisation
from engine.hotline.models import Matter, Order
from engine.hotline.roles import Viewer
from engine.models import ProcessInstance, UserTask

TIPOFF = "举报"
IDENTITY = frozenset({"name", "phone", "id_no", "address", "email"})
STORY = frozenset({"content", "request"})
CALL = frozenset({"name", "phone"})  # what mediation needs of an informant who also complains

WORKING = frozenset(
    {"clerk", "operator", "handler", "case_officer", "reviewer", "coordinator", "section", "leader", "seal_keeper"}
)
EVERYWHERE = frozenset({"coordinator", "seal_keeper", "analyst", "auditor"})
WHOLE_UNIT = frozenset({"operator", "leader"})  # see the tasks of their unit and those below, of every role

# role -> what it may read in clear, in a complaint (or consultation) and in a tip-off
CLEAR = {
    "clerk": (CALL | STORY, CALL | STORY),
    "operator": (IDENTITY | STORY, STORY),
    "handler": (IDENTITY | STORY, STORY),
    "case_officer": (IDENTITY | STORY, IDENTITY | STORY),
    "coordinator": (IDENTITY | STORY, IDENTITY | STORY),
    "leader": (IDENTITY | STORY, STORY),
    "seal_keeper": (frozenset(), IDENTITY),
}
# roles that see an informant's masked name and number; the others see that there is one
MASKED_INFORMANT = frozenset({"clerk", "operator", "coordinator", "seal_keeper"})
READS_STORY = WORKING - {"seal_keeper"}


def doable(viewer: Viewer) -> ColumnElement[bool]:
    """Tasks this person may take: assigned to them, or of their role and in their unit."""
    if not viewer.roles & WORKING:
        return false()
    of_role = or_(UserTask.role.is_(None), UserTask.role.in_(viewer.roles))
    return or_(UserTask.assignee == viewer.name, and_(of_role, _in_unit(viewer)))


def _in_unit(viewer: Viewer) -> ColumnElement[bool]:
    return or_(UserTask.unit.is_(None), UserTask.unit == viewer.unit)


def visible_tasks(viewer: Viewer) -> ColumnElement[bool]:
    """Tasks this person may know of."""
    if "coordinator" in viewer.roles:
        return true()
    if viewer.roles & WHOLE_UNIT:
        return or_(doable(viewer), UserTask.unit.in_(select(organisation.below(viewer.unit).c.code)))
    return doable(viewer)


def visible_orders(viewer: Viewer) -> ColumnElement[bool]:
    """Orders this person may know of: of their units, or that they work on."""
    if viewer.roles & EVERYWHERE:
        return true()
    if not viewer.roles & WORKING:
        return false()
    tree = select(organisation.below(viewer.unit).c.code)
    of_unit = Order.order_no.in_(select(Matter.order_no).where(Matter.unit.in_(tree)))
    return or_(Order.unit.in_(tree), of_unit, works_on(viewer))


def works_on(viewer: Viewer) -> ColumnElement[bool]:
    """Has, or had, this person a task about the order?

    Two sets instead of a correlated EXISTS: that one would look at every instance for every order.
    """
    keys = select(ProcessInstance.business_key).join(UserTask).where(doable(viewer))
    orders = select(Matter.order_no).where(Matter.matter_no.in_(keys))
    return or_(Order.order_no.in_(keys), Order.order_no.in_(orders))


def readable(viewer: Viewer, natures: Iterable[str]) -> frozenset[str]:
    """The personal fields of an order with these natures that this person may read in clear, giving a reason."""
    natures = frozenset(natures)
    complaint = frozenset().union(*(CLEAR[role][0] for role in viewer.roles if role in CLEAR))
    tipoff = frozenset().union(*(CLEAR[role][1] for role in viewer.roles if role in CLEAR))
    if TIPOFF not in natures:
        return complaint
    return tipoff | (complaint & CALL) if natures > {TIPOFF} else tipoff


def sees_masked(viewer: Viewer, natures: Iterable[str]) -> bool:
    """May this person see the masked name and number of the order's person?"""
    if TIPOFF in natures:
        return bool(viewer.roles & MASKED_INFORMANT)
    return bool(viewer.roles & READS_STORY)
