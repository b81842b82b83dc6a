"""What forms ask of things that have happened: they have, by now; and whoever was not reached was rung three times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from engine import clock, registry

# The keys of forms under which stands when something was done. What is planned has other keys.
PAST = frozenset(
    {"contact_at", "reply_at", "sent_at", "told_at", "onsite_at", "check_at", "inspect_at", "call_at", "recheck_at",
     "meeting_at", "withdrawn_at", "accident_at", "unit_reported_at"}
)  # fmt: skip
SKEW = timedelta(minutes=5)  # clocks differ; later than that is the future
TRIES = 3  # calls at different times of the day before somebody counts as not reached 未联


@registry.form_check(registry.EVERY_FORM)
def happened(values: dict[str, Any], known: dict[str, Any]) -> dict[str, list[str]]:
    """Times of what has happened do not lie ahead; 未联 takes three calls."""
    latest = clock.now() + SKEW
    ahead = [key for key in PAST & values.keys() if values[key] and _instant(values[key]) > latest]
    said = {key: ["已经发生的事，时间不能晚于现在"] for key in ahead}
    tries = values.get("contact_tries")
    if values.get("contacted") == "未联" and tries is not None and tries < TRIES:
        said["contact_tries"] = [f"认定“未联”前应在不同时段联系{TRIES}次，还不到{TRIES}次的请继续联系"]
    return said


def _instant(text: str) -> datetime:
    return clock.aware(datetime.fromisoformat(text))
