"""Orders of other systems."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response, jsonify, request, url_for
from pydantic import BaseModel, ConfigDict, Field

from engine.errors import FormInvalid
from engine.hotline import orders
from engine.hotline import queries as hotline
from web.api import api
from web.permissions import Permission, actor, requires, viewer


class OrderIn(BaseModel):
    """An order as another system sends it. Only `content` must be there; what is missing is derived from it."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field("12345", description="code of the source: 12345, 12315, 12315p, letter, window, fax, …")
    ext_no: str | None = Field(None, description="its number at the source; the same number again changes nothing")
    content: str = Field(description="what the citizen says")
    subject: str | None = None
    request: str | None = None
    received_at: datetime | None = Field(None, description="ISO 8601; without an offset it is Shanghai time")
    channel: str | None = None
    line: str | None = Field(None, description="the old line it came by: 12315, 12365, 12331, 12358, 12330")
    line_code: str | None = Field(None, description="its class there; mapped by engine/hotline/old_lines.csv")
    priority: int | None = Field(None, ge=0, le=2, description="0 urgent, 1 normal, 2 fairly urgent")
    district: str | None = Field(None, description="administrative code of a district of Shanghai")
    category: str | None = None
    domain: str | None = None
    safety_tag: str | None = None
    unit: str | None = Field(None, description="code of the receiving unit")
    name: str | None = None
    phone: str | None = None
    gender: str | None = None
    id_type: str | None = None
    id_no: str | None = None
    address: str | None = None
    email: str | None = None
    anonymous: bool | None = None
    keep_secret: bool | None = None
    consent_public: bool | None = None
    target_name: str | None = None
    target_uscc: str | None = None
    target_address: str | None = None
    amount: Decimal | None = None
    knew_date: date | None = None


class OrderRegistered(BaseModel):
    order_no: str
    new: bool = Field(description="false: it was known before, nothing has changed")


class ClockOut(BaseModel):
    code: str
    name: str
    state: str
    due: datetime | None


class MatterOut(BaseModel):
    matter_no: str
    nature: str
    unit: str | None
    state: str
    outcome: str | None
    clocks: list[ClockOut]


class OrderOut(BaseModel):
    """An order without personal data."""

    order_no: str
    source: str
    ext_no: str | None
    state: str
    subject: str
    priority: int
    received_at: datetime
    closed_at: datetime | None
    matters: list[MatterOut]


@api.post("/orders")
@requires(Permission.REGISTER_ORDERS)
@api.doc(
    security="bearer",
    responses=[200, 400, 401, 403, 409],
    description="Register an order. `ext_no` or an `Idempotency-Key` header gives a repeated request one effect.",
)
@api.input(OrderIn)
@api.output(OrderRegistered, status_code=201)
def register_order(json_data: OrderIn) -> Response:
    key = request.headers.get("Idempotency-Key")
    if not key and not json_data.ext_no:
        raise FormInvalid({"ext_no": ["缺少来源编号或 Idempotency-Key"]}, "send ext_no or an Idempotency-Key header")
    fields = json_data.model_dump(exclude_none=True, exclude={"source"})
    registered = orders.register(fields, source=json_data.source, actor=actor(), key=key)
    response = jsonify(order_no=registered.order_no, new=registered.new)
    response.status_code = 201 if registered.new else 200
    response.headers["Location"] = url_for("api.get_order", order_no=registered.order_no)
    return response


@api.get("/orders/<order_no>")
@requires(Permission.READ_ORDERS)
@api.doc(
    security="bearer", responses=[401, 403, 404], description="State, matters and clocks of an order; no personal data."
)
@api.output(OrderOut)
def get_order(order_no: str) -> dict[str, Any]:
    return OrderOut.model_validate(hotline.order(order_no, viewer()), from_attributes=True).model_dump()
