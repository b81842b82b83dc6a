"""Bad reviews of the bureau's services on 一网通办 (好差评): how they come in, and what is kept of them.

A review of one or two stars with a comment is an order with one matter of nature 差评. What the citizen wrote, and
who they are, is sealed with the order; its process knows item, channel and stars.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from engine import batch, errors, registry
from engine.db import db
from engine.hotline import access, orders
from engine.hotline.clock_runs import ENDED, instant
from engine.hotline.fields import BAD
from engine.hotline.models import BadReview, Matter, Order
from engine.hotline.roles import Viewer
from engine.registry import Change

Row = dict[str, Any]

PROCESS = "bad_review"
# what the message says -> the field of the order
FIELDS = {
    "item": "category", "channel": "channel", "stars": "stars", "text": "content", "name": "name", "phone": "phone",
    "unit": "unit", "district": "district", "received_at": "received_at",
}  # fmt: skip
# element -> what its form says that is kept: column -> key
SAID = {
    "judge": {"kind": "review_kind"},
    "revisit": {"second_stars": "second_stars"},
    "find_cause": {"cause": "cause"},
}
_table = BadReview.__table__


def received(number: str, payload: dict[str, Any], *, actor: str) -> dict[str, Any]:
    """Register the review with this number at 一网通办; the same number again changes nothing.

    Answers as `messages.send` does: the instance that has begun. Raises FormInvalid by field, also for a review that is
    not bad.
    """
    unknown = {key: ["未知字段"] for key in payload if key not in FIELDS}
    if unknown:
        raise errors.FormInvalid(unknown)
    fields = {FIELDS[key]: value for key, value in payload.items()}
    if str(payload.get("stars")) not in {str(n + 1) for n in range(BAD)}:
        raise errors.FormInvalid({"stars": ["差评为一星或二星"]}, "a bad review has one or two stars")
    fields.setdefault("subject", f"{payload['stars']}星差评：{payload.get('item') or '未注明事项'}")
    fields["anonymous"] = not (payload.get("name") or payload.get("phone"))
    known = orders.register({**fields, "ext_no": number}, source="ywtb", actor=actor)
    begun = select(Matter.instance_id).where(Matter.matter_no == orders.matter_of_review(known.order_no))
    return {"delivered": [], "started": list(db.session.scalars(begun)) if known.new else [], "kept": False}


@registry.projection
def follow(connection: Connection, changes: list[Change]) -> None:
    """Bring the table of bad reviews to where these changes lead."""
    new: dict[int, Row] = {}
    rows: dict[int, Row] = {}
    for change in changes:
        if change.process != PROCESS:
            continue
        if change.kind == "instance.started":
            new[change.instance_id] = _begun(change)
        row = new.get(change.instance_id) or rows.setdefault(change.instance_id, {})
        row |= _later(change)
    batch.delete(connection, _table, ("instance_id",), [(number,) for number in new])
    batch.insert(connection, _table, list(new.values()))
    shapes: dict[frozenset[str], list[Row]] = {}
    for number, row in rows.items():
        if row:
            shapes.setdefault(frozenset(row), []).append(row | {"instance_id": number})
    for alike in shapes.values():
        batch.update(connection, _table, ("instance_id",), alike)


def _begun(change: Change) -> Row:
    values = change.values
    return {
        "instance_id": change.instance_id,
        "matter_no": change.business_key,
        "item": values.get("item") or "未注明事项",
        "channel": values.get("channel") or "一网通办",
        "stars": int(values.get("stars") or 1),
        "real_name": values.get("real_name") == "是",
        "unit": values.get("unit"),
        "kind": None,
        "second_stars": None,
        "cause": None,
        "outcome": None,
        "received_at": instant(values.get("received_at")) or change.at,
        "answered_at": None,
    }


def _later(change: Change) -> Row:
    row: Row = {}
    if change.kind == "task.completed":
        said = SAID.get(change.element or "", {})
        row = {column: change.values[key] for column, key in said.items() if change.values.get(key) is not None}
        if "second_stars" in row:
            row["second_stars"] = int(row["second_stars"])
        if change.element == "assign_owner":
            row["unit"] = change.values.get("unit")
        if change.element == "answer_citizen":
            row["answered_at"] = change.at
    if change.status in ENDED:
        row["outcome"] = change.outcome or change.status
    return row


def listed(viewer: Viewer, limit: int = 200) -> list[tuple[BadReview, Order]]:
    """The newest bad reviews among the orders this viewer may know."""
    query = (
        select(BadReview, Order)
        .join(Matter, Matter.matter_no == BadReview.matter_no)
        .join(Order, Order.order_no == Matter.order_no)
        .where(access.visible_orders(viewer))
        .order_by(BadReview.received_at.desc(), BadReview.instance_id.desc())
    )
    return [row._tuple() for row in db.session.execute(query.limit(limit))]
