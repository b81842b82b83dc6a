"""For load balancers and systemd: does the process answer, and may it be given work?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from engine.clock import now
from engine.db import db
from web.permissions import Permission, requires

pages = Blueprint("health", __name__)

LATE_TIMERS = 300  # seconds: a timer this late means that no worker runs


@pages.get("/healthz")
@requires(Permission.PUBLIC)
def alive() -> dict[str, str]:
    return {"status": "ok"}


@pages.get("/readyz")
@requires(Permission.PUBLIC)
def ready() -> tuple[dict[str, Any], int]:
    """Database answers, its tables are there, timers are not left lying."""
    from engine import timers

    try:
        db.session.execute(text("SELECT 1 FROM process_definition LIMIT 1"))
        due = timers.next_due()
    except SQLAlchemyError:
        return {"status": "unavailable", "database": False}, 503
    lag = max(0.0, (now() - due).total_seconds()) if due else 0.0
    return {"status": "ok", "database": True, "timer_lag_seconds": round(lag), "worker": lag < LATE_TIMERS}, 200
