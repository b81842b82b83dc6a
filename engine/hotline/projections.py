"""Keeps matters, clocks and the state of orders in step with the instances, in the same transaction as each step.

Called once for a batch of changes with everything that happened in it, in order. Most changes concern nothing here
and cost a few comparisons; the others are written in a handful of statements for the whole batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, exists, or_, select, update

from engine import batch, registry
from engine.hotline import clock_runs, findings
from engine.hotline.clock_runs import ENDED, instant, version
from engine.hotline.fields import IS_SAFETY, NO_SAFETY, SAFETY_OF_DOMAIN
from engine.hotline.models import Matter, Order
from engine.registry import Change, Move

Row = dict[str, Any]

INTAKE = "intake"
MATTERS = {"complaint": "投诉", "tipoff": "举报", "consult": "咨询", "bad_review": "差评"}  # process -> nature
DISPATCHED = "dispatched"  # the intake's end event after which matters exist, or will once a fault is mended

_matter, _order = Matter.__table__, Order.__table__


@registry.projection
def follow(connection: Connection, changes: list[Change]) -> list[Move]:
    """Bring the hotline's tables to where these changes lead; answers which clocks move."""
    moves: list[Move] = []
    told = [
        change
        for change in changes
        if change.clocks
        or change.kind == "instance.started"
        or change.kind in clock_runs.KINDS
        or change.status in ENDED
        or (change.process in MATTERS and "unit" in change.values)
        or not findings.TOLD.isdisjoint(change.values)
        or change.process == findings.REVIEW
        or (change.process == INTAKE and "safety_tag" in change.values)
    ]
    if told:
        _follow_matters(connection, [change for change in told if change.process in MATTERS])
        moves = clock_runs.follow(connection, told)
        findings.follow(connection, told, MATTERS)
        _follow_orders(connection, told)
    return moves


def _started(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if change.kind == "instance.started" and change.business_key]


def _ended(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if change.status in ENDED]


# -- matters -------------------------------------------------------------------------------------------------------


def _follow_matters(connection: Connection, changes: list[Change]) -> None:
    started = {change.business_key: _new_matter(change) for change in _started(changes)}
    batch.delete(connection, _matter, ("matter_no",), [(number,) for number in started])
    batch.insert(connection, _matter, list(started.values()))
    moved = {c.instance_id: c.values["unit"] for c in changes if c.kind != "instance.started" and c.values.get("unit")}
    batch.update(connection, _matter, ("instance_id",), [{"instance_id": i, "unit": unit} for i, unit in moved.items()])
    ended = {
        change.instance_id: {
            "instance_id": change.instance_id,
            "state": "closed" if change.status == "completed" else "cancelled",
            "outcome": change.outcome,
            "closed_at": change.at,
        }
        for change in _ended(changes)
    }
    batch.update(connection, _matter, ("instance_id",), list(ended.values()))


def _new_matter(change: Change) -> Row:
    values = change.values
    received = instant(values.get("received_at")) or change.at
    return {
        "matter_no": change.business_key,
        "order_no": values.get("order_no") or change.business_key,
        "instance_id": change.instance_id,
        "process": change.process,
        "nature": values.get("nature") or MATTERS[change.process],
        "unit": values.get("unit"),
        "rule_version": version(values.get("rule_version"), received),
        "rule_basis": "received",
        "rule_at": received,
        "rule_reason": None,
        "rule_by": None,
        "received_at": received,
        "dispatched_at": instant(values.get("dispatched_at")) or change.at,
        "state": "in_progress",
        "outcome": None,
        "closed_at": None,
        "returned": 0,
    }


# -- orders --------------------------------------------------------------------------------------------------------

_CLOSE = (
    update(_order)
    .where(
        or_(
            _order.c.order_no.in_(bindparam("orders", expanding=True)),
            _order.c.order_no.in_(
                select(_matter.c.order_no).where(_matter.c.instance_id.in_(bindparam("instances", expanding=True)))
            ),
        ),
        _order.c.state != "closed",
        _order.c.intake_outcome.is_not(None),
        ~exists().where(_matter.c.order_no == _order.c.order_no, _matter.c.state == "in_progress"),
        or_(_order.c.intake_outcome != DISPATCHED, exists().where(_matter.c.order_no == _order.c.order_no)),
    )
    .values(state="closed", closed_at=bindparam("at"))
)


def _follow_orders(connection: Connection, changes: list[Change]) -> None:
    """received -> in progress with the intake; closed when the intake and every matter have ended."""
    opened = {change.business_key for change in _started(changes) if change.process == INTAKE}
    opened |= {
        change.values.get("order_no") or change.business_key
        for change in _started(changes)
        if change.process in MATTERS
    }
    rows = [{"order_no": number, "state": "in_progress", "closed_at": None} for number in opened]
    batch.update(connection, _order, ("order_no",), rows)
    said = [change for change in changes if change.process == INTAKE and change.kind == "task.completed"]
    batch.update(connection, _order, ("order_no",), [row for change in said if (row := _safety(change))])
    ended = _ended(changes)
    intakes = {change.business_key: change for change in ended if change.process == INTAKE and change.business_key}
    rows = [{"order_no": number, "intake_outcome": c.outcome or c.status} for number, c in intakes.items()]
    batch.update(connection, _order, ("order_no",), rows)
    matters = [change.instance_id for change in ended if change.process in MATTERS]
    if intakes or matters:
        connection.execute(_CLOSE, {"orders": list(intakes), "instances": matters, "at": ended[-1].at})


def _safety(change: Change) -> Row | None:
    """What the clerk says of safety holds over what the words of the order sounded like."""
    said, domain = change.values.get("safety_tag"), change.values.get("domain")
    if said == NO_SAFETY:
        return {"order_no": change.business_key, "safety_tag": None}
    if said == IS_SAFETY and domain in SAFETY_OF_DOMAIN:
        return {"order_no": change.business_key, "safety_tag": SAFETY_OF_DOMAIN[domain]}
    return None
