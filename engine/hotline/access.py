"""Who may see which order, and what of its people. Whatever is not allowed here is not seen.

Nobody reads personal data in clear just by looking: that takes a reason and leaves a record (`readings.py`).
The identity of an informant is kept from everybody who can work without it (Order 121 art 37).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, false, not_, or_, select, true

from engine.db import db
from engine.hotline import organisation, recusal
from engine.hotline.models import Matter, Order, Unit
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

EXTERNAL = frozenset({"agency", "council"})  # kinds of units outside the bureau: they see what was transferred to them


class Held(Protocol):
    """What decides whose a task is."""

    @property
    def role(self) -> str | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def assignee(self) -> str | None: ...


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
    """Tasks this person may take: assigned to them, or of their role and in their unit, or of one they stand in for.

    Who keeps out of a task (`recusal.py`) takes it neither for themselves nor for another.
    """
    if not viewer.roles & WORKING:
        return false()
    for_others = (and_(_reach(absent), not_(recusal.excluded(absent.name))) for absent in viewer.stands_for)
    return and_(or_(_reach(viewer), *for_others), not_(recusal.excluded(viewer.name)))


def reachable(viewer: Viewer) -> ColumnElement[bool]:
    """As `doable`, but for who keeps out of a task: `place` tells that of each."""
    return or_(_reach(viewer), *(_reach(absent) for absent in viewer.stands_for))


def _reach(viewer: Viewer) -> ColumnElement[bool]:
    if not viewer.roles & WORKING:
        return false()
    of_role = or_(UserTask.role.is_(None), UserTask.role.in_(viewer.roles))
    in_unit = or_(UserTask.unit.is_(None), UserTask.unit == viewer.unit)
    return or_(UserTask.assignee == viewer.name, and_(of_role, in_unit))


def place(viewer: Viewer, task: Held, barred: frozenset[str]) -> str | None:
    """In whose place this person does a task: their own name, that of one they stand in for, or None: not at all.

    What `doable` says of rows, for a task at hand. `barred` keep out of it.
    """
    if viewer.name in barred or not viewer.roles & WORKING:
        return None
    others = [each for each in viewer.stands_for if each.name not in barred]
    for each in others:
        if task.assignee == each.name:
            return each.name
    if _of_role(viewer, task):
        return viewer.name
    found = next((each.name for each in others if _of_role(each, task)), None)
    return found or (viewer.name if task.assignee == viewer.name else None)


def _of_role(viewer: Viewer, task: Held) -> bool:
    if not viewer.roles & WORKING:
        return False
    return (task.role is None or task.role in viewer.roles) and task.unit in (None, viewer.unit)


def visible_tasks(viewer: Viewer, own: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Tasks this person may know of. `own`: what `doable` says of them, if that was asked already."""
    if "coordinator" in viewer.roles:
        return true()
    own = doable(viewer) if own is None else own
    if viewer.roles & WHOLE_UNIT:
        return or_(own, UserTask.unit.in_(select(organisation.below(viewer.unit).c.code)))
    return own


def visible_orders(viewer: Viewer) -> ColumnElement[bool]:
    """Orders this person may know of: of their units, or that they work on."""
    if viewer.roles & EVERYWHERE:
        return true()
    if not viewer.roles & WORKING:
        return false()
    tree = select(organisation.below(viewer.unit).c.code)
    of_unit = Order.order_no.in_(select(Matter.order_no).where(Matter.unit.in_(tree)))
    return or_(Order.unit.in_(tree), of_unit, works_on(viewer))


def external(viewer: Viewer) -> bool:
    """Does this person work for another authority or the consumers' council?"""
    unit = db.session.get(Unit, viewer.unit) if viewer.unit else None
    return unit is not None and unit.kind in EXTERNAL


def visible_matters(viewer: Viewer) -> ColumnElement[bool]:
    """Matters this person may know of, of an order they may know of: all, or those transferred to their authority."""
    if not external(viewer) or viewer.roles & EVERYWHERE:
        return true()
    tree = select(organisation.below(viewer.unit).c.code)
    return or_(Matter.unit.in_(tree), Matter.matter_no.in_(_keys(viewer)))


def _keys(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Numbers of what this person has, or had, a task about."""
    mine = or_(_reach(viewer), *(_reach(absent) for absent in viewer.stands_for))
    return select(ProcessInstance.business_key).join(UserTask).where(mine)


def works_on(viewer: Viewer) -> ColumnElement[bool]:
    """Has, or had, this person a task about the order?

    Two sets instead of a correlated EXISTS: that one would look at every instance for every order.
    """
    keys = _keys(viewer)
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
