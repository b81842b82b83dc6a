"""Messages from other systems to running cases: a withdrawal, a supplement, an answer."""

from __future__ import annotations

from typing import Any

from flask import request
from pydantic import BaseModel, ConfigDict, Field

from engine import messages
from engine.errors import Invalid
from engine.hotline import bad_reviews, credit
from engine.hotline.orders import MESSAGE as ORDER_RECEIVED
from engine.hotline.orders import REVIEW
from web.api import api
from web.permissions import Permission, actor, requires


class MessageIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, description="as the diagram names it, e.g. complaint.withdrawn")
    correlation: str = Field(min_length=1, max_length=200, description="which case: an order's or a matter's number")
    payload: dict[str, Any] = Field(
        default_factory=dict, description="no personal data, except in `review.bad`, which is registered as an order"
    )


class MessageOut(BaseModel):
    delivered: list[int] = Field(description="instances that heard it")
    started: list[int] = Field(description="instances it started")
    kept: bool = Field(description="nobody waits for it yet: it is kept for whoever will")


@api.post("/messages")
@requires(Permission.SEND_MESSAGES)
@api.doc(
    security="bearer",
    responses=[400, 401, 403, 409],
    description="Send a message to a case. With an `Idempotency-Key` header a repeated request has one effect.",
)
@api.input(MessageIn)
@api.output(MessageOut)
def send_message(json_data: MessageIn) -> dict[str, Any]:
    if json_data.name == ORDER_RECEIVED:
        raise Invalid("register an order instead: POST /api/v1/orders", zh="请改用 POST /api/v1/orders 登记工单")
    if json_data.name == REVIEW:
        return bad_reviews.received(json_data.correlation, json_data.payload, actor=actor())
    if json_data.name == credit.DECIDED:
        return {"delivered": [credit.decided(json_data.correlation, json_data.payload)], "started": [], "kept": False}
    key = request.headers.get("Idempotency-Key")
    return messages.send(json_data.name, json_data.correlation, json_data.payload, actor=actor(), key=key)
