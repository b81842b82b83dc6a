"""Tasks whose form says how and when both sides, or the informant, were told record the delivery of that letter."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from engine import clock, registry
from engine.hotline.letters.models import Delivery, Letter
from engine.registry import Change

log = logging.getLogger(__name__)

# element -> the letters it is about, and who got them
TOLD = {
    "serve_termination": (("8",), "双方"),
    "filing_notice": (("20-10", "20-11"), "举报人"),
}
_letter, _delivery = Letter.__table__, Delivery.__table__


@registry.projection
def follow(connection: Connection, changes: list[Change]) -> None:
    """Record the deliveries that these changes tell of."""
    for change in changes:
        if change.element in TOLD and change.kind == "task.completed" and change.values.get("sent_at"):
            _record(connection, change)


def _record(connection: Connection, change: Change) -> None:
    forms, recipient = TOLD[str(change.element)]
    newest = select(func.max(_letter.c.id)).where(_letter.c.matter_no == change.business_key)
    letter = connection.scalar(newest.where(_letter.c.form.in_(forms)))
    if letter is None:  # told by telephone, say, before anybody issued a letter
        log.info("%s was told, but has no letter of %s", change.business_key, ", ".join(forms))
        return
    count = connection.scalar(select(func.count()).where(_delivery.c.letter_id == letter)) or 0
    row = {
        "letter_id": letter, "number": count + 1, "recipient": recipient,
        "sent_at": clock.aware(datetime.fromisoformat(change.values["sent_at"])),
        "sent_how": change.values.get("sent_how") or "", "recorded_by": change.actor, "recorded_at": change.at,
    }  # fmt: skip
    connection.execute(insert(_delivery).values(**row))
