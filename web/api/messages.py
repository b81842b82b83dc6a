"""Messages from other systems to running cases: a withdrawal, a supplement, an answer."""

from __future__ import annotations

from typing import Any

from flask import request
from pydantic import BaseModel, ConfigDict, Field

from engine.hotline import actions
from web import sending
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
    responses=[400, 401, 403, 404, 409],
    description="Send a message to a case. With an `Idempotency-Key` header a repeated request has one effect. What an "
    "order's page would not offer now (an extension of a closed case, a second one beside the first) is refused.",
)
@api.input(MessageIn)
@api.output(MessageOut)
def send_message(json_data: MessageIn) -> dict[str, Any]:
    key = request.headers.get("Idempotency-Key")
    if not actions.taken(key):
        actions.admit(json_data.name, json_data.correlation, json_data.payload)
    return sending.send(json_data.name, json_data.correlation, json_data.payload, actor=actor(), key=key)
