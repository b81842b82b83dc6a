"""The feed of the credit supervision: filed and decided cases of each trader."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from flask import Response
from pydantic import BaseModel, Field

from engine import clock
from engine.hotline import credit, exports
from web.api import api
from web.clues import CREDIT, credit_rows
from web.permissions import Permission, actor, requires


class CreditQuery(BaseModel):
    first: date | None = Field(None, description="first day; default: 30 days before the last")
    last: date | None = Field(None, description="last day; default: today")
    format: str = Field("json", pattern="^(json|csv)$")


@api.get("/credit")
@requires(Permission.READ_CREDIT)
@api.doc(
    security="bearer",
    responses=[200, 401, 403],
    description="Cases filed or decided in these days, by trader. No word of who informed; each reading is recorded.",
)
@api.input(CreditQuery, location="query")
def credit_feed(query_data: CreditQuery) -> dict[str, Any] | Response:
    last = query_data.last or clock.today()
    first = query_data.first or last - timedelta(days=30)
    cases = credit.feed(first, last)
    exports.note(actor(), "credit", query_data.format, rows=len(cases), first=first, last=last)
    if query_data.format == "csv":
        return Response(exports.csv_file(CREDIT, credit_rows(cases)), mimetype="text/csv")
    traders = [
        {"uscc": uscc, "name": name, "cases": [_case(case) for case in found]}
        for (uscc, name), found in credit.by_trader(cases).items()
    ]
    return {"first": first.isoformat(), "last": last.isoformat(), "traders": traders}


def _case(case: credit.CreditCase) -> dict[str, Any]:
    said = {name: value for name, value in asdict(case).items() if name not in ("name", "uscc")}
    return {
        name: clock.local(value).isoformat() if name.endswith("_at") and value else value
        for name, value in said.items()
    }
