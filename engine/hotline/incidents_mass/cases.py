"""What people decide about a group: its case is followed, orders are linked and taken out, the reply is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from engine import clock, errors, registry
from engine.db import db, transaction
from engine.hotline.clock_runs import ENDED
from engine.hotline.incidents_mass import arrivals, detection, grouping, levels
from engine.hotline.incidents_mass.models import MassGroup, MassMember
from engine.hotline.models import Order
from engine.registry import Change

PROCESS = "mass_incident"
CONFIRM, FALSE_ALARM = "confirm_incident", "误报"

_group = MassGroup.__table__


@registry.projection
def follow(connection: Connection, changes: list[Change]) -> None:
    """Keep groups in step with their cases."""
    for change in changes:
        if change.process == PROCESS:
            _follow(connection, change)


def _follow(connection: Connection, change: Change) -> None:
    values: dict[str, Any] = {}
    said = change.values
    if change.kind == "instance.started":
        number = _id_of(said.get("mass_no"))
        mine = _group.c.id == number
        values = {"instance_id": change.instance_id}
    else:
        mine = _group.c.instance_id == change.instance_id
        if change.kind == "task.completed" and change.element == CONFIRM:
            false = said.get("confirm_result") == FALSE_ALARM
            values = {"state": "dismissed" if false else "confirmed", "reason": said.get("confirm_note")}
            values |= {"decided_by": change.actor, "decided_at": change.at}
        if change.kind == "task.completed" and said.get("reply_text"):
            values |= {"reply": said["reply_text"], "reply_by": change.actor, "reply_at": change.at}
    if change.status in ENDED and change.outcome != "false_alarm":
        values |= {"state": "closed", "closed_at": change.at}
    if values:
        connection.execute(update(_group).where(mine).values(values))


def _id_of(number: Any) -> int:
    digits = str(number or "").removeprefix("QT")
    return int(digits) if digits.isdigit() else -1


def group_of(number: str) -> MassGroup:
    """The group of this number. Raises NotFound."""
    found = db.session.get(MassGroup, _id_of(number))
    if found is None:
        raise errors.NotFound(f"there is no mass incident {number}", zh=f"没有群体性事件 {number}")
    return found


def link(number: str, order_no: str, *, actor: str) -> None:
    """Put an order into a group by hand, out of the one it is in. Raises NotFound, Conflict when it is in already."""
    target = group_of(number).id
    order = db.session.scalar(select(Order).where(Order.order_no == order_no.strip()))
    if order is None:
        raise errors.NotFound(f"there is no order {order_no}", zh=f"没有工单 {order_no}")
    order_id, at = order.id, order.received_at
    with transaction() as session, grouping.locked(session.connection()):
        member = session.get(MassMember, order_id)
        if member is None:
            raise errors.Conflict("the order has just come; try again in a minute", zh="工单刚刚登记，请稍后再试")
        if member.group_id == target and member.unlinked_at is None:
            raise errors.Conflict("the order is linked already", zh="该工单已关联")
        _leave(session.connection(), member)
        member.group_id, member.linked_by = target, actor
        member.unlinked_at = member.unlinked_by = member.unlink_reason = None
        session.flush()
        values = {"orders": _group.c.orders + 1}
        session.execute(update(_group).where(_group.c.id == target).values(values))
        session.execute(update(_group).where(_group.c.id == target, _group.c.last_at < at).values(last_at=at))
        risen = detection.rejudge(session.connection(), target, max(at, clock.now() - timedelta(days=1)))
    if risen:
        arrivals.tell(target)


def unlink(number: str, order_id: int, reason: str, *, actor: str) -> None:
    """Take an order out of a group: it counts no more, and stays on record with the reason. FormInvalid without one."""
    if not reason.strip():
        raise errors.FormInvalid({"reason": ["请写明移出的理由"]}, "a reason is needed")
    target = group_of(number).id
    with transaction() as session, grouping.locked(session.connection()):
        member = session.get(MassMember, order_id)
        if member is None or member.group_id != target or member.unlinked_at is not None:
            raise errors.NotFound("the order is not linked", zh="该工单未关联到此事件")
        _leave(session.connection(), member)
        member.unlinked_at, member.unlinked_by, member.unlink_reason = clock.now(), actor, reason.strip()


def _leave(connection: Connection, member: MassMember) -> None:
    if member.unlinked_at is None:
        values = {"orders": _group.c.orders - 1}
        connection.execute(update(_group).where(_group.c.id == member.group_id).values(values))


def raise_by_hand(number: str, *, actor: str) -> None:
    """A person finds it a mass incident before the numbers do: attention, and the case begins. Conflict when raised."""
    target = group_of(number).id
    with transaction() as session:
        found = session.get(MassGroup, target)
        if found is None or found.state not in ("watch", *detection.OVER):
            raise errors.Conflict("it is raised already", zh="该事件已在处置中")
        found.state, found.raised_at, found.instance_id = "raised", clock.now(), None
        found.level = found.level or levels.rules().levels[-1].name
        found.reason = f"{actor} 人工发起"
    arrivals.tell(target)


def begin_by(order_no: str, *, actor: str) -> str:
    """Raise the group of an order by hand; its number. Raises NotFound, Conflict."""
    query = select(MassMember.group_id).join(Order, Order.id == MassMember.order_id)
    group = db.session.scalar(query.where(Order.order_no == order_no.strip()))
    if group is None:
        raise errors.NotFound(f"there is no order {order_no}", zh=f"没有工单 {order_no}")
    raise_by_hand(arrivals.number_of(group), actor=actor)
    return arrivals.number_of(group)
