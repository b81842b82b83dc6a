"""What the bureau knows and a form cannot check by itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import registry
from engine.db import db
from engine.hotline.models import Matter, Order


@registry.form_check("intake/register")
def same_fact(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """An order that repeats another is closed by its number: the number must be one, and not its own."""
    number = str(values.get("duplicate_of") or "").strip()
    if not number:
        return {}
    own = str(known.get("order_no") or "")
    if number == own or number.startswith(f"{own}-"):
        return {"duplicate_of": ["不能填写本工单自己的编号"]}
    order = select(Order.id).where(Order.order_no == number)
    matter = select(Matter.matter_no).where(Matter.matter_no == number)
    if db.session.scalar(order) is None and db.session.scalar(matter) is None:
        return {"duplicate_of": [f"没有编号为“{number}”的工单或事项，请核对"]}
    return {}
